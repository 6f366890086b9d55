/**
 * Looks into sound without playing it: for the avatar's lips, and for noticing that the visitor speaks.
 *
 * @typedef {object} SoundAnalyser the shape of a `VoiceSource` of the avatar view
 * @property {number} sampleRate
 * @property {number} frequencyBins
 * @property {number} waveSamples
 * @property {(decibels: Float32Array<ArrayBuffer>) => void} readSpectrum
 * @property {(wave: Float32Array<ArrayBuffer>) => void} readWave
 * @property {() => void} release
 */

const WINDOW_SAMPLES = 1024;
/** One context for the whole page, also when two copies of this module are loaded: each costs 4.5 MB for ever. */
const CONTEXT_KEY = Symbol.for('avatarkit.audio-context');

/** @returns {AudioContext} the page's only one, resumed if the browser allows */
export function sharedAudioContext() {
  const page = /** @type {Record<symbol, AudioContext | undefined>} */ (/** @type {unknown} */ (globalThis));
  page[CONTEXT_KEY] ??= new AudioContext({ latencyHint: 'interactive' });
  const context = page[CONTEXT_KEY];
  // Refused without a user's gesture in an ordinary browser; the next analyser asks again.
  if (context.state === 'suspended') context.resume().catch(() => {});
  return context;
}

/**
 * @param {MediaStreamTrack} track stays the caller's
 * @returns {SoundAnalyser}
 */
function analyseTrack(track) {
  const context = sharedAudioContext();
  const source = context.createMediaStreamSource(new MediaStream([track]));
  const analyser = context.createAnalyser();
  analyser.fftSize = WINDOW_SAMPLES;
  analyser.smoothingTimeConstant = 0;
  source.connect(analyser);
  return {
    sampleRate: context.sampleRate,
    frequencyBins: analyser.frequencyBinCount,
    waveSamples: WINDOW_SAMPLES,
    readSpectrum: (decibels) => analyser.getFloatFrequencyData(decibels),
    readWave: (wave) => analyser.getFloatTimeDomainData(wave),
    release: () => {
      source.disconnect();
      analyser.disconnect();
    },
  };
}

/**
 * Without an analyser the face keeps still but the voice is heard: worth a message, not a failure.
 * @param {MediaStreamTrack} track
 * @param {(reason: unknown) => void} onFailure
 * @returns {SoundAnalyser | null}
 */
export function tryToAnalyse(track, onFailure) {
  try {
    return analyseTrack(track);
  } catch (reason) {
    onFailure(reason);
    return null;
  }
}
