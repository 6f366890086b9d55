/**
 * What a listener's eye needs to know of a sound: how loud it is, and which mouth could have made it.
 *
 * Vowels differ in their first two resonances (formants): the first rises with the opening of the mouth (300 Hz for /i/
 * and /u/, 750 Hz for /a/), the second with the spread of the lips (800 Hz for /u/, 2300 Hz for /i/). Hiss above 3.6 kHz
 * is an s or an f. Centres of gravity of two ranges stand in for the formants: cheap, and steady from frame to frame.
 *
 * @typedef {object} VoiceFeatures
 * @property {number} loudness 0..1, follows loudness as heard: 0 below -52 dB, 1 from -16 dB full scale
 * @property {number} first Hz, centre of the low range; 0 in silence
 * @property {number} second Hz, centre of the high range; 0 in silence
 * @property {number} hiss 0..1, share of the energy above 3.6 kHz
 * @property {number} hum 0..1, how much of the sound lies below 300 Hz: lips closed (m, b)
 *
 * @typedef {object} VoiceSource a window on the sound as it is heard now
 * @property {number} sampleRate
 * @property {number} frequencyBins
 * @property {number} waveSamples
 * @property {(decibels: Float32Array<ArrayBuffer>) => void} readSpectrum level of each frequency bin
 * @property {(wave: Float32Array<ArrayBuffer>) => void} readWave samples -1..1
 */

/** @type {Readonly<VoiceFeatures>} */
export const SILENCE = Object.freeze({ loudness: 0, first: 0, second: 0, hiss: 0, hum: 0 });

const FLOOR_DB = -52;
const FULL_DB = -16;

/**
 * @param {Float32Array} decibels level of each frequency bin, as AnalyserNode gives it
 * @param {Float32Array} wave samples -1..1
 * @param {number} sampleRate Hz
 * @returns {VoiceFeatures}
 */
export function voiceFeatures(decibels, wave, sampleRate) {
  const loudness = loudnessOf(wave);
  if (loudness <= 0) return SILENCE;
  const binWidth = sampleRate / 2 / decibels.length;
  let low = 0;
  let lowMoment = 0;
  let high = 0;
  let highMoment = 0;
  let hiss = 0;
  let hum = 0;
  let voiced = 0;
  const last = Math.min(decibels.length, Math.ceil(9000 / binWidth));
  for (let bin = Math.ceil(90 / binWidth); bin < last; bin++) {
    const hertz = (bin + 0.5) * binWidth;
    const power = 10 ** (Math.max(decibels[bin], -140) / 10);
    if (hertz < 320) hum += power;
    if (hertz < 3600) voiced += power;
    else hiss += power;
    if (hertz >= 200 && hertz < 1000) {
      low += power;
      lowMoment += power * hertz;
    }
    if (hertz >= 650 && hertz < 3000) {
      // Voices fall by some 6 dB an octave; undone here, or the first formant's skirt would hide the second.
      const lifted = power * hertz * hertz;
      high += lifted;
      highMoment += lifted * hertz;
    }
  }
  return {
    loudness,
    first: low > 0 ? lowMoment / low : 0,
    second: high > 0 ? highMoment / high : 0,
    hiss: share(hiss, voiced + hiss),
    hum: share(hum, voiced + hiss),
  };
}

/**
 * @param {Float32Array} wave
 * @returns {number} 0..1
 */
export function loudnessOf(wave) {
  let sum = 0;
  for (const sample of wave) sum += sample * sample;
  const decibels = 10 * Math.log10(sum / Math.max(wave.length, 1) + 1e-12);
  return Math.min(Math.max((decibels - FLOOR_DB) / (FULL_DB - FLOOR_DB), 0), 1);
}

/**
 * @param {number} part
 * @param {number} whole
 */
function share(part, whole) {
  return whole > 0 ? part / whole : 0;
}
