/** The third generation, after its documents and examples: `@spatialreal/web-sdk`. */
import { paint } from './drawing.js';
import { Events, insist, insistOnContainer, insistOnKeys, isText, note, surroundings } from './notes.js';

/** For tests: the session made last, whether sessions let anybody at their room, and why the next one fails. */
export const bench = {
  /** @type {AvatarSession|null} */
  session: null,
  rooms: true,
  /** @type {Error|null} */
  refusal: null,
};

export class SpatialReal {
  /** @param {{appId: string}} options */
  constructor(options) {
    note('new SpatialReal', options);
    insistOnKeys(options, ['appId'], 'SpatialReal');
    insist(isText(options.appId), 'SpatialReal needs an app id');
  }

  /** @param {any} options */
  async createSession(options) {
    const { avatarId, credential, container, livekit, mic } = options;
    note('createSession', { avatarId, credential, mic });
    insistOnKeys(options, ['avatarId', 'credential', 'container', 'livekit', 'mic'], 'createSession');
    insist(isText(avatarId), 'createSession needs an avatar');
    insist(isText(credential), 'createSession needs a credential');
    insistOnContainer(container);
    insistOnKeys(livekit, ['url', 'token'], 'livekit');
    insist(isText(livekit.url) && isText(livekit.token), 'livekit needs both');
    insist(mic === undefined || mic === 'required', 'mic is "required", or left out');
    await Promise.resolve();
    if (bench.refusal) {
      throw bench.refusal;
    }
    insist(!shown.has(container), 'another avatar is in this container');
    shown.add(container);
    const wipe = paint(container);
    bench.session = new AvatarSession(livekit, mic === 'required', () => {
      shown.delete(container);
      wipe();
    });
    return bench.session;
  }
}

/** Containers with an avatar in them. @type {WeakSet<HTMLElement>} */
const shown = new WeakSet();

class AvatarSession extends Events {
  #livekit;
  #wantsMicrophone;
  #wipe;
  /** @type {any} */
  #room = null;
  #disposed = false;
  #muted = false;
  state = 'idle';

  /**
   * @param {{url: string, token: string}} livekit
   * @param {boolean} wantsMicrophone
   * @param {() => void} wipe  takes the avatar away
   */
  constructor(livekit, wantsMicrophone, wipe) {
    super();
    this.#livekit = livekit;
    this.#wantsMicrophone = wantsMicrophone;
    this.#wipe = wipe;
    if (bench.rooms) {
      Object.defineProperty(this, 'room', { get: () => this.#room });
    }
  }

  mic = Object.defineProperty(/** @type {{muted: boolean}} */ ({}), 'muted', {
    get: () => this.#muted,
    set: (/** @type {unknown} */ muted) => {
      note('mic.muted', muted);
      insist(typeof muted === 'boolean', 'muted is true or false');
      insist(!this.#disposed, 'the session is disposed');
      this.#muted = muted;
    },
  });

  async start() {
    note('start');
    insist(this.state === 'idle' && !this.#disposed, 'start comes once, or after end');
    await this.#join();
  }

  async end() {
    note('end');
    insist(!this.#disposed, 'the session is disposed');
    await this.#leave();
    this.enter('idle');
  }

  async reconnect() {
    note('reconnect');
    insist(this.state !== 'idle' && !this.#disposed, 'reconnect comes after start');
    await this.#leave();
    await this.#join();
  }

  async dispose() {
    note('dispose');
    insist(!this.#disposed, 'a session is disposed once');
    this.#disposed = true;
    this.#wipe();
    await this.#leave();
  }

  async #join() {
    this.enter('connecting');
    try {
      this.#room = await surroundings.joinRoom(this.#livekit);
      this.#room.on('trackSubscribed', surroundings.play);
      if (this.#wantsMicrophone) {
        const track = await surroundings.openMicrophone();
        await this.#room.localParticipant.publishTrack(track, { source: 'microphone' });
      }
    } catch (error) {
      this.enter('idle');
      throw error;
    }
    this.enter('live');
  }

  async #leave() {
    const room = this.#room;
    this.#room = null;
    await room?.disconnect();
  }

  /** @param {string} current */
  enter(current) {
    const previous = this.state;
    this.state = current;
    this.emit('state', { previous, current });
  }
}
