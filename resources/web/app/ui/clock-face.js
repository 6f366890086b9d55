/** @import { Clock } from '../clock.js' */

const MINUTE_MS = 60_000;

/** The time of day, in the visitor's language; it wakes once a minute. */
export class ClockFace {
  #element;
  #clock;
  #language = 'en';

  /**
   * @param {HTMLElement} element
   * @param {Clock} clock
   */
  constructor(element, clock) {
    this.#element = element;
    this.#clock = clock;
  }

  start() {
    this.#show();
    this.#clock.after(() => this.start(), MINUTE_MS - (Date.now() % MINUTE_MS));
  }

  /** @param {string} language */
  speak(language) {
    this.#language = language;
    this.#show();
  }

  #show() {
    this.#element.textContent = new Date().toLocaleTimeString(this.#language, {
      hour: 'numeric',
      minute: '2-digit',
    });
  }
}
