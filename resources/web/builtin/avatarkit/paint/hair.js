/**
 * Hair as many strands on a rounded head, each lit along its length (Kajiya and Kay's model for fibres): that is what
 * gives hair its moving band of light instead of a plastic highlight.
 *
 * @typedef {import('./curve.js').Point} Point
 * @typedef {import('./surface.js').Rgb} Rgb
 *
 * @typedef {object} Lock a sheet of hair between two edges; strands run from the first points to the last
 * @property {Point[]} inner edge nearer to the face
 * @property {Point[]} outer
 * @property {number} strands how many are drawn
 * @property {number} [shade] 0 in full light .. 1 deep in shadow
 *
 * @typedef {{dark: Rgb, base: Rgb, light: Rgb}} HairColors
 *
 * @typedef {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} Canvas2d
 */
import { pointOnCurve, sampleCurve } from './curve.js';
import { context } from './stamp.js';

/** Pieces of one strand that are lit apart, and the bends in each. */
const PIECES = 5;
const BENDS = 3;
/** Half-way vector between the key light and the eye; see surface.js for the light itself. */
const HALFWAY = [-0.29, -0.34, 0.89];

/**
 * @param {Canvas2d} ctx scaled to character units
 * @param {readonly Lock[]} locks back to front
 * @param {HairColors} colors
 * @param {() => number} random 0..1; seeded, so that every load paints the same head
 */
export function paintHair(ctx, locks, colors, random) {
  for (const lock of locks) {
    // Cut to the outline afterwards, in one go: thousands of strokes under a clip would each pay for its soft edge.
    const sheet = new OffscreenCanvas(ctx.canvas.width, ctx.canvas.height);
    const to = context(sheet);
    to.setTransform(ctx.getTransform());
    const outline = lockOutline(lock);
    to.fillStyle = css(mix(colors.base, colors.dark, 0.25 + 0.7 * (lock.shade ?? 0)));
    to.fill(outline);
    for (let index = 0; index < lock.strands; index++) paintStrand(to, lock, colors, random);
    to.globalCompositeOperation = 'destination-in';
    to.fillStyle = 'black';
    to.fill(outline);
    ctx.save();
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.drawImage(sheet, 0, 0);
    ctx.restore();
    paintFlyaways(ctx, lock, colors, random);
  }
}

/**
 * @param {Lock} lock
 * @returns {Path2D}
 */
export function lockOutline(lock) {
  const path = new Path2D();
  for (const [x, y] of sampleCurve(lock.inner, 40)) path.lineTo(x, y);
  for (const [x, y] of sampleCurve(lock.outer, 40).reverse()) path.lineTo(x, y);
  path.closePath();
  return path;
}

/**
 * @param {Canvas2d} ctx
 * @param {Lock} lock
 * @param {HairColors} colors
 * @param {() => number} random
 */
function paintStrand(ctx, lock, colors, random) {
  const across = random();
  const drift = (random() - 0.5) * 0.07;
  // Hair falls in bundles: neighbours share a tone, which is what the eye reads as volume.
  const bundle = Math.sin(across * 41) * 0.5 + Math.sin(across * 17 + 2) * 0.5;
  const tone = (random() - 0.5) * 0.34 + bundle * 0.15;
  const width = 0.5 + random() * 1.5;
  const from = random() * 0.12;
  const to = 0.72 + random() * 0.28;
  let [x, y] = strandPoint(lock, across, from);
  for (let piece = 0; piece < PIECES; piece++) {
    const middle = from + ((to - from) * (piece + 0.5)) / PIECES;
    const [startX, startY] = [x, y];
    ctx.beginPath();
    ctx.moveTo(x, y);
    for (let bend = 1; bend <= BENDS; bend++) {
      const along = from + ((to - from) * (piece + bend / BENDS)) / PIECES;
      [x, y] = strandPoint(lock, across + drift * along, along);
      ctx.lineTo(x, y);
    }
    const brightness = fibreLight(startX, startY, x, y) * (1 - 0.72 * (lock.shade ?? 0)) + tone;
    ctx.strokeStyle = css(tonedColor(colors, brightness), 0.5);
    ctx.lineWidth = width * (1 - 0.6 * Math.abs(middle - 0.5));
    ctx.stroke();
  }
}

