/** @import { Operation, PageError } from './protocol.js' */

/** Foreign error texts can carry whole tokens: a refused LiveKit join quotes its JWT. */
const TOKEN = /eyJ[\w-]+(?:\.[\w-]*)*/g;
const MESSAGE_LIMIT = 600;

/**
 * @param {string} text
 * @returns {string} the text without tokens, cut to a length worth reading
 */
export function redact(text) {
  const clean = text.replace(TOKEN, '[token]');
  return clean.length > MESSAGE_LIMIT ? `${clean.slice(0, MESSAGE_LIMIT)}…` : clean;
}

/** An SDK call that did not settle in time. */
export class DeadlineError extends Error {
  /**
   * @param {Operation} operation
   * @param {number} ms
   */
  constructor(operation, ms) {
    super(`${operation} did not finish within ${ms / 1000} s`);
    this.name = 'DeadlineError';
    this.operation = operation;
  }
}

/** An SDK call that failed; `cause` is what it failed with. */
export class OperationError extends Error {
  /**
   * @param {Operation} operation
   * @param {unknown} cause
   */
  constructor(operation, cause) {
    super(`${operation}: ${describeError(cause).message}`, { cause });
    this.name = 'OperationError';
    this.operation = operation;
  }
}

/** The wanted microphone is not among Chromium's inputs any more. */
export class DeviceMissingError extends Error {
  /** @param {string} label */
  constructor(label) {
    super(`no input named "${label}"`);
    this.name = 'DeviceMissingError';
  }
}

/**
 * What Python learns of a failure: `status` is an HTTP status, `reason` livekit-client's numeric reason (0 is one).
 * @param {unknown} error
 * @returns {PageError}
 */
export function describeError(error) {
  const source = error instanceof OperationError ? error.cause : error;
  if (!(source instanceof Error)) {
    return { name: 'Error', message: redact(String(source)), status: null, reason: null };
  }
  return {
    name: source.name,
    message: redact(source.message),
    status: numberWithin(source, 'status'),
    reason: numberWithin(source, 'reason'),
  };
}

/** Adapters wrap the errors of livekit-client; deeper than this nobody wraps, and causes can go in circles. */
const DEEPEST = 5;

/**
 * @param {Error} error
 * @param {'status'|'reason'} name
 * @returns {number|null} the number of the error itself, or of what caused it
 */
function numberWithin(error, name) {
  /** @type {unknown} */
  let current = error;
  for (let depth = 0; depth < DEEPEST && current instanceof Error; depth += 1) {
    const value = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (current))[name];
    if (Number.isInteger(value)) {
      return /** @type {number} */ (value);
    }
    current = current.cause;
  }
  return null;
}
