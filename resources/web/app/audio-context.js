/**
 * The page's one AudioContext: each costs about 4.5 MB that closing does not give back. It runs only while somebody
 * uses it, since a running one wakes a thread every few milliseconds.
 */

/** @type {AudioContext|null} */
let context = null;
let users = 0;

/** @returns {AudioContext} running; give it back with `releaseAudioContext` */
export function acquireAudioContext() {
  context ??= new AudioContext({ latencyHint: 'interactive' });
  users += 1;
  void context.resume();
  return context;
}

export function releaseAudioContext() {
  users = Math.max(0, users - 1);
  if (users === 0) {
    void context?.suspend();
  }
}
