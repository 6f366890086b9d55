/** @import { AudioDevice, Connect, ConnectionState, Deadlines, Log, Operation, PageMessage, PlayerOptions, Post } from './protocol.js' */
/** @import { AvatarView, Kit, Player, Provider } from './kit.js' */
/** @import { CaptionUpdate, Watch } from './watch.js' */
/** @import { Capture } from './microphone.js' */
/** @import { Clock } from './clock.js' */

import { laterTask } from './clock.js';
import { withDeadline } from './deadline.js';
import { describeError } from './errors.js';
import { Publisher } from './publisher.js';

/** Leaving politely must not take long: over a dead connection the answer never comes. */
const UNPUBLISH_SECONDS = 0.5;

/**
 * @typedef {object} AttemptParts
 * @property {Kit} kit
 * @property {AvatarView} view
 * @property {PlayerOptions} options
 * @property {Deadlines} deadlines
 * @property {(device: AudioDevice, onchange: () => void) => Promise<Capture>} openMicrophone
 * @property {(capture: Capture|null) => void} onCapture  the open microphone is another one, or in another state
 * @property {(update: CaptionUpdate) => void} onCaption
 * @property {(watch: Watch) => void} onWatch  the attempt listens: set its loudness and its speaker
 * @property {Post} post
 * @property {Log} log
 * @property {Clock} clock
 */

/**
 * One attempt to talk: its own provider and player, its room, its microphone. When it ends, by command or because it
 * could not connect, it gives back everything it holds, and nothing it may still hear afterwards reaches Python.
 */
export class Attempt {
  #connect;
  #parts;
  /** @type {Provider|null} */
  #provider = null;
  /** @type {Player|null} */
  #player = null;
  /** @type {Publisher|null} */
  #publisher = null;
  /** @type {Watch|null} */
  #watch = null;
  /** @type {Capture|null} */
  #capture = null;
  #connected = false;
  #over = false;
  /** @type {Promise<void>|null} */
  #teardown = null;
  /** The microphone that was wished for last. @type {Promise<Capture|null>} */
  #opening = Promise.resolve(null);
  /** Calls that change what is published follow one another. */
  #publishing = Promise.resolve();
  /** Counts wishes for a microphone: an older one that opens late is closed again. */
  #wish = 0;

  /**
   * @param {Connect} connect
   * @param {AttemptParts} parts
   */
  constructor(connect, parts) {
    this.#connect = connect;
    this.#parts = parts;
  }

  get id() {
    return this.#connect.attempt;
  }

  /** @returns {Watch|null} */
  get watch() {
    return this.#over ? null : this.#watch;
  }

  /** @returns {Capture|null} */
  get capture() {
    return this.#capture;
  }

