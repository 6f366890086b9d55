/** @import { AudioDevice, Connect, Deadlines, PageMessage } from '../../../../resources/web/app/protocol.js' */
/** @import { Kit } from '../../../../resources/web/app/kit.js' */
/** @import { Watch, WatchCallbacks } from '../../../../resources/web/app/watch.js' */

/** Listeners by event, as the SDK's player and livekit-client's room have them. */
export class Emitter {
  /** @type {Map<string, Set<(...args: any[]) => void>>} */
  #handlers = new Map();

  /**
   * @param {string} event
   * @param {(...args: any[]) => void} handler
   */
  on(event, handler) {
    const handlers = this.#handlers.get(event) ?? new Set();
    this.#handlers.set(event, handlers.add(handler));
    return this;
  }

  /**
   * @param {string} event
   * @param {(...args: any[]) => void} handler
   */
  off(event, handler) {
    this.#handlers.get(event)?.delete(handler);
    return this;
  }

  /**
   * @param {string} event
   * @param {any[]} args
   */
  emit(event, ...args) {
    for (const handler of [...(this.#handlers.get(event) ?? [])]) {
      handler(...args);
    }
  }

  /** How many handlers are left over all events. */
  get listeners() {
    return [...this.#handlers.values()].reduce((sum, handlers) => sum + handlers.size, 0);
  }
}

/** A promise that a test settles. @template T */
export class Deferred {
  /** @type {(value: T) => void} */
  resolve = () => {};
  /** @type {(error: unknown) => void} */
  reject = () => {};
  /** @type {Promise<T>} */
  promise = new Promise((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });
}

/** What the page posted, in order. */
export class Posts {
  /** @type {PageMessage[]} */
  all = [];

  /** @param {PageMessage} message */
  post = (message) => {
    this.all.push(message);
  };

  /** @type {string[]} */
  lines = [];

  /**
   * @param {string} level
   * @param {string} text
   */
  log = (level, text) => {
    this.lines.push(`${level}: ${text}`);
  };

  /**
   * @template {PageMessage['type']} T
   * @param {T} type
   * @returns {Extract<PageMessage, {type: T}>[]}
   */
  of(type) {
    return /** @type {any} */ (this.all.filter((message) => message.type === type));
  }
}

export class FakeTrack extends EventTarget {
  /** @type {'live'|'ended'} */
  readyState = 'live';
  muted = false;

  /** @param {string} label */
  constructor(label = 'Table microphone') {
    super();
    this.label = label;
  }

  stop() {
    this.readyState = 'ended';
  }
}

/** Inputs and outputs of a machine, and a `getUserMedia` that a test can hold back. */
export class FakeMedia {
  /** @type {{kind: string, deviceId: string, label: string}[]} */
  devices = [];
  /** @type {MediaStreamConstraints[]} */
  asked = [];
  /** @type {FakeTrack[]} */
  opened = [];
  /** @type {Deferred<void>|null} */
  hold = null;
  /** @type {Error|null} */
  refusal = null;

  enumerateDevices = async () => /** @type {any[]} */ (this.devices.map((device) => ({ ...device })));

  /** @param {MediaStreamConstraints} constraints */
  getUserMedia = async (constraints) => {
    this.asked.push(constraints);
    await this.hold?.promise;
    if (this.refusal) {
      throw this.refusal;
    }
    const track = new FakeTrack();
    this.opened.push(track);
    return /** @type {any} */ ({ getTracks: () => [track], getAudioTracks: () => [track] });
  };
}

/** A player whose calls a test can hold back. */
export class FakePlayer extends Emitter {
  /** @type {string[]} */
  calls = [];
  /** @type {unknown} */
  published = null;
  /** @type {Record<string, Deferred<void>|Error|undefined>} */
  answers = {};

  /**
   * @param {unknown} provider
   * @param {unknown} view
   * @param {unknown} options
   */
  constructor(provider, view, options) {
    super();
    this.provider = provider;
    this.view = view;
    this.options = options;
  }

  /** @param {string} name */
  async #call(name) {
    this.calls.push(name);
    const answer = this.answers[name];
    if (answer instanceof Error) {
      throw answer;
    }
    await answer?.promise;
  }

  /** @param {unknown} config */
  connect(config) {
    this.config = config;
    return this.#call('connect');
  }

  disconnect() {
    return this.#call('disconnect');
  }

  reconnect() {
    return this.#call('reconnect');
  }

  /** @param {unknown} track */
  async publishAudio(track) {
    await this.#call('publishAudio');
    this.published = track;
  }

  async unpublishAudio() {
    await this.#call('unpublishAudio');
    this.published = null;
  }

  getConnectionState() {
    return 'disconnected';
  }
}

/** @implements {Watch} */
export class FakeWatch {
  closed = false;
  syncs = 0;
  volume = -1;
  speaker = '';
  /** @type {number|null} */
  reason = null;

  /** @param {WatchCallbacks} callbacks */
  constructor(callbacks) {
    this.callbacks = callbacks;
  }

  sync() {
    this.syncs += 1;
  }

  /** @type {any[]} */
  sounds = [];
  audioReceivers() {
    return this.sounds;
  }

  videoReceivers() {
    return [];
  }

  disconnectReason() {
    return this.reason;
  }

  /** @param {number} volume */
  setVolume(volume) {
    this.volume = volume;
  }

  /** @param {string} sinkId */
  setSpeaker(sinkId) {
    this.speaker = sinkId;
  }

  resumed = 0;
  playAgain() {
    this.resumed += 1;
  }

  close() {
    this.closed = true;
  }
}

/** A kit whose players and watches a test can reach. */
export class FakeKit {
  /** @type {FakePlayer[]} */
  players = [];
  /** @type {FakeWatch[]} */
  watches = [];
  /** Prepares a player before it is used. @type {(player: FakePlayer) => void} */
  prepare = () => {};
  /** What `getNativeClient` answers. @type {unknown} */
  client = null;

  /** @returns {Kit} */
  get kit() {
    const fake = this;
    class Player extends FakePlayer {
      /**
       * @param {unknown} provider
       * @param {unknown} view
       * @param {unknown} options
       */
      constructor(provider, view, options) {
        super(provider, view, options);
        fake.players.push(this);
        fake.prepare(this);
      }
    }
    return /** @type {any} */ ({
      sdk: 'builtin',
      createPlayer: (/** @type {unknown[]} */ ...args) => new Player(args[0], args[1], args[2]),
      address: (/** @type {Connect} */ { url, token, roomName }) => ({ url, token, roomName }),
      createProvider: () => ({ getNativeClient: () => fake.client }),
      createWatch: (/** @type {unknown} */ _provider, /** @type {WatchCallbacks} */ callbacks) => {
        const watch = new FakeWatch(callbacks);
        fake.watches.push(watch);
        return watch;
      },
    });
  }
}

/** @type {Deadlines} */
export const DEADLINES = {
  initialize: 15,
  loadAvatar: 60,
  firstFrame: 20,
  connect: 15,
  openMicrophone: 8,
  publish: 10,
  reconnect: 10,
  disconnect: 3,
};

/** @type {AudioDevice} */
export const MICROPHONE = { id: 'id-1', label: 'Table microphone', ordinal: 0 };

/**
 * @param {string} attempt
 * @param {Partial<Connect>} [changes]
 * @returns {Connect}
 */
export function connectCommand(attempt, changes = {}) {
  return {
    type: 'connect',
    attempt,
    url: 'ws://server',
    token: 'token',
    roomName: 'room',
    microphone: MICROPHONE,
    language: 'en',
    ...changes,
  };
}
