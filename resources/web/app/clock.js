/**
 * Time, so that tests can bring their own. `now()` is milliseconds of a monotonic clock.
 *
 * @typedef {object} Clock
 * @property {() => number} now
 * @property {(run: () => void, ms: number) => unknown} after  runs once; answers a handle for `cancel`
 * @property {(run: () => void, ms: number) => unknown} repeat  runs again and again until cancelled
 * @property {(handle: unknown) => void} cancel
 */

/** @type {Clock} */
export const systemClock = {
  now: () => performance.now(),
  after: (run, ms) => setTimeout(run, ms),
  repeat: (run, ms) => setInterval(run, ms),
  // Timeouts and intervals share one list of handles (HTML standard), so one call cancels both.
  cancel: (handle) => clearTimeout(/** @type {number} */ (handle)),
};

/**
 * Settles on a later task: whatever is queued behind the present one has run by then.
 * @param {Clock} clock
 * @returns {Promise<void>}
 */
export function laterTask(clock) {
  return new Promise((resolve) => clock.after(resolve, 0));
}
