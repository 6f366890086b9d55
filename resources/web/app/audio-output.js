/**
 * Plays on what an element was playing. A stream whose output was lost stays silent for good in Chromium, also when the
 * output is back: it must be handed over anew.
 * @param {HTMLMediaElement} element
 */
export function playAgain(element) {
  const stream = element.srcObject;
  element.srcObject = null;
  element.srcObject = stream;
  void element.play().catch(() => {});
}
