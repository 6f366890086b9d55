/**
 * RTC mode of the built-in avatar, under the vendor's module name.
 *
 *     const player = new AvatarPlayer(new LiveKitProvider(), view, { logLevel: 'warning' });
 *     player.on('stalled', () => player.reconnect());
 *     await player.connect({ url, token, roomName });
 *     await player.publishAudio(track);
 */
export { AvatarPlayerError } from './errors.js';
export { LiveKitProvider } from './livekit-provider.js';
export { AvatarPlayer } from './player.js';
/**
 * @typedef {import('livekit-client').Room} LiveKitRoom what `getNativeClient()` returns while there is a connection
 * @typedef {import('./provider.js').ConnectionState} ConnectionState
 * @typedef {import('./provider.js').ConnectionConfig} LiveKitConnectionConfig
 * @typedef {import('./player-options.js').AvatarPlayerOptions} AvatarPlayerOptions
 * @typedef {import('./log.js').LogLevel} LogLevel
 * @typedef {import('./player.js').PlayerStats} PlayerStats
 */
