/** The page's fixed elements, by name. */

/**
 * @param {Document} document
 * @param {string} id
 * @returns {HTMLElement}
 */
function need(document, id) {
  const element = document.getElementById(id);
  if (!element) {
    throw new Error(`the page has no element #${id}`);
  }
  return element;
}

/** @typedef {ReturnType<typeof findElements>} Elements */

/** @param {Document} document */
export function findElements(document) {
  return {
    root: need(document, 'kiosk'),
    backdrop: need(document, 'backdrop'),
    avatar: need(document, 'avatar'),
    logo: /** @type {HTMLImageElement} */ (need(document, 'logo')),
    organisation: need(document, 'organisation'),
    clock: need(document, 'clock'),
    panel: need(document, 'panel'),
    headline: need(document, 'headline'),
    detail: need(document, 'detail'),
    contact: need(document, 'contact'),
    progress: need(document, 'progress'),
    captions: need(document, 'captions'),
    countdown: need(document, 'countdown'),
    ring: need(document, 'ring'),
    seconds: need(document, 'seconds'),
    warning: need(document, 'warning'),
    stay: need(document, 'continue'),
    hearing: need(document, 'hearing'),
    meter: need(document, 'meter'),
    hearingNote: need(document, 'hearing-note'),
    start: need(document, 'start'),
    startLabel: need(document, 'start-label'),
    stop: need(document, 'stop'),
    stopLabel: need(document, 'stop-label'),
    languages: need(document, 'languages'),
    privacy: need(document, 'privacy'),
  };
}
