/**
 * What a broken avatar does to its page, on command: `command.json` beside this module says what. A command is meant
 * for the pages that are there when it is given, not for those that come after them.
 *
 * @typedef {{given: number, what: string, seconds: number}} Command `given` in milliseconds of Unix time
 */
import { AvatarView as BuiltinView } from 'kiosk-builtin/avatarkit';

const LOOK_MS = 200;
/** Numbers in a piece of memory; a script's own memory is what a page runs out of first. */
const PIECE = 1_000_000;

/** Held for ever. @type {number[][]} */
const hoard = [];
/** The extension that takes the newest view's context away. @type {WEBGL_lose_context | null} */
let power = null;

/** The built-in avatar beside a picture of WebGL, which is what the vendor's is drawn on. */
export class AvatarView extends BuiltinView {
  /**
   * @param {any} avatar
   * @param {HTMLElement} container
   */
  constructor(avatar, container) {
    super(avatar, container);
    const canvas = document.createElement('canvas');
    canvas.addEventListener('webglcontextlost', (event) => event.preventDefault()); // or it could not be restored
    const gl = canvas.getContext('webgl2');
    gl?.clear(gl.COLOR_BUFFER_BIT);
    power = gl?.getExtension('WEBGL_lose_context') ?? null;
    container.append(canvas);
  }
}

/** @type {Record<string, (seconds: number) => void>} */
const misdeeds = {
  block: (seconds) => {
    const until = performance.now() + seconds * 1000;
    while (performance.now() < until);
  },
  loop: () => {
    for (;;);
  },
  wipe: () => document.documentElement.replaceChildren(),
  'eat memory': () => {
    setInterval(() => hoard.push(Array.from({ length: PIECE }, Math.random)), 50);
  },
  'lose context': (seconds) => {
    power?.loseContext();
    if (seconds > 0) setTimeout(() => power?.restoreContext(), seconds * 1000);
  },
  throw: () => {
    throw new Error('this avatar is broken');
  },
};

let done = performance.timeOrigin;

async function look() {
  const response = await fetch(new URL('./command.json', import.meta.url), { cache: 'no-store' });
  const command = /** @type {Command} */ (await response.json());
  if (command.given > done) {
    done = command.given;
    // In a task of its own, so that what it throws is nobody else's.
    setTimeout(() => misdeeds[command.what]?.(command.seconds), 0);
  }
}

setInterval(() => look().catch(() => {}), LOOK_MS);
