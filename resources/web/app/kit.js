/** @import { AvatarSettings, Connect, ConnectionState, PlayerOptions } from './protocol.js' */
/** @import { Watch, WatchCallbacks } from './watch.js' */

import { RoomWatch } from './room-watch.js';

/**
 * The part of the vendor's two packages that this page uses, as their documents describe it.
 *
 * @typedef {{type: string, progress?: number}} LoadProgress
 * @typedef {object} AvatarView
 * @property {(() => void)|undefined} onFirstRendering
 * @property {() => void} dispose
 * @property {() => {renderedFrames: number}} [getStats]  the built-in view counts; a vendor's may not
 *
 * @typedef {object} AvatarModule
 * @property {{
 *   isInitialized: boolean,
 *   initialize(appId: string, options: {environment: unknown, drivingServiceMode: unknown}): Promise<void>,
 *   setSessionToken(token: string): void,
 *   cleanup(): void}} AvatarSDK
 * @property {{shared: {load(id: string, onProgress?: (progress: LoadProgress) => void): Promise<unknown>}}} AvatarManager
 * @property {new (avatar: any, container: HTMLElement) => AvatarView} AvatarView
 * @property {{host: unknown}} DrivingServiceMode
 * @property {Record<string, unknown>} Environment
 *
 * @typedef {{getNativeClient(): unknown}} Provider
 *
 * @typedef {object} AvatarPlayer
 * @property {(config: {url: string, token: string, roomName: string}) => Promise<void>} connect
 * @property {() => Promise<void>} disconnect
 * @property {() => Promise<void>} reconnect
 * @property {(track: MediaStreamTrack) => Promise<void>} publishAudio
 * @property {() => Promise<void>} unpublishAudio
 * @property {() => ConnectionState} getConnectionState
 * @property {(event: string, handler: (...args: any[]) => void) => unknown} on
 * @property {(event: string, handler: (...args: any[]) => void) => unknown} off
 *
 * @typedef {object} RtcModule
 * @property {new (provider: any, view: any, options: PlayerOptions) => AvatarPlayer} AvatarPlayer
 * @property {new () => Provider} LiveKitProvider
 */

/**
 * Everything a session needs from outside: the avatar, the player, and what stands behind it.
 * @typedef {object} Kit
 * @property {string} sdk  what it is, for status: `builtin`, `installed`, or a folder
 * @property {AvatarModule} avatar
 * @property {RtcModule['AvatarPlayer']} AvatarPlayer
 * @property {(connect: Connect) => {url: string, token: string, roomName: string}} address  what the player connects to
 * @property {(connect: Connect) => Provider} createProvider
 * @property {(provider: Provider, callbacks: WatchCallbacks) => Watch} createWatch
 */

/** @returns {Promise<[AvatarModule, RtcModule]>} what the import map names by the vendor's names */
async function importChosen() {
  const [avatar, rtc] = await Promise.all([
    import('@spatialwalk/avatarkit'),
    import('@spatialwalk/avatarkit-rtc'),
  ]);
  return [/** @type {any} */ (avatar), /** @type {any} */ (rtc)];
}

/** @returns {Promise<[AvatarModule, RtcModule]>} the built-in avatar, whatever was chosen */
async function importBuiltin() {
  const [avatar, rtc] = await Promise.all([
    import('kiosk-builtin/avatarkit'),
    import('kiosk-builtin/avatarkit-rtc'),
  ]);
  return [/** @type {any} */ (avatar), /** @type {any} */ (rtc)];
}

/**
 * @param {string} sdk
 * @param {AvatarModule} avatar
 * @param {RtcModule} rtc
 * @returns {Kit}
 */
function livekitKit(sdk, avatar, rtc) {
  return {
    sdk,
    avatar,
    AvatarPlayer: rtc.AvatarPlayer,
    address: ({ url, token, roomName }) => ({ url, token, roomName }),
    createProvider: () => new rtc.LiveKitProvider(),
    createWatch: (provider, callbacks) => new RoomWatch(provider, callbacks),
  };
}

export const BUILTIN = 'builtin';

/**
 * Loads the configured avatar packages. `builtin` is what the import map says by itself, so the second pair of names
 * is only needed beside a vendor's packages.
 * @param {Pick<AvatarSettings, 'sdk'>} settings
 * @returns {Promise<Kit>}
 */
export async function loadChosenKit({ sdk }) {
  return livekitKit(sdk, ...(await importChosen()));
}

/** @returns {Promise<Kit>} the built-in avatar over LiveKit, to stand in for a vendor's that does not load */
export async function loadFallbackKit() {
  return livekitKit(BUILTIN, ...(await importBuiltin()));
}

/** @param {string} sdk */
function importToolbox(sdk) {
  return sdk === BUILTIN
    ? import('@spatialwalk/avatarkit-rtc/provider')
    : import('kiosk-builtin/avatarkit-rtc/provider');
}

/**
 * Demo mode: the built-in avatar talks with an agent inside this page. A vendor's player would not take its provider.
 * @param {Pick<AvatarSettings, 'sdk'>} settings
 * @param {readonly string[]} languages  of the site
 * @returns {Promise<Kit>}
 */
export async function loadDemoKit({ sdk }, languages) {
  const [[avatar, rtc], toolbox, { createDemo }] = await Promise.all([
    sdk === BUILTIN ? importChosen() : importBuiltin(),
    importToolbox(sdk),
    import('../demo/kit.js'),
  ]);
  const demo = await createDemo(toolbox, languages);
  return { sdk: BUILTIN, avatar, AvatarPlayer: rtc.AvatarPlayer, ...demo };
}
