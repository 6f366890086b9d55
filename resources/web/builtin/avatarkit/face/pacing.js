/**
 * How often the face is drawn. Without a GPU every frame costs the whole window's composition, so the rate follows what
 * there is to see: lips need 20 frames a second, a listening face 12, a face at rest only the frames of its blinks.
 *
 * @typedef {import('./gaze.js').Phase} Phase
 *
 * @typedef {object} Situation
 * @property {Phase} phase
 * @property {boolean} software drawn without a GPU
 * @property {boolean} moving the head is turning, or a blink is under way
 * @property {number} strain how late frames come: 1 in time, 2 takes twice the time planned
 */

const INTERVALS = Object.freeze({
  gpu: { speaking: 1000 / 30, engaged: 1000 / 30, rest: 1000 / 30 },
  software: { speaking: 1000 / 22, engaged: 1000 / 14, rest: 1000 / 7 },
});
/** However busy the machine: below this rate it is no longer motion. */
const SLOWEST_MS = 200;

/**
 * @param {Situation} situation
 * @returns {number} ms until the next look at the pose (which is drawn only if it changed)
 */
export function frameInterval({ phase, software, moving, strain }) {
  const intervals = software ? INTERVALS.software : INTERVALS.gpu;
  let planned = phase === 'lobby' ? intervals.rest : intervals.engaged;
  if (phase === 'speaking') planned = intervals.speaking;
  // At rest only the eyes move: their blink is drawn as finely as a listening face.
  else if (phase === 'lobby' && moving) planned = intervals.engaged;
  return Math.min(planned * Math.min(Math.max(strain, 1), 2.5), SLOWEST_MS);
}

/**
 * @param {number} strain so far
 * @param {number} plannedMs
 * @param {number} tookMs from the frame before to this one
 * @returns {number} a sluggish mean, so that one late frame changes nothing
 */
export function nextStrain(strain, plannedMs, tookMs) {
  const now = Math.min(Math.max(tookMs / plannedMs / 1.15, 0.5), 4);
  return strain + (now - strain) * 0.06;
}