  /** Connects and publishes; the microphone opens meanwhile, since neither needs the other. */
  async start() {
    const { kit, view, options, deadlines, clock, log } = this.#parts;
    this.#opening = this.#openMicrophone(this.#connect.microphone);
    try {
      this.#provider = kit.createProvider(this.#connect);
      this.#player = kit.createPlayer(this.#provider, view, options);
      this.#publisher = new Publisher(this.#player, this.#provider);
      this.#watch = kit.createWatch(this.#provider, {
        agent: (agent) => this.#post({ type: 'agent', attempt: this.id, ...agent }),
        caption: (update) => {
          if (!this.#over) {
            this.#parts.onCaption(update);
          }
        },
        log,
      });
      this.#parts.onWatch(this.#watch);
      this.#listen(this.#player);
      const connecting = this.#player.connect(kit.address(this.#connect));
      this.#leaveWhenLate(connecting);
      this.#sync();
      await withDeadline(connecting, deadlines.connect, 'connect', clock);
    } catch (error) {
      this.#fail('connect', error);
      await this.end();
      return;
    }
    if (this.#over) {
      return;
    }
    this.#connected = true;
    this.#sync();
    await this.#publish(this.#opening);
  }

  /** Asks the player to connect anew with what it knows. */
  async reconnect() {
    if (this.#over || !this.#player) {
      return;
    }
    const { deadlines, clock } = this.#parts;
    try {
      const reconnecting = this.#player.reconnect();
      this.#leaveWhenLate(reconnecting);
      await withDeadline(reconnecting, deadlines.reconnect, 'reconnect', clock);
    } catch (error) {
      this.#fail('reconnect', error);
      return;
    }
    this.#sync();
    await this.#enqueue(() => this.#publisher?.restore());
  }

  /**
   * Puts another microphone in place of the present one. The new one is open before the old one closes.
   * @param {AudioDevice|null} device  nothing: there is none
   */
  async useMicrophone(device) {
    const overtaken = this.#opening;
    const opening = this.#openMicrophone(device);
    this.#opening = opening;
    void overtaken.then((capture) => capture !== this.#capture && capture?.stop());
    if ((await opening) === null && device) {
      return;
    }
    // Before the connection stands, `start` publishes whatever was wished for last.
    if (this.#connected) {
      await this.#publish(opening);
    }
  }

  /**
   * Ends the attempt: unpublish, stop the track, disconnect, and let go of the player on a later task, because room
   * events that are under way still reach it. Bounded by the disconnect's deadline; called again it waits for the same end.
   * @returns {Promise<void>}
   */
  end() {
    this.#teardown ??= this.#tearDown();
    return this.#teardown;
  }

  async #tearDown() {
    this.#over = true;
    this.#wish += 1;
    const { deadlines, clock } = this.#parts;
    this.#watch?.close();
    const capture = this.#capture;
    this.#setCapture(null);
    const player = this.#player;
    const publisher = this.#publisher;
    const unpublishing = withDeadline(publisher?.unpublish(), UNPUBLISH_SECONDS, 'disconnect', clock);
    capture?.stop();
    void this.#opening.then((late) => late?.stop());
    await unpublishing.catch(() => {});
    try {
      await withDeadline(player?.disconnect(), deadlines.disconnect, 'disconnect', clock);
    } catch (error) {
      this.#parts.log('warning', `attempt ${this.id} is abandoned: ${describeError(error).message}`);
      this.#hangUp();
    }
    await laterTask(clock);
    if (player) {
      for (const [event, handler] of this.#handlers) {
        player.off(event, handler);
      }
    }
    this.#player = null;
    this.#publisher = null;
    this.#provider = null;
  }

  /** The player does not let go by itself: close its connection underneath it. */
  #hangUp() {
    const client = /** @type {{disconnect?: () => Promise<void>}|null} */ (
      this.#provider?.getNativeClient() ?? null
    );
    client?.disconnect?.()?.catch(() => {});
  }

  /**
   * A connection that stands up after its attempt is over must be taken down again.
   * @param {Promise<void>} connecting
   */
  #leaveWhenLate(connecting) {
    const player = this.#player;
    connecting.then(
      () => {
        if (this.#over) {
          player?.disconnect().catch(() => {});
        }
      },
      () => {},
    );
  }

  /**
   * Opens the wanted microphone in place of the present one, which stays open until it is replaced.
   * @param {AudioDevice|null} device
   * @returns {Promise<Capture|null>} nothing when there is none, or when a later wish has overtaken this one
   */
  async #openMicrophone(device) {
    this.#wish += 1;
    const wish = this.#wish;
    if (!device) {
      return null;
    }
    try {
      const capture = await this.#parts.openMicrophone(device, this.#onCaptureChange);
      if (wish === this.#wish && !this.#over) {
        return capture;
      }
      capture.stop();
    } catch (error) {
      if (wish === this.#wish) {
        this.#fail('open-microphone', error, device.id);
      }
    }
    return null;
  }

  /**
   * Makes this the published microphone, whatever was published before.
   * @param {Promise<Capture|null>} opening
   */
  async #publish(opening) {
    const capture = await opening;
    await this.#enqueue(async () => {
      const { deadlines, clock } = this.#parts;
      const publisher = this.#publisher;
      if (this.#over || !publisher || opening !== this.#opening) {
        capture?.stop();
        return;
      }
      const previous = this.#capture;
      this.#setCapture(capture);
      try {
        const change = capture ? publisher.replace(capture.track) : publisher.unpublish();
        await withDeadline(change, deadlines.publish, 'publish', clock);
        if (capture) {
          this.#post({ type: 'published', attempt: this.id, label: capture.label });
        }
      } catch (error) {
        this.#fail('publish', error);
      } finally {
        previous?.stop();
      }
    });
  }

  /** @param {() => Promise<void>|undefined} work */
  #enqueue(work) {
    this.#publishing = this.#publishing.then(work).catch((error) => this.#fail('publish', error));
    return this.#publishing;
  }

  /** @param {Capture|null} capture */
  #setCapture(capture) {
    this.#capture = capture;
    this.#parts.onCapture(capture);
  }

  #onCaptureChange = () => {
    if (this.#capture) {
      this.#parts.onCapture(this.#capture);
    }
  };

  #sync() {
    try {
      this.watch?.sync();
    } catch (error) {
      this.#parts.log('error', `the room cannot be watched: ${describeError(error).message}`);
    }
  }

  /** The player's five events. @type {[string, (...args: any[]) => void][]} */
  #handlers = [
    ['connected', () => this.#playerEvent('connected')],
    // A task later: the room tells its reason right after the player has told that it is gone.
    ['disconnected', () => this.#parts.clock.after(() => this.#playerEvent('disconnected'), 0)],
    ['error', (/** @type {unknown} */ error) => this.#playerEvent('error', error)],
    ['stalled', () => this.#playerEvent('stalled')],
    ['connection-state-changed', (/** @type {ConnectionState} */ state) => this.#onState(state)],
  ];

  /** @param {Player} player */
  #listen(player) {
    for (const [event, handler] of this.#handlers) {
      player.on(event, handler);
    }
  }

  /** @param {ConnectionState} state */
  #onState(state) {
    this.#sync();
    this.#post({ type: 'connection-state-changed', attempt: this.id, state });
  }

  /**
   * @param {'connected'|'disconnected'|'error'|'stalled'} event
   * @param {unknown} [error]
   */
  #playerEvent(event, error) {
    this.#sync();
    this.#post({
      type: 'player-event',
      attempt: this.id,
      event,
      error: event === 'error' ? describeError(error) : null,
      reason: event === 'disconnected' ? (this.#watch?.disconnectReason() ?? null) : null,
    });
  }

  /**
   * @param {Operation} operation
   * @param {unknown} error
   * @param {string|null} [device]  the input it was about
   */
  #fail(operation, error, device = null) {
    this.#post({
      type: 'operation-failed',
      operation,
      error: describeError(error),
      attempt: this.id,
      device,
    });
  }

  /** @param {PageMessage} message */
  #post(message) {
    if (!this.#over) {
      this.#parts.post(message);
    }
  }
}
