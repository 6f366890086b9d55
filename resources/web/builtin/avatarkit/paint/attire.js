/**
 * Clothes: a lit torso with an opening that shows the top under it, lapels, seams and buttons.
 *
 * @typedef {import('./hair.js').Canvas2d} Canvas2d
 * @typedef {import('./surface.js').Rgb} Rgb
 * @typedef {import('./surface.js').Picture} Picture
 *
 * @typedef {object} Attire paths are SVG path data in character units
 * @property {import('./surface.js').SurfaceSpec} torso
 * @property {string} opening the part of the torso that is cut away
 * @property {{path: string, light: Rgb, dark: Rgb}} top what is seen in the opening
 * @property {{path: string, light: Rgb, dark: Rgb}[]} lapels
 * @property {string[]} seams
 * @property {[number, number][]} buttons
 */
import { css, mix } from './hair.js';
import { clipToOutline, drawPicture, softCopy } from './stamp.js';

/**
 * @param {Canvas2d} ctx scaled to character units
 * @param {Attire} attire
 * @param {Picture} shade of the torso
 * @param {number} bottom y down to which the picture must reach
 */
export function paintAttire(ctx, attire, shade, bottom) {
  paintTop(ctx, attire, bottom);
  ctx.save();
  cutOpening(ctx, attire);
  clipToOutline(ctx, [...attire.torso.outline, [attire.torso.outline.at(-1)?.[0] ?? 0, bottom + 10]]);
  drawPicture(ctx, shade, bottom);
  paintSeams(ctx, attire, bottom);
  ctx.restore();
  for (const lapel of attire.lapels) paintLapel(ctx, lapel);
  for (const [x, y] of attire.buttons) if (y < bottom) paintButton(ctx, x, y, attire.torso.color);
}

/**
 * @param {Canvas2d} ctx
 * @param {Attire} attire
 * @param {number} bottom
 */
function paintTop(ctx, attire, bottom) {
  const path = new Path2D(attire.top.path);
  const fill = ctx.createLinearGradient(-50, 180, 70, Math.min(bottom, 380));
  fill.addColorStop(0, css(mix(attire.top.light, attire.top.dark, 0.5)));
  fill.addColorStop(0.35, css(attire.top.light));
  fill.addColorStop(1, css(attire.top.dark));
  softCopy(ctx, path, { blur: 5, x: 0, y: -2, color: 'rgb(110 56 44 / 0.5)' });
  ctx.fillStyle = fill;
  ctx.fill(path);
  ctx.save();
  ctx.clip(path);
  // The hem of the neckline.
  ctx.strokeStyle = css(attire.top.dark, 0.6);
  ctx.lineWidth = 1.2;
  ctx.translate(0, 5);
  ctx.stroke(path);
  ctx.translate(0, -5);
  ctx.restore();
}

/**
 * @param {Canvas2d} ctx
 * @param {Attire} attire
 */
function cutOpening(ctx, attire) {
  const kept = new Path2D('M -2000 -2000 H 2000 V 4000 H -2000 Z');
  kept.addPath(new Path2D(attire.opening));
  ctx.clip(kept, 'evenodd');
}

/**
 * @param {Canvas2d} ctx
 * @param {Attire} attire
 * @param {number} bottom
 */
function paintSeams(ctx, attire, bottom) {
  ctx.lineWidth = 1.4;
  for (const seam of attire.seams) {
    const path = new Path2D(seam);
    ctx.strokeStyle = css(mix(attire.torso.color, [0, 0, 0], 0.55), 0.6);
    ctx.stroke(path);
    ctx.save();
    ctx.translate(1.4, 0.4);
    ctx.strokeStyle = css(mix(attire.torso.color, [255, 255, 255], 0.35), 0.3);
    ctx.stroke(path);
    ctx.restore();
  }
  const fade = ctx.createLinearGradient(0, 300, 0, Math.max(bottom, 470));
  fade.addColorStop(0, 'rgb(8 12 24 / 0)');
  fade.addColorStop(1, 'rgb(8 12 24 / 0.45)');
  ctx.fillStyle = fade;
  ctx.fillRect(-300, 300, 600, bottom - 290);
}

/**
 * @param {Canvas2d} ctx
 * @param {Attire['lapels'][number]} lapel
 */
function paintLapel(ctx, lapel) {
  const path = new Path2D(lapel.path);
  softCopy(ctx, path, { blur: 7, x: 3, y: 6, color: 'rgb(4 8 20 / 0.6)' });
  const fill = ctx.createLinearGradient(-90, 180, 60, 370);
  fill.addColorStop(0, css(lapel.light));
  fill.addColorStop(1, css(lapel.dark));
  ctx.fillStyle = fill;
  ctx.fill(path);
  ctx.save();
  ctx.clip(path);
  ctx.strokeStyle = css(mix(lapel.light, [255, 255, 255], 0.5), 0.35);
  ctx.lineWidth = 1.6;
  ctx.stroke(path);
  ctx.restore();
}

/**
 * @param {Canvas2d} ctx
 * @param {number} x
 * @param {number} y
 * @param {Rgb} cloth
 */
function paintButton(ctx, x, y, cloth) {
  const disc = new Path2D();
  disc.arc(x, y, 6, 0, 2 * Math.PI);
  softCopy(ctx, disc, { blur: 3, x: 1, y: 2, color: 'rgb(0 0 0 / 0.6)' });
  const fill = ctx.createRadialGradient(x - 2, y - 2, 1, x, y, 6.5);
  fill.addColorStop(0, css(mix(cloth, [255, 255, 255], 0.4)));
  fill.addColorStop(1, css(mix(cloth, [0, 0, 0], 0.4)));
  ctx.fillStyle = fill;
  ctx.fill(disc);
}
