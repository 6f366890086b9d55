/**
 * The seam between the player and whatever carries sound: LiveKit, or a loopback inside the page. A provider connects,
 * publishes, plays the avatar's sound aloud, and tells the player by events; what it looks like is the player's business.
 *
 * A provider of your own extends `Provider`, implements the methods of `AvatarProvider`, and emits:
 *
 * | event | when |
 * |---|---|
 * | `connection-state` | the connection changed *by itself* after `connect()` had resolved: `reconnecting`, `connected`, `failed` (with an error) or `disconnected` (ended by the other side). Not during `connect()` and `disconnect()`: their promises tell |
 * | `audio-track` | the avatar's own voice, for the lips; null when it has gone |
 * | `motion-expected` | true while frames ought to arrive (a track is subscribed and not muted): only then can the stream stall |
 * | `motion-frames` | that many frames have arrived since the last event |
 * | `agent-state` | what the agent says of itself: `listening`, `thinking`, `speaking`, …; null if it says nothing |
 *
 * @typedef {'disconnected' | 'connecting' | 'connected' | 'reconnecting' | 'failed'} ConnectionState
 *
 * @typedef {object} ConnectionConfig
 * @property {string} url ws(s)://… or http(s)://…
 * @property {string} token
 * @property {string} roomName
 *
 * @typedef {object} ProviderEvents
 * @property {[state: 'connected' | 'reconnecting' | 'disconnected' | 'failed', error?: Error]} connection-state
 * @property {[track: MediaStreamTrack | null]} audio-track
 * @property {[expected: boolean]} motion-expected
 * @property {[count: number]} motion-frames
 * @property {[state: string | null]} agent-state
 *
 * @typedef {object} AvatarProvider
 * @property {(config: ConnectionConfig, signal: AbortSignal) => Promise<void>} connect resolves when connected; must
 *   settle soon after `signal` fires, whatever the network does. Called only while not connected
 * @property {() => Promise<void>} disconnect releases everything but the published track, which is the caller's; bounded in time
 * @property {(track: MediaStreamTrack) => Promise<void>} publishAudio as the visitor's microphone, in place of an earlier track
 * @property {() => Promise<void>} unpublishAudio does not stop the track
 * @property {() => unknown} getNativeClient the transport's own object while connected, else null
 * @property {(milliseconds: number | null) => void} setPlayoutDelay how much sound to hold back against jitter; null: the browser's choice
 * @property {Emitter<EventMap>['on']} on
 * @property {Emitter<EventMap>['off']} off
 *
 * @typedef {{[Name in keyof ProviderEvents]: ProviderEvents[Name]}} EventMap
 */
import { Emitter } from './emitter.js';

/**
 * Base class of providers: the events above, typed.
 * @extends {Emitter<EventMap>}
 */
export class Provider extends Emitter {}

export { audioOutput } from './audio-output.js';
export { AvatarPlayerError } from './errors.js';
export { FrameCounter } from './frame-counter.js';
export { sharedAudioContext } from './sound-analyser.js';
