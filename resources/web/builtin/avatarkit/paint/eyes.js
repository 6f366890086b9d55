/**
 * Eyes and brows, drawn anew for every pose: eyeball, iris, lids, lashes.
 *
 * @typedef {import('./hair.js').Canvas2d} Canvas2d
 * @typedef {import('./surface.js').Rgb} Rgb
 *
 * @typedef {object} EyeSpec
 * @property {number} x distance of each eye from the middle, character units
 * @property {number} y
 * @property {number} halfWidth
 * @property {number} irisRadius
 * @property {{rim: Rgb, middle: Rgb, inner: Rgb}} iris
 * @property {Rgb} lash
 * @property {Rgb} crease
 *
 * @typedef {{x: number, y: number, length: number, thickness: number, color: Rgb}} BrowSpec
 *
 * @typedef {object} EyePose
 * @property {number} open 0 closed .. 1 open .. 1.15 wide
 * @property {number} squint 0..1, the lower lid's rise in a smile
 * @property {number} gazeX -1 (to the picture's left) .. 1
 * @property {number} gazeY -1 (up) .. 1
 *
 * @typedef {{raise: number, frown: number}} BrowPose raise -1..1; frown 0..1 draws the inner ends down and together
 */
import { css, mix } from './hair.js';

const GAZE_REACH_X = 8.5;
const GAZE_REACH_Y = 5;

/**
 * @param {Canvas2d} ctx scaled to character units, origin in the middle of the face
 * @param {EyeSpec} spec
 * @param {CanvasImageSource} iris from `paintIris`, 2.4 × irisRadius wide
 * @param {EyePose} pose
 * @param {-1 | 1} side -1 the eye on the picture's left
 */
export function paintEye(ctx, spec, iris, pose, side) {
  const unit = spec.halfWidth / 23;
  ctx.save();
  ctx.translate(spec.x * side, spec.y);
  ctx.scale(unit, unit);
  const lids = lidCurves(pose, side);
  paintCrease(ctx, spec, lids, pose);
  if (pose.open > 0.06) {
    ctx.save();
    ctx.clip(aperture(lids));
    paintEyeball(ctx, pose, side, lids);
    const size = (2.4 * spec.irisRadius) / unit;
    const x = pose.gazeX * GAZE_REACH_X;
    const y = pose.gazeY * GAZE_REACH_Y - 1.4;
    ctx.drawImage(iris, x - size / 2, y - size / 2, size, size);
    paintLidShadow(ctx, lids);
    paintCatchlights(ctx, x, y);
    ctx.restore();
    paintWaterline(ctx, lids, side);
  }
  paintLashes(ctx, spec, lids, pose, side);
  ctx.restore();
}

/**
 * @typedef {{inner: [number, number], outer: [number, number], upper: [number, number, number, number], lower: [number, number, number, number]}} Lids
 * @param {EyePose} pose
 * @param {-1 | 1} side
 * @returns {Lids}
 */
function lidCurves(pose, side) {
  const open = Math.max(pose.open, 0);
  const lower = 11.5 - 4.5 * pose.squint;
  const blend = (/** @type {number} */ closed, /** @type {number} */ opened) =>
    closed + (opened - closed) * open;
  return {
    inner: [-21.5 * side, 4],
    outer: [22.5 * side, -1],
    upper: [-14 * side, blend(10.5, -16.5), 12 * side, blend(9.5, -20)],
    lower: [-12 * side, lower + 1, 14 * side, lower],
  };
}

/**
 * @param {Lids} lids
 * @returns {Path2D}
 */
function aperture(lids) {
  const path = new Path2D();
  path.moveTo(...lids.inner);
  path.bezierCurveTo(...lids.upper, ...lids.outer);
  path.bezierCurveTo(lids.lower[2], lids.lower[3], lids.lower[0], lids.lower[1], ...lids.inner);
  path.closePath();
  return path;
}

/**
 * @param {Canvas2d} ctx
 * @param {EyePose} pose
 * @param {-1 | 1} side
 * @param {Lids} lids
 */
function paintEyeball(ctx, pose, side, lids) {
  const white = ctx.createRadialGradient(-3, -2, 4, 0, 0, 25);
  white.addColorStop(0, '#fbf8f5');
  white.addColorStop(0.55, '#eee8e4');
  white.addColorStop(1, '#b7a6a4');
  ctx.fillStyle = white;
  ctx.fillRect(-26, -22, 52, 40);
  const [x, y] = lids.inner;
  const corner = ctx.createRadialGradient(x + 2 * side, y, 0.5, x + 2 * side, y, 5.5);
  corner.addColorStop(0, 'rgb(214 128 120 / 0.95)');
  corner.addColorStop(1, 'rgb(214 128 120 / 0)');
  ctx.fillStyle = corner;
  ctx.fillRect(x - 8, y - 8, 16, 16);
  if (pose.squint > 0.3) {
    ctx.fillStyle = `rgb(120 70 66 / ${0.14 * pose.squint})`;
    ctx.fillRect(-26, 4, 52, 16);
  }
}

