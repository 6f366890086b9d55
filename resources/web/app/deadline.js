/** @import { Operation } from './protocol.js' */
/** @import { Clock } from './clock.js' */

import { systemClock } from './clock.js';
import { DeadlineError, OperationError } from './errors.js';

/**
 * Waits for a call of the SDK, but not for ever: several of them never settle by themselves (a WebSocket that opens
 * and stays silent, a permission nobody answers). What comes after the deadline is ignored, without an unhandled
 * rejection; a caller that must undo a late success keeps the promise and does so itself.
 *
 * @template T
 * @param {PromiseLike<T> | T} promise
 * @param {number} seconds
 * @param {Operation} operation
 * @param {Clock} [clock]
 * @returns {Promise<T>} rejects with `OperationError` (its cause is the original error) or `DeadlineError`
 */
export function withDeadline(promise, seconds, operation, clock = systemClock) {
  const ms = seconds * 1000;
  return new Promise((resolve, reject) => {
    const timer = clock.after(() => reject(new DeadlineError(operation, ms)), ms);
    Promise.resolve(promise).then(
      (value) => {
        clock.cancel(timer);
        resolve(value);
      },
      (error) => {
        clock.cancel(timer);
        reject(new OperationError(operation, error));
      },
    );
  });
}
