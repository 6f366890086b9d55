/** @import { Activity, Post } from './protocol.js' */
/** @import { Clock } from './clock.js' */

/** Python only wants to know that somebody is there, not how often. */
const AT_MOST_EVERY_MS = 1000;

/** Reports that somebody is there, at most once a second for each kind. */
export class ActivityReporter {
  #post;
  #clock;
  /** @type {Map<Activity['kind'], number>} */
  #last = new Map();

  /**
   * @param {Post} post
   * @param {Clock} clock
   */
  constructor(post, clock) {
    this.#post = post;
    this.#clock = clock;
  }

  /**
   * @param {Activity['kind']} kind
   * @param {string|null} attempt
   */
  note(kind, attempt) {
    const now = this.#clock.now();
    const last = this.#last.get(kind);
    if (last === undefined || now - last >= AT_MOST_EVERY_MS) {
      this.#last.set(kind, now);
      this.#post({ type: 'activity', attempt, kind });
    }
  }
}