/**
 * A few hairs that leave the outline, so that its edge is not cut with scissors.
 * @param {Canvas2d} ctx
 * @param {Lock} lock
 * @param {HairColors} colors
 * @param {() => number} random
 */
function paintFlyaways(ctx, lock, colors, random) {
  for (let index = 0; index < lock.strands / 14; index++) {
    const edge = random() < 0.7 ? 1 : 0;
    const start = random() * 0.7;
    const away = (random() * 0.05 + 0.01) * (edge ? 1 : -1);
    ctx.strokeStyle = css(mix(colors.base, colors.light, random() * 0.4), 0.4 * (1 - (lock.shade ?? 0)));
    ctx.lineWidth = 0.35 + random() * 0.3;
    ctx.beginPath();
    for (let step = 0; step <= 6; step++) {
      const along = start + step * 0.045;
      const [x, y] = strandPoint(lock, edge + away * Math.sin((step / 6) * Math.PI), along);
      ctx.lineTo(x, y);
    }
    ctx.stroke();
  }
}

/**
 * @param {Lock} lock
 * @param {number} across 0 inner edge .. 1 outer edge; a little beyond is allowed
 * @param {number} along 0 root .. 1 tip
 * @returns {[number, number]}
 */
function strandPoint(lock, across, along) {
  const [innerX, innerY] = pointOnCurve(lock.inner, along);
  const [outerX, outerY] = pointOnCurve(lock.outer, along);
  return [innerX + (outerX - innerX) * across, innerY + (outerY - innerY) * across];
}

/**
 * Brightness of a piece of hair lying on the head.
 * @param {number} x
 * @param {number} y
 * @param {number} nextX
 * @param {number} nextY
 * @returns {number} 0 (shade) to about 1 (in the band of light)
 */
function fibreLight(x, y, nextX, nextY) {
  const depthAt = (/** @type {number} */ px, /** @type {number} */ py) =>
    110 * Math.sqrt(Math.max(0.02, 1 - (px / 138) ** 2 - ((py + 12) / 168) ** 2));
  const tangent = [nextX - x, nextY - y, depthAt(nextX, nextY) - depthAt(x, y)];
  const length = Math.hypot(...tangent) || 1;
  const alongLight = (tangent[0] * HALFWAY[0] + tangent[1] * HALFWAY[1] + tangent[2] * HALFWAY[2]) / length;
  const across = Math.sqrt(Math.max(0, 1 - alongLight * alongLight));
  const facing = Math.max(0, 0.5 - 0.0017 * x - 0.0018 * (y + 20));
  const rim = Math.max(0, (x - 104) / 40) * Math.max(0, 0.8 - y / 160);
  return 0.15 + 0.34 * facing + 0.72 * across ** 30 * facing + 0.55 * rim;
}

/**
 * @param {HairColors} colors
 * @param {number} brightness
 * @returns {Rgb}
 */
function tonedColor(colors, brightness) {
  const level = Math.min(Math.max(brightness, 0), 1);
  return level < 0.4
    ? mix(colors.dark, colors.base, level / 0.4)
    : mix(colors.base, colors.light, (level - 0.4) / 0.6);
}

/**
 * @param {Rgb} from
 * @param {Rgb} to
 * @param {number} share
 * @returns {Rgb}
 */
export function mix(from, to, share) {
  return [
    from[0] + (to[0] - from[0]) * share,
    from[1] + (to[1] - from[1]) * share,
    from[2] + (to[2] - from[2]) * share,
  ];
}

/**
 * @param {Rgb} color
 * @param {number} [alpha]
 */
export function css(color, alpha = 1) {
  return `rgb(${color.map(Math.round).join(' ')} / ${alpha})`;
}
