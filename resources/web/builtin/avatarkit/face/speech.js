/**
 * The transition between idle and speaking, counted in frames of 25 a second as the vendor's SDK counts it.
 *
 * @typedef {object} SpeechState
 * @property {number} heardAt ms of the last sound that counted as speech
 * @property {number} blend 0 idle .. 1 speaking, linear
 */

export const FRAMES_PER_SECOND = 25;
const SPEECH_LOUDNESS = 0.12;
/** A pause for breath is not the end of speaking. */
const PAUSE_MS = 420;

/** @type {Readonly<SpeechState>} */
export const SILENT = Object.freeze({ heardAt: Number.NEGATIVE_INFINITY, blend: 0 });

/**
 * @param {SpeechState} state
 * @param {number} now ms
 * @param {number} seconds since the last step
 * @param {number} loudness 0..1
 * @param {{start: number, end: number}} frames length of both transitions
 * @returns {SpeechState}
 */
export function stepSpeech(state, now, seconds, loudness, frames) {
  const heardAt = loudness > SPEECH_LOUDNESS ? now : state.heardAt;
  const length = (isSpeaking({ ...state, heardAt }, now) ? frames.start : frames.end) / FRAMES_PER_SECOND;
  const step = length > 0 ? seconds / length : 1;
  const blend = isSpeaking({ ...state, heardAt }, now) ? state.blend + step : state.blend - step;
  return { heardAt, blend: Math.min(Math.max(blend, 0), 1) };
}

/**
 * @param {SpeechState} state
 * @param {number} now ms
 */
export function isSpeaking(state, now) {
  return now - state.heardAt < PAUSE_MS;
}
