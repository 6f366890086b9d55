/**
 * Turns a description of relief into light and shade.
 *
 * A painted face looks flat because its gradients do not know the form under them. Here the form is a height field (a
 * rounded body with bumps for nose, cheeks, eyeballs...) whose normals are lit by a warm key light, a cool fill and a
 * rim light. The result is a small picture without hard edges, so it can be enlarged to any resolution; the crisp edge
 * comes from the outline it is clipped to. Pure: no canvas, runs in node.
 *
 * @typedef {import('./curve.js').Point} Point
 * @typedef {readonly [number, number, number]} Rgb 0..255
 *
 * @typedef {object} Bump a Gaussian hill (or hollow) on the surface
 * @property {number} x centre, character units
 * @property {number} y
 * @property {number} rx radius at which it has fallen to 1/e
 * @property {number} ry
 * @property {number} height negative for a hollow
 * @property {number} [angle] clockwise, degrees
 * @property {boolean} [mirror] also at -x
 *
 * @typedef {object} Tint a soft spot of colour
 * @property {number} x
 * @property {number} y
 * @property {number} rx
 * @property {number} ry
 * @property {Rgb} color
 * @property {number} strength 0..1
 * @property {number} [angle]
 * @property {boolean} [mirror]
 *
 * @typedef {object} SurfaceSpec
 * @property {Point[]} outline right half of the mirrored outline, top to bottom
 * @property {number} depth how far the middle stands out
 * @property {number} [crown] y of the roundest row; without it the form is a column
 * @property {number} [squareness] 2 is round in cross section, more is flatter in front
 * @property {Rgb} color
 * @property {number} [gloss] strength of the highlight, 0..1
 * @property {number} [translucency] 0 cloth .. 1 skin: light that bleeds red into the shade
 * @property {Bump[]} bumps
 * @property {Tint[]} tints
 *
 * @typedef {object} Picture
 * @property {number} width pixels
 * @property {number} height
 * @property {number} left character units of the picture's left edge
 * @property {number} top
 * @property {number} scale pixels per unit
 * @property {Uint8ClampedArray<ArrayBuffer>} pixels RGBA
 */
import { halfWidthOf } from './curve.js';

/** @typedef {{direction: readonly [number, number, number], color: readonly [number, number, number]}} Light */
/** @type {Light} */
const KEY = { direction: unit([-0.5, -0.58, 0.64]), color: [1.02, 0.95, 0.86] };
/** @type {Light} */
const FILL = { direction: unit([0.8, -0.05, 0.45]), color: [0.22, 0.23, 0.29] };
const SKY = [0.33, 0.34, 0.38];
const BOUNCE = [0.2, 0.15, 0.13];
const RIM = { direction: unit([0.86, -0.4, -0.1]), color: [0.75, 0.85, 1.05] };
/** Between the key light and the eye, which looks along z. */
const HALFWAY = unit([KEY.direction[0], KEY.direction[1], KEY.direction[2] + 1]);

const DISPLAY_STEPS = 2048;
/** `toDisplay` as a table: it is asked for every channel of every pixel. */
const DISPLAY = Uint8Array.from({ length: 2 * DISPLAY_STEPS }, (_, step) => toDisplay(step / DISPLAY_STEPS));

/**
 * @param {SurfaceSpec} spec
 * @param {number} scale pixels per unit, 1..4
 * @returns {Picture}
 */
export function litSurface(spec, scale) {
  const frame = frameOf(spec, scale);
  const relief = reliefOf(spec, frame);
  const hollows = hollowsOf(relief, frame);
  const albedo = albedoOf(spec, frame);
  return { ...frame, pixels: light(spec, frame, relief, hollows, albedo) };
}

/**
 * @typedef {{width: number, height: number, left: number, top: number, scale: number}} Frame
 * @param {SurfaceSpec} spec
 * @param {number} scale
 * @returns {Frame}
 */
function frameOf(spec, scale) {
  const reach = Math.max(...spec.outline.map(([x]) => x)) + 6;
  const top = spec.outline[0][1] - 3;
  const bottom = spec.outline[spec.outline.length - 1][1] + 3;
  const width = Math.ceil(2 * reach * scale);
  return { width, height: Math.ceil((bottom - top) * scale), left: -width / scale / 2, top, scale };
}

/**
 * @param {SurfaceSpec} spec
 * @param {Frame} frame
 * @returns {Float32Array} heights in units
 */
