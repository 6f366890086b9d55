/** @import { Kit } from '../app/kit.js' */
/** @import { AvatarModule, RtcModule } from './player-kit.js' */

import { playerKit } from './player-kit.js';

/**
 * The second generation: the same player under another name. It asks for a region in place of an environment, calls
 * the way it is driven `backend`, and wants no session token. Made after its documents; not tried with the vendor's own
 * packages.
 *
 * @param {string} sdk
 * @returns {Promise<Kit>}
 */
export async function loadKit(sdk) {
  const modules = await Promise.all([import('@spatius/avatarkit'), import('@spatius/avatarkit-rtc')]);
  return createKit(sdk, /** @type {any} */ (modules));
}

/**
 * @param {string} sdk
 * @param {[AvatarModule, RtcModule]} modules
 * @returns {Kit}
 */
export function createKit(sdk, [avatar, rtc]) {
  const { AvatarSDK, DrivingServiceMode } = avatar;
  return playerKit(sdk, avatar, rtc, {
    initialize: async ({ appId, region }) => {
      if (!AvatarSDK.isInitialized) {
        await AvatarSDK.initialize(appId, { region, drivingServiceMode: DrivingServiceMode.backend });
      }
    },
    setSessionToken: () => {},
    // It finds the track that carries the motion by names of its own, unless it is given others.
    createProvider: () => new rtc.LiveKitProvider({}),
  });
}
