/**
 * A lobby screen is touched by everybody: nothing may be dragged out, dropped in, selected, zoomed, or open a menu.
 * The window refuses the same from outside; this keeps the page from even flickering.
 */

const REFUSED = [
  'contextmenu',
  'dragstart',
  'dragenter',
  'dragover',
  'drop',
  'selectstart',
  'auxclick',
  'paste',
];

/** Keys that work a button; every other key means nothing here. */
const ALLOWED_KEYS = new Set(['Enter', ' ', 'Tab']);

/** @param {Window} scope */
export function refuseGestures(scope) {
  for (const type of REFUSED) {
    scope.addEventListener(type, refuse, { capture: true, passive: false });
  }
  scope.addEventListener('wheel', refuse, { capture: true, passive: false });
  scope.addEventListener('keydown', refuseKey, { capture: true });
  scope.addEventListener('touchmove', refusePinch, { capture: true, passive: false });
}

/** @param {Event} event */
function refuse(event) {
  event.preventDefault();
  event.stopPropagation();
}

/** @param {KeyboardEvent} event */
function refuseKey(event) {
  if (!ALLOWED_KEYS.has(event.key) || event.ctrlKey || event.altKey || event.metaKey) {
    refuse(event);
  }
}

/** @param {TouchEvent} event */
function refusePinch(event) {
  if (event.touches.length > 1) {
    refuse(event);
  }
}
