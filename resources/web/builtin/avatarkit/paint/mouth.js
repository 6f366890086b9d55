/**
 * The mouth: a handful of numbers (see mouth-geometry.js) become lips, teeth and tongue.
 *
 * @typedef {import('./hair.js').Canvas2d} Canvas2d
 * @typedef {import('./surface.js').Rgb} Rgb
 *
 * @typedef {object} MouthSpec
 * @property {number} y centre of the closed mouth, character units
 * @property {number} halfWidth
 * @property {Rgb} upper
 * @property {Rgb} lower
 * @property {Rgb} shine
 * @property {Rgb} inside
 * @property {Rgb} teeth
 * @property {Rgb} tongue
 * @typedef {import('./mouth-geometry.js').MouthShape} MouthShape
 * @typedef {import('./mouth-geometry.js').MouthGeometry} MouthGeometry
 */
import { css, mix } from './hair.js';
import { innerOutline, lipLine, lipOutline, mouthGeometry, upperLipOutline } from './mouth-geometry.js';

/**
 * @param {Canvas2d} ctx scaled to character units, origin in the middle of the face
 * @param {MouthSpec} spec
 * @param {MouthShape} shape
 */
export function paintMouth(ctx, spec, shape) {
  const geometry = mouthGeometry(shape, spec.halfWidth);
  ctx.save();
  ctx.translate(0, spec.y);
  paintSkinAround(ctx, geometry, shape);
  const lips = lipOutline(geometry);
  paintLips(ctx, spec, geometry, lips);
  paintLipShine(ctx, spec, geometry, lips);
  const inner = innerOutline(geometry);
  if (geometry.innerBottom - geometry.innerTop > 0.9) paintInside(ctx, spec, shape, geometry, inner);
  paintLipLine(ctx, geometry);
  ctx.restore();
}

/**
 * @param {Canvas2d} ctx
 * @param {MouthSpec} spec
 * @param {MouthGeometry} g
 * @param {Path2D} lips
 */
function paintLips(ctx, spec, g, lips) {
  const lower = ctx.createLinearGradient(0, g.innerBottom - 1, 0, g.outerBottom);
  lower.addColorStop(0, css(mix(spec.lower, spec.inside, 0.14)));
  lower.addColorStop(0.5, css(spec.lower));
  lower.addColorStop(1, css(mix(spec.lower, spec.inside, 0.24)));
  ctx.fillStyle = lower;
  ctx.fill(lips);
  const upper = ctx.createLinearGradient(0, g.outerTop, 0, g.innerTop + 1.5);
  upper.addColorStop(0, css(mix(spec.upper, spec.shine, 0.2)));
  upper.addColorStop(1, css(mix(spec.upper, spec.inside, 0.3)));
  ctx.save();
  ctx.clip(lips);
  ctx.fillStyle = upper;
  ctx.fill(upperLipOutline(g));
  ctx.restore();
}

/**
 * @param {Canvas2d} ctx
 * @param {MouthSpec} spec
 * @param {MouthGeometry} g
 * @param {Path2D} lips
 */
function paintLipShine(ctx, spec, g, lips) {
  const y = g.innerBottom + (g.outerBottom - g.innerBottom) * 0.42;
  const height = (g.outerBottom - g.innerBottom) * 0.34;
  ctx.save();
  ctx.clip(lips);
  softEllipse(ctx, -g.half * 0.2, y, g.half * 0.42, height, spec.shine, 0.62);
  softEllipse(ctx, g.half * 0.3, y + 0.4, g.half * 0.26, height * 0.8, spec.shine, 0.26);
  softEllipse(ctx, -g.half * 0.24, g.outerTop + 1, g.half * 0.22, 1.8, spec.shine, 0.35);
  ctx.restore();
}

/**
 * @param {Canvas2d} ctx
 * @param {MouthSpec} spec
 * @param {MouthShape} shape
 * @param {MouthGeometry} g
 * @param {Path2D} inner
 */
function paintInside(ctx, spec, shape, g, inner) {
  const height = g.innerBottom - g.innerTop;
  ctx.save();
  ctx.clip(inner);
  const dark = ctx.createLinearGradient(0, g.innerTop, 0, g.innerBottom);
  dark.addColorStop(0, css(mix(spec.inside, [0, 0, 0], 0.45)));
  dark.addColorStop(1, css(mix(spec.inside, spec.tongue, 0.22)));
  ctx.fillStyle = dark;
  ctx.fillRect(-g.half, g.innerTop - 3, 2 * g.half, height + 6);
  const tongueTop =
    g.innerBottom - Math.max(0, height - 7) * (0.42 + 0.5 * shape.tongue) - 3.2 * shape.tongue;
  if (height > 6 || shape.tongue > 0.3) {
    const fill = ctx.createLinearGradient(0, tongueTop, 0, g.innerBottom);
    fill.addColorStop(0, css(mix(spec.tongue, spec.shine, 0.18)));
    fill.addColorStop(1, css(mix(spec.tongue, spec.inside, 0.45)));
    ctx.fillStyle = fill;
    ctx.beginPath();
    ctx.ellipse(0, tongueTop + 9, g.innerHalf * 0.66, 9, 0, 0, 2 * Math.PI);
    ctx.fill();
  }
  paintTeeth(ctx, spec, shape, g, height);
  const shade = ctx.createLinearGradient(0, g.innerTop, 0, g.innerTop + 4.5);
  shade.addColorStop(0, 'rgb(30 4 8 / 0.55)');
  shade.addColorStop(1, 'rgb(30 4 8 / 0)');
  ctx.fillStyle = shade;
  ctx.fillRect(-g.half, g.innerTop - 2, 2 * g.half, 7);
  ctx.restore();
}

