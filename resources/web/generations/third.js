/** @import { Kit } from '../app/kit.js' */
/** @import { Clock } from '../app/clock.js' */
/** @import { SpatialReal, VendorSession } from './vendor-call.js' */

import { laterTask, systemClock } from '../app/clock.js';
import { AvatarPlace } from './avatar-place.js';
import { CallWatch } from './call-watch.js';
import { VendorCall } from './vendor-call.js';

/**
 * The avatar is shown by a session, and a session is made for a room; which one is not known while nobody is there. So
 * the avatar that waits for a visitor belongs to a session that is never started. `.invalid` leads nowhere (RFC 2606).
 */
const NO_ROOM = { url: 'wss://nobody-there.invalid', token: 'none-yet' };

/**
 * The third generation: one package, whose sessions do all by themselves, from loading the avatar to the microphone.
 * Made after the vendor's documents and examples; not tried with the vendor's own package. What differs:
 *
 * - A visitor's session loads the avatar once more, from what is loaded already; the stage is empty for that moment.
 *   Should it not load any more, the built-in avatar takes over for the next try.
 * - The session opens a microphone of its own. Where it lets us at its room the chosen one is put in its place; else
 *   the visitor is heard through the machine's default.
 * - It takes no player options (transitions, jitter buffer), and tells no progress.
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
 * @param {Clock} [clock]
 * @returns {Kit}
 */
export function createKit(sdk, module, clock = systemClock) {
  /** @type {SpatialReal|null} */
  let client = null;
  /** @type {string|null} */
  let credential = null;
  /** A session whose avatar nobody has taken yet. @type {VendorSession|null} */
  let unclaimed = null;

  function ready() {
    if (client === null || credential === null) {
      throw new Error('there is no session token to load the avatar with');
    }
    return { client, credential };
  }

  return {
    sdk,
    initialize: async ({ appId }) => {
      client ??= new module.SpatialReal({ appId });
    },
    setSessionToken: (sessionToken) => {
      credential = sessionToken;
    },
    load: async (avatarId, onProgress, container) => {
      const parts = ready();
      const session = await parts.client.createSession({
        avatarId,
        credential: parts.credential,
        container,
        livekit: NO_ROOM,
      });
      onProgress({ type: 'completed', progress: 1 });
      unclaimed = session;
      // Whoever has stopped waiting for it has put another avatar there.
      void laterTask(clock).then(() => unclaimed === session && session.dispose());
      return { session, avatarId };
    },
    createView: ({ session, avatarId }, container) => {
      unclaimed = null;
      return new AvatarPlace(session, avatarId, container);
    },
    createProvider: ({ microphone }) => new VendorCall({ ...ready(), microphone: microphone !== null }),
    createPlayer: (call, place) => call.at(place),
    address: ({ url, token, roomName }) => ({ url, token, roomName }),
    createWatch: (call, callbacks) => new CallWatch(call, callbacks),
  };
}