/**
 * The upper lid and its lashes throw a shadow on the ball; without it eyes stare.
 * @param {Canvas2d} ctx
 * @param {Lids} lids
 */
function paintLidShadow(ctx, lids) {
  for (const [width, alpha] of [
    [15, 0.12],
    [9, 0.16],
    [4.5, 0.2],
  ]) {
    ctx.strokeStyle = `rgb(48 22 24 / ${alpha})`;
    ctx.lineWidth = width;
    ctx.beginPath();
    ctx.moveTo(...lids.inner);
    ctx.bezierCurveTo(...lids.upper, ...lids.outer);
    ctx.stroke();
  }
}

/**
 * @param {Canvas2d} ctx
 * @param {number} x of the iris
 * @param {number} y
 */
function paintCatchlights(ctx, x, y) {
  // Highlights sit where the light is, not where the iris is: they follow the gaze only a little.
  const key = ctx.createRadialGradient(x * 0.6 - 4.6, y * 0.6 - 5.2, 0.6, x * 0.6 - 4.6, y * 0.6 - 5.2, 4.2);
  key.addColorStop(0, 'rgb(255 255 255 / 1)');
  key.addColorStop(0.62, 'rgb(255 255 255 / 0.92)');
  key.addColorStop(1, 'rgb(255 255 255 / 0)');
  ctx.fillStyle = key;
  ctx.fillRect(x * 0.6 - 10, y * 0.6 - 10, 11, 11);
  ctx.fillStyle = 'rgb(220 236 255 / 0.5)';
  ctx.beginPath();
  ctx.ellipse(x * 0.7 + 5.4, y * 0.7 + 5, 1.7, 1.3, -0.5, 0, 2 * Math.PI);
  ctx.fill();
}

/**
 * @param {Canvas2d} ctx
 * @param {Lids} lids
 * @param {-1 | 1} side
 */
function paintWaterline(ctx, lids, side) {
  ctx.lineWidth = 1.3;
  ctx.strokeStyle = 'rgb(232 170 152 / 0.75)';
  ctx.beginPath();
  ctx.moveTo(lids.inner[0] + 3 * side, lids.inner[1] + 1.6);
  ctx.bezierCurveTo(lids.lower[0], lids.lower[1] + 0.5, lids.lower[2], lids.lower[3] + 0.5, ...lids.outer);
  ctx.stroke();
  ctx.lineWidth = 0.8;
  ctx.strokeStyle = 'rgb(110 60 52 / 0.4)';
  ctx.beginPath();
  ctx.moveTo(lids.inner[0] + 6 * side, lids.inner[1] + 4);
  ctx.bezierCurveTo(
    lids.lower[0] + 2 * side,
    lids.lower[1] + 1.8,
    lids.lower[2],
    lids.lower[3] + 1.8,
    ...lids.outer,
  );
  ctx.stroke();
}

/**
 * @param {Canvas2d} ctx
 * @param {EyeSpec} spec
 * @param {Lids} lids
 * @param {EyePose} pose
 */
function paintCrease(ctx, spec, lids, pose) {
  const lift = 5 + 3 * (1 - Math.min(pose.open, 1));
  for (const [width, alpha, offset] of [
    [4.5, 0.16, 1],
    [1.5, 0.42, 0],
  ]) {
    ctx.strokeStyle = css(spec.crease, alpha * Math.min(1, 0.35 + pose.open));
    ctx.lineWidth = width;
    ctx.lineCap = 'round';
    ctx.beginPath();
    ctx.moveTo(lids.inner[0] * 0.98, lids.inner[1] - lift - 1 + offset);
    ctx.bezierCurveTo(
      lids.upper[0],
      Math.min(lids.upper[1], -6) - lift + offset,
      lids.upper[2],
      Math.min(lids.upper[3], -8) - lift + offset,
      lids.outer[0] * 1.06,
      lids.outer[1] - lift + 1 + offset,
    );
    ctx.stroke();
  }
}

/**
 * @param {Canvas2d} ctx
 * @param {EyeSpec} spec
 * @param {Lids} lids
 * @param {EyePose} pose
 * @param {-1 | 1} side
 */
