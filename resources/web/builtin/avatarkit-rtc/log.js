/**
 * @typedef {'info' | 'warning' | 'error' | 'none'} LogLevel least severe message that is logged
 */

/** @type {readonly LogLevel[]} */
export const LOG_LEVELS = Object.freeze(['info', 'warning', 'error', 'none']);

/** Everything that looks like a JSON web token: LiveKit copies refused ones into its error messages. */
const TOKENS = /eyJ[\w-]+\.[\w-]+(\.[\w-]*)?/g;

/** @param {string} text */
export function withoutTokens(text) {
  return text.replace(TOKENS, '[token]');
}

/**
 * @param {LogLevel} level
 * @param {Pick<Console, 'info' | 'warn' | 'error'>} [sink]
 */
export function createLog(level, sink = console) {
  const at = (/** @type {LogLevel} */ own) => LOG_LEVELS.indexOf(own) >= LOG_LEVELS.indexOf(level);
  return {
    info: (/** @type {string} */ text) => at('info') && sink.info(`[avatar] ${withoutTokens(text)}`),
    warning: (/** @type {string} */ text) => at('warning') && sink.warn(`[avatar] ${withoutTokens(text)}`),
    error: (/** @type {string} */ text) => at('error') && sink.error(`[avatar] ${withoutTokens(text)}`),
  };
}
