/**
 * What a remote track has delivered, from WebRTC's own counters: no AudioContext and no decoding of our own.
 * @typedef {{energy: number, seconds: number, frames: number, packets: number}} Reading
 */

/** Quieter than this (-50 dBFS) is comfort noise, not a voice. */
export const AUDIBLE_RMS = 0.003;

/**
 * @param {Pick<RTCRtpReceiver, 'getStats'>} receiver
 * @returns {Promise<Reading|null>}
 */
export async function readReceiver(receiver) {
  for (const report of (await receiver.getStats()).values()) {
    if (report.type === 'inbound-rtp') {
      return {
        energy: report.totalAudioEnergy ?? 0,
        seconds: report.totalSamplesDuration ?? 0,
        frames: report.framesReceived ?? 0,
        packets: report.packetsReceived ?? 0,
      };
    }
  }
  return null;
}

/**
 * Loudness between two readings: `totalAudioEnergy` sums squared level times duration (W3C webrtc-stats).
 * @param {Reading} before
 * @param {Reading} after
 * @returns {number} RMS, 0..1
 */
export function loudness(before, after) {
  const seconds = after.seconds - before.seconds;
  const energy = after.energy - before.energy;
  return seconds > 0 && energy > 0 ? Math.min(1, Math.sqrt(energy / seconds)) : 0;
}

/**
 * Motion frames between two readings. An adapter that keeps the frames for itself hides them from the frame counter;
 * their packets still count, and one packet holds one such small frame.
 * @param {Reading} before
 * @param {Reading} after
 * @returns {number}
 */
export function framesBetween(before, after) {
  const frames = after.frames - before.frames;
  return frames > 0 ? frames : Math.max(0, after.packets - before.packets);
}

/** Follows receivers over time; readings that belong to a replaced receiver are forgotten. */
export class ReceiverGauge {
  /** @type {WeakMap<object, Reading>} */
  #last = new WeakMap();

  /**
   * @param {readonly Pick<RTCRtpReceiver, 'getStats'>[]} receivers
   * @param {(before: Reading, after: Reading) => number} measure
   * @returns {Promise<number>} the greatest measure since the previous call, 0 at the first
   */
  async greatest(receivers, measure) {
    let greatest = 0;
    for (const receiver of receivers) {
      const now = await readReceiver(receiver);
      const before = this.#last.get(receiver);
      if (now) {
        this.#last.set(receiver, now);
      }
      if (now && before) {
        greatest = Math.max(greatest, measure(before, now));
      }
    }
    return greatest;
  }
}
