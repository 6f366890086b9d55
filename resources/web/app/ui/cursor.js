/** @import { Clock } from '../clock.js' */

/** A mouse that rests this long is nobody's. */
export const REST_MS = 3000;

/**
 * Shows the cursor only while a mouse moves: on a touch screen an arrow in the middle of a face is a blemish.
 * @param {Pick<HTMLElement, 'addEventListener'|'toggleAttribute'>} root carries `data-mouse` while there is one
 * @param {Clock} clock
 */
export function hideRestingCursor(root, clock) {
  /** @type {unknown} */
  let timer = null;
  root.addEventListener(
    'pointermove',
    (event) => {
      const moved = /** @type {PointerEvent} */ (event);
      // Chromium reports a move of nothing when the page changes beneath a resting mouse.
      if (moved.pointerType !== 'mouse' || (moved.movementX === 0 && moved.movementY === 0)) {
        return;
      }
      root.toggleAttribute('data-mouse', true);
      clock.cancel(timer);
      timer = clock.after(() => root.toggleAttribute('data-mouse', false), REST_MS);
    },
    { capture: true },
  );
}
