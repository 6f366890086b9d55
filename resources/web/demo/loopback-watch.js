/** @import { Watch, WatchCallbacks } from '../app/watch.js' */
/** @import { LoopbackProvider } from './loopback-provider.js' */

import { playAgain } from '../app/audio-output.js';

/**
 * What `RoomWatch` is to a LiveKit room: tells the session of the demo's agent.
 * @implements {Watch}
 */
export class LoopbackWatch {
  #provider;

  /**
   * @param {LoopbackProvider} provider
   * @param {WatchCallbacks} callbacks
   */
  constructor(provider, callbacks) {
    this.#provider = provider;
    provider.onAgent = callbacks.agent;
    provider.onCaption = callbacks.caption;
  }

  /** The provider keeps one line; there is never another to look for. */
  sync() {}

  audioReceivers() {
    return this.#provider.receivers('audio');
  }

  videoReceivers() {
    return this.#provider.receivers('video');
  }

  disconnectReason() {
    return null;
  }

  /** @param {number} volume */
  setVolume(volume) {
    this.#provider.speaker.volume = volume;
  }

  /** @param {string} sinkId */
  setSpeaker(sinkId) {
    void this.#provider.speaker.setSinkId(sinkId).catch(() => {});
  }

  playAgain() {
    playAgain(this.#provider.speaker);
  }

  close() {
    this.#provider.onAgent = () => {};
    this.#provider.onCaption = () => {};
  }
}