function reliefOf(spec, frame) {
  const heights = new Float32Array(frame.width * frame.height);
  const halfWidth = halfWidthOf(spec.outline);
  const power = spec.squareness ?? 2.2;
  const roundness = Float32Array.from({ length: 1025 }, (_, step) =>
    Math.sqrt(1 - 0.985 * (step / 1024) ** power),
  );
  const bottom = spec.outline[spec.outline.length - 1][1];
  for (let row = 0; row < frame.height; row++) {
    const y = frame.top + (row + 0.5) / frame.scale;
    const half = Math.max(halfWidth(y), 1);
    let lift = 1;
    if (spec.crown !== undefined) {
      const reach = y < spec.crown ? spec.crown - spec.outline[0][1] : bottom - spec.crown;
      lift = Math.sqrt(Math.max(0, 1 - Math.abs((y - spec.crown) / reach) ** power));
    }
    for (let column = 0; column < frame.width; column++) {
      const x = frame.left + (column + 0.5) / frame.scale;
      const across = Math.min(Math.abs(x / half), 1);
      heights[row * frame.width + column] = spec.depth * lift * roundness[Math.round(across * 1024)];
    }
  }
  for (const bump of mirrored(spec.bumps)) {
    overSpot(bump, frame, (index, weight) => {
      heights[index] += bump.height * weight;
    });
  }
  // Rows were lifted one by one: where the outline runs flat, as on a shoulder, that would show as steps.
  return blurred(heights, frame.width, frame.height, Math.max(1, Math.round(1.2 * frame.scale)));
}

/**
 * How deep each pixel lies below its neighbourhood, at two scales: where little light gets in.
 * @param {Float32Array} heights
 * @param {Frame} frame
 */
function hollowsOf(heights, frame) {
  const near = blurred(heights, frame.width, frame.height, Math.round(3 * frame.scale));
  const far = blurred(heights, frame.width, frame.height, Math.round(9 * frame.scale));
  const depths = new Float32Array(heights.length);
  for (let index = 0; index < depths.length; index++) {
    depths[index] =
      Math.max(0, near[index] - heights[index]) * 0.16 + Math.max(0, far[index] - heights[index]) * 0.05;
  }
  return depths;
}

/**
 * @param {SurfaceSpec} spec
 * @param {Frame} frame
 */
function albedoOf(spec, frame) {
  const albedo = new Float32Array(frame.width * frame.height * 3);
  const base = spec.color.map(toLinear);
  for (let index = 0; index < albedo.length; index++) albedo[index] = base[index % 3];
  for (const tint of mirrored(spec.tints)) {
    const color = tint.color.map(toLinear);
    overSpot(tint, frame, (index, weight) => {
      for (let channel = 0; channel < 3; channel++) {
        const at = index * 3 + channel;
        albedo[at] += (color[channel] - albedo[at]) * tint.strength * weight;
      }
    });
  }
  return albedo;
}

/**
 * @param {SurfaceSpec} spec
 * @param {Frame} frame
 * @param {Float32Array} heights
 * @param {Float32Array} hollows
 * @param {Float32Array} albedo
 */
function light(spec, frame, heights, hollows, albedo) {
  const { width, height, scale } = frame;
  const pixels = new Uint8ClampedArray(width * height * 4);
  const translucency = spec.translucency ?? 0;
  const gloss = spec.gloss ?? 0;
  const falloffs = [0, 1, 2].map((channel) => falloffOf(channel, translucency));
  for (let row = 0; row < height; row++) {
    const above = Math.max(row - 1, 0) * width;
    const below = Math.min(row + 1, height - 1) * width;
    for (let column = 0; column < width; column++) {
      const index = row * width + column;
      const west = heights[column > 0 ? index - 1 : index];
      const east = heights[column < width - 1 ? index + 1 : index];
      const slopeX = ((west - east) * scale) / 2;
      const slopeY = ((heights[above + column] - heights[below + column]) * scale) / 2;
      const nz = 1 / Math.sqrt(slopeX * slopeX + slopeY * slopeY + 1);
      const nx = slopeX * nz;
      const ny = slopeY * nz;
      const open = 1 / (1 + hollows[index]);
      const key = Math.round((dot(KEY.direction, nx, ny, nz) + 1) * FALLOFF_STEPS);
      const fill = Math.max(0, dot(FILL.direction, nx, ny, nz));
      const shine = gloss * highlight(Math.max(0, dot(HALFWAY, nx, ny, nz))) * open;
      const rim = Math.max(0, dot(RIM.direction, nx, ny, nz)) * (1 - nz) * (1 - nz) * 0.3;
      for (let channel = 0; channel < 3; channel++) {
        const ambient = SKY[channel] * (0.62 - 0.38 * ny) + BOUNCE[channel] * Math.max(0, ny) * 0.8;
        // What little light leaves a hollow in skin is red.
        const closed = open * (1 - 0.35 * channel * translucency * (1 - open));
        const energy =
          KEY.color[channel] * falloffs[channel][key] + FILL.color[channel] * fill + ambient * closed;
        const value =
          albedo[index * 3 + channel] * energy * closed +
          shine * KEY.color[channel] +
          rim * RIM.color[channel];
        pixels[index * 4 + channel] =
          DISPLAY[Math.min(Math.round(value * DISPLAY_STEPS), DISPLAY.length - 1)];
      }
      pixels[index * 4 + 3] = 255;
    }
  }
  return pixels;
}

const FALLOFF_STEPS = 256;

