/**
 * How a character is placed in its container.
 *
 * @typedef {object} Framing
 * @property {number} scale CSS pixels per character unit
 * @property {number} x CSS pixels of the origin (between the eyes)
 * @property {number} y
 * @property {number} bottom character units of the container's lower edge
 */

/** What must be seen: shoulders nearly to their ends, the hair with air above it, the chest. */
const SHOWN = { halfWidth: 205, top: -176, bottom: 252 };

/**
 * Landscape containers are filled to their height; in portrait ones the face sits above the middle, where it meets the
 * eyes of a standing visitor and leaves room for captions on the chest.
 * @param {number} width CSS pixels, more than 0
 * @param {number} height
 * @returns {Framing}
 */
export function frameIn(width, height) {
  const shownHeight = SHOWN.bottom - SHOWN.top;
  const scale = Math.min(width / (2 * SHOWN.halfWidth), height / shownHeight);
  const spare = height - shownHeight * scale;
  const y = -SHOWN.top * scale + spare * 0.3;
  return { scale, x: width / 2, y, bottom: (height - y) / scale };
}
