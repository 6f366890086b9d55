/** @import { Clock } from './clock.js' */

/** Chromium forgets an address after a minute. */
const AGAIN_MS = 50_000;

/**
 * Keeps name, route and TLS to the LiveKit server warm while the kiosk waits, as livekit-client's `prepareConnection`
 * does; that one belongs to a `Room`, and the provider's is not there yet.
 */
export class WarmUp {
  #clock;
  #fetch;
  /** @type {unknown} */
  #timer = null;

  /**
   * @param {Clock} clock
   * @param {(url: string, init: RequestInit) => Promise<unknown>} fetch
   */
  constructor(clock, fetch) {
    this.#clock = clock;
    this.#fetch = fetch;
  }

  /** @param {string|null} url  of the LiveKit server (ws or wss); nothing: rest */
  keep(url) {
    this.#clock.cancel(this.#timer);
    this.#timer = null;
    if (url) {
      const address = url.replace(/^ws/, 'http');
      const knock = () => void this.#fetch(address, { method: 'HEAD', mode: 'no-cors' }).catch(() => {});
      knock();
      this.#timer = this.#clock.repeat(knock, AGAIN_MS);
    }
  }
}
