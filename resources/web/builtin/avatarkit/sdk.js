import { AvatarError } from './errors.js';
import { AvatarManager } from './manager.js';

/** @enum {string} */
export const Environment = Object.freeze({ intl: 'intl', cn: 'cn' });

/** Who drives the avatar: in RTC mode the host page does. @enum {string} */
export const DrivingServiceMode = Object.freeze({ sdk: 'sdk', host: 'host' });

/**
 * @typedef {object} InitializeOptions
 * @property {string} [environment] one of Environment
 * @property {string} [drivingServiceMode] must be DrivingServiceMode.host
 * @property {string} [logLevel] accepted for the vendor's sake: this package reports by errors and events, it logs nothing
 */

export class AvatarSDK {
  static #initialized = false;
  static #hasSessionToken = false;

  static get isInitialized() {
    return AvatarSDK.#initialized;
  }

  /** Whether a session token has been set; the built-in avatar needs none and does not keep it. */
  static get hasSessionToken() {
    return AvatarSDK.#hasSessionToken;
  }

  /**
   * @param {string} appId
   * @param {InitializeOptions} [options]
   * @returns {Promise<void>}
   * @throws {AvatarError} `invalid-argument` or `unsupported`
   */
  static async initialize(appId, options = {}) {
    if (typeof appId !== 'string')
      throw new AvatarError('invalid-argument', 'initialize(appId, options): appId must be a string');
    const { environment = Environment.intl, drivingServiceMode = DrivingServiceMode.sdk } = options;
    if (!Object.values(Environment).some((known) => known === environment)) {
      throw new AvatarError(
        'invalid-argument',
        `initialize: environment must be Environment.intl or .cn, not ${environment}`,
      );
    }
    if (drivingServiceMode !== DrivingServiceMode.host) {
      throw new AvatarError(
        'unsupported',
        'initialize: RTC mode needs drivingServiceMode: DrivingServiceMode.host',
      );
    }
    AvatarManager.shared.allowLoading(true);
    AvatarSDK.#initialized = true;
  }

  /**
   * @param {string} token
   * @throws {AvatarError} `invalid-argument`
   */
  static setSessionToken(token) {
    if (typeof token !== 'string' || token === '') {
      throw new AvatarError('invalid-argument', 'setSessionToken(token): token must be a non-empty string');
    }
    AvatarSDK.#hasSessionToken = true;
  }

  /** Forgets loaded avatars and the token; `initialize` starts anew. Dispose views first. */
  static cleanup() {
    AvatarManager.shared.clearAll();
    AvatarManager.shared.allowLoading(false);
    AvatarSDK.#initialized = false;
    AvatarSDK.#hasSessionToken = false;
  }
}
