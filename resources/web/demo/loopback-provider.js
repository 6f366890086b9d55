/** @import { Clock } from '../app/clock.js' */
/** @import { AgentView, CaptionUpdate } from '../app/watch.js' */
/** @import { AgentState, Lines } from './conversation.js' */

import { LoopbackAgent } from './loopback-agent.js';

/**
 * What the built-in avatar offers to providers that are not LiveKit's (`…/avatarkit-rtc/provider`).
 * @typedef {Pick<typeof import('@spatialwalk/avatarkit-rtc/provider'), 'Provider'|'FrameCounter'|'audioOutput'>} Toolbox
 */

/**
 * Demo mode's provider: the player's other end is an agent inside this page, reached over a real peer connection. So
 * microphone, network stack, loudspeaker and avatar are used as in earnest, without a server.
 */
export class LoopbackProvider {
  #language;
  #lines;
  #clock;
  #events;
  #frames;
  #output;
  /** @type {RTCPeerConnection|null} */
  #peer = null;
  /** @type {LoopbackAgent|null} */
  #agent = null;
  /** @type {AgentState|null} */
  #state = null;
  /** @type {number|null} */
  #playoutDelay = null;
  /** Told of the agent and its words; set by the session's watch. */
  onAgent = (/** @type {AgentView} */ _view) => {};
  onCaption = (/** @type {CaptionUpdate} */ _update) => {};

  /**
   * @param {Toolbox} toolbox
   * @param {object} options
   * @param {string} options.language
   * @param {Lines} options.lines
   * @param {Clock} options.clock
   */
  constructor(toolbox, { language, lines, clock }) {
    this.#language = language;
    this.#lines = lines;
    this.#clock = clock;
    this.#events = new toolbox.Provider();
    this.#frames = new toolbox.FrameCounter((count) => this.#events.emit('motion-frames', count));
    this.#output = toolbox.audioOutput();
    this.on = this.#events.on.bind(this.#events);
    this.off = this.#events.off.bind(this.#events);
  }

  /**
   * @param {unknown} _config  there is no server
   * @param {AbortSignal} signal
   */
  async connect(_config, signal) {
    const peer = new RTCPeerConnection({ iceServers: [] });
    this.#peer = peer;
    this.#state = 'initializing';
    this.#agent = new LoopbackAgent({
      language: this.#language,
      lines: this.#lines,
      clock: this.#clock,
      onState: (state) => this.#onState(state),
      onCaption: (update) => this.onCaption(update),
      onCandidate: (candidate) => void peer.addIceCandidate(candidate).catch(() => {}),
    });
    peer.addTransceiver('audio', { direction: 'sendrecv' });
    peer.addTransceiver('video', { direction: 'recvonly' });
    peer.onicecandidate = ({ candidate }) => {
      if (candidate) {
        void this.#agent?.addCandidate(candidate).catch(() => {});
      }
    };
    const connected = this.#whenConnected(peer, signal);
    connected.catch(() => {}); // if the offer fails as well, nobody waits for this one any more
    const offer = await peer.createOffer();
    await peer.setLocalDescription(offer);
    await peer.setRemoteDescription(await this.#agent.answer(offer));
    await connected;
    this.#begin();
  }

  async disconnect() {
    this.#frames.watch(null);
    this.#agent?.close();
    this.#agent = null;
    if (this.#peer) {
      this.#peer.onconnectionstatechange = null;
      this.#peer.close();
      this.#peer = null;
      this.#output.release();
    }
    this.#state = null;
    this.onAgent(this.agentView);
  }

  /** @param {MediaStreamTrack} track */
  async publishAudio(track) {
    await this.#microphoneSender?.replaceTrack(track);
  }

  async unpublishAudio() {
    await this.#microphoneSender?.replaceTrack(null);
  }

  /** There is no LiveKit room behind this. */
  getNativeClient() {
    return null;
  }

  /** @param {number|null} milliseconds */
  setPlayoutDelay(milliseconds) {
    this.#playoutDelay = milliseconds;
  }

  /** @returns {AgentView} */
  get agentView() {
    return { present: this.#agent !== null, audible: this.#peer !== null, state: this.#state };
  }

  /**
   * @param {'audio'|'video'} kind
   * @returns {RTCRtpReceiver[]}
   */
  receivers(kind) {
    return this.#peer?.getReceivers().filter(({ track }) => track.kind === kind) ?? [];
  }

  /** The element that plays the agent's voice. */
  get speaker() {
    return this.#output.element;
  }

  /** The line stands: play the agent's voice, watch its motion, let it talk. */
  #begin() {
    const [sound] = this.receivers('audio');
    const [motion] = this.receivers('video');
    if (sound && motion && this.#peer && this.#agent) {
      sound.jitterBufferTarget = this.#playoutDelay;
      this.#output.element.srcObject = new MediaStream([sound.track]);
      this.#frames.watch(motion);
      this.#events.emit('audio-track', sound.track);
      this.#events.emit('motion-expected', true);
      this.#peer.onconnectionstatechange = () => this.#onLineChange();
      this.onAgent(this.agentView);
      this.#agent.talk().catch((error) => this.#events.emit('connection-state', 'failed', error));
    }
  }

  /**
   * @param {RTCPeerConnection} peer
   * @param {AbortSignal} signal
   * @returns {Promise<void>}
   */
  #whenConnected(peer, signal) {
    return new Promise((resolve, reject) => {
      const refuse = (/** @type {string} */ why) =>
        reject(new Error(`the line inside the page failed: ${why}`));
      signal.addEventListener('abort', () => refuse('given up'), { once: true });
      peer.onconnectionstatechange = () => {
        if (peer.connectionState === 'connected') {
          resolve();
        } else if (peer.connectionState === 'failed' || peer.connectionState === 'closed') {
          refuse(peer.connectionState);
        }
      };
    });
  }

  #onLineChange() {
    if (this.#peer?.connectionState === 'failed') {
      this.#events.emit('connection-state', 'failed', new Error('the line inside the page broke'));
    }
  }

  /** @param {AgentState} state */
  #onState(state) {
    this.#state = state;
    this.#events.emit('agent-state', state);
    this.onAgent(this.agentView);
  }

  get #microphoneSender() {
    return this.#peer?.getTransceivers().find(({ receiver }) => receiver.track.kind === 'audio')?.sender;
  }
}
