/**
 * @typedef {import('./hair.js').Canvas2d} Canvas2d
 * @typedef {import('./eyes.js').BrowSpec} BrowSpec
 * @typedef {import('./eyes.js').BrowPose} BrowPose
 */
import { css } from './hair.js';

const HAIRS = 34;

/**
 * @param {Canvas2d} ctx scaled to character units, origin in the middle of the face
 * @param {BrowSpec} spec
 * @param {BrowPose} pose
 * @param {-1 | 1} side -1 the brow on the picture's left
 */
export function paintBrow(ctx, spec, pose, side) {
  const lift = -5.5 * pose.raise;
  const innerX = spec.x - spec.length * 0.5 - 2 * pose.frown;
  const arch = -9 - 1.6 * pose.raise + 3 * pose.frown;
  const innerY = spec.y + lift + 4.2 * pose.frown + 1.5 * Math.max(0, -pose.raise);
  const outerX = spec.x + spec.length * 0.56;
  const outerY = spec.y + lift * 0.7 + 4;
  /** @param {number} t 0 inner end .. 1 outer end */
  const spine = (t) => {
    const s = 1 - t;
    return [
      s * s * innerX + 2 * s * t * (spec.x + 5) + t * t * outerX,
      s * s * innerY + 2 * s * t * (innerY + arch) + t * t * outerY,
    ];
  };
  const thickness = (/** @type {number} */ t) =>
    spec.thickness * Math.sqrt(Math.min(1, 0.04 + 6 * t)) * (t < 0.3 ? 1 : 1 - 1.2 * (t - 0.3));
  ctx.save();
  ctx.scale(side, 1);
  ctx.fillStyle = css(spec.color, 0.72);
  ctx.beginPath();
  for (let step = 0; step <= 12; step++) outlinePoint(ctx, spine, thickness, step / 12, -0.5);
  for (let step = 12; step >= 0; step--) outlinePoint(ctx, spine, thickness, step / 12, 0.5);
  ctx.fill();
  ctx.lineCap = 'round';
  ctx.strokeStyle = css(spec.color, 0.3);
  ctx.lineWidth = 0.9;
  ctx.beginPath();
  for (let index = 0; index < HAIRS; index++) {
    const t = index / HAIRS;
    const [x, y] = spine(t);
    const half = thickness(t) * 0.46;
    // Inner hairs stand up, outer hairs lie along the brow.
    const lean = 1.2 + 4 * t * (1.1 - t);
    ctx.moveTo(x - lean * 0.4, y + half);
    ctx.lineTo(x + lean, y - half * (1.15 - 0.9 * t));
  }
  ctx.stroke();
  ctx.restore();
}

/**
 * @param {Canvas2d} ctx
 * @param {(t: number) => number[]} spine
 * @param {(t: number) => number} thickness
 * @param {number} t
 * @param {number} side
 */
function outlinePoint(ctx, spine, thickness, t, side) {
  const [x, y] = spine(t);
  ctx.lineTo(x, y + side * thickness(t));
}
