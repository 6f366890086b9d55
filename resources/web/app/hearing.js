/** @import { MicrophoneChanged, Post } from './protocol.js' */
/** @import { Capture } from './microphone.js' */
/** @import { Clock } from './clock.js' */

import { VoiceActivity } from './voice-activity.js';

/** Twelve times a second: the meter follows the voice, and repainting it stays cheap. */
const READ_MS = 80;
const REPORT_MS = 1000;

/**
 * @typedef {{read(): number, close(): void}} Meter
 *
 * @typedef {object} HearingParts
 * @property {(track: MediaStreamTrack) => Meter} createMeter
 * @property {(level: number) => void} onLevel  for the screen, twelve times a second
 * @property {(attempt: string|null) => void} onSpeech  the visitor speaks
 * @property {Post} post
 * @property {Clock} clock
 */

/** Watches the open microphone: its state on every change, its level each second, the visitor's voice. */
export class Hearing {
  #parts;
  /** @type {string|null} */
  #attempt = null;
  /** @type {Capture|null} */
  #capture = null;
  /** @type {Meter|null} */
  #meter = null;
  /** @type {unknown[]} */
  #timers = [];
  #voice = new VoiceActivity();
  #loudest = 0;
  /** @type {string|null} */
  #told = null;

  /** @param {HearingParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** @returns {Capture|null} */
  get capture() {
    return this.#capture;
  }

  /**
   * The open microphone is this one now, or is in another state.
   * @param {string} attempt
   * @param {Capture|null} capture
   */
  use(attempt, capture) {
    if (capture !== this.#capture) {
      this.#close();
      this.#capture = capture;
      this.#told = null;
      if (capture) {
        this.#open(capture);
      }
    }
    this.#attempt = attempt;
    this.#tellChange();
  }

  /** @param {Capture} capture */
  #open(capture) {
    const { clock, createMeter } = this.#parts;
    this.#meter = createMeter(capture.track);
    this.#voice = new VoiceActivity();
    this.#timers = [
      clock.repeat(() => this.#read(), READ_MS),
      clock.repeat(() => {
        if (capture.state === 'live') {
          this.#tell();
        }
      }, REPORT_MS),
    ];
  }

  #close() {
    for (const timer of this.#timers) {
      this.#parts.clock.cancel(timer);
    }
    this.#timers = [];
    this.#meter?.close();
    this.#meter = null;
    this.#loudest = 0;
    this.#parts.onLevel(0);
  }

  #read() {
    const level = this.#capture?.state === 'live' ? (this.#meter?.read() ?? 0) : 0;
    this.#loudest = Math.max(this.#loudest, level);
    this.#voice.push(level, READ_MS);
    this.#parts.onLevel(level);
    if (this.#voice.speaking) {
      this.#parts.onSpeech(this.#attempt);
    }
  }

  #tellChange() {
    const state = `${this.#attempt} ${this.#state} ${this.#capture?.label}`;
    if (state !== this.#told) {
      this.#told = state;
      this.#tell();
    }
  }

  /** @returns {MicrophoneChanged['state']} */
  get #state() {
    return this.#capture?.state ?? 'off';
  }

  #tell() {
    this.#parts.post({
      type: 'microphone',
      attempt: this.#attempt,
      state: this.#state,
      label: this.#capture?.label ?? null,
      // The loudest moment since the last report: an average would hide words between pauses.
      level: Math.min(1, this.#loudest),
    });
    this.#loudest = 0;
  }
}
