/** @import { Kit } from '../app/kit.js' */
/** @import { SpatialReal } from './vendor-call.js' */

import { systemClock } from '../app/clock.js';
import { AvatarPlace } from './avatar-place.js';
import { CallWatch } from './call-watch.js';
import { VendorCall } from './vendor-call.js';

/**
 * The third generation: one package, whose sessions do all by themselves, from loading the avatar to the microphone.
 * Made after the vendor's documents and examples; not tried with the vendor's own package. What differs for a visitor:
 *
 * - The avatar is part of a session, and a session needs a room. So the stage is empty while nobody talks, and the
 *   avatar loads after the tap, within `recovery.connect_timeout`. Should it not load, the built-in one takes over for
 *   the next try, and the voice is back.
 * - The session opens a microphone of its own. Where it lets us at its room the chosen one is put in its place; else
 *   the visitor is heard through the machine's default.
 * - It takes no player options (transitions, jitter buffer).
 *
 * @param {string} sdk
 * @returns {Promise<Kit>}
 */
export async function loadKit(sdk) {
  return createKit(sdk, /** @type {any} */ (await import('@spatialreal/web-sdk')));
}

/**
 * @param {string} sdk
 * @param {{SpatialReal: new (options: {appId: string}) => SpatialReal}} module
 * @param {import('../app/clock.js').Clock} [clock]
 * @returns {Kit}
 */
export function createKit(sdk, module, clock = systemClock) {
  /** @type {SpatialReal|null} */
  let client = null;
  /** @type {string|null} */
  let credential = null;
  return {
    sdk,
    initialize: async ({ appId }) => {
      client ??= new module.SpatialReal({ appId });
    },
    setSessionToken: (sessionToken) => {
      credential = sessionToken;
    },
    load: async (avatarId) => {
      if (credential === null) {
        throw new Error('there is no session token to load the avatar with');
      }
      return avatarId;
    },
    createView: (avatarId, container) => new AvatarPlace(avatarId, container),
    createProvider: ({ microphone }) => {
      if (client === null || credential === null) {
        throw new Error('a session before the avatar is prepared');
      }
      return new VendorCall({ client, credential, microphone: microphone !== null, clock });
    },
    createPlayer: (call, place) => call.at(place),
    address: ({ url, token, roomName }) => ({ url, token, roomName }),
    createWatch: (call, callbacks) => new CallWatch(call, callbacks),
  };
}
