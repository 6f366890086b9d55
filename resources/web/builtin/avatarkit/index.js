/**
 * The built-in avatar under the vendor's module name: same classes, same order of calls, no account and no download.
 *
 *     await AvatarSDK.initialize(appId, { environment: Environment.intl, drivingServiceMode: DrivingServiceMode.host });
 *     AvatarSDK.setSessionToken(token);
 *     const avatar = await AvatarManager.shared.load(avatarId, (progress) => …);
 *     const view = new AvatarView(avatar, container);
 */
export { AvatarError } from './errors.js';
export { AvatarManager } from './manager.js';
export { AvatarSDK, DrivingServiceMode, Environment } from './sdk.js';
export { AvatarView } from './view.js';
/**
 * @typedef {import('./manager.js').Avatar} Avatar
 * @typedef {import('./manager.js').LoadProgress} LoadProgress
 * @typedef {import('./view.js').AvatarInput} AvatarInput
 * @typedef {import('./view.js').ViewStats} ViewStats
 * @typedef {import('./face/voice.js').VoiceSource} VoiceSource
 */
