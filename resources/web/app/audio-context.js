/**
 * The page's one AudioContext: each costs about 4.5 MB that closing does not give back. The built-in avatar keeps its
 * own under the same key, so that there is one between us whoever comes first.
 */
const KEY = Symbol.for('avatarkit.audio-context');

/** @returns {Record<symbol, AudioContext|undefined>} */
const registry = () => /** @type {any} */ (globalThis);

/** @type {(() => void)[]} */
const listeners = [];
/** @type {AudioContext|null} */
let watched = null;

/**
 * Calls `run` whenever the context has lost its output, because the sound server is gone or Chromium's own process for
 * sound has died. Everything else that the page plays has lost its output then, too, and does not say so.
 * @param {() => void} run
 */
export function onOutputLost(run) {
  listeners.push(run);
}

/** @param {AudioContext} context */
function watch(context) {
  if (context !== watched) {
    watched = context;
    context.addEventListener('error', () => {
      for (const run of listeners) {
        run();
      }
    });
  }
}

/** @returns {AudioContext} running */
export function sharedAudioContext() {
  const page = registry();
  page[KEY] ??= new AudioContext({ latencyHint: 'interactive' });
  watch(page[KEY]);
  void page[KEY].resume();
  return page[KEY];
}

/** Between two conversations: a running context wakes a thread every few milliseconds, also when it plays nothing. */
export function restAudioContext() {
  void registry()[KEY]?.suspend();
}
