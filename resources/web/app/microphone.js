/** @import { AudioDevice, MicrophoneConstraints } from './protocol.js' */
/** @import { Clock } from './clock.js' */
/** @import { Media } from './devices.js' */

import { withDeadline } from './deadline.js';
import { findDevice } from './devices.js';
import { DeviceMissingError, OperationError } from './errors.js';

/** One open microphone. Nobody but its `Capture` stops the track. */
export class Capture {
  #deviceId;
  #gone = false;
  #stopped = false;
  #onchange;

  /**
   * @param {MediaStreamTrack} track
   * @param {string} deviceId
   * @param {() => void} onchange  called when `state` may have changed
   */
  constructor(track, deviceId, onchange) {
    this.track = track;
    this.#deviceId = deviceId;
    this.#onchange = onchange;
    for (const event of ['mute', 'unmute', 'ended']) {
      track.addEventListener(event, onchange);
    }
  }

  get label() {
    return this.track.label;
  }

  /** @returns {'live'|'muted'|'ended'} */
  get state() {
    if (this.#gone || this.#stopped || this.track.readyState === 'ended') {
      return 'ended';
    }
    return this.track.muted ? 'muted' : 'live';
  }

  /**
   * An unplugged microphone looks alive: PulseAudio moves the track to another device and says nothing. So a device
   * that is no longer listed counts as ended.
   * @param {readonly AudioDevice[]} inputs
   */
  noticeDevices(inputs) {
    const gone = !inputs.some((device) => device.id === this.#deviceId);
    if (gone !== this.#gone) {
      this.#gone = gone;
      this.#onchange();
    }
  }

  stop() {
    this.#stopped = true;
    for (const event of ['mute', 'unmute', 'ended']) {
      this.track.removeEventListener(event, this.#onchange);
    }
    this.track.stop();
  }
}

/**
 * Opens the wanted input.
 *
 * @param {object} request
 * @param {Media} request.media
 * @param {AudioDevice} request.device
 * @param {readonly AudioDevice[]} request.inputs  the inputs known now
 * @param {MicrophoneConstraints} request.constraints
 * @param {number} request.deadline  seconds
 * @param {Clock} request.clock
 * @param {() => void} request.onchange
 * @returns {Promise<Capture>}
 *   rejects with `OperationError` (missing, refused, busy) or `DeadlineError` (nobody answered the permission)
 */
export async function openCapture({ media, device, inputs, constraints, deadline, clock, onchange }) {
  const known = findDevice(inputs, device);
  if (!known) {
    throw new OperationError('open-microphone', new DeviceMissingError(device.label));
  }
  const asking = media.getUserMedia({
    audio: {
      deviceId: { exact: known.id },
      echoCancellation: constraints.echoCancellation,
      noiseSuppression: constraints.noiseSuppression,
      autoGainControl: constraints.autoGainControl,
    },
  });
  let stream;
  try {
    stream = await withDeadline(asking, deadline, 'open-microphone', clock);
  } catch (error) {
    closeLate(asking);
    throw error;
  }
  const [track] = stream.getAudioTracks();
  if (!track) {
    throw new OperationError('open-microphone', new DeviceMissingError(device.label));
  }
  return new Capture(track, known.id, onchange);
}

/**
 * A permission that is answered after we gave up must not leave a microphone open.
 * @param {Promise<MediaStream>} asking
 */
function closeLate(asking) {
  asking.then(
    (stream) => {
      for (const track of stream.getTracks()) {
        track.stop();
      }
    },
    () => {},
  );
}
