/**
 * The still layers of a character at one resolution: whatever does not change its form is painted once and only moved.
 *
 * Moving a picture is what a machine without a GPU does best: 0.3 to 4 ms for a million pixels, where drawing the same
 * gradients again costs 30 and rotating them 40.
 *
 * @typedef {import('../character.js').Character} Character
 * @typedef {import('../character.js').Shades} Shades
 * @typedef {import('./hair.js').Canvas2d} Canvas2d
 *
 * @typedef {object} Layer
 * @property {OffscreenCanvas} canvas
 * @property {number} x left edge, character units
 * @property {number} y
 * @property {number} width units
 * @property {number} height
 *
 * @typedef {object} Layers
 * @property {Layer} hairBack
 * @property {Layer} body
 * @property {Layer} head skin of the whole head
 * @property {Layer} features the middle of the face again, with soft edges: moved a little further than the head, it turns the face
 * @property {Layer} hairFront
 * @property {OffscreenCanvas} iris
 * @property {number} scale device pixels per unit
 */
import { seededRandom } from '../face/random.js';
import { paintAttire } from './attire.js';
import { paintIris } from './eyes.js';
import { lockOutline, paintHair } from './hair.js';
import { clipToOutline, context, drawPicture, softCopy } from './stamp.js';

const HEAD_BOX = { x: -150, y: -176, width: 300, height: 340 };

/**
 * @param {Character} character
 * @param {Shades} shades
 * @param {number} scale device pixels per unit
 * @param {number} bottom y down to which the body must reach, units
 * @returns {Layers}
 */
export function paintLayers(character, shades, scale, bottom) {
  const { skin, hair, attire, features } = character;
  const head = layer(HEAD_BOX, scale, (ctx) => {
    clipToOutline(ctx, skin.head.outline);
    drawPicture(ctx, shades.head);
    shadeUnderHair(ctx, character);
  });
  const bodyBox = { x: -236, y: 60, width: 472, height: Math.max(bottom, 300) - 60 };
  return {
    hairBack: layer(HEAD_BOX, scale, (ctx) => paintHair(ctx, hair.back, hair.colors, seededRandom(11))),
    body: layer(bodyBox, scale, (ctx) => {
      ctx.save();
      clipToOutline(ctx, skin.neck.outline);
      drawPicture(ctx, shades.neck);
      ctx.restore();
      paintAttire(ctx, attire, shades.torso, bodyBox.y + bodyBox.height);
    }),
    head,
    features: featureLayer(head, scale),
    hairFront: layer(HEAD_BOX, scale, (ctx) => paintHair(ctx, hair.front, hair.colors, seededRandom(7))),
    iris: irisCanvas(features.eyes, scale),
    scale,
  };
}

/**
 * @param {{x: number, y: number, width: number, height: number}} box
 * @param {number} scale
 * @param {(ctx: OffscreenCanvasRenderingContext2D) => void} paint
 * @returns {Layer}
 */
function layer(box, scale, paint) {
  const canvas = new OffscreenCanvas(Math.ceil(box.width * scale), Math.ceil(box.height * scale));
  const ctx = context(canvas);
  ctx.setTransform(scale, 0, 0, scale, -box.x * scale, -box.y * scale);
  paint(ctx);
  return { canvas, x: box.x, y: box.y, width: canvas.width / scale, height: canvas.height / scale };
}

/**
 * The fringe throws a warm shadow on the forehead and the cheeks.
 * @param {Canvas2d} ctx
 * @param {Character} character
 */
function shadeUnderHair(ctx, character) {
  ctx.globalCompositeOperation = 'multiply';
  for (const lock of character.hair.front) {
    const outline = lockOutline(lock);
    softCopy(ctx, outline, { blur: 9, x: 3, y: 9, color: 'rgb(150 84 66 / 0.7)' });
    softCopy(ctx, outline, { blur: 3, x: 1, y: 3, color: 'rgb(130 70 56 / 0.5)' });
  }
  ctx.globalCompositeOperation = 'source-over';
}

/**
 * @param {Layer} head
 * @param {number} scale
 * @returns {Layer}
 */
function featureLayer(head, scale) {
  const box = { x: -80, y: -66, width: 160, height: 190 };
  return layer(box, scale, (ctx) => {
    ctx.drawImage(head.canvas, head.x, head.y, head.width, head.height);
    ctx.globalCompositeOperation = 'destination-in';
    ctx.translate(0, 32);
    ctx.scale(78, 92);
    const mask = ctx.createRadialGradient(0, 0, 0.62, 0, 0, 1);
    mask.addColorStop(0, 'rgb(0 0 0 / 1)');
    mask.addColorStop(0.5, 'rgb(0 0 0 / 0.6)');
    mask.addColorStop(1, 'rgb(0 0 0 / 0)');
    ctx.fillStyle = mask;
    ctx.fillRect(-2, -2, 4, 4);
  });
}

/**
 * @param {import('./eyes.js').EyeSpec} eyes
 * @param {number} scale
 */
function irisCanvas(eyes, scale) {
  const size = Math.ceil(2.4 * eyes.irisRadius * scale);
  const canvas = new OffscreenCanvas(size, size);
  const ctx = context(canvas);
  ctx.setTransform(size / 2.4, 0, 0, size / 2.4, size / 2, size / 2);
  paintIris(ctx, eyes.iris, seededRandom(3));
  return canvas;
}