/**
 * Brightness under the key light, by the cosine of its angle. Light scatters furthest through skin in red, least in
 * blue: the edge of a shadow on a face is warm.
 * @param {number} channel 0 red .. 2 blue
 * @param {number} translucency
 * @returns {Float32Array} for cosines -1..1 in steps of 1/FALLOFF_STEPS
 */
function falloffOf(channel, translucency) {
  const reach = 0.1 + [0.52, 0.3, 0.22][channel] * translucency;
  return Float32Array.from({ length: 2 * FALLOFF_STEPS + 1 }, (_, step) => {
    const cosine = step / FALLOFF_STEPS - 1;
    return 0.86 * Math.max(0, (cosine + reach) / (1 + reach)) ** (1 + reach);
  });
}

/**
 * A broad sheen and a small bright spot.
 * @param {number} cosine
 */
function highlight(cosine) {
  const by4 = cosine * cosine * cosine * cosine;
  const by12 = by4 * by4 * by4;
  return 0.1 * by12 + 0.16 * by12 * by12 * by12 * by12;
}

/**
 * @template {{x: number, angle?: number, mirror?: boolean}} T
 * @param {readonly T[]} spots
 * @returns {T[]}
 */
function mirrored(spots) {
  return spots.flatMap((spot) =>
    spot.mirror ? [spot, { ...spot, x: -spot.x, angle: -(spot.angle ?? 0) }] : [spot],
  );
}

/**
 * Visits every pixel a Gaussian spot reaches.
 * @param {{x: number, y: number, rx: number, ry: number, angle?: number}} spot
 * @param {Frame} frame
 * @param {(index: number, weight: number) => void} visit
 */
function overSpot(spot, frame, visit) {
  const reach = 3 * Math.max(spot.rx, spot.ry);
  const cos = Math.cos(((spot.angle ?? 0) * Math.PI) / 180);
  const sin = Math.sin(((spot.angle ?? 0) * Math.PI) / 180);
  const firstRow = Math.max(0, Math.floor((spot.y - reach - frame.top) * frame.scale));
  const lastRow = Math.min(frame.height - 1, Math.ceil((spot.y + reach - frame.top) * frame.scale));
  const firstColumn = Math.max(0, Math.floor((spot.x - reach - frame.left) * frame.scale));
  const lastColumn = Math.min(frame.width - 1, Math.ceil((spot.x + reach - frame.left) * frame.scale));
  for (let row = firstRow; row <= lastRow; row++) {
    const dy = frame.top + (row + 0.5) / frame.scale - spot.y;
    for (let column = firstColumn; column <= lastColumn; column++) {
      const dx = frame.left + (column + 0.5) / frame.scale - spot.x;
      const along = (dx * cos + dy * sin) / spot.rx;
      const across = (dy * cos - dx * sin) / spot.ry;
      const distance = along * along + across * across;
      if (distance < 9) visit(row * frame.width + column, Math.exp(-distance));
    }
  }
}

/**
 * Two passes of a box blur in each direction: close to a Gaussian, at a cost that does not depend on the radius.
 * @param {Float32Array} values
 * @param {number} width
 * @param {number} height
 * @param {number} radius pixels
 */
function blurred(values, width, height, radius) {
  let current = values;
  for (let pass = 0; pass < 2; pass++) {
    current = boxBlur(current, width, height, radius, 1, width);
    current = boxBlur(current, height, width, radius, width, 1);
  }
  return current;
}

/**
 * @param {Float32Array} values
 * @param {number} length pixels in one line
 * @param {number} lines
 * @param {number} radius
 * @param {number} step distance of neighbours in the line
 * @param {number} stride distance of lines
 */
function boxBlur(values, length, lines, radius, step, stride) {
  const result = new Float32Array(values.length);
  const share = 1 / (2 * radius + 1);
  const last = length - 1;
  for (let line = 0; line < lines; line++) {
    const start = line * stride;
    let sum = values[start] * (radius + 1);
    for (let index = 1; index <= radius; index++) sum += values[start + Math.min(index, last) * step];
    for (let index = 0; index < length; index++) {
      result[start + index * step] = sum * share;
      sum +=
        values[start + Math.min(index + radius + 1, last) * step] -
        values[start + Math.max(index - radius, 0) * step];
    }
  }
  return result;
}

/** @param {number} value 0..255 */
function toLinear(value) {
  return (value / 255) ** 2.2;
}

/** @param {number} value linear light; brighter than 0.7 rolls off softly */
function toDisplay(value) {
  const rolled = value < 0.7 ? value : 0.7 + 0.3 * (1 - Math.exp(-(value - 0.7) / 0.3));
  return 255 * rolled ** (1 / 2.2);
}

/**
 * @param {readonly [number, number, number]} direction
 * @param {number} x
 * @param {number} y
 * @param {number} z
 */
function dot(direction, x, y, z) {
  return direction[0] * x + direction[1] * y + direction[2] * z;
}

/**
 * @param {readonly [number, number, number]} vector
 * @returns {[number, number, number]}
 */
function unit(vector) {
  const length = Math.hypot(...vector);
  return [vector[0] / length, vector[1] / length, vector[2] / length];
}
