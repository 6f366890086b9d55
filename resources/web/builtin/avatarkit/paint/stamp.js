/**
 * Small drawing tools shared by the painters of still layers.
 *
 * @typedef {import('./hair.js').Canvas2d} Canvas2d
 * @typedef {import('./curve.js').Point} Point
 * @typedef {import('./surface.js').Picture} Picture
 */
import { sampleCurve } from './curve.js';

/**
 * @param {readonly Point[]} half right half of a mirrored outline, top to bottom
 * @returns {Path2D}
 */
export function mirroredOutline(half) {
  const samples = sampleCurve(half, 120);
  const path = new Path2D();
  for (const [x, y] of samples) path.lineTo(x, y);
  for (const [x, y] of samples.reverse()) path.lineTo(-x, y);
  path.closePath();
  return path;
}

/**
 * @param {Canvas2d} ctx
 * @param {readonly Point[]} half
 */
export function clipToOutline(ctx, half) {
  ctx.clip(mirroredOutline(half));
}

/** The lowest rows of a picture lie outside the outline, where light is not true. */
const UNTRUE_ROWS = 12;

/**
 * Draws a lit surface at its place; its last row goes on down to `bottom`.
 * @param {Canvas2d} ctx scaled to character units
 * @param {Picture} picture
 * @param {number} [bottom]
 */
export function drawPicture(ctx, picture, bottom = Number.NEGATIVE_INFINITY) {
  const source = new OffscreenCanvas(picture.width, picture.height);
  context(source).putImageData(new ImageData(picture.pixels, picture.width, picture.height), 0, 0);
  const width = picture.width / picture.scale;
  const longer = bottom > picture.top + picture.height / picture.scale;
  const rows = longer ? picture.height - UNTRUE_ROWS : picture.height;
  const end = picture.top + rows / picture.scale;
  ctx.imageSmoothingQuality = 'high';
  if (longer)
    ctx.drawImage(source, 0, rows - 2, picture.width, 1, picture.left, end - 2, width, bottom - end + 4);
  ctx.drawImage(source, 0, 0, picture.width, rows, picture.left, picture.top, width, rows / picture.scale);
}

/**
 * A blurred copy of a path: shadows and glows of still layers. Blurring is the dearest thing a canvas does, so it
 * happens on a small canvas that is then enlarged; nobody can see that in something without edges.
 * @param {Canvas2d} ctx
 * @param {Path2D} path
 * @param {{blur: number, x: number, y: number, color: string}} style blur and offset in units of `ctx`
 */
export function softCopy(ctx, path, style) {
  const small = new OffscreenCanvas(160, 220);
  const to = context(small);
  const scale = 0.3;
  to.filter = `blur(${style.blur * scale}px)`;
  to.setTransform(scale, 0, 0, scale, 80, 80);
  to.fillStyle = style.color;
  to.fill(path);
  ctx.drawImage(small, -80 / scale + style.x, -80 / scale + style.y, 160 / scale, 220 / scale);
}

/**
 * @param {OffscreenCanvas} canvas
 * @returns {OffscreenCanvasRenderingContext2D}
 */
export function context(canvas) {
  const ctx = canvas.getContext('2d');
  if (!ctx) throw new Error('no 2D canvas context: the graphics process refused one');
  return ctx;
}
