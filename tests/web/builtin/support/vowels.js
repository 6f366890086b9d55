/**
 * Sounds with known mouths: a train of glottal pulses through the resonances of a vocal tract, as a textbook makes vowels.
 */
export const SAMPLE_RATE = 48000;
const WINDOW = 1024;

/** First three formants (Hz) of vowels, after Peterson and Barney's means. */
export const FORMANTS = {
  a: [730, 1090, 2440],
  i: [290, 2290, 3010],
  u: [310, 870, 2240],
  o: [500, 900, 2400],
  e: [480, 2050, 2600],
};

/**
 * @param {readonly number[]} formants Hz
 * @param {number} level peak, 0..1
 * @param {number} [pitch] Hz
 * @returns {Float32Array} one analysis window from the middle of the sound
 */
export function vowel(formants, level, pitch = 125) {
  const length = WINDOW * 6;
  let wave = new Float32Array(length);
  for (let at = 0; at < length; at += Math.round(SAMPLE_RATE / pitch)) wave[at] = 1;
  // The glottis falls by 12 dB an octave, the lips radiate 6 dB back.
  wave = lowPass(wave, 0.985);
  for (const hertz of formants) wave = resonator(wave, hertz, 50 + hertz * 0.04);
  return levelled(wave.slice(WINDOW * 4, WINDOW * 5), level);
}

/**
 * @param {number} level
 * @param {number} from Hz, where the hiss begins
 * @returns {Float32Array}
 */
export function hiss(level, from = 4000) {
  let state = 12345;
  let wave = new Float32Array(WINDOW * 2);
  for (let index = 0; index < wave.length; index++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    wave[index] = state / 2 ** 31 - 1;
  }
  for (let pass = 0; pass < 2; pass++)
    wave = resonator(wave, from + 2000, 2500).map((value, index, all) => value - (all[index - 1] ?? 0));
  return levelled(wave.slice(WINDOW), level);
}

/**
 * @param {Float32Array} wave
 * @returns {Float32Array} decibels of each bin, as AnalyserNode computes them (Blackman window)
 */
export function spectrum(wave) {
  const length = wave.length;
  const bins = new Float32Array(length / 2);
  for (let bin = 0; bin < bins.length; bin++) {
    let real = 0;
    let imaginary = 0;
    for (let index = 0; index < length; index++) {
      const phase = (2 * Math.PI * index) / length;
      const windowed = wave[index] * (0.42 - 0.5 * Math.cos(phase) + 0.08 * Math.cos(2 * phase));
      real += windowed * Math.cos(phase * bin);
      imaginary -= windowed * Math.sin(phase * bin);
    }
    bins[bin] = 20 * Math.log10(Math.hypot(real, imaginary) / length + 1e-9);
  }
  return bins;
}

/**
 * @param {Float32Array} wave
 * @param {number} hertz
 * @param {number} bandwidth Hz
 */
function resonator(wave, hertz, bandwidth) {
  const radius = Math.exp((-Math.PI * bandwidth) / SAMPLE_RATE);
  const first = 2 * radius * Math.cos((2 * Math.PI * hertz) / SAMPLE_RATE);
  const second = -radius * radius;
  const gain = 1 - first - second;
  const result = new Float32Array(wave.length);
  for (let index = 0; index < wave.length; index++) {
    result[index] = gain * wave[index] + first * (result[index - 1] ?? 0) + second * (result[index - 2] ?? 0);
  }
  return result;
}

/**
 * @param {Float32Array} wave
 * @param {number} memory 0..1
 */
function lowPass(wave, memory) {
  let held = 0;
  return wave.map((value) => {
    held = memory * held + (1 - memory) * value;
    return held;
  });
}

/**
 * @param {Float32Array} wave
 * @param {number} level
 */
function levelled(wave, level) {
  const peak = wave.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
  return wave.map((value) => (value / peak) * level);
}
