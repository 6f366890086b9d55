/** @import { LocalAudioTrack, Room } from 'livekit-client' */
/** @import { Address, Player, Provider } from '../app/kit.js' */
/** @import { ConnectionState } from '../app/protocol.js' */
/** @import { AvatarPlace } from './avatar-place.js' */

/**
 * The part of the third generation that this page uses.
 *
 * @typedef {object} VendorSession
 * @property {() => Promise<void>} start  joins the room and opens the microphone
 * @property {() => Promise<void>} end  leaves the room; the avatar stays on the screen
 * @property {() => Promise<void>} reconnect
 * @property {() => Promise<void>|void} dispose
 * @property {(event: string, handler: (payload: any) => void) => unknown} on  state, error, stalled
 * @property {{muted: boolean}} mic
 * @property {unknown} [room]  LiveKit's; the vendor's examples have it, the reference does not name it
 *
 * @typedef {object} SpatialReal
 * @property {(options: {avatarId: string, credential: string, container: HTMLElement,
 *   livekit: {url: string, token: string}, mic?: 'required'}) => Promise<VendorSession>} createSession
 *   loads the avatar and shows it, standing still; the room has to wait for `start`
 */

/** A session's states as a player's; one that is not listed changes nothing. @type {Record<string, ConnectionState>} */
const STATES = {
  idle: 'disconnected',
  ended: 'disconnected',
  disconnected: 'disconnected',
  connecting: 'connecting',
  reconnecting: 'reconnecting',
  live: 'connected',
  connected: 'connected',
  failed: 'failed',
};

const MICROPHONE = /** @type {import('livekit-client').Track.Source} */ ('microphone');

/**
 * A session of the third generation as the provider and the player of an attempt.
 *
 * @implements {Player}
 * @implements {Provider}
 */
export class VendorCall {
  #parts;
  /** @type {AvatarPlace|null} */
  #place = null;
  /** @type {VendorSession|null} */
  #session = null;
  /** @type {ConnectionState} */
  #state = 'disconnected';
  #left = false;
  /** The session's own microphone carries the visitor's voice. */
  #speaks = false;
  /** @type {Map<string, Set<(...args: any[]) => void>>} */
  #handlers = new Map();

  /** @param {{client: SpatialReal, credential: string, microphone: boolean}} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** @param {AvatarPlace} place  where its avatar appears */
  at(place) {
    this.#place = place;
    return this;
  }

  /** Whether the session lets us at its room, once it is in one. */
  get hasRoom() {
    return this.#session !== null && 'room' in this.#session;
  }

  getNativeClient() {
    return this.#session?.room ?? null;
  }

  getConnectionState() {
    return this.#state;
  }

  /**
   * @param {string} event
   * @param {(...args: any[]) => void} handler
   */
  on(event, handler) {
    this.#handlers.set(event, (this.#handlers.get(event) ?? new Set()).add(handler));
  }

  /**
   * @param {string} event
   * @param {(...args: any[]) => void} handler
   */
  off(event, handler) {
    this.#handlers.get(event)?.delete(handler);
  }

  /** @param {Address} address */
  async connect({ url, token }) {
    const place = this.#place;
    if (!place) {
      throw new Error('a call needs a place for its avatar');
    }
    this.#enter('connecting');
    try {
      const session = await this.#create(place, { url, token });
      await session.start();
    } catch (error) {
      this.#enter('failed');
      throw error;
    }
    this.#enter('connected');
  }

  /**
   * @param {AvatarPlace} place
   * @param {{url: string, token: string}} livekit
   */
  async #create(place, livekit) {
    const { client, credential, microphone } = this.#parts;
    const { avatarId, container } = place;
    place.clear();
    const mic = microphone ? { mic: /** @type {const} */ ('required') } : {};
    let session;
    try {
      session = await client.createSession({ avatarId, credential, container, livekit, ...mic });
    } catch (error) {
      // Who hears of the failure tries again at once: it should find the other avatar in its place.
      await place.onFailed?.(error);
      throw error;
    }
    if (this.#left) {
      await session.dispose();
      throw new Error('left before the avatar was loaded');
    }
    this.#session = session;
    place.take(session);
    session.on('state', (state) => this.#onState(String(state?.current ?? state)));
    session.on('error', (event) => this.#emit('error', asError(event?.error ?? event)));
    session.on('stalled', () => this.#emit('stalled'));
    return session;
  }

  /** Leaves the room. The avatar stays, for the goodbye, until another session takes its place. */
  async disconnect() {
    this.#left = true;
    const session = this.#session;
    if (!session) {
      return;
    }
    try {
      await session.end();
    } finally {
      this.#session = null;
      this.#enter('disconnected');
    }
  }

  async reconnect() {
    if (!this.#session) {
      throw new Error('there is no session to reconnect');
    }
    this.#enter('reconnecting');
    try {
      await this.#session.reconnect();
    } catch (error) {
      this.#enter('failed');
      throw error;
    }
    this.#enter('connected');
  }

  /**
   * Puts the track in the place of the microphone that the session has opened. A session without a room goes on with
   * its own.
   * @param {MediaStreamTrack} track
   * @returns {Promise<void>} rejects where there is a room and no microphone in it: it can be published there
   */
  async publishAudio(track) {
    const room = /** @type {Room|null} */ (this.getNativeClient());
    if (room) {
      const own = room.localParticipant.getTrackPublication(MICROPHONE)?.track;
      if (!own) {
        throw new Error('the session has published no microphone');
      }
      await /** @type {LocalAudioTrack} */ (own).replaceTrack(track, true);
    }
    this.#speaks = true;
    this.#mute(false);
  }

  /** A microphone that was never asked for is left alone: to mute it might silence what is published beside it. */
  async unpublishAudio() {
    if (this.#speaks) {
      this.#speaks = false;
      this.#mute(true);
    }
  }

  /** @param {boolean} muted */
  #mute(muted) {
    if (this.#session) {
      this.#session.mic.muted = muted;
    }
  }

  /** @param {string} name  as the session tells it */
  #onState(name) {
    const state = STATES[name];
    // A session that is not there yet has not gone: what `start` comes to is told by its promise.
    if (state && !(state === 'disconnected' && this.#state === 'connecting')) {
      this.#enter(state);
    }
  }

  /** @param {ConnectionState} state */
  #enter(state) {
    if (state !== this.#state) {
      this.#state = state;
      this.#emit('connection-state-changed', state);
      if (state === 'connected' || state === 'disconnected') {
        this.#emit(state);
      }
    }
  }

  /**
   * @param {string} event
   * @param {unknown[]} args
   */
  #emit(event, ...args) {
    for (const handler of [...(this.#handlers.get(event) ?? [])]) {
      handler(...args);
    }
  }
}

/**
 * @param {unknown} thing
 * @returns {Error}
 */
function asError(thing) {
  if (thing instanceof Error) {
    return thing;
  }
  const message = /** @type {{message?: unknown}|null} */ (thing)?.message;
  return new Error(String(message ?? thing));
}
