/**
 * Audio elements that play the avatar aloud. They are kept and used again: an element that has played a stream holds
 * some 5 MB that the browser does not give back when the element is dropped.
 */

/** @type {HTMLAudioElement[]} */
const spare = [];

/**
 * @typedef {object} AudioOutput
 * @property {HTMLAudioElement} element set its `srcObject`, or let LiveKit attach a track to it
 * @property {() => void} release silence it and give it back
 */

/** @returns {AudioOutput} */
export function audioOutput() {
  const element = spare.pop() ?? document.createElement('audio');
  element.autoplay = true;
  element.muted = false;
  element.volume = 1;
  let held = true;
  return {
    element,
    release: () => {
      if (!held) return;
      held = false;
      element.pause();
      element.srcObject = null;
      spare.push(element);
    },
  };
}
