import { sharedAudioContext } from './audio-context.js';

/** 1024 samples are 21 ms at 48 kHz: short enough to follow syllables. */
const WINDOW = 1024;

/**
 * @param {Float32Array} samples
 * @returns {number} RMS, 0..1 of full scale
 */
export function rms(samples) {
  let sum = 0;
  for (const sample of samples) {
    sum += sample * sample;
  }
  return samples.length === 0 ? 0 : Math.sqrt(sum / samples.length);
}

/** Loudness of a track, read on demand. */
export class LevelMeter {
  #samples = new Float32Array(WINDOW);
  #analyser;
  #source;

  /** @param {MediaStreamTrack} track */
  constructor(track) {
    const context = sharedAudioContext();
    this.#source = context.createMediaStreamSource(new MediaStream([track]));
    this.#analyser = context.createAnalyser();
    this.#analyser.fftSize = WINDOW;
    this.#source.connect(this.#analyser);
  }

  /** @returns {number} RMS of the last 21 ms, 0..1 */
  read() {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    return rms(this.#samples);
  }

  close() {
    this.#source.disconnect();
    this.#analyser.disconnect();
  }
}
