/**
 * Joins a provider (sound, connection) and a view (face): the API of AvatarKit's RTC adapter.
 * `connected` is emitted on every entry into the state of that name, also after `reconnect()`; `disconnected` when an
 * established connection is over, wanted or not; `error` with every failure that is not merely a rejected promise's.
 *
 * @typedef {import('./provider.js').AvatarProvider} AvatarProvider
 * @typedef {import('./provider.js').ConnectionState} ConnectionState
 * @typedef {import('./provider.js').ConnectionConfig} ConnectionConfig
 * @typedef {import('./player-options.js').AvatarPlayerOptions} AvatarPlayerOptions
 * @typedef {import('./player-options.js').Drivable} Drivable
 *
 * @typedef {object} PlayerEvents
 * @property {[]} connected
 * @property {[]} disconnected
 * @property {[error: Error]} error
 * @property {[state: ConnectionState]} connection-state-changed
 * @property {[]} stalled no frames for 3 s while they were expected; the face has gone to its idle animation
 * @typedef {{[Name in keyof PlayerEvents]: PlayerEvents[Name]}} EventMap
 *
 * @typedef {object} MotionStats
 * @property {number} motionFrames received since the player was made
 * @property {boolean} stalled
 *
 * @typedef {MotionStats & import('../avatarkit/view.js').ViewStats} PlayerStats
 */
import { Emitter } from './emitter.js';
import { AvatarPlayerError } from './errors.js';
import { createLog } from './log.js';
import { checkAudioTrack, checkConfig, checkOptions, checkParts } from './player-options.js';
import { tryToAnalyse } from './sound-analyser.js';
import { StallWatch } from './stall-watch.js';

export class AvatarPlayer {
  #provider;
  #view;
  #log;
  /** @type {Emitter<EventMap>} */
  #events = new Emitter();
  /** @type {ConnectionState} */
  #state = 'disconnected';
  #wasConnected = false;
  /** @type {ConnectionConfig | null} */
  #lastConfig = null;
  /** The connect() or reconnect() under way. @type {AbortController | null} */
  #attempt = null;
  /** @type {Promise<void> | null} */
  #reconnecting = null;
  /** @type {{track: MediaStreamTrack, own: boolean} | null} */
  #published = null;
  /** @type {ReturnType<typeof tryToAnalyse>} */
  #voice = null;
  /** @type {ReturnType<typeof tryToAnalyse>} */
  #visitor = null;
  #unheard = (/** @type {unknown} */ reason) => this.#log.error(`the face cannot hear a sound: ${reason}`);
  #stall = new StallWatch((stalled) => this.#stalledChanged(stalled));
  #motionExpected = false;
  #motionFrames = 0;
  /** @type {string | null} */
  #agentState = null;