/**
 * @param {Canvas2d} ctx
 * @param {MouthSpec} spec
 * @param {MouthShape} shape
 * @param {MouthGeometry} g
 * @param {number} height of the opening
 */
function paintTeeth(ctx, spec, shape, g, height) {
  const round = Math.max(0, -shape.spread);
  const bottom = Math.min(g.innerTop + 6.2 * (1 - 0.72 * round) + 0.6 * shape.teeth, g.innerBottom);
  const half = g.innerHalf * 0.92;
  // Towards the corners teeth lie in shade.
  const shaded = ctx.createLinearGradient(-half, 0, half, 0);
  shaded.addColorStop(0, css(mix(spec.teeth, spec.inside, 0.75)));
  shaded.addColorStop(0.3, css(mix(spec.teeth, spec.inside, 0.06)));
  shaded.addColorStop(0.62, css(mix(spec.teeth, spec.inside, 0.1)));
  shaded.addColorStop(1, css(mix(spec.teeth, spec.inside, 0.8)));
  ctx.fillStyle = shaded;
  ctx.beginPath();
  ctx.moveTo(-half, g.innerTop - 4);
  ctx.lineTo(half, g.innerTop - 4);
  ctx.quadraticCurveTo(half * 0.8, bottom + 0.4, half * 0.3, bottom + 0.6);
  ctx.lineTo(-half * 0.3, bottom + 0.6);
  ctx.quadraticCurveTo(-half * 0.8, bottom + 0.4, -half, g.innerTop - 4);
  ctx.fill();
  if (shape.teeth > 0.25) {
    const top = Math.max(bottom + 0.5, g.innerBottom - 3.6 * shape.teeth);
    if (top < g.innerBottom) {
      ctx.fillStyle = css(mix(spec.teeth, spec.inside, 0.24), Math.min(1, shape.teeth * 1.4));
      ctx.beginPath();
      ctx.ellipse(0, g.innerBottom + 2, half * 0.72, g.innerBottom + 2 - top, 0, 0, 2 * Math.PI);
      ctx.fill();
    }
    ctx.fillStyle = css(spec.inside, 0.5 * Math.min(1, height / 4));
    ctx.fillRect(-half, bottom + 0.2, 2 * half, 0.7);
  }
}

/**
 * Where the lips meet (closed) or end (open): the darkest line of a mouth, thickest in the corners.
 * @param {Canvas2d} ctx
 * @param {MouthGeometry} g
 */
function paintLipLine(ctx, g) {
  const closed = Math.max(0, 1 - (g.innerBottom - g.innerTop) / 3);
  const y = g.cornerY * 0.9;
  ctx.lineCap = 'round';
  if (closed > 0) {
    ctx.strokeStyle = `rgb(96 26 32 / ${0.85 * closed})`;
    ctx.lineWidth = 1.25;
    ctx.stroke(lipLine(g));
  }
  for (const side of [-1, 1]) {
    softEllipse(ctx, side * g.half * 0.985, y, 3.2, 2.4, [92, 32, 32], 0.5);
  }
}

/**
 * @param {Canvas2d} ctx
 * @param {MouthGeometry} g
 * @param {MouthShape} shape
 */
function paintSkinAround(ctx, g, shape) {
  softEllipse(ctx, 2, g.outerBottom + 3.4, g.half * 0.62, 4.6, [126, 62, 50], 0.42);
  softEllipse(
    ctx,
    0,
    (g.outerTop + g.outerBottom) / 2,
    g.half * 1.22,
    (g.outerBottom - g.outerTop) * 0.66,
    [188, 104, 88],
    0.22,
  );
  for (const side of [-1, 1]) {
    softEllipse(ctx, side * (g.half + 3.5), g.cornerY + 0.6, 5, 6, [142, 74, 60], 0.24 + 0.2 * shape.smile);
  }
}

/**
 * @param {Canvas2d} ctx
 * @param {number} x
 * @param {number} y
 * @param {number} rx
 * @param {number} ry
 * @param {Rgb} color
 * @param {number} alpha in the middle; it fades to nothing at the edge
 */
function softEllipse(ctx, x, y, rx, ry, color, alpha) {
  if (rx <= 0 || ry <= 0) return;
  ctx.save();
  ctx.translate(x, y);
  ctx.scale(1, ry / rx);
  const spot = ctx.createRadialGradient(0, 0, 0, 0, 0, rx);
  spot.addColorStop(0, css(color, alpha));
  spot.addColorStop(0.5, css(color, alpha * 0.55));
  spot.addColorStop(1, css(color, 0));
  ctx.fillStyle = spot;
  ctx.fillRect(-rx, -rx, 2 * rx, 2 * rx);
  ctx.restore();
}
