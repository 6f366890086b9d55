import { Events, insist, insistOnKeys, isText, note, surroundings } from './notes.js';

const PLAYER_OPTIONS = [
  'logLevel',
  'transitionStartFrameCount',
  'transitionEndFrameCount',
  'enableJitterBuffer',
  'maxBufferDelayMs',
];

/**
 * The adapter half of the first two generations, after their documents: a provider that holds a LiveKit room, and a
 * player that joins it.
 *
 * @param {new (...args: any[]) => object} AvatarView
 * @param {(options: unknown) => void} checkProvider  refuses what a provider is not made with
 */
export function playingSdk(AvatarView, checkProvider) {
  class LiveKitProvider extends Events {
    /** @type {any} */
    room = null;

    /** @param {unknown[]} options */
    constructor(...options) {
      super();
      note('new LiveKitProvider', ...options);
      insist(options.length <= 1, 'a provider takes one object');
      checkProvider(options[0]);
    }

    /** Room or null */
    getNativeClient() {
      return this.room;
    }
  }

  class AvatarPlayer extends Events {
    #provider;
    #state = 'disconnected';
    /** @type {{url: string, token: string, roomName: string}|null} */
    #config = null;
    /** @type {any} */
    #published = null;

    /**
     * @param {any} provider
     * @param {any} view
     * @param {any} [options]
     */
    constructor(provider, view, options = {}) {
      super();
      note('new AvatarPlayer', options);
      insist(provider instanceof LiveKitProvider, 'provider.on is not a function');
      insist(view instanceof AvatarView, 'the player moves a view');
      insistOnKeys(options, PLAYER_OPTIONS, 'a player');
      this.#provider = provider;
      newest.player = this;
    }

    get isConnected() {
      return this.#state === 'connected';
    }

    getConnectionState() {
      return this.#state;
    }

    getNativeClient() {
      return this.#provider.getNativeClient();
    }

    /** @param {[any, ...unknown[]]} args */
    async connect(...args) {
      const [config] = args;
      note('connect', { ...config, token: typeof config?.token });
      insist(args.length === 1, 'connect takes one object');
      insistOnKeys(config, ['url', 'token', 'roomName'], 'connect');
      insist(
        isText(config.url) && isText(config.token) && isText(config.roomName),
        'connect needs all three',
      );
      insist(!this.isConnected, 'it is connected already');
      this.#config = config;
      await this.#join(config);
    }

    async reconnect() {
      note('reconnect');
      insist(this.#config, 'there is nothing to reconnect to');
      await this.#leave();
      await this.#join(this.#config);
    }

    async disconnect() {
      note('disconnect');
      await this.#leave();
    }

    /** @param {any} track */
    async publishAudio(track) {
      note('publishAudio', track);
      insist(this.isConnected, 'publishAudio comes after connect');
      insist(track?.readyState === 'live', 'publishAudio takes a live track');
      insist(!this.#published, 'one track is published at a time');
      await this.#provider.room.localParticipant.publishTrack(track, { source: 'microphone' });
      this.#published = track;
    }

    async unpublishAudio() {
      note('unpublishAudio');
      const track = this.#published;
      this.#published = null;
      if (track) {
        await this.#provider.room?.localParticipant.unpublishTrack(track, false);
      }
    }

    /** @param {{url: string, token: string}} address */
    async #join(address) {
      this.#enter('connecting');
      let room;
      try {
        room = await surroundings.joinRoom(address);
      } catch (error) {
        this.#enter('failed');
        throw error;
      }
      this.#provider.room = room;
      room.on('trackSubscribed', surroundings.play);
      room.on('disconnected', () => this.#provider.room === room && this.#enter('disconnected'));
      this.#enter('connected');
    }

    async #leave() {
      const room = this.#provider.room;
      this.#provider.room = null;
      this.#published = null;
      await room?.disconnect();
      this.#enter('disconnected');
    }

    /** @param {string} state */
    #enter(state) {
      if (state !== this.#state) {
        this.#state = state;
        this.emit('connection-state-changed', state);
        if (state === 'connected' || state === 'disconnected') {
          this.emit(state);
        }
      }
    }
  }

  /** The player made last, for tests that tell it what has happened to it. @type {{player: AvatarPlayer|null}} */
  const newest = { player: null };
  return { LiveKitProvider, AvatarPlayer, newest };
}
