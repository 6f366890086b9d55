/**
 * Puts the still layers and the drawn features together, and repaints only what moved.
 *
 * @typedef {import('../character.js').Character} Character
 * @typedef {import('../face/animator.js').Pose} Pose
 * @typedef {import('./layers.js').Layer} Layer
 * @typedef {import('./layers.js').Layers} Layers
 * @typedef {import('./framing.js').Framing} Framing
 *
 * @typedef {{x: number, y: number, width: number, height: number}} Area character units, relative to the head
 * @typedef {{x: number, y: number}} Offset
 *
 * @typedef {object} Placement where everything lies for one pose, in device pixels
 * @property {Offset} hairBack
 * @property {Offset} body
 * @property {Offset} head
 * @property {Offset} features
 * @property {Offset} hairFront
 * @property {number} angle radians
 *
 * @typedef {{placement: Placement, eyes: string, mouth: string}} Painted what distinguishes one picture from another
 */
import { paintBrow } from './brows.js';
import { paintEye } from './eyes.js';
import { paintMouth } from './mouth.js';
import { JAW_DROP } from './mouth-geometry.js';

/** Everything that moves with the head, wherever it has turned to. @type {Area} */
const HEAD = { x: -166, y: -186, width: 332, height: 370 };
/** @type {Area} */
const EYES = { x: -92, y: -62, width: 184, height: 104 };
/** @type {Area} */
const LOWER_FACE = { x: -104, y: 52, width: 208, height: 112 };
/** Above this line (units below the upper lip's edge) the skin stands still when the jaw drops. */
const JAW_TOP = 70;
/** Skin moves less than the lips: part of the opening is the lip itself. */
const JAW_SKIN = 0.62;
/** Neck joint, about which the head tilts. */
const PIVOT_Y = 118;

export class FacePainter {
  #ctx;
  #character;
  #layers;
  #framing;
  #ratio;
  #exact;
  /** @type {Painted | null} */
  #painted = null;

  /**
   * @param {CanvasRenderingContext2D} ctx of a canvas of the container's size in device pixels
   * @param {Character} character
   * @param {Layers} layers painted at `framing.scale * ratio`
   * @param {Framing} framing
   * @param {number} ratio device pixels per CSS pixel
   * @param {boolean} software without a GPU layers move by whole pixels and never turn: a blit is 10 times cheaper than
   *   a shifted picture and 140 times cheaper than a turned one (measured in Chromium 140)
   */
  constructor(ctx, character, layers, framing, ratio, software) {
    this.#ctx = ctx;
    this.#character = character;
    this.#layers = layers;
    this.#framing = framing;
    this.#ratio = ratio;
    this.#exact = software;
  }

  /**
   * @param {Pose} pose
   * @returns {boolean} whether it would look different from what was painted last
   */
  differs(pose) {
    return this.#changesFor(pose) !== null;
  }

  /** @param {Pose} pose */
  paint(pose) {
    const changes = this.#changesFor(pose);
    if (!changes) return;
    this.#painted = changes;
    const ctx = this.#ctx;
    ctx.save();
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    if (changes.areas) this.#clipTo(changes.areas, changes.placement);
    ctx.clearRect(0, 0, ctx.canvas.width, ctx.canvas.height);
    this.#compose(pose, changes.placement);
    ctx.restore();
  }

