/**
 * What callers pass in, checked: integrators mix these up, and a clear sentence saves them an afternoon.
 *
 * @typedef {import('./provider.js').AvatarProvider} AvatarProvider
 * @typedef {import('./provider.js').ConnectionConfig} ConnectionConfig
 * @typedef {import('./log.js').LogLevel} LogLevel
 *
 * @typedef {object} AvatarPlayerOptions
 * @property {number} [transitionStartFrameCount] frames (25 a second) from idle to speaking; default 5
 * @property {number} [transitionEndFrameCount] frames from speaking to idle; default 40
 * @property {LogLevel} [logLevel] default 'warning'
 * @property {boolean} [enableJitterBuffer] hold sound back so that a jittery network does not chop it; default true
 * @property {number} [maxBufferDelayMs] by how much; default 80
 *
 * @typedef {object} Drivable what the player needs of a view
 * @property {(input: Partial<import('../avatarkit/view.js').AvatarInput>) => void} drive
 * @property {() => import('../avatarkit/view.js').ViewStats} getStats
 * @property {EventTarget['addEventListener']} addEventListener
 */
import { AvatarPlayerError } from './errors.js';
import { LOG_LEVELS } from './log.js';

/**
 * @param {unknown} provider
 * @param {unknown} view
 */
export function checkParts(provider, view) {
  if (!isProvider(provider)) {
    const swapped = isProvider(view) ? ' (the provider comes first, the view second)' : '';
    throw invalid(
      `new AvatarPlayer(provider, view, options): the first argument is not a provider${swapped}`,
    );
  }
  if (!isView(view))
    throw invalid(
      'new AvatarPlayer(provider, view, options): the second argument is not an AvatarView of this package',
    );
}

/**
 * @param {AvatarPlayerOptions} options
 * @returns {Required<AvatarPlayerOptions>}
 */
export function checkOptions(options) {
  const checked = {
    transitionStartFrameCount: options.transitionStartFrameCount ?? 5,
    transitionEndFrameCount: options.transitionEndFrameCount ?? 40,
    logLevel: options.logLevel ?? /** @type {const} */ ('warning'),
    enableJitterBuffer: options.enableJitterBuffer ?? true,
    maxBufferDelayMs: options.maxBufferDelayMs ?? 80,
  };
  for (const name of /** @type {const} */ ([
    'transitionStartFrameCount',
    'transitionEndFrameCount',
    'maxBufferDelayMs',
  ])) {
    if (!Number.isFinite(checked[name]) || checked[name] < 0)
      throw invalid(`${name} must be a number of at least 0`);
  }
  if (!LOG_LEVELS.includes(checked.logLevel))
    throw invalid(`logLevel must be one of ${LOG_LEVELS.join(', ')}`);
  return checked;
}

/**
 * @param {unknown[]} args all that `connect` was called with
 * @returns {ConnectionConfig}
 */
export function checkConfig(args) {
  const [config] = args;
  if (args.length !== 1 || typeof config !== 'object' || config === null) {
    throw invalid('connect takes one object: connect({ url, token, roomName })');
  }
  const { url, token, roomName } = /** @type {Record<string, unknown>} */ (config);
  for (const [name, value] of Object.entries({ url, token, roomName })) {
    if (typeof value !== 'string' || value === '')
      throw invalid(`connect({ url, token, roomName }): ${name} must be a non-empty string`);
  }
  return { url: String(url), token: String(token), roomName: String(roomName) };
}

/** @param {unknown} track */
export function checkAudioTrack(track) {
  if (!(track instanceof MediaStreamTrack) || track.kind !== 'audio') {
    throw invalid('publishAudio(track): track must be an audio MediaStreamTrack');
  }
  if (track.readyState === 'ended') throw invalid('publishAudio(track): the track has already ended');
}

/** @param {unknown} candidate */
function isProvider(candidate) {
  return hasMethods(candidate, [
    'connect',
    'disconnect',
    'publishAudio',
    'unpublishAudio',
    'getNativeClient',
    'on',
    'off',
  ]);
}

/** @param {unknown} candidate */
function isView(candidate) {
  return hasMethods(candidate, ['drive', 'getStats', 'addEventListener']);
}

/**
 * @param {unknown} candidate
 * @param {readonly string[]} names
 */
function hasMethods(candidate, names) {
  if (typeof candidate !== 'object' || candidate === null) return false;
  const methods = /** @type {Record<string, unknown>} */ (candidate);
  return names.every((name) => typeof methods[name] === 'function');
}

/** @param {string} message */
function invalid(message) {
  return new AvatarPlayerError('invalid-argument', message);
}
