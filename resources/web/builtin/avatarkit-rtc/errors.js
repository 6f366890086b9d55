/**
 * @typedef {'invalid-argument' | 'wrong-state' | 'aborted' | 'connection-failed' | 'connection-lost' | 'publish-failed' | 'microphone-refused'} PlayerErrorCode
 *   aborted: the caller disconnected meanwhile; connection-lost: an established connection ended for good
 */

export class AvatarPlayerError extends Error {
  /**
   * @param {PlayerErrorCode} code
   * @param {string} message for developers and logs, free of secrets
   * @param {ErrorOptions & {reason?: string, status?: number}} [options] `reason` in the transport's words
   */
  constructor(code, message, options = {}) {
    super(message, options);
    this.name = 'AvatarPlayerError';
    this.code = code;
    this.reason = options.reason;
    /** HTTP status, where the transport got one: 401 is a refused token. */
    this.status = options.status;
  }
}
