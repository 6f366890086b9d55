/**
 * Blinking: when, and how the lids move. People blink every 3 to 5 s, in no rhythm, now and then twice; the lid falls in
 * 80 ms and rises more slowly.
 *
 * @typedef {object} BlinkState
 * @property {number} startedAt ms; the lids are moving until `BLINK_MS` after it
 * @property {number} nextAt ms
 */

const FALL_MS = 80;
const SHUT_MS = 40;
const RISE_MS = 160;
export const BLINK_MS = FALL_MS + SHUT_MS + RISE_MS;
const SHORTEST_GAP_MS = 1100;
const LONGEST_GAP_MS = 9000;
const TWICE = 0.12;

/**
 * @param {number} now ms
 * @param {() => number} random 0..1
 * @returns {BlinkState}
 */
export function restedEyes(now, random) {
  return { startedAt: Number.NEGATIVE_INFINITY, nextAt: now + gap(random) };
}

/**
 * @param {BlinkState} state
 * @param {number} now ms
 * @param {() => number} random
 * @returns {BlinkState}
 */
export function stepBlink(state, now, random) {
  if (now < state.nextAt) return state;
  const again = random() < TWICE;
  return { startedAt: now, nextAt: now + BLINK_MS + (again ? 60 : gap(random)) };
}

/**
 * A large movement of the eyes nearly always brings a blink with it.
 * @param {BlinkState} state
 * @param {number} now
 * @returns {BlinkState}
 */
export function blinkSoon(state, now) {
  return now - state.startedAt < SHORTEST_GAP_MS ? state : { ...state, nextAt: Math.min(state.nextAt, now) };
}

/**
 * @param {BlinkState} state
 * @param {number} now ms
 * @returns {number} 0 open .. 1 shut
 */
export function lidClosure(state, now) {
  const since = now - state.startedAt;
  if (since < 0 || since >= BLINK_MS) return 0;
  if (since < FALL_MS) return smooth(since / FALL_MS);
  if (since < FALL_MS + SHUT_MS) return 1;
  return 1 - smooth((since - FALL_MS - SHUT_MS) / RISE_MS);
}

/**
 * Gaps between blinks are log-normal: many short ones, few long ones.
 * @param {() => number} random
 */
function gap(random) {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.min(Math.max(3400 * Math.exp(0.55 * normal), SHORTEST_GAP_MS), LONGEST_GAP_MS);
}

/** @param {number} t */
function smooth(t) {
  return t * t * (3 - 2 * t);
}
