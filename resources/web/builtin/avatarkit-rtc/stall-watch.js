import { stepStall, UNWATCHED, untilStall } from './stall-detector.js';

/** A page that was busy itself has news of frames waiting: they are heard before anything is concluded. */
const NEWS_MS = 100;

/** The stall detector with a clock: tells when a stream stalls and when it flows again. */
export class StallWatch {
  #state = UNWATCHED;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #onChange;

  /** @param {(stalled: boolean) => void} onChange true once per stall, false when frames return or are no longer expected */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  get stalled() {
    return this.#state.stalled;
  }

  /** @param {boolean} expected whether frames ought to arrive from now on */
  expect(expected) {
    this.#step({ type: 'expected', expected });
  }

  /** Frames have arrived. */
  frames() {
    this.#step({ type: 'frames' });
  }

  /** @param {import('./stall-detector.js').StallEvent} event */
  #step(event) {
    const now = performance.now();
    const before = this.#state.stalled;
    this.#state = stepStall(this.#state, event, now);
    clearTimeout(this.#timer);
    const wait = untilStall(this.#state, now);
    if (wait !== null) this.#timer = setTimeout(() => this.#hearNews(), Math.ceil(wait));
    if (before !== this.#state.stalled) this.#onChange(this.#state.stalled);
  }

  #hearNews() {
    this.#timer = setTimeout(() => this.#step({ type: 'tick' }), NEWS_MS);
  }
}
