/** Speech spans about 45 dB above the room: -58 dBFS is a still bar, -13 dBFS a full one. */
const QUIETEST_DB = -58;
const SPAN_DB = 45;
const STILL = 0.14;
/** Changes too small to see are not worth a repaint. */
const VISIBLE = 0.03;

/**
 * @param {number} level  RMS, 0..1
 * @returns {number} share of the meter, 0..1, even to the ear
 */
export function loudnessShare(level) {
  const decibels = 20 * Math.log10(Math.max(level, 1e-5));
  return Math.min(1, Math.max(0, (decibels - QUIETEST_DB) / SPAN_DB));
}

/** Bars that move with the visitor's voice: the newest in the middle, older ones running outwards. */
export class Meter {
  #bars;
  /** @type {number[]} */
  #history;
  /** @type {number[]} */
  #drawn;

  /** @param {HTMLElement} element */
  constructor(element) {
    this.#bars = /** @type {HTMLElement[]} */ ([...element.children]);
    this.#history = new Array(Math.ceil(this.#bars.length / 2)).fill(0);
    this.#drawn = new Array(this.#bars.length).fill(STILL);
  }

  /** @param {number} level  RMS, 0..1 */
  push(level) {
    const previous = this.#history[0] ?? 0;
    // Rises at once and falls gently, as a voice does.
    const share = Math.max(loudnessShare(level), previous * 0.72);
    this.#history = [share, ...this.#history.slice(0, -1)];
    const middle = (this.#bars.length - 1) / 2;
    this.#bars.forEach((bar, index) => {
      const age = Math.abs(index - middle);
      const height = STILL + (1 - STILL) * (this.#history[age] ?? 0) * (1 - age * 0.2);
      if (Math.abs(height - (this.#drawn[index] ?? 0)) >= VISIBLE) {
        this.#drawn[index] = height;
        bar.style.transform = `scaleY(${height.toFixed(2)})`;
      }
    });
  }
}
