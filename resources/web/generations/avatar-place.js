/** @import { VendorSession } from './vendor-call.js' */

/**
 * Where sessions of the third generation show their avatar, one after the other: the view of a kit whose avatars come
 * with sessions. A session has drawn its avatar when it is made, so there is something to see from the beginning.
 */
export class AvatarPlace {
  /** @type {VendorSession|null} */
  #session;
  /** @type {(() => void)|undefined} */
  onFirstRendering;
  /** @type {((cause: unknown) => Promise<void>)|undefined} */
  onFailed;

  /**
   * @param {VendorSession} session  the first one
   * @param {string} avatarId
   * @param {HTMLElement} container
   */
  constructor(session, avatarId, container) {
    this.#session = session;
    this.avatarId = avatarId;
    this.container = container;
    queueMicrotask(() => this.onFirstRendering?.());
  }

  /** @param {VendorSession} session  shows its avatar here from now on, after `clear` */
  take(session) {
    this.#session = session;
  }

  /** Takes the avatar away that is here: two of them in one container would fight for it. */
  clear() {
    const session = this.#session;
    this.#session = null;
    session?.dispose();
  }

  dispose() {
    this.clear();
  }
}
