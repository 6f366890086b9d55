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
  /** @type {((cause: unknown) => void)|undefined} */
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

  /** @param {VendorSession} session  shows its avatar here from now on */
  give(session) {
    this.#session = session;
  }

  /** Takes the avatar away. Two of them in one container would fight for it. */
  dispose() {
    const session = this.#session;
    this.#session = null;
    session?.dispose();
    this.container.replaceChildren();
  }
}
