/** Audio worklet: hands the sound that passes through it to the page in blocks of about 20 ms. */

const BLOCK = 1024;

// A module of its own, so that its names are nobody else’s.
export {};

/** What the AudioWorkletGlobalScope offers; TypeScript's libraries do not know it. */
const worklet = /** @type {any} */ (globalThis);

class BlockRecorder extends worklet.AudioWorkletProcessor {
  #block = new Float32Array(BLOCK);
  #filled = 0;

  /** @param {Float32Array[][]} inputs */
  process(inputs) {
    const samples = inputs[0]?.[0];
    if (samples) {
      for (const sample of samples) {
        this.#block[this.#filled] = sample;
        this.#filled += 1;
        if (this.#filled === BLOCK) {
          this.port.postMessage(this.#block, [this.#block.buffer]);
          this.#block = new Float32Array(BLOCK);
          this.#filled = 0;
        }
      }
    }
    return true;
  }
}

worklet.registerProcessor('block-recorder', BlockRecorder);