function paintLashes(ctx, spec, lids, pose, side) {
  const [tipX, tipY] = [lids.outer[0] + 4.2 * side, lids.outer[1] - 2.6 + 3.5 * (1 - Math.min(pose.open, 1))];
  ctx.fillStyle = css(spec.lash);
  ctx.beginPath();
  ctx.moveTo(...lids.inner);
  ctx.bezierCurveTo(lids.upper[0], lids.upper[1] - 1.4, lids.upper[2], lids.upper[3] - 3.6, tipX, tipY);
  ctx.bezierCurveTo(
    lids.outer[0],
    lids.outer[1] + 0.4,
    lids.outer[0],
    lids.outer[1] + 0.2,
    lids.outer[0] - 0.6 * side,
    lids.outer[1] + 0.2,
  );
  ctx.bezierCurveTo(lids.upper[2], lids.upper[3] + 0.6, lids.upper[0], lids.upper[1] + 0.8, ...lids.inner);
  ctx.fill();
  ctx.strokeStyle = css(spec.lash, 0.9);
  ctx.lineCap = 'round';
  const droop = 1 - Math.min(pose.open, 1);
  for (let index = 0; index < 6; index++) {
    const t = 0.52 + index * 0.085;
    const [x, y] = bezierPoint(lids, t);
    const length = (2.2 + 3.6 * ((t - 0.5) / 0.45)) * (1 - 0.35 * droop);
    const lean = (0.15 + 1.1 * (t - 0.3)) * side;
    ctx.lineWidth = 0.8;
    ctx.beginPath();
    ctx.moveTo(x, y - 1);
    ctx.quadraticCurveTo(
      x + lean * length * 0.4,
      y - length * (0.75 - 1.5 * droop),
      x + lean * length * 1.2,
      y - length * (1 - 1.55 * droop),
    );
    ctx.stroke();
  }
}

/**
 * @param {Lids} lids
 * @param {number} t
 * @returns {[number, number]}
 */
function bezierPoint(lids, t) {
  const s = 1 - t;
  const mixed = (
    /** @type {number} */ a,
    /** @type {number} */ b,
    /** @type {number} */ c,
    /** @type {number} */ d,
  ) => s ** 3 * a + 3 * s * s * t * b + 3 * s * t * t * c + t ** 3 * d;
  return [
    mixed(lids.inner[0], lids.upper[0], lids.upper[2], lids.outer[0]),
    mixed(lids.inner[1], lids.upper[1], lids.upper[3], lids.outer[1]),
  ];
}

/**
 * The iris with its pupil, painted once; it is moved, not redrawn.
 * @param {Canvas2d} ctx scaled so that the iris has radius 1, origin in its middle
 * @param {EyeSpec['iris']} colors
 * @param {() => number} random 0..1
 */
export function paintIris(ctx, colors, random) {
  const disc = ctx.createRadialGradient(0, 0, 0.2, 0, 0, 1);
  disc.addColorStop(0, css(mix(colors.inner, colors.middle, 0.35)));
  disc.addColorStop(0.5, css(colors.middle));
  disc.addColorStop(0.82, css(mix(colors.middle, colors.rim, 0.6)));
  disc.addColorStop(1, css(colors.rim));
  ctx.fillStyle = disc;
  circle(ctx, 0, 0, 1);
  ctx.lineCap = 'round';
  for (let index = 0; index < 110; index++) {
    const angle = random() * 2 * Math.PI;
    const from = 0.4 + random() * 0.14;
    const to = 0.62 + random() * 0.3;
    ctx.strokeStyle = css(random() < 0.6 ? colors.inner : colors.rim, 0.16 + 0.2 * random());
    ctx.lineWidth = 0.018 + 0.022 * random();
    ctx.beginPath();
    ctx.moveTo(Math.cos(angle) * from, Math.sin(angle) * from);
    ctx.lineTo(Math.cos(angle + 0.06) * to, Math.sin(angle + 0.06) * to);
    ctx.stroke();
  }
  const glow = ctx.createRadialGradient(0.25, 0.5, 0.05, 0.2, 0.45, 0.6);
  glow.addColorStop(0, css(colors.inner, 0.75));
  glow.addColorStop(1, css(colors.inner, 0));
  ctx.fillStyle = glow;
  circle(ctx, 0, 0, 0.93);
  const pupil = ctx.createRadialGradient(0, 0, 0.3, 0, 0, 0.5);
  pupil.addColorStop(0, 'rgb(12 8 10 / 1)');
  pupil.addColorStop(0.82, 'rgb(12 8 10 / 0.96)');
  pupil.addColorStop(1, 'rgb(12 8 10 / 0)');
  ctx.fillStyle = pupil;
  circle(ctx, 0, 0, 0.5);
  ctx.strokeStyle = css(mix(colors.rim, [8, 8, 12], 0.5), 0.75);
  ctx.lineWidth = 0.1;
  ctx.beginPath();
  ctx.arc(0, 0, 0.97, 0, 2 * Math.PI);
  ctx.stroke();
}

/**
 * @param {Canvas2d} ctx
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 */
function circle(ctx, x, y, radius) {
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
  ctx.fill();
}
