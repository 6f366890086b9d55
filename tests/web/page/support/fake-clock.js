/** @import { Clock } from '../../../../resources/web/app/clock.js' */

/**
 * Time that stands still until a test moves it.
 * @implements {Clock}
 */
export class FakeClock {
  #now = 0;
  #next = 1;
  /** @type {Map<number, {at: number, every: number|null, run: () => void}>} */
  #timers = new Map();

  now = () => this.#now;

  /**
   * @param {() => void} run
   * @param {number} ms
   */
  after = (run, ms) => this.#add(run, ms, null);

  /**
   * @param {() => void} run
   * @param {number} ms
   */
  repeat = (run, ms) => this.#add(run, ms, ms);

  /** @param {unknown} handle */
  cancel = (handle) => {
    this.#timers.delete(/** @type {number} */ (handle));
  };

  /** How many timers wait: a part that has ended leaves none behind. */
  get waiting() {
    return this.#timers.size;
  }

  /**
   * Moves on, running what is due in order, and lets promises settle between.
   * @param {number} ms
   */
  async advance(ms) {
    const end = this.#now + ms;
    await settle();
    for (;;) {
      const due = [...this.#timers]
        .filter(([, timer]) => timer.at <= end)
        .sort(([, a], [, b]) => a.at - b.at)[0];
      if (!due) {
        break;
      }
      const [handle, timer] = due;
      this.#now = Math.max(this.#now, timer.at);
      if (timer.every === null) {
        this.#timers.delete(handle);
      } else {
        timer.at += timer.every;
      }
      timer.run();
      await settle();
    }
    this.#now = end;
    await settle();
  }

  /**
   * @param {() => void} run
   * @param {number} ms
   * @param {number|null} every
   */
  #add(run, ms, every) {
    const handle = this.#next;
    this.#next += 1;
    this.#timers.set(handle, { at: this.#now + ms, every, run });
    return handle;
  }
}

/** Lets every promise that can settle do so: a macrotask runs only when the microtasks are through. */
export async function settle() {
  for (let round = 0; round < 3; round += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
