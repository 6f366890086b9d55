/** @import { Clock } from '../app/clock.js' */
/** @import { CaptionUpdate } from '../app/watch.js' */
/** @import { AgentState, Lines, Voice } from './conversation.js' */

import { sharedAudioContext } from '../app/audio-context.js';
import { Conversation } from './conversation.js';

/** The vendor's motion frames come at this rate. */
const FRAME_MS = 40;
/** VP8's smallest picture. */
const FRAME_SIZE = 16;
/** Languages there is a spoken greeting for; made with the voices that Debian ships (festival slt, espeak-ng). */
const GREETINGS = new Set(['en', 'de']);

/**
 * The other end of the demo's line: an agent inside this page that answers over a real peer connection. It sends a
 * voice, and a tiny black picture in place of motion data, so that frames are counted as with a real avatar.
 */
export class LoopbackAgent {
  #parts;
  #peer = new RTCPeerConnection({ iceServers: [] });
  #context = sharedAudioContext();
  #voice = this.#context.createMediaStreamDestination();
  #canvas = document.createElement('canvas');
  /** Chromium renders a remote sound into the audio graph only while some element plays it, too. */
  #silent = new Audio();
  /** @type {MediaStreamAudioSourceNode|null} */
  #ear = null;
  /** @type {AudioWorkletNode|null} */
  #recorder = null;
  /** @type {Conversation|null} */
  #conversation = null;
  /** @type {unknown} */
  #frames = null;
  #closed = false;

  /**
   * @param {object} parts
   * @param {string} parts.language
   * @param {Lines} parts.lines
   * @param {Clock} parts.clock
   * @param {(state: AgentState) => void} parts.onState
   * @param {(update: CaptionUpdate) => void} parts.onCaption
   * @param {(candidate: RTCIceCandidate) => void} parts.onCandidate
   */
  constructor(parts) {
    this.#parts = parts;
    this.#canvas.width = FRAME_SIZE;
    this.#canvas.height = FRAME_SIZE;
    this.#peer.onicecandidate = ({ candidate }) => candidate && parts.onCandidate(candidate);
    this.#peer.ontrack = ({ track }) => {
      if (track.kind === 'audio') {
        void this.#listenTo(track);
      }
    };
  }

  /**
   * @param {RTCSessionDescriptionInit} offer
   * @returns {Promise<RTCSessionDescriptionInit>}
   */
  async answer(offer) {
    await this.#peer.setRemoteDescription(offer);
    for (const transceiver of this.#peer.getTransceivers()) {
      const isSound = transceiver.receiver.track.kind === 'audio';
      transceiver.direction = isSound ? 'sendrecv' : 'sendonly';
      await transceiver.sender.replaceTrack(isSound ? this.#voiceTrack() : this.#motionTrack());
    }
    const answer = await this.#peer.createAnswer();
    await this.#peer.setLocalDescription(answer);
    return answer;
  }

  /** @param {RTCIceCandidate} candidate */
  addCandidate(candidate) {
    return this.#peer.addIceCandidate(candidate);
  }

  /** Begins to talk; resolves when the greeting is over. */
  async talk() {
    const { lines, clock, onState, onCaption } = this.#parts;
    this.#conversation = new Conversation({ voice: this.#createVoice(), lines, clock, onState, onCaption });
    await this.#conversation.begin();
  }

  close() {
    if (this.#closed) {
      return;
    }
    this.#closed = true;
    this.#conversation?.close();
    this.#parts.clock.cancel(this.#frames);
    this.#peer.close();
    this.#ear?.disconnect();
    this.#recorder?.port.close();
    this.#silent.srcObject = null;
    for (const track of this.#voice.stream.getTracks()) {
      track.stop();
    }
  }

  #voiceTrack() {
    return this.#voice.stream.getAudioTracks()[0] ?? null;
  }

  #motionTrack() {
    const picture = this.#canvas.getContext('2d');
    const [track] = /** @type {CanvasCaptureMediaStreamTrack[]} */ (
      this.#canvas.captureStream(0).getVideoTracks()
    );
    this.#frames = this.#parts.clock.repeat(() => {
      picture?.fillRect(0, 0, FRAME_SIZE, FRAME_SIZE);
      track?.requestFrame();
    }, FRAME_MS);
    return track ?? null;
  }

  /** @param {MediaStreamTrack} track */
  async #listenTo(track) {
    const stream = new MediaStream([track]);
    this.#silent.muted = true;
    this.#silent.srcObject = stream;
    await this.#context.audioWorklet.addModule(new URL('block-recorder.js', import.meta.url));
    if (this.#closed) {
      return;
    }
    this.#recorder = new AudioWorkletNode(this.#context, 'block-recorder', {
      numberOfOutputs: 0,
      channelCount: 1,
      channelCountMode: 'explicit',
    });
    this.#recorder.port.onmessage = ({ data }) => this.#conversation?.hear(data);
    this.#ear = this.#context.createMediaStreamSource(stream);
    this.#ear.connect(this.#recorder);
  }

  /** @returns {Voice} */
  #createVoice() {
    return {
      sampleRate: this.#context.sampleRate,
      greet: async () => this.#play(await this.#loadGreeting()),
      say: (samples) => {
        const sound = this.#context.createBuffer(1, samples.length, this.#context.sampleRate);
        sound.getChannelData(0).set(samples);
        return this.#play(sound);
      },
    };
  }

  async #loadGreeting() {
    const [base = ''] = this.#parts.language.split('-');
    const language = GREETINGS.has(base) ? base : 'en';
    const answer = await fetch(new URL(`speech/greeting-${language}.opus`, import.meta.url));
    return this.#context.decodeAudioData(await answer.arrayBuffer());
  }

  /** @param {AudioBuffer} sound */
  #play(sound) {
    const source = this.#context.createBufferSource();
    source.buffer = sound;
    source.connect(this.#voice);
    const { promise: done, resolve } = /** @type {PromiseWithResolvers<void>} */ (Promise.withResolvers());
    source.onended = () => {
      source.disconnect();
      resolve();
    };
    source.start();
    return { seconds: sound.duration, done };
  }
}
