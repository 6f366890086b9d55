/** @import { Command, Log, PageMessage } from './protocol.js' */

import { redact } from './errors.js';
import { LOG_LIMIT } from './protocol.js';

/**
 * The object that Python publishes on the web channel.
 * @typedef {object} KioskObject
 * @property {(json: string) => void} post
 * @property {{connect: (listener: (json: string) => void) => void}} deliver
 */

/** Answer of Python's side is expected at once; without it the page cannot do anything at all. */
const CHANNEL_WAIT_MS = 10_000;

/**
 * The one connection between this page and Python: JSON text in, JSON text out. Every message carries the number of
 * this page load, so that Python can tell it from a late word of an earlier one.
 */
export class Bridge {
  #kiosk;
  #page;

  /**
   * @param {KioskObject} kiosk
   * @param {number} page
   */
  constructor(kiosk, page) {
    this.#kiosk = kiosk;
    this.#page = page;
  }

  /** @param {PageMessage} message */
  post = (message) => {
    this.#kiosk.post(JSON.stringify({ ...message, page: this.#page }));
  };

  /** @type {Log} */
  log = (level, text) => {
    this.post({ type: 'log', level, text: redact(text).slice(0, LOG_LIMIT) });
  };

  /**
   * Calls `handle` with every command from now on. A command that cannot be read, or whose handling throws, is logged
   * and leaves the others alone.
   * @param {(command: Command) => void} handle
   */
  listen(handle) {
    this.#kiosk.deliver.connect((json) => {
      try {
        handle(JSON.parse(json));
      } catch (error) {
        this.log('error', `a command failed: ${error instanceof Error ? error.stack : error}`);
      }
    });
  }
}

/**
 * @param {string} search  the page's query, `?page=<n>`
 * @returns {number}
 */
export function pageNumber(search) {
  const number = Number(new URLSearchParams(search).get('page'));
  return Number.isInteger(number) && number >= 0 ? number : 0;
}

/**
 * Opens the web channel that Qt put into the page.
 * @returns {Promise<KioskObject>}
 */
export function openChannel() {
  const scope = /** @type {any} */ (globalThis);
  return new Promise((resolve, reject) => {
    if (!scope.QWebChannel || !scope.qt?.webChannelTransport) {
      reject(new Error('this page only works inside the kiosk: there is no web channel'));
      return;
    }
    const timer = setTimeout(() => reject(new Error('the web channel does not answer')), CHANNEL_WAIT_MS);
    new scope.QWebChannel(
      scope.qt.webChannelTransport,
      (/** @type {{objects: {kiosk?: KioskObject}}} */ channel) => {
        clearTimeout(timer);
        if (channel.objects.kiosk) {
          resolve(channel.objects.kiosk);
        } else {
          reject(new Error('the web channel has no object "kiosk"'));
        }
      },
    );
  });
}
