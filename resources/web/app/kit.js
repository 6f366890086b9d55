/** @import { AvatarSettings, Connect, ConnectionState, PlayerOptions } from './protocol.js' */
/** @import { Watch, WatchCallbacks } from './watch.js' */

import { createKit, importBuiltin, importVendor } from '../generations/first.js';

/**
 * The seam between the page and the avatar: what an avatar and a conversation need of the vendor's packages, whichever
 * generation they are of. Each generation has an adapter in `../generations` that makes a kit of its packages.
 *
 * @typedef {{type: string, progress?: number}} LoadProgress
 *   `downloading` with `progress` 0..1, `completed`, `failed`
 *
 * @typedef {object} AvatarView
 * @property {(() => void)|undefined} onFirstRendering  there is something to see
 * @property {((cause: unknown) => Promise<void>)|undefined} [onFailed]  the avatar cannot be shown any more; called by
 *   a kit that loads it anew with each session. Resolves when another avatar is there, or none can be had
 * @property {() => void} dispose
 * @property {() => {renderedFrames: number}} [getStats]  the built-in view counts; a vendor's may not
 *
 * @typedef {{getNativeClient(): unknown}} Provider  the LiveKit room, or null
 *
 * @typedef {object} Player
 * @property {(config: Address) => Promise<void>} connect
 * @property {() => Promise<void>} disconnect
 * @property {() => Promise<void>} reconnect
 * @property {(track: MediaStreamTrack) => Promise<void>} publishAudio
 * @property {() => Promise<void>} unpublishAudio
 * @property {() => ConnectionState} getConnectionState
 * @property {(event: string, handler: (...args: any[]) => void) => unknown} on
 *   connected, disconnected, error(Error), connection-state-changed(state), stalled
 * @property {(event: string, handler: (...args: any[]) => void) => unknown} off
 *
 * @typedef {{url: string, token: string, roomName: string}} Address  what a player connects to
 *
 * @typedef {object} Kit
 * @property {string} sdk  what it is, for status: `builtin`, `installed`, or a folder
 * @property {(settings: AvatarSettings) => Promise<void>} initialize  comes first; again it does nothing
 * @property {(sessionToken: string) => void} setSessionToken  before `load`, and whenever there is a newer one
 * @property {(avatarId: string, onProgress: (progress: LoadProgress) => void, container: HTMLElement) =>
 *   Promise<unknown>} load  into `container`, where loading and showing is one
 * @property {(avatar: any, container: HTMLElement) => AvatarView} createView  `avatar` is what `load` gave; at once
 * @property {(connect: Connect) => Provider} createProvider
 * @property {(provider: any, view: any, options: PlayerOptions) => Player} createPlayer  both made by this kit
 * @property {(connect: Connect) => Address} address
 * @property {(provider: any, callbacks: WatchCallbacks) => Watch} createWatch
 */

export const BUILTIN = 'builtin';

/**
 * Loads the configured avatar packages, through the adapter of their generation. `builtin` is what the import map says
 * by itself, so it is loaded like the first generation.
 * @param {Pick<AvatarSettings, 'sdk'|'generation'>} settings
 * @returns {Promise<Kit>}
 */
export async function loadChosenKit({ sdk, generation }) {
  switch (generation) {
    case 2:
      return (await import('../generations/second.js')).loadKit(sdk);
    case 3:
      return (await import('../generations/third.js')).loadKit(sdk);
    default:
      return createKit(sdk, await importVendor());
  }
}

/** @returns {Promise<Kit>} the built-in avatar over LiveKit, to stand in for a vendor's that does not load */
export async function loadFallbackKit() {
  return createKit(BUILTIN, await importBuiltin());
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
  const [modules, toolbox, { createDemo }] = await Promise.all([
    sdk === BUILTIN ? importVendor() : importBuiltin(),
    importToolbox(sdk),
    import('../demo/kit.js'),
  ]);
  return { ...createKit(BUILTIN, modules), ...(await createDemo(toolbox, languages)) };
}
