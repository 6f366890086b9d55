/** @import { Post } from './protocol.js' */
/** @import { Clock } from './clock.js' */

export const BEAT_MS = 1000;

/**
 * @typedef {object} Vitals
 * @property {() => boolean} marker  whether the document is still ours
 * @property {() => boolean} contextLost
 * @property {() => Promise<number>} framesReceived  motion frames since the last call
 * @property {() => number|null} framesRendered  frames the avatar has drawn in all, where it tells
 * @property {() => boolean} moving  whether something animates, so that counting frames costs nothing extra
 * @property {(run: () => void) => void} onPaint  calls once with the next painted frame
 */

/**
 * The page's pulse: proves every second that its main thread turns, its compositor paints, and motion arrives. The
 * beat is a timer's, since a hidden page paints nothing and is alive all the same. At rest one painted frame a beat
 * is asked for; asking for all of them would keep the machine busy for a picture that stands still.
 */
export class Heartbeat {
  #vitals;
  #post;
  #clock;
  #painted = 0;
  #waiting = false;
  #lastBeat = 0;
  #lastRendered = 0;

  /**
   * @param {Vitals} vitals
   * @param {Post} post
   * @param {Clock} clock
   */
  constructor(vitals, post, clock) {
    this.#vitals = vitals;
    this.#post = post;
    this.#clock = clock;
  }

  start() {
    this.#lastBeat = this.#clock.now();
    this.#awaitPaint();
    this.#clock.repeat(() => void this.#beat(), BEAT_MS);
  }

  async #beat() {
    const frames = await this.#vitals.framesReceived().catch(() => 0);
    const now = this.#clock.now();
    const seconds = Math.max(0.001, (now - this.#lastBeat) / 1000);
    this.#lastBeat = now;
    const rendered = this.#vitals.framesRendered();
    const drawn = rendered === null ? this.#painted : Math.max(0, rendered - this.#lastRendered);
    this.#lastRendered = rendered ?? 0;
    this.#post({
      type: 'heartbeat',
      painted: this.#painted,
      framesPerSecond: tenths(frames / seconds),
      renderedPerSecond: tenths(drawn / seconds),
      marker: this.#vitals.marker(),
      contextLost: this.#vitals.contextLost(),
    });
    this.#painted = 0;
    this.#awaitPaint();
  }

  #awaitPaint() {
    if (this.#waiting) {
      return;
    }
    this.#waiting = true;
    this.#vitals.onPaint(() => {
      this.#waiting = false;
      this.#painted += 1;
      if (this.#vitals.moving()) {
        this.#awaitPaint();
      }
    });
  }
}

/** @param {number} value */
function tenths(value) {
  return Math.round(value * 10) / 10;
}
