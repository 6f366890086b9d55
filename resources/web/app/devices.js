/** @import { AudioDevice, Log } from './protocol.js' */
/** @import { Clock } from './clock.js' */

import { describeError } from './errors.js';

/** Neither `devicechange` nor a track's `ended` is reliable with PulseAudio; one look costs about 6 ms. */
export const DEVICE_POLL_MS = 2000;

/** Chromium's aliases for a device that is listed under its own id as well; their labels can be empty. */
const ALIASES = new Set(['default', 'communications']);

/**
 * @typedef {{inputs: AudioDevice[], outputs: AudioDevice[], unnamed: boolean}} DeviceList
 * @typedef {Pick<MediaDevices, 'enumerateDevices'|'getUserMedia'>} Media
 */

/**
 * @param {readonly Pick<MediaDeviceInfo, 'kind'|'deviceId'|'label'>[]} found
 * @returns {DeviceList} devices of equal label carry growing ordinals, in Chromium's order
 */
export function describeDevices(found) {
  /** @type {(kind: MediaDeviceKind) => AudioDevice[]} */
  const ofKind = (kind) => {
    const all = found.filter((device) => device.kind === kind && device.deviceId !== '');
    const real = all.filter((device) => !ALIASES.has(device.deviceId));
    /** @type {Map<string, number>} */
    const seen = new Map();
    return (real.length > 0 ? real : all).map(({ deviceId, label }) => {
      const ordinal = seen.get(label) ?? 0;
      seen.set(label, ordinal + 1);
      return { id: deviceId, label, ordinal };
    });
  };
  const unnamed = found.some((device) => device.kind.startsWith('audio') && device.deviceId === '');
  return { inputs: ofKind('audioinput'), outputs: ofKind('audiooutput'), unnamed };
}

/**
 * Finds a device again: ids change with every load of the page, label and ordinal do not.
 * @param {readonly AudioDevice[]} devices
 * @param {AudioDevice} wanted
 * @returns {AudioDevice|null}
 */
export function findDevice(devices, wanted) {
  return (
    devices.find((device) => device.id === wanted.id) ??
    devices.find((device) => device.label === wanted.label && device.ordinal === wanted.ordinal) ??
    null
  );
}

/** Watches which inputs and outputs Chromium sees and reports every change. */
export class DeviceWatch {
  #media;
  #clock;
  #report;
  #log;
  /** @type {DeviceList} */
  #list = { inputs: [], outputs: [], unnamed: false };
  /** @type {string|null} */
  #reported = null;
  /** @type {unknown} */
  #timer = null;
  #looking = false;
  /** Ids for which opening a microphone did not reveal labels: asking again would not either. @type {string|null} */
  #fruitless = null;

  /**
   * @param {object} parts
   * @param {Media} parts.media
   * @param {Clock} parts.clock
   * @param {(list: DeviceList) => void} parts.report  called after the first look and on every change
   * @param {Log} parts.log
   */
  constructor({ media, clock, report, log }) {
    this.#media = media;
    this.#clock = clock;
    this.#report = report;
    this.#log = log;
  }

  /** @returns {DeviceList} what the last look saw */
  get list() {
    return this.#list;
  }

  /** Looks now and from then on every two seconds; called again it only reports anew. */
  start() {
    this.#reported = null;
    this.#timer ??= this.#clock.repeat(() => void this.look(), DEVICE_POLL_MS);
    return this.look();
  }

  /** One look. Looks do not overlap: a slow one is not overtaken by the next. */
  async look() {
    if (this.#looking) {
      return;
    }
    this.#looking = true;
    try {
      let found = await this.#media.enumerateDevices();
      if (await this.#revealLabels(found)) {
        found = await this.#media.enumerateDevices();
      }
      this.#list = describeDevices(found);
      const text = JSON.stringify(this.#list);
      if (text !== this.#reported) {
        this.#reported = text;
        this.#report(this.#list);
      }
    } catch (error) {
      this.#log('warning', `looking at the audio devices failed: ${describeError(error).message}`);
    } finally {
      this.#looking = false;
    }
  }

  /**
   * Chromium names inputs only once a microphone was open. One is opened and closed at once, so that none stays open
   * while nobody talks.
   * @param {MediaDeviceInfo[]} found
   * @returns {Promise<boolean>} whether another look can see more
   */
  async #revealLabels(found) {
    const inputs = found.filter((device) => device.kind === 'audioinput');
    const ids = inputs.map((device) => device.deviceId).join();
    if (inputs.length === 0 || inputs.some((device) => device.label !== '') || ids === this.#fruitless) {
      return false;
    }
    this.#fruitless = ids;
    try {
      const stream = await this.#media.getUserMedia({ audio: true });
      for (const track of stream.getTracks()) {
        track.stop();
      }
      return true;
    } catch (error) {
      this.#log(
        'warning',
        `no microphone could be opened to learn their names: ${describeError(error).message}`,
      );
      return false;
    }
  }
}
