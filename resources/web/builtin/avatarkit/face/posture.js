/**
 * How the head is carried: slow sway, turns that follow the eyes, nods, and beats on the loud syllables of speech.
 *
 * @typedef {import('./gaze.js').Phase} Phase
 *
 * @typedef {object} PostureState springs towards a target that changes every few seconds
 * @property {readonly [number, number, number]} at turn, nod, tilt
 * @property {readonly [number, number, number]} speed per second
 * @property {readonly [number, number, number]} target
 * @property {number} nextAt ms of the next change of target
 * @property {number} noddedAt ms
 * @property {number} nextNodAt ms
 *
 * @typedef {{turn: number, nod: number, tilt: number}} Posture turn and nod -1..1 (right, down), tilt in degrees
 */

const NOD_MS = 620;
/** Rad/s of the critically damped spring: a turn of the head takes about 0.6 s. */
const STIFFNESS = 7.5;

/** Size of the postures taken and how long each is kept (ms). */
const HABITS = Object.freeze({
  lobby: { turn: 0.5, nod: 0.25, tilt: 1.6, keep: [3500, 8000] },
  listening: { turn: 0.16, nod: 0.16, tilt: 2.2, keep: [2400, 5200] },
  thinking: { turn: 0.4, nod: 0.3, tilt: 2.4, keep: [1500, 3000] },
  speaking: { turn: 0.34, nod: 0.26, tilt: 2, keep: [900, 2600] },
});

/**
 * @param {number} now ms
 * @returns {PostureState}
 */
export function upright(now) {
  return {
    at: [0, 0, 0],
    speed: [0, 0, 0],
    target: [0, 0, 0],
    nextAt: now + 2500,
    noddedAt: Number.NEGATIVE_INFINITY,
    nextNodAt: now + 1800,
  };
}

/**
 * @param {PostureState} state
 * @param {object} moment
 * @param {number} moment.now ms
 * @param {number} moment.seconds since the last step
 * @param {Phase} moment.phase
 * @param {boolean} moment.visitorSpeaks
 * @param {number} moment.patience how many times longer than usual a posture is kept
 * @param {readonly [number, number]} moment.gaze
 * @param {() => number} random
 * @returns {PostureState}
 */
export function stepPosture(state, moment, random) {
  const { now, phase, gaze } = moment;
  const habit = HABITS[phase];
  let { target, nextAt, noddedAt, nextNodAt } = state;
  if (now >= nextAt) {
    const swing = (/** @type {number} */ size) => (random() - 0.5) * 2 * size;
    // The head goes where the eyes went, only less far.
    target = [0.45 * gaze[0] + swing(habit.turn) * 0.7, 0.4 * gaze[1] + swing(habit.nod), swing(habit.tilt)];
    nextAt = now + (habit.keep[0] + random() * (habit.keep[1] - habit.keep[0])) * moment.patience;
  }
  if (phase === 'listening' && moment.visitorSpeaks && now >= nextNodAt) {
    noddedAt = now;
    nextNodAt = now + 2400 + random() * 3200;
  }
  // Small steps keep the spring stable when a frame comes late.
  let { at, speed } = state;
  let left = Math.min(moment.seconds, 0.25);
  while (left > 0) {
    const step = Math.min(left, 1 / 60);
    [at, speed] = springStep(at, speed, target, step);
    left -= step;
  }
  return { at, speed, target, nextAt, noddedAt, nextNodAt };
}

/**
 * @param {PostureState} state
 * @param {object} moment
 * @param {number} moment.now ms
 * @param {number} moment.vigour 0 still .. 1 lively: size of the sway
 * @param {number} moment.emphasis 0..1: loudness of the avatar's own voice
 * @returns {Posture}
 */
export function postureAt(state, { now, vigour, emphasis }) {
  const t = now / 1000;
  const nodding = (now - state.noddedAt) / NOD_MS;
  const nod = nodding >= 0 && nodding < 1 ? Math.sin(nodding * Math.PI * 2) * (1 - nodding) * 0.55 : 0;
  return {
    turn: state.at[0] + vigour * (0.1 * Math.sin(t * 0.53) + 0.06 * Math.sin(t * 1.27 + 1)),
    nod:
      state.at[1] +
      vigour * (0.07 * Math.sin(t * 0.71 + 2) + 0.05 * Math.sin(t * 1.61)) +
      Math.max(nod, -0.1) -
      0.28 * emphasis,
    tilt: state.at[2] + vigour * (0.5 * Math.sin(t * 0.41 + 0.5) + 0.25 * Math.sin(t * 1.1)),
  };
}

/**
 * @param {PostureState} state
 * @param {number} now
 * @returns {boolean} whether the head is on its way, so that frames must be drawn
 */
export function isMoving(state, now) {
  return (
    now - state.noddedAt < NOD_MS ||
    state.at.some((value, axis) => Math.abs(state.target[axis] - value) > 0.01)
  );
}

/**
 * @param {readonly [number, number, number]} at
 * @param {readonly [number, number, number]} speed
 * @param {readonly [number, number, number]} target
 * @param {number} step seconds
 * @returns {[[number, number, number], [number, number, number]]}
 */
function springStep(at, speed, target, step) {
  const pull = (/** @type {0 | 1 | 2} */ axis) =>
    STIFFNESS ** 2 * (target[axis] - at[axis]) - 2 * STIFFNESS * speed[axis];
  /** @type {[number, number, number]} */
  const faster = [speed[0] + pull(0) * step, speed[1] + pull(1) * step, speed[2] + pull(2) * step];
  return [[at[0] + faster[0] * step, at[1] + faster[1] * step, at[2] + faster[2] * step], faster];
}
