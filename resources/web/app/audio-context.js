/**
 * The page's one AudioContext: each costs about 4.5 MB that closing does not give back. The built-in avatar keeps its
 * own under the same key, so that there is one between us whoever comes first.
 */
const KEY = Symbol.for('avatarkit.audio-context');

/** @returns {Record<symbol, AudioContext|undefined>} */
const registry = () => /** @type {any} */ (globalThis);

/** @returns {AudioContext} running */
export function sharedAudioContext() {
  const page = registry();
  page[KEY] ??= new AudioContext({ latencyHint: 'interactive' });
  void page[KEY].resume();
  return page[KEY];
}

/** Between two conversations: a running context wakes a thread every few milliseconds, also when it plays nothing. */
export function restAudioContext() {
  void registry()[KEY]?.suspend();
}
