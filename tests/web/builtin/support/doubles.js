import { Emitter } from '../../../../resources/web/builtin/avatarkit-rtc/emitter.js';

/** A MediaStreamTrack that only knows whether it lives. */
export class FakeTrack {
  kind = 'audio';
  /** @type {MediaStreamTrackState} */
  readyState = 'live';
  stop() {
    this.readyState = 'ended';
  }
}

/**
 * A provider whose connections succeed, fail or hang as told.
 * @extends {Emitter<import('../../../../resources/web/builtin/avatarkit-rtc/provider.js').EventMap>}
 */
export class FakeProvider extends Emitter {
  /** @type {unknown[][]} */
  calls = [];
  /** @type {'succeed' | 'hang' | Error} */
  outcome = 'succeed';
  /** @param {unknown} config @param {AbortSignal} signal */
  async connect(config, signal) {
    this.calls.push(['connect', config]);
    if (this.outcome instanceof Error) throw this.outcome;
    if (this.outcome === 'hang') {
      await new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(new Error('aborted'))),
      );
    }
  }
  async disconnect() {
    this.calls.push(['disconnect']);
  }
  /** @param {MediaStreamTrack} track */
  async publishAudio(track) {
    this.calls.push(['publishAudio', track]);
  }
  async unpublishAudio() {
    this.calls.push(['unpublishAudio']);
  }
  getNativeClient() {
    return null;
  }
  /** @param {number | null} milliseconds */
  setPlayoutDelay(milliseconds) {
    this.calls.push(['setPlayoutDelay', milliseconds]);
  }
}

/** A view that remembers what it was told. */
export class FakeView extends EventTarget {
  /** @type {any} */
  input = {};
  /** @param {object} input */
  drive(input) {
    this.input = { ...this.input, ...input };
  }
  getStats() {
    return {
      renderedFrames: 7,
      framesPerSecond: 20,
      mouthOpenness: 0.5,
      phase: /** @type {const} */ ('lobby'),
      software: true,
    };
  }
}

/** The browser classes the player touches. */
export function installBrowserDoubles() {
  const node = { connect: () => {}, disconnect: () => {} };
  class FakeAudioContext {
    state = 'running';
    sampleRate = 48000;
    createMediaStreamSource() {
      return node;
    }
    createAnalyser() {
      return {
        ...node,
        frequencyBinCount: 512,
        getFloatFrequencyData: () => {},
        getFloatTimeDomainData: () => {},
      };
    }
  }
  class FakeErrorEvent extends Event {
    /** @param {string} type @param {{error: unknown}} init */
    constructor(type, init) {
      super(type);
      this.error = init.error;
    }
  }
  Object.assign(globalThis, {
    MediaStreamTrack: FakeTrack,
    MediaStream: class {},
    AudioContext: FakeAudioContext,
    ErrorEvent: FakeErrorEvent,
    reportError: (/** @type {unknown} */ error) => {
      throw error;
    },
  });
}
