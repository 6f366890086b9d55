/** @import { AvatarSettings, Deadlines, Log, Operation, Post } from './protocol.js' */
/** @import { AvatarView, Kit } from './kit.js' */
/** @import { Clock } from './clock.js' */

import { withDeadline } from './deadline.js';
import { describeError, OperationError } from './errors.js';
import { BUILTIN } from './kit.js';

/** Progress is reported in steps a person can see. */
const PROGRESS_STEP = 0.02;

/**
 * @typedef {object} StageParts
 * @property {HTMLElement} container  positioned and with a size; the view fills it
 * @property {() => Promise<Kit>} loadKit  the configured avatar
 * @property {() => Promise<Kit>} loadFallbackKit  the built-in one
 * @property {AvatarSettings} settings
 * @property {Deadlines} deadlines
 * @property {Post} post
 * @property {Log} log
 * @property {Clock} clock
 * @property {(progress: number) => void} onProgress  0..1, for the screen
 */

/** Brings the avatar onto the screen and keeps it there: SDK, session token, model, view, first frame. */
export class AvatarStage {
  #parts;
  /** @type {Kit|null} */
  #kit = null;
  /** @type {AvatarView|null} */
  #view = null;
  #contextLost = false;
  #isFallback = false;
  /** Preparations follow one another: two views in one container would fight for it. */
  #queue = Promise.resolve();

  /** @param {StageParts} parts */
  constructor(parts) {
    this.#parts = parts;
    // Context events do not bubble, but they pass through their ancestors on the way down.
    for (const kind of ['webglcontext', 'context']) {
      parts.container.addEventListener(`${kind}lost`, () => this.#onContext(true), true);
      parts.container.addEventListener(`${kind}restored`, () => this.#onContext(false), true);
    }
  }

  /** @returns {Kit|null} what the avatar was made with; nothing until prepared */
  get kit() {
    return this.#view ? this.#kit : null;
  }

  /** @returns {AvatarView|null} */
  get view() {
    return this.#view;
  }

  get contextLost() {
    return this.#contextLost;
  }

  /** @returns {number|null} frames the avatar has drawn in all; nothing where its view does not tell */
  get framesRendered() {
    return this.#view?.getStats?.().renderedFrames ?? null;
  }

  /** @param {string|null} sessionToken */
  prepare(sessionToken) {
    this.#queue = this.#queue.then(() => this.#prepare(sessionToken));
    return this.#queue;
  }

  /** @param {string} sessionToken */
  setSessionToken(sessionToken) {
    this.#kit?.setSessionToken(sessionToken);
  }

  /** @param {string|null} sessionToken */
  async #prepare(sessionToken) {
    if (this.#view && !this.#contextLost && !this.#isFallback) {
      if (sessionToken) {
        this.setSessionToken(sessionToken);
      }
      this.#announce('');
      return;
    }
    this.#drop();
    try {
      await this.#build(this.#parts.loadKit, sessionToken);
      this.#isFallback = false;
      this.#announce('');
    } catch (error) {
      this.#drop();
      await this.#fallBack(error);
    }
  }

  /** @param {unknown} cause  why the configured avatar is not there */
  async #fallBack(cause) {
    const { settings, log } = this.#parts;
    if (settings.sdk === BUILTIN) {
      this.#fail(cause);
      return;
    }
    log(
      'warning',
      `the configured avatar does not load, the built-in one takes over: ${describeCause(cause)}`,
    );
    try {
      await this.#build(this.#parts.loadFallbackKit, null);
      this.#isFallback = true;
      this.#announce(describeCause(cause));
    } catch (error) {
      this.#drop();
      log('error', `nor does the built-in avatar: ${describeCause(error)}`);
      this.#fail(cause);
    }
  }

  /**
   * In the order of the documents. What RTC mode does not use (the SDK's own audio, feeding it data, starting it) is
   * not called.
   * @param {() => Promise<Kit>} load
   * @param {string|null} sessionToken
   */
  async #build(load, sessionToken) {
    const { container, settings, deadlines, clock } = this.#parts;
    const kit = await withDeadline(load(), deadlines.initialize, 'initialize', clock);
    this.#kit = kit;
    await withDeadline(kit.initialize(settings), deadlines.initialize, 'initialize', clock);
    if (sessionToken) {
      kit.setSessionToken(sessionToken);
    }
    const avatarId = kit.sdk === settings.sdk ? settings.avatarId : BUILTIN;
    const avatar = await withDeadline(
      kit.load(avatarId, this.#progressReporter(), container),
      deadlines.loadAvatar,
      'load-avatar',
      clock,
    );
    /** @type {(value: void) => void} */
    let seen = () => {};
    const firstFrame = new Promise((resolve) => {
      seen = resolve;
    });
    let view;
    try {
      view = kit.createView(avatar, container);
    } catch (error) {
      throw new OperationError('first-frame', error);
    }
    this.#view = view;
    view.onFirstRendering = () => seen();
    view.onFailed = (cause) => this.#onLateFailure(view, cause);
    await withDeadline(firstFrame, deadlines.firstFrame, 'first-frame', clock);
  }

  /**
   * Its avatar was to come anew with a session, and has not. The session fails once the built-in one is there, for the
   * next one to be held with.
   * @param {AvatarView} view
   * @param {unknown} cause
   */
  #onLateFailure(view, cause) {
    this.#queue = this.#queue.then(async () => {
      if (this.#view === view) {
        this.#drop();
        await this.#fallBack(new OperationError('load-avatar', cause));
      }
    });
    return this.#queue;
  }

  /** @returns {(progress: {type: string, progress?: number}) => void} */
  #progressReporter() {
    let last = -1;
    return ({ type, progress }) => {
      const value = type === 'completed' ? 1 : Math.min(1, Math.max(0, progress ?? 0));
      if (value - last >= PROGRESS_STEP || (value === 1 && last < 1)) {
        last = value;
        this.#parts.post({ type: 'progress', operation: 'load-avatar', progress: value });
        this.#parts.onProgress(value);
      }
    };
  }

  #drop() {
    try {
      this.#view?.dispose();
    } catch (error) {
      this.#parts.log('warning', `the avatar's view could not be disposed: ${describeCause(error)}`);
    }
    this.#view = null;
    this.#contextLost = false;
    this.#parts.container.replaceChildren();
  }

  /** @param {boolean} lost */
  #onContext(lost) {
    this.#contextLost = lost;
    this.#parts.log('warning', lost ? 'the drawing context is lost' : 'the drawing context is back');
  }

  /** @param {string} fallbackCause */
  #announce(fallbackCause) {
    this.#parts.post({
      type: 'prepared',
      sdk: this.#kit?.sdk ?? BUILTIN,
      fallback: this.#isFallback,
      fallbackCause,
    });
  }

  /** @param {unknown} error */
  #fail(error) {
    const operation = /** @type {{operation?: Operation}} */ (error).operation ?? 'initialize';
    this.#parts.post({ type: 'operation-failed', operation, error: describeError(error), attempt: null });
  }
}

/**
 * @param {unknown} error
 * @returns {string}
 */
function describeCause(error) {
  return error instanceof OperationError ? error.message : describeError(error).message;
}