  /**
   * @param {Pose} pose
   * @returns {Painted & {areas: Area[] | null} | null} `areas` null: everything; null: nothing
   */
  #changesFor(pose) {
    const before = this.#painted;
    const placement = this.#place(pose);
    const eyes = keyOf(
      [pose.lids, pose.squint, pose.gazeX, pose.gazeY, pose.brows.raise, pose.brows.frown],
      60,
    );
    const mouth = keyOf(Object.values(pose.mouth), 50);
    const now = { placement, eyes, mouth };
    if (!before || !sameOffset(placement.body, before.placement.body)) return { ...now, areas: null };
    if (!samePlacement(placement, before.placement)) return { ...now, areas: [HEAD] };
    const areas = [];
    if (eyes !== before.eyes) areas.push(EYES);
    if (mouth !== before.mouth) areas.push(LOWER_FACE);
    return areas.length > 0 ? { ...now, areas } : null;
  }

  /**
   * @param {Pose} pose
   * @returns {Placement}
   */
  #place(pose) {
    const unit = this.#framing.scale * this.#ratio;
    const grid = this.#exact ? 1 : 4;
    const at = (/** @type {number} */ x, /** @type {number} */ y) => ({
      x: Math.round((this.#framing.x * this.#ratio + x * unit) * grid) / grid,
      y: Math.round((this.#framing.y * this.#ratio + y * unit) * grid) / grid,
    });
    const rise = -1.3 * pose.breath;
    const x = 4.2 * pose.turn;
    const y = rise * 0.9 + 3 * pose.nod;
    // Nearer things move further: that, and nothing else, is what makes flat layers turn like a head.
    return {
      hairBack: at(x * 0.35, rise + y * 0.3),
      body: at(0, rise),
      head: at(x, y),
      features: at(x + 5.2 * pose.turn, y + 4.2 * pose.nod),
      hairFront: at(x * 1.25, y + 1.6 * pose.nod),
      angle: this.#exact ? 0 : (Math.round(pose.tilt * 40) / 40) * (Math.PI / 180),
    };
  }

  /**
   * @param {readonly Area[]} areas
   * @param {Placement} placement
   */
  #clipTo(areas, placement) {
    const unit = this.#layers.scale;
    const ctx = this.#ctx;
    ctx.beginPath();
    for (const area of areas) {
      const x = Math.floor(placement.features.x + area.x * unit);
      const y = Math.floor(placement.features.y + area.y * unit);
      ctx.rect(x, y, Math.ceil(area.width * unit), Math.ceil(area.height * unit));
    }
    ctx.clip();
  }

  /**
   * @param {Pose} pose
   * @param {Placement} placement
   */
  #compose(pose, placement) {
    const ctx = this.#ctx;
    const { hairBack, body, head, features, hairFront } = this.#layers;
    const tilted = (/** @type {() => void} */ paint) => {
      ctx.save();
      if (placement.angle !== 0) this.#turnAboutNeck(placement);
      paint();
      ctx.restore();
    };
    tilted(() => this.#put(hairBack, placement.hairBack));
    this.#put(body, placement.body);
    tilted(() => {
      const drop = JAW_DROP * JAW_SKIN * pose.mouth.open;
      this.#putFace(head, placement.head, drop);
      this.#putFace(features, placement.features, drop);
      this.#drawFeatures(pose, placement.features);
      this.#put(hairFront, placement.hairFront);
    });
  }

  /** @param {Placement} placement */
  #turnAboutNeck(placement) {
    const x = placement.head.x;
    const y = placement.head.y + PIVOT_Y * this.#layers.scale;
    this.#ctx.translate(x, y);
    this.#ctx.rotate(placement.angle);
    this.#ctx.translate(-x, -y);
  }

  /**
   * @param {Layer} layer
   * @param {Offset} origin
   */
  #put(layer, origin) {
    const unit = this.#layers.scale;
    this.#ctx.drawImage(
      layer.canvas,
      this.#snap(origin.x + layer.x * unit),
      this.#snap(origin.y + layer.y * unit),
    );
  }

  /**
   * A layer of the face: below the lips it is drawn longer by `drop`, so that the chin follows the jaw.
   * @param {Layer} layer
   * @param {Offset} origin
   * @param {number} drop units
   */
  #putFace(layer, origin, drop) {
    if (drop < 0.15) {
      this.#put(layer, origin);
      return;
    }
    const unit = this.#layers.scale;
    const { canvas } = layer;
    const upper = Math.round((JAW_TOP - layer.y) * unit);
    const x = this.#snap(origin.x + layer.x * unit);
    const y = this.#snap(origin.y + layer.y * unit);
    const lower = canvas.height - upper;
    // The chin lies at a fixed share of the lower part: stretch so that the chin, not the layer's edge, moves by `drop`.
    const stretched = lower * (1 + drop / (this.#chinY() - JAW_TOP));
    // Two rows of overlap: tilted, the soft edges of two pictures that only touch would show as a line.
    const overlapping = upper + 2;
    this.#ctx.drawImage(canvas, 0, 0, canvas.width, overlapping, x, y, canvas.width, overlapping);
    this.#ctx.drawImage(canvas, 0, upper, canvas.width, lower, x, y + upper, canvas.width, stretched);
  }

  #chinY() {
    const { outline } = this.#character.skin.head;
    return outline[outline.length - 1][1];
  }

  /**
   * @param {Pose} pose
   * @param {Offset} origin
   */
  #drawFeatures(pose, origin) {
    const ctx = this.#ctx;
    const unit = this.#layers.scale;
    const { eyes, brows, mouth } = this.#character.features;
    const eye = { open: pose.lids, squint: pose.squint, gazeX: pose.gazeX, gazeY: pose.gazeY };
    ctx.save();
    ctx.translate(origin.x, origin.y);
    ctx.scale(unit, unit);
    for (const side of /** @type {const} */ ([-1, 1])) {
      paintEye(ctx, eyes, this.#layers.iris, eye, side);
      paintBrow(ctx, brows, pose.brows, side);
    }
    paintMouth(ctx, mouth, pose.mouth);
    ctx.restore();
  }

  /** @param {number} pixels */
  #snap(pixels) {
    return this.#exact ? Math.round(pixels) : pixels;
  }
}

/**
 * @param {readonly number[]} values
 * @param {number} steps distinguishable steps in one unit of each value
 */
function keyOf(values, steps) {
  return values.map((value) => Math.round(value * steps)).join(',');
}

/**
 * Whether the head and all that hangs on it lie where they lay.
 * @param {Placement} a
 * @param {Placement} b
 */
function samePlacement(a, b) {
  return (
    a.angle === b.angle &&
    sameOffset(a.hairBack, b.hairBack) &&
    sameOffset(a.head, b.head) &&
    sameOffset(a.features, b.features) &&
    sameOffset(a.hairFront, b.hairFront)
  );
}

/**
 * @param {Offset} a
 * @param {Offset} b
 */
function sameOffset(a, b) {
  return a.x === b.x && a.y === b.y;
}
