/** @import { Clock } from '../clock.js' */
/** @import { Elements } from './elements.js' */

const TICK_MS = 250;

/** "Are you still there?": the ring runs out with the seconds that are left. */
export class Countdown {
  #elements;
  #clock;
  /** @type {unknown} */
  #timer = null;
  #end = 0;
  #whole = 0;

  /**
   * @param {Elements} elements
   * @param {Clock} clock
   */
  constructor(elements, clock) {
    this.#elements = elements;
    this.#clock = clock;
  }

  /** @param {number|null} seconds  until the end; nothing: no countdown */
  show(seconds) {
    const { root, countdown } = this.#elements;
    root.toggleAttribute('data-warning', seconds !== null);
    countdown.hidden = seconds === null;
    this.#clock.cancel(this.#timer);
    this.#timer = null;
    if (seconds === null) {
      this.#whole = 0;
      return;
    }
    this.#end = this.#clock.now() + seconds * 1000;
    this.#whole = Math.max(this.#whole, seconds);
    this.#timer = this.#clock.repeat(() => this.#draw(), TICK_MS);
    this.#draw();
  }

  #draw() {
    const left = Math.max(0, (this.#end - this.#clock.now()) / 1000);
    const text = String(Math.ceil(left));
    if (this.#elements.seconds.textContent !== text) {
      this.#elements.seconds.textContent = text;
      // The ring is drawn a second ahead: its transition takes one.
      const share = this.#whole > 0 ? Math.max(0, left - 1) / this.#whole : 0;
      this.#elements.ring.style.setProperty('--left', share.toFixed(3));
    }
  }
}
