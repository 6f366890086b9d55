/** @import { AudioDevice, Configure, Connect, Log, Post } from './protocol.js' */
/** @import { CaptionUpdate } from './watch.js' */
/** @import { AvatarView, Kit } from './kit.js' */
/** @import { Capture } from './microphone.js' */
/** @import { Clock } from './clock.js' */

import { Attempt } from './attempt.js';
import { AUDIBLE_RMS, framesBetween, loudness, ReceiverGauge } from './gauge.js';

/** How soon the agent's first sound is noticed, and a room that the player has replaced. */
const LISTEN_MS = 100;
/** Afterwards it is enough to know about once in a while that somebody speaks. */
const RELAXED_TICKS = 5;
/** Ended attempts that are remembered, so that their late commands are recognised. */
const MEMORY = 64;

/**
 * @typedef {object} SessionParts
 * @property {() => {kit: Kit, view: AvatarView}|null} stage  the prepared avatar; nothing until it is there
 * @property {() => Configure} settings
 * @property {(device: AudioDevice, onchange: () => void) => Promise<Capture>} openMicrophone
 * @property {(attempt: string, capture: Capture|null) => void} onCapture
 * @property {(update: CaptionUpdate) => void} onCaption
 * @property {(attempt: string, kind: 'agent-speech') => void} onActivity
 * @property {() => void} onRest  the last attempt is gone, nobody talks any more
 * @property {Post} post
 * @property {Log} log
 * @property {Clock} clock
 */

/** The page's conversations: at most one attempt at a time, and commands reach only the attempt they are meant for. */
export class Session {
  #parts;
  /** @type {Attempt|null} */
  #current = null;
  /** Settles when every attempt before the current one is gone. @type {Promise<unknown>} */
  #leaving = Promise.resolve();
  /** @type {Set<string>} */
  #ended = new Set();
  #sound = new ReceiverGauge();
  #motion = new ReceiverGauge();
  /** @type {unknown} */
  #listening = null;
  #ticks = 0;
  #heard = false;
  #busy = false;
  #sinkId = '';

  /** @param {SessionParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** @returns {string|null} the running attempt's id */
  get attempt() {
    return this.#current?.id ?? null;
  }

  /** @returns {Capture|null} */
  get capture() {
    return this.#current?.capture ?? null;
  }

  /** @param {Connect} command */
  async connect(command) {
    const { post, log, settings } = this.#parts;
    const id = command.attempt;
    if (this.#ended.has(id) || this.attempt === id) {
      log('debug', `attempt ${id} was started before`);
      return;
    }
    // Two players would draw into one view: the one before leaves first, within its own deadline.
    const before = this.#current;
    const stage = this.#parts.stage();
    if (!stage) {
      const error = { name: 'Error', message: 'the avatar is not prepared', status: null, reason: null };
      post({ type: 'operation-failed', operation: 'connect', error, attempt: id });
      return;
    }
    const { avatar, deadlines } = settings();
    const attempt = new Attempt(command, {
      ...stage,
      options: avatar.player,
      deadlines,
      openMicrophone: this.#parts.openMicrophone,
      onCapture: (capture) => this.#parts.onCapture(id, capture),
      onCaption: this.#parts.onCaption,
      onWatch: (watch) => {
        watch.setVolume(settings().volume);
        if (this.#sinkId) {
          watch.setSpeaker(this.#sinkId);
        }
      },
      post,
      log,
      clock: this.#parts.clock,
    });
    this.#current = attempt;
    if (before) {
      this.#forget(before.id);
      this.#leaving = Promise.all([this.#leaving, before.end()]);
    }
    await this.#leaving;
    if (this.#current === attempt) {
      this.#listen();
      await attempt.start();
    }
  }

  /** @param {string} id */
  async reconnect(id) {
    await this.#meant(id)?.reconnect();
  }

  /**
   * @param {string} id
   * @param {AudioDevice|null} device
   */
  async useMicrophone(id, device) {
    await this.#meant(id)?.useMicrophone(device);
  }

  /**
   * Ends the attempt and says so; an unknown one is already gone, and nobody shall wait for it.
   * @param {string} id
   */
  async disconnect(id) {
    const attempt = this.#meant(id);
    if (attempt) {
      await attempt.end();
      if (this.#current === attempt) {
        this.#current = null;
        this.#rest();
        this.#parts.onRest();
      }
    }
    this.#forget(id);
    this.#parts.post({ type: 'disposed', attempt: id });
  }

  /** @param {number} volume */
  setVolume(volume) {
    this.#current?.watch?.setVolume(volume);
  }

  /** @param {string} sinkId  empty: the system's default */
  setSpeaker(sinkId) {
    this.#sinkId = sinkId;
    this.#current?.watch?.setSpeaker(sinkId);
  }

  /** The output was lost and may be there again: what was playing goes on. */
  playAgain() {
    this.#current?.watch?.playAgain();
  }

  /** @returns {Promise<number>} motion frames received since the last call */
  async framesReceived() {
    return this.#motion.greatest(this.#current?.watch?.videoReceivers() ?? [], framesBetween);
  }

  /** @param {string} id */
  #meant(id) {
    if (this.attempt === id) {
      return this.#current;
    }
    this.#parts.log('debug', `a command for attempt ${id} came too late`);
    return null;
  }

  /** @param {string} id */
  #forget(id) {
    this.#ended.add(id);
    const [oldest] = this.#ended;
    if (this.#ended.size > MEMORY && oldest !== undefined) {
      this.#ended.delete(oldest);
    }
  }

  #listen() {
    this.#rest();
    this.#heard = false;
    this.#ticks = 0;
    this.#listening = this.#parts.clock.repeat(() => void this.#tick(), LISTEN_MS);
  }

  #rest() {
    this.#parts.clock.cancel(this.#listening);
    this.#listening = null;
  }

  /** Looks for a replaced room, the agent's first sound, and later whether the agent still speaks. */
  async #tick() {
    const attempt = this.#current;
    const watch = attempt?.watch;
    if (!attempt || !watch) {
      return;
    }
    watch.sync();
    this.#ticks += 1;
    if (this.#busy || (this.#heard && this.#ticks % RELAXED_TICKS !== 0)) {
      return;
    }
    this.#busy = true;
    try {
      const level = await this.#sound.greatest(watch.audioReceivers(), loudness);
      if (level >= AUDIBLE_RMS && attempt === this.#current) {
        if (!this.#heard) {
          this.#heard = true;
          this.#parts.post({ type: 'first-sound', attempt: attempt.id });
        }
        this.#parts.onActivity(attempt.id, 'agent-speech');
      }
    } finally {
      this.#busy = false;
    }
  }
}