  /**
   * @param {AvatarProvider} provider
   * @param {Drivable} view an AvatarView
   * @param {AvatarPlayerOptions} [options]
   * @throws {AvatarPlayerError} `invalid-argument`
   */
  constructor(provider, view, options = {}) {
    checkParts(provider, view);
    const checked = checkOptions(options);
    this.#provider = provider;
    this.#view = view;
    this.#log = createLog(checked.logLevel);
    view.drive({
      transitionFrames: { start: checked.transitionStartFrameCount, end: checked.transitionEndFrameCount },
    });
    view.addEventListener('error', (event) => event instanceof ErrorEvent && this.#fail(event.error));
    provider.setPlayoutDelay(checked.enableJitterBuffer ? checked.maxBufferDelayMs : null);
    provider.on('connection-state', (state, error) => this.#follow(state, error));
    provider.on('audio-track', (track) => this.#hearVoice(track));
    provider.on('motion-expected', (expected) => {
      this.#motionExpected = expected;
      this.#watchMotion();
    });
    provider.on('motion-frames', (count) => {
      this.#motionFrames += count;
      this.#stall.frames();
    });
    provider.on('agent-state', (state) => {
      this.#agentState = state;
      this.#driveMood();
    });
  }

  get isConnected() {
    return this.#state === 'connected';
  }

  getConnectionState() {
    return this.#state;
  }

  /** The provider's own client: with LiveKitProvider a LiveKit `Room`, or null. */
  getNativeClient() {
    return this.#provider.getNativeClient();
  }

  /**
   * @template {keyof EventMap} Name
   * @param {Name} name
   * @param {(...args: EventMap[Name]) => void} handler
   */
  on(name, handler) {
    this.#events.on(name, handler);
  }

  /**
   * @template {keyof EventMap} Name
   * @param {Name} name
   * @param {(...args: EventMap[Name]) => void} handler
   */
  off(name, handler) {
    this.#events.off(name, handler);
  }

  /** @returns {PlayerStats} */
  getStats() {
    return { motionFrames: this.#motionFrames, stalled: this.#stall.stalled, ...this.#view.getStats() };
  }

  /**
   * @param {[config: ConnectionConfig]} args one object: `{ url, token, roomName }`
   * @returns {Promise<void>}
   * @throws {AvatarPlayerError} `invalid-argument`, `wrong-state`, `connection-failed`; `aborted` by `disconnect()`
   */
  async connect(...args) {
    const config = checkConfig(args);
    if (this.#state !== 'disconnected' && this.#state !== 'failed') {
      throw new AvatarPlayerError('wrong-state', `connect() while ${this.#state}: call disconnect() first`);
    }
    this.#lastConfig = config;
    await this.#attemptConnection('connecting', config);
  }

  /**
   * Connects anew with the last configuration (its token included) and publishes again what was published.
   * Overlapping calls share one attempt.
   * @returns {Promise<void>}
   * @throws {AvatarPlayerError} as `connect`
   */
  reconnect() {
    const config = this.#lastConfig;
    if (!config)
      return Promise.reject(new AvatarPlayerError('wrong-state', 'reconnect() before the first connect()'));
    this.#reconnecting ??= this.#reconnect(config).finally(() => {
      this.#reconnecting = null;
    });
    return this.#reconnecting;
  }

  /** Ends the connection or the attempt to make one; releases a microphone opened by `startPublishing`. */
  async disconnect() {
    this.#attempt?.abort();
    this.#attempt = null;
    this.#forgetPublished();
    await this.#leave();
    this.#enter('disconnected');
  }

  /**
   * Opens the default microphone and publishes it.
   * @throws {AvatarPlayerError} `microphone-refused`, `wrong-state`, `publish-failed`
   */
  async startPublishing() {
    if (this.#published?.own && this.#published.track.readyState === 'live') return;
    this.#requireConnection('startPublishing');
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true }).catch((cause) => {
      throw new AvatarPlayerError(
        'microphone-refused',
        `the microphone could not be opened: ${cause.message}`,
        { cause },
      );
    });
    const [track] = stream.getAudioTracks();
    try {
      this.#requireConnection('startPublishing');
      await this.#publish(track, true);
    } catch (error) {
      track.stop();
      throw error;
    }
  }

  /** Stops publishing, and the microphone if `startPublishing` opened it. */
  async stopPublishing() {
    this.#forgetPublished();
    await this.#provider.unpublishAudio();
  }

  /**
   * Publishes a sound of the caller's as the visitor's microphone, in place of an earlier one.
   * @param {MediaStreamTrack} track stays the caller's: it is never stopped here
   * @throws {AvatarPlayerError} `invalid-argument`, `wrong-state`, `publish-failed`
   */
  async publishAudio(track) {
    checkAudioTrack(track);
    this.#requireConnection('publishAudio');
    await this.#publish(track, false);
  }

  /** Stops publishing; the caller's track goes on. */
  unpublishAudio() {
    return this.stopPublishing();
  }

  /** @param {ConnectionConfig} config */
  async #reconnect(config) {
    this.#attempt?.abort();
    const track = this.#published?.track;
    this.#enter('reconnecting');
    const attempt = this.#beginAttempt();
    await this.#leave();
    if (attempt.signal.aborted) throw new AvatarPlayerError('aborted', 'disconnected while reconnecting');
    await this.#attemptConnection('reconnecting', config, attempt);
    if (track && track === this.#published?.track && track.readyState === 'live')
      await this.#provider.publishAudio(track);
  }

  /** What the provider told of the connection ends with it, whether it says so or not. */
  async #leave() {
    await this.#provider.disconnect();
    this.#hearVoice(null);
    this.#motionExpected = false;
    this.#agentState = null;
  }

