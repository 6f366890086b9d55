/** @import { VendorSession } from './vendor-call.js' */

/**
 * Where a session of the third generation shows its avatar: the view of a kit whose avatars come and go with sessions.
 * There is nothing to wait for until then, so it counts as drawn at once.
 */
export class AvatarPlace {
  /** @type {VendorSession|null} */
  #session = null;
  /** @type {(() => void)|undefined} */
  onFirstRendering;
  /** @type {((cause: unknown) => Promise<void>)|undefined} */
  onFailed;

  /**
   * @param {string} avatarId
   * @param {HTMLElement} container
   */
  constructor(avatarId, container) {
    this.avatarId = avatarId;
    this.container = container;
    queueMicrotask(() => this.onFirstRendering?.());
  }

  /**
   * Takes whatever avatar is here away: two of them in one container would fight for it.
   * @param {VendorSession|null} [session]  shows its avatar here from now on
   */
  change(session = null) {
    const before = this.#session;
    this.#session = session;
    before?.dispose();
  }

  /** @param {VendorSession} session  is over; another one may have taken its place meanwhile */
  leave(session) {
    if (this.#session === session) {
      this.change();
    }
  }

  dispose() {
    this.change();
  }
}
