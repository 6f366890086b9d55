/** Kept from before the voice was noticed, so that the first consonant is not lost. */
const LEAD_MS = 320;
/** Of the pause that ended the utterance this much stays, for a natural end. */
const TAIL_MS = 220;
/** Longer than anybody wants to hear themselves repeated. */
const LONGEST_MS = 15_000;

/** Loudness of an ordinary voice, and how far a quiet one is lifted towards it. */
const VOICE_RMS = 0.11;
const MOST_GAIN = 6;
const PEAK = 0.85;

/** Collects what the visitor says, in blocks of samples, from a little before the beginning to a little after the end. */
export class Utterance {
  #rate;
  /** @type {Float32Array[]} */
  #blocks = [];
  #length = 0;
  #recording = false;

  /** @param {number} sampleRate */
  constructor(sampleRate) {
    this.#rate = sampleRate;
  }

  /** @returns {boolean} whether no more will be taken */
  get full() {
    return this.#recording && this.#length >= this.#samples(LONGEST_MS);
  }

  /** @param {Float32Array} block */
  push(block) {
    if (this.full) {
      return;
    }
    this.#blocks.push(block);
    this.#length += block.length;
    while (!this.#recording && this.#length - (this.#blocks[0]?.length ?? 0) >= this.#samples(LEAD_MS)) {
      this.#length -= this.#blocks.shift()?.length ?? 0;
    }
  }

  /** From here on everything is kept. */
  begin() {
    this.#recording = true;
  }

  /**
   * @param {number} pauseMs  how long it has been quiet
   * @returns {Float32Array} what was said, at the loudness of an ordinary voice; the collector is empty again
   */
  finish(pauseMs) {
    const all = new Float32Array(this.#length);
    let offset = 0;
    for (const block of this.#blocks) {
      all.set(block, offset);
      offset += block.length;
    }
    this.clear();
    const surplus = this.#samples(Math.max(0, pauseMs - TAIL_MS));
    return levelled(all.subarray(0, Math.max(0, all.length - surplus)), this.#samples(12));
  }

  clear() {
    this.#blocks = [];
    this.#length = 0;
    this.#recording = false;
  }

  /** @param {number} ms */
  #samples(ms) {
    return Math.round((ms / 1000) * this.#rate);
  }
}

/**
 * @param {Float32Array} samples
 * @param {number} fade  samples at either end that rise and fall, against clicks
 * @returns {Float32Array}
 */
function levelled(samples, fade) {
  const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  if (loudest === 0) {
    return samples;
  }
  const gain = Math.min(MOST_GAIN, VOICE_RMS / voicedRms(samples), PEAK / loudest);
  return samples.map((sample, index) => {
    const edge = Math.min(1, (index + 1) / fade, (samples.length - index) / fade);
    return sample * gain * edge;
  });
}

/**
 * RMS of the louder half: pauses must not make a voice count as quiet.
 * @param {Float32Array} samples
 */
function voicedRms(samples) {
  const window = 480;
  const energies = [];
  for (let start = 0; start < samples.length; start += window) {
    const part = samples.subarray(start, start + window);
    energies.push(part.reduce((sum, sample) => sum + sample * sample, 0) / part.length);
  }
  const louder = energies.sort((a, b) => b - a).slice(0, Math.ceil(energies.length / 2));
  return Math.sqrt(louder.reduce((sum, energy) => sum + energy, 0) / louder.length);
}
