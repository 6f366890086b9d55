/** @import { WatchCallbacks } from '../app/watch.js' */
/** @import { VendorCall } from './vendor-call.js' */

import { RoomWatch } from '../app/room-watch.js';

/**
 * Watches a session of the third generation: through its room, where it lets us at it. A session without one tells
 * nothing of an agent, so somebody is presumed to be there, and to be heard, as long as it is connected; there are no
 * captions then, and the volume is the machine's.
 */
export class CallWatch extends RoomWatch {
  #call;
  #tell;
  #presumed = false;

  /**
   * @param {VendorCall} call
   * @param {WatchCallbacks} callbacks
   */
  constructor(call, callbacks) {
    super(call, callbacks);
    this.#call = call;
    this.#tell = callbacks.agent;
  }

  /** @override */
  sync() {
    const presumed = !this.#call.hasRoom && this.#call.getConnectionState() === 'connected';
    if (presumed !== this.#presumed) {
      this.#presumed = presumed;
      this.#tell({ present: presumed, audible: presumed, state: null });
    }
    super.sync();
  }
}
