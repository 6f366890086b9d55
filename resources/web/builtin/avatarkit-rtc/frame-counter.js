/**
 * Counts the frames that arrive at a receiver: exactly, in a worker, where the browser has encoded transforms; else from
 * the receiver's statistics.
 */

const POLL_MS = 500;

/** @typedef {(count: number) => void} CountListener */

/** One worker a page, for good: starting one costs 20 ms and a process-wide thread. @type {Worker | null} */
let worker = null;
let lastId = 0;
/** The transform of every prepared receiver. @type {WeakMap<RTCRtpReceiver, number>} */
const transforms = new WeakMap();
/** @type {Map<number, CountListener>} */
const listeners = new Map();

export class FrameCounter {
  /** @type {{receiver: RTCRtpReceiver, stop: () => void} | null} */
  #watched = null;
  #onFrames;

  /** @param {CountListener} onFrames called with the frames since the last call, never with 0 */
  constructor(onFrames) {
    this.#onFrames = onFrames;
  }

  /**
   * To be called for every receiver in the very task of its `track` event: Chromium 140 hands no frames to a transform
   * that comes later. A receiver that missed this is counted from its statistics.
   * @param {RTCRtpReceiver} receiver
   */
  prepare(receiver) {
    if (typeof RTCRtpScriptTransform !== 'function' || transforms.has(receiver)) return;
    const id = ++lastId;
    transforms.set(receiver, id);
    receiver.transform = new RTCRtpScriptTransform(sharedWorker(), { id });
  }

  /**
   * Counts this receiver's frames and no other's.
   * @param {RTCRtpReceiver | null} receiver null: none
   */
  watch(receiver) {
    if (receiver === (this.#watched?.receiver ?? null)) return;
    this.#watched?.stop();
    this.#watched = receiver && { receiver, stop: this.#count(receiver) };
  }

  /**
   * @param {RTCRtpReceiver} receiver
   * @returns {() => void}
   */
  #count(receiver) {
    const stopPolling = poll(receiver, this.#onFrames);
    const id = transforms.get(receiver);
    if (id === undefined) return stopPolling;
    listeners.set(id, (count) => {
      // The transform works: its count is exact, and the statistics would count the same frames again.
      stopPolling();
      this.#onFrames(count);
    });
    return () => {
      stopPolling();
      listeners.delete(id);
    };
  }
}

function sharedWorker() {
  if (!worker) {
    worker = new Worker(new URL('./frame-counter-worker.js', import.meta.url), {
      type: 'module',
      name: 'frame counter',
    });
    worker.addEventListener('message', ({ data }) => listeners.get(data.id)?.(data.count));
  }
  return worker;
}

/**
 * @param {RTCRtpReceiver} receiver
 * @param {CountListener} onFrames
 * @returns {() => void} stops it
 */
function poll(receiver, onFrames) {
  let before = /** @type {number | null} */ (null);
  let stopped = false;
  const timer = setInterval(async () => {
    const total = await framesReceived(receiver).catch(() => null);
    if (total === null || stopped) return;
    if (before !== null && total > before) onFrames(total - before);
    before = total;
  }, POLL_MS);
  return () => {
    stopped = true;
    clearInterval(timer);
  };
}

/**
 * @param {RTCRtpReceiver} receiver
 * @returns {Promise<number | null>} frames of video or packets of sound so far
 */
async function framesReceived(receiver) {
  for (const report of (await receiver.getStats()).values()) {
    if (report.type === 'inbound-rtp') return report.framesReceived ?? report.packetsReceived ?? null;
  }
  return null;
}
