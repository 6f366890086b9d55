/**
 * The form of a mouth as numbers and outlines. `mouthGeometry` is pure.
 *
 * @typedef {object} MouthShape every field 0..1 unless noted
 * @property {number} open how far the jaw has dropped
 * @property {number} spread -1 rounded and pushed forward .. 1 drawn wide
 * @property {number} press lips pressed together
 * @property {number} teeth how much of the teeth shows, whatever the jaw does
 * @property {number} tuck lower lip under the upper teeth, as for f
 * @property {number} tongue tongue raised behind the teeth, as for l
 * @property {number} smile
 *
 * @typedef {object} MouthGeometry all relative to the middle of the closed mouth
 * @property {number} half half the width of the lips
 * @property {number} cornerY
 * @property {number} innerHalf half the width of the opening
 * @property {number} innerTop
 * @property {number} innerBottom
 * @property {number} outerTop
 * @property {number} outerBottom
 * @property {number} dip depth of the bow in the upper lip
 */

/** How many units the chin moves down with a fully open mouth; the lower face is stretched by as much. */
export const JAW_DROP = 15;

/**
 * @param {MouthShape} shape
 * @param {number} halfWidth of the mouth at rest
 * @returns {MouthGeometry}
 */
export function mouthGeometry(shape, halfWidth) {
  const round = Math.max(0, -shape.spread);
  const wide = Math.max(0, shape.spread);
  const half =
    halfWidth * (1 + 0.2 * wide - 0.42 * round + 0.1 * shape.smile - 0.06 * shape.open * (1 - wide));
  const part = Math.max(shape.open, 0);
  const gap = 25 * part * (1 - 0.12 * wide) + 4.6 * shape.teeth * (1 - part) * (1 - 0.5 * round);
  const innerTop =
    -0.4 +
    1.4 * shape.smile * (1 - part) -
    2.6 * part -
    2.2 * shape.teeth * (1 - 0.5 * part) -
    1.2 * wide * part;
  const innerBottom = innerTop + gap * (1 - 0.75 * shape.tuck);
  const upperLip = 7.2 * (1 - 0.45 * shape.press - 0.22 * wide + 0.16 * round);
  const lowerLip = 9 * (1 - 0.45 * shape.press - 0.2 * wide + 0.18 * round) * (1 - 0.35 * shape.tuck);
  return {
    half,
    // A rounded mouth is an oval: its corners sit half way down the opening.
    cornerY:
      -5.4 * shape.smile * (1 - 0.8 * round) -
      0.6 * wide +
      gap * (0.16 + 0.34 * round) * Math.min(1, 2 * part),
    innerHalf: half * (0.86 - 0.1 * round),
    innerTop,
    innerBottom,
    outerTop: innerTop - upperLip,
    outerBottom: innerBottom + lowerLip,
    dip: 2.1 * (1 - 0.35 * wide - 0.3 * part),
  };
}

/**
 * @param {MouthGeometry} g
 * @returns {Path2D}
 */
export function lipOutline(g) {
  const path = new Path2D();
  const bow = g.half * 0.26;
  path.moveTo(-g.half, g.cornerY);
  path.bezierCurveTo(
    -g.half * 0.72,
    g.cornerY * 0.5 + g.outerTop * 0.42,
    -bow * 1.9,
    g.outerTop - 0.4,
    -bow,
    g.outerTop,
  );
  path.quadraticCurveTo(-bow * 0.4, g.outerTop + 0.3, 0, g.outerTop + g.dip);
  path.quadraticCurveTo(bow * 0.4, g.outerTop + 0.3, bow, g.outerTop);
  path.bezierCurveTo(
    bow * 1.9,
    g.outerTop - 0.4,
    g.half * 0.72,
    g.cornerY * 0.5 + g.outerTop * 0.42,
    g.half,
    g.cornerY,
  );
  path.bezierCurveTo(
    g.half * 0.8,
    g.cornerY + (g.outerBottom - g.cornerY) * 0.68,
    g.half * 0.48,
    g.outerBottom,
    0,
    g.outerBottom,
  );
  path.bezierCurveTo(
    -g.half * 0.48,
    g.outerBottom,
    -g.half * 0.8,
    g.cornerY + (g.outerBottom - g.cornerY) * 0.68,
    -g.half,
    g.cornerY,
  );
  path.closePath();
  return path;
}

/**
 * @param {MouthGeometry} g
 * @returns {Path2D}
 */
export function innerOutline(g) {
  const path = new Path2D();
  const y = g.cornerY * 0.9;
  path.moveTo(-g.innerHalf, y);
  path.bezierCurveTo(
    -g.innerHalf * 0.62,
    g.innerTop - 0.4,
    -g.innerHalf * 0.25,
    g.innerTop - 0.3,
    0,
    g.innerTop + g.dip * 0.35,
  );
  path.bezierCurveTo(
    g.innerHalf * 0.25,
    g.innerTop - 0.3,
    g.innerHalf * 0.62,
    g.innerTop - 0.4,
    g.innerHalf,
    y,
  );
  path.bezierCurveTo(
    g.innerHalf * 0.82,
    y + (g.innerBottom - y) * 0.74,
    g.innerHalf * 0.5,
    g.innerBottom,
    0,
    g.innerBottom,
  );
  path.bezierCurveTo(
    -g.innerHalf * 0.5,
    g.innerBottom,
    -g.innerHalf * 0.82,
    y + (g.innerBottom - y) * 0.74,
    -g.innerHalf,
    y,
  );
  path.closePath();
  return path;
}

/**
 * The upper lip of a closed or open mouth: between the bow and the line where the lips meet (or part).
 * @param {MouthGeometry} g
 * @returns {Path2D}
 */
export function upperLipOutline(g) {
  const path = new Path2D();
  const above = Math.min(g.outerTop, g.cornerY) - 4;
  path.moveTo(-g.half, above);
  path.lineTo(-g.half, g.cornerY);
  followLipLine(path, g);
  path.lineTo(g.half, above);
  path.closePath();
  return path;
}

/**
 * The line where closed lips meet, from the left corner to the right one.
 * @param {MouthGeometry} g
 * @returns {Path2D}
 */
export function lipLine(g) {
  const path = new Path2D();
  path.moveTo(-g.half, g.cornerY);
  followLipLine(path, g);
  return path;
}

/**
 * @param {Path2D} path standing at the left corner
 * @param {MouthGeometry} g
 */
function followLipLine(path, g) {
  const middle = g.innerTop + g.dip * 0.5;
  path.bezierCurveTo(-g.half * 0.55, g.innerTop + 0.8, -g.half * 0.25, g.innerTop - 0.2, 0, middle);
  path.bezierCurveTo(g.half * 0.25, g.innerTop - 0.2, g.half * 0.55, g.innerTop + 0.8, g.half, g.cornerY);
}
