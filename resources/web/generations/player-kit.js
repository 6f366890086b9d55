/** @import { AvatarView, Kit, LoadProgress, Player, Provider } from '../app/kit.js' */
/** @import { PlayerOptions } from '../app/protocol.js' */

import { RoomWatch } from '../app/room-watch.js';

/**
 * The parts of two packages that the first two generations have in common, as their documents describe them: an SDK
 * that loads and draws avatars, and an adapter with a player that moves one by what comes from a LiveKit room.
 *
 * @typedef {object} AvatarModule
 * @property {{
 *   isInitialized: boolean,
 *   initialize(appId: string, options: Record<string, unknown>): Promise<void>,
 *   setSessionToken(token: string): void}} AvatarSDK
 * @property {{shared: {load(id: string, onProgress?: (progress: LoadProgress) => void): Promise<unknown>}}} AvatarManager
 * @property {new (avatar: any, container: HTMLElement) => AvatarView} AvatarView
 * @property {Record<string, unknown>} DrivingServiceMode
 *
 * @typedef {object} RtcModule
 * @property {new (provider: any, view: any, options: PlayerOptions) => Player} AvatarPlayer
 * @property {new (options?: {animationTrackName?: string, animationTrackNamePattern?: string}) => Provider} LiveKitProvider
 */

/**
 * @param {string} sdk
 * @param {Pick<AvatarModule, 'AvatarManager'|'AvatarView'>} avatar
 * @param {Pick<RtcModule, 'AvatarPlayer'>} rtc
 * @param {Pick<Kit, 'initialize'|'setSessionToken'|'createProvider'>} own  what its generation does in its own way
 * @returns {Kit}
 */
export function playerKit(sdk, { AvatarManager, AvatarView }, { AvatarPlayer }, own) {
  return {
    sdk,
    ...own,
    load: (avatarId, onProgress) => AvatarManager.shared.load(avatarId, onProgress),
    createView: (avatar, container) => new AvatarView(avatar, container),
    createPlayer: (provider, view, options) => new AvatarPlayer(provider, view, options),
    address: ({ url, token, roomName }) => ({ url, token, roomName }),
    createWatch: (provider, callbacks) => new RoomWatch(provider, callbacks),
  };
}
