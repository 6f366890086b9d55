/** @import { Kit } from '../app/kit.js' */
/** @import { AvatarModule, RtcModule } from './player-kit.js' */

import { playerKit } from './player-kit.js';

/**
 * The first generation, that of the documents which the page was made after, and of the built-in avatar.
 *
 * @typedef {AvatarModule & {Environment: Record<string, unknown>}} FirstModule
 */

/** @returns {Promise<[FirstModule, RtcModule]>} what the import map names by the vendor's names */
export async function importVendor() {
  const modules = await Promise.all([import('@spatialwalk/avatarkit'), import('@spatialwalk/avatarkit-rtc')]);
  return /** @type {any} */ (modules);
}

/** @returns {Promise<[FirstModule, RtcModule]>} the built-in avatar, whatever was chosen */
export async function importBuiltin() {
  const modules = await Promise.all([
    import('kiosk-builtin/avatarkit'),
    import('kiosk-builtin/avatarkit-rtc'),
  ]);
  return /** @type {any} */ (modules);
}

/**
 * @param {string} sdk
 * @param {[FirstModule, RtcModule]} modules
 * @returns {Kit}
 */
export function createKit(sdk, [avatar, rtc]) {
  const { AvatarSDK, DrivingServiceMode, Environment } = avatar;
  return playerKit(sdk, avatar, rtc, {
    initialize: async ({ appId, environment }) => {
      if (!AvatarSDK.isInitialized) {
        await AvatarSDK.initialize(appId, {
          environment: Environment[environment],
          drivingServiceMode: DrivingServiceMode.host,
        });
      }
    },
    setSessionToken: (sessionToken) => {
      if (AvatarSDK.isInitialized) {
        AvatarSDK.setSessionToken(sessionToken);
      }
    },
    createProvider: () => new rtc.LiveKitProvider(),
  });
}
