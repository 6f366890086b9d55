/**
 * Curves through points, as the character files give them.
 *
 * @typedef {readonly [number, number]} Point x and y in character units (y grows downwards, see character.js)
 */

/**
 * Point on the Catmull-Rom curve through `points`; it passes through every one of them.
 * @param {readonly Point[]} points at least two
 * @param {number} position 0 (first point) to 1 (last point)
 * @returns {[number, number]}
 */
export function pointOnCurve(points, position) {
  const last = points.length - 1;
  const along = Math.min(Math.max(position, 0), 1) * last;
  const index = Math.min(Math.floor(along), last - 1);
  const t = along - index;
  const a = points[Math.max(index - 1, 0)];
  const b = points[index];
  const c = points[index + 1];
  const d = points[Math.min(index + 2, last)];
  return [catmullRom(a[0], b[0], c[0], d[0], t), catmullRom(a[1], b[1], c[1], d[1], t)];
}

/**
 * @param {readonly Point[]} points
 * @param {number} count how many samples, at least two
 * @returns {[number, number][]}
 */
export function sampleCurve(points, count) {
  return Array.from({ length: count }, (_, index) => pointOnCurve(points, index / (count - 1)));
}

/**
 * Half the width of a mirrored outline at every row, as a function of y.
 * @param {readonly Point[]} half the outline's right half, top to bottom, y never going back
 * @returns {(y: number) => number} 0 above the first and below the last point
 */
export function halfWidthOf(half) {
  const samples = sampleCurve(half, 160);
  return (y) => {
    if (y < samples[0][1] || y > samples[samples.length - 1][1]) return 0;
    let low = 0;
    let high = samples.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (samples[middle][1] <= y) low = middle;
      else high = middle;
    }
    const span = samples[high][1] - samples[low][1];
    const t = span > 0 ? (y - samples[low][1]) / span : 0;
    return Math.max(0, samples[low][0] + (samples[high][0] - samples[low][0]) * t);
  };
}

/**
 * @param {number} a
 * @param {number} b
 * @param {number} c
 * @param {number} d
 * @param {number} t 0 at b, 1 at c
 */
function catmullRom(a, b, c, d, t) {
  return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t ** 3);
}
