/**
 * Tells speech from room noise by loudness alone: the noise floor follows what is quiet, speech is what stands well
 * above it. Simple, cheap, and good enough to know that somebody talks and when they have finished.
 */

/** Below this nothing is speech, however quiet the room: -42 dBFS. */
const LOWEST_SPEECH = 0.008;
/** Speech stands this much above the floor when it begins, and this much while it lasts. */
const RISE = 3.5;
const HOLD = 2;
/** Shorter sounds are a click or a cough. */
const ONSET_MS = 90;
/** A steady noise becomes the floor after a few seconds, a pause in speech at once. */
const FLOOR_RISE_PER_SECOND = 1.25;
const FLOOR_FALL = 0.3;
const LOWEST_FLOOR = 0.0005;

export class VoiceActivity {
  #pauseMs;
  #floor = LOWEST_SPEECH / RISE;
  #loudMs = 0;
  #quietMs = 0;
  #speaking = false;

  /** @param {number} [pauseMs]  how long it must be quiet before speech counts as finished */
  constructor(pauseMs = 800) {
    this.#pauseMs = pauseMs;
  }

  get speaking() {
    return this.#speaking;
  }

  /**
   * @param {number} level  RMS of the last `ms`, 0..1
   * @param {number} ms
   * @returns {'started'|'ended'|null}
   */
  push(level, ms) {
    const threshold = Math.max(LOWEST_SPEECH, this.#floor * (this.#speaking ? HOLD : RISE));
    const loud = level >= threshold;
    this.#follow(level, ms);
    this.#loudMs = loud ? this.#loudMs + ms : 0;
    this.#quietMs = loud ? 0 : this.#quietMs + ms;
    if (!this.#speaking && this.#loudMs >= ONSET_MS) {
      this.#speaking = true;
      return 'started';
    }
    if (this.#speaking && this.#quietMs >= this.#pauseMs) {
      this.#speaking = false;
      return 'ended';
    }
    return null;
  }

  /** Forgets an utterance in progress; the noise floor stays. */
  reset() {
    this.#speaking = false;
    this.#loudMs = 0;
    this.#quietMs = 0;
  }

  /**
   * @param {number} level
   * @param {number} ms
   */
  #follow(level, ms) {
    if (level < this.#floor) {
      this.#floor += (level - this.#floor) * FLOOR_FALL;
    } else {
      this.#floor = Math.min(level, this.#floor * FLOOR_RISE_PER_SECOND ** (ms / 1000));
    }
    this.#floor = Math.max(LOWEST_FLOOR, this.#floor);
  }
}
