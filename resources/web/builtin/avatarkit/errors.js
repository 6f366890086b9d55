/**
 * @typedef {'not-initialized' | 'invalid-argument' | 'unsupported' | 'load-failed' | 'context-lost'} AvatarErrorCode
 */

export class AvatarError extends Error {
  /**
   * @param {AvatarErrorCode} code
   * @param {string} message for developers and logs
   * @param {ErrorOptions} [options]
   */
  constructor(code, message, options) {
    super(message, options);
    this.name = 'AvatarError';
    this.code = code;
    /** Whether the same call may succeed later without any change by the caller. */
    this.retryable = code === 'load-failed' || code === 'context-lost';
  }
}
