/**
 * Where the eyes look. Eyes do not glide: they rest, and jump within some 50 ms (saccades).
 *
 * @typedef {'lobby' | 'listening' | 'thinking' | 'speaking'} Phase what the avatar is doing
 *
 * @typedef {object} GazeState
 * @property {readonly [number, number]} from
 * @property {readonly [number, number]} to -1..1 each
 * @property {number} jumpedAt ms
 * @property {number} nextAt ms
 */

const JUMP_MS = 55;
/** A jump further than this moves the head and brings a blink. */
export const FAR = 0.45;

/** Looking habits: share of looks that meet the visitor's eyes, how far the others go, how long a look lasts (ms). */
const HABITS = Object.freeze({
  lobby: { contact: 0.55, reach: [0.85, 0.3], lift: 0.02, rest: [900, 3800] },
  listening: { contact: 0.9, reach: [0.3, 0.2], lift: 0, rest: [700, 2600] },
  thinking: { contact: 0.12, reach: [0.6, 0.25], lift: -0.5, rest: [700, 1700] },
  speaking: { contact: 0.74, reach: [0.5, 0.25], lift: 0.05, rest: [600, 2400] },
});

/**
 * @param {number} now ms
 * @returns {GazeState}
 */
export function straightAhead(now) {
  return { from: [0, 0], to: [0, 0], jumpedAt: now, nextAt: now + 1200 };
}

/**
 * @param {GazeState} state
 * @param {number} now ms
 * @param {Phase} phase
 * @param {() => number} random 0..1
 * @param {number} [patience] how many times longer than usual a look lasts
 * @returns {GazeState}
 */
export function stepGaze(state, now, phase, random, patience = 1) {
  if (now < state.nextAt) return state;
  const habit = HABITS[phase];
  const meets = random() < habit.contact;
  const [reachX, reachY] = habit.reach;
  // Even eye contact wanders: between the visitor's two eyes and mouth.
  const to = meets
    ? /** @type {const} */ ([(random() - 0.5) * 0.16, (random() - 0.5) * 0.12])
    : /** @type {const} */ ([aside(random) * reachX, habit.lift + (random() - 0.5) * 2 * reachY]);
  const [shortest, longest] = habit.rest;
  const rest = (shortest + (longest - shortest) * random()) * (meets ? 1.3 : 0.8) * patience;
  return { from: gazeAt(state, now), to, jumpedAt: now, nextAt: now + rest };
}

/**
 * @param {GazeState} state
 * @param {number} now ms
 * @returns {readonly [number, number]}
 */
export function gazeAt(state, now) {
  const t = Math.min(Math.max((now - state.jumpedAt) / JUMP_MS, 0), 1);
  const eased = t * (2 - t);
  return [
    state.from[0] + (state.to[0] - state.from[0]) * eased,
    state.from[1] + (state.to[1] - state.from[1]) * eased,
  ];
}

/**
 * @param {GazeState} state
 * @returns {boolean} whether the jump under way is a large one
 */
export function isFarJump(state) {
  return Math.hypot(state.to[0] - state.from[0], state.to[1] - state.from[1]) > FAR;
}

/**
 * To one side or the other, seldom near the middle.
 * @param {() => number} random
 */
function aside(random) {
  return (random() < 0.5 ? -1 : 1) * (0.45 + 0.55 * random());
}
