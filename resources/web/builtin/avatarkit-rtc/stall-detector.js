/**
 * Finds a stalled stream: no frame for 3 s while frames are expected. Armed again by the next frame.
 * Pure: the clock is the caller's.
 *
 * @typedef {object} StallState
 * @property {number | null} quietSince ms of the last frame, or of the moment frames began to be expected; null: none expected
 * @property {boolean} stalled
 *
 * @typedef {{type: 'frames'} | {type: 'expected', expected: boolean} | {type: 'tick'}} StallEvent
 */

/** The vendor's limit. */
export const STALL_MS = 3000;

/** @type {Readonly<StallState>} */
export const UNWATCHED = Object.freeze({ quietSince: null, stalled: false });

/**
 * @param {Readonly<StallState>} state
 * @param {StallEvent} event
 * @param {number} now ms
 * @returns {Readonly<StallState>}
 */
export function stepStall(state, event, now) {
  switch (event.type) {
    case 'frames':
      // A late report of frames from a stream that is no longer watched changes nothing.
      return state.quietSince === null ? state : { quietSince: now, stalled: false };
    case 'expected':
      if (!event.expected) return UNWATCHED;
      return state.quietSince === null ? { quietSince: now, stalled: false } : state;
    case 'tick':
      return state.quietSince !== null && now - state.quietSince >= STALL_MS
        ? { ...state, stalled: true }
        : state;
  }
}

/**
 * @param {Readonly<StallState>} state
 * @param {number} now ms
 * @returns {number | null} ms until a tick can find a stall; null: never, as things are
 */
export function untilStall(state, now) {
  if (state.quietSince === null || state.stalled) return null;
  return Math.max(0, state.quietSince + STALL_MS - now);
}