  #beginAttempt() {
    this.#attempt = new AbortController();
    return this.#attempt;
  }

  /**
   * @param {'connecting' | 'reconnecting'} state
   * @param {ConnectionConfig} config
   * @param {AbortController} [attempt]
   */
  async #attemptConnection(state, config, attempt = this.#beginAttempt()) {
    this.#enter(state);
    try {
      await this.#provider.connect(config, attempt.signal);
    } catch (error) {
      if (this.#attempt === attempt) {
        this.#attempt = null;
        this.#enter('failed');
        this.#fail(error);
      }
      throw error;
    }
    if (this.#attempt !== attempt) throw new AvatarPlayerError('aborted', 'disconnected while connecting');
    this.#attempt = null;
    this.#enter('connected');
  }

  /**
   * The provider's connection changed by itself.
   * @param {'connected' | 'reconnecting' | 'disconnected' | 'failed'} state
   * @param {Error} [error]
   */
  #follow(state, error) {
    // An attempt of our own is under way: its promise tells how it ends.
    if (this.#attempt) return;
    if (state === 'failed' || state === 'disconnected') this.#forgetPublished();
    this.#enter(state);
    if (error) this.#fail(error);
  }

  /** The only place that assigns the state. @param {ConnectionState} state */
  #enter(state) {
    if (state === this.#state) return;
    this.#log.info(`${this.#state} → ${state}`);
    this.#state = state;
    this.#watchMotion();
    this.#driveMood();
    this.#events.emit('connection-state-changed', state);
    if (state === 'connected') {
      this.#wasConnected = true;
      this.#events.emit('connected');
    } else if (this.#wasConnected && (state === 'disconnected' || state === 'failed')) {
      this.#wasConnected = false;
      this.#events.emit('disconnected');
    }
  }

  /** @param {unknown} error */
  #fail(error) {
    const failure = error instanceof Error ? error : new Error(String(error));
    this.#log.error(failure.message);
    this.#events.emit('error', failure);
  }

  /** @param {string} method */
  #requireConnection(method) {
    if (this.isConnected) return;
    throw new AvatarPlayerError('wrong-state', `${method}() while ${this.#state}: connect first`);
  }

  /**
   * @param {MediaStreamTrack} track
   * @param {boolean} own opened here, so to be stopped here
   */
  async #publish(track, own) {
    await this.#provider.publishAudio(track);
    if (this.#published?.track !== track) this.#forgetPublished();
    this.#published = { track, own };
    this.#visitor ??= tryToAnalyse(track, this.#unheard);
    this.#view.drive({ visitor: this.#visitor });
  }

  #forgetPublished() {
    if (this.#published?.own) this.#published.track.stop();
    this.#published = null;
    this.#visitor?.release();
    this.#visitor = null;
    this.#view.drive({ visitor: null });
  }

  /** @param {MediaStreamTrack | null} track */
  #hearVoice(track) {
    this.#voice?.release();
    this.#voice = track ? tryToAnalyse(track, this.#unheard) : null;
    this.#view.drive({ voice: this.#voice });
  }

  #watchMotion() {
    this.#stall.expect(this.#motionExpected && this.#state === 'connected');
  }

  /** @param {boolean} stalled */
  #stalledChanged(stalled) {
    this.#driveMood();
    if (!stalled) return;
    this.#log.warning('no frames for 3 s');
    this.#events.emit('stalled');
  }

  #driveMood() {
    const inConversation = this.#state === 'connected' || this.#state === 'reconnecting';
    if (!inConversation || this.#stall.stalled) this.#view.drive({ mood: 'idle' });
    else this.#view.drive({ mood: this.#agentState === 'thinking' ? 'thinking' : 'engaged' });
  }
}
