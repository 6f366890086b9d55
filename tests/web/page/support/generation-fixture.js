/** @import { Kit } from '../../../../resources/web/app/kit.js' */
/** @import { FakeTrack } from './fakes.js' */

import assert from 'node:assert/strict';
import { AvatarStage } from '../../../../resources/web/app/avatar-stage.js';
import { openCapture } from '../../../../resources/web/app/microphone.js';
import { Session } from '../../../../resources/web/app/session.js';
import { calls, surroundings } from '../../doubles/notes.js';
import { FakeClock } from './fake-clock.js';
import { DEADLINES, Emitter, FakeMedia, MICROPHONE, Posts } from './fakes.js';

const OPTIONS = {
  logLevel: 'warning',
  transitionStartFrameCount: 5,
  transitionEndFrameCount: 40,
  enableJitterBuffer: true,
  maxBufferDelayMs: 80,
};

/** The part of a LiveKit room that players and pages touch. */
export class FakeRoom extends Emitter {
  /** @type {Map<string, unknown>} */
  remoteParticipants = new Map();
  left = false;
  localParticipant = new FakeLocalParticipant();

  /** @param {{url: string, token: string}} address */
  constructor(address) {
    super();
    this.address = address;
  }

  registerTextStreamHandler() {}

  unregisterTextStreamHandler() {}

  async disconnect() {
    this.left = true;
  }

  /** An agent comes that can hear. */
  meet() {
    const nothing = new Map();
    this.remoteParticipants.set('agent', {
      identity: 'agent',
      kind: 4,
      attributes: { 'lk.agent.state': 'listening' },
      audioTrackPublications: nothing,
      videoTrackPublications: nothing,
    });
    this.emit('participantConnected');
  }
}

class FakeLocalParticipant {
  identity = 'kiosk';
  /** What others hear of this one. @type {FakeTrack|null} */
  heard = null;
  /** @type {unknown[]} */
  sources = [];

  /**
   * @param {FakeTrack} track
   * @param {{source: string}} options
   */
  async publishTrack(track, { source }) {
    this.heard = track;
    this.sources.push(source);
  }

  async unpublishTrack() {
    this.heard = null;
  }

  getTrackPublication() {
    const replaceTrack = async (/** @type {FakeTrack} */ track) => {
      this.heard = track;
    };
    return this.heard ? { track: { isMuted: false, mediaStreamTrack: this.heard, replaceTrack } } : undefined;
  }
}

/** The page's stage and session on a kit, whose packages are doubles in a world of fakes. */
export class GenerationFixture {
  clock = new FakeClock();
  media = new FakeMedia();
  posts = new Posts();
  container = Object.assign(new EventTarget(), {
    clientWidth: 800,
    clientHeight: 600,
    replaceChildren: () => {},
  });
  /** @type {FakeRoom[]} */
  rooms = [];
  /** Why the next room cannot be joined. @type {Error|null} */
  refusal = null;
  /** Microphones that the packages have opened by themselves. @type {FakeTrack[]} */
  opened = [];
  stage;
  session;

  /**
   * @param {Kit} kit
   * @param {Kit} [fallback]
   */
  constructor(kit, fallback) {
    calls.length = 0;
    surroundings.joinRoom = async (address) => {
      if (this.refusal) {
        throw this.refusal;
      }
      const room = new FakeRoom(address);
      this.rooms.push(room);
      return room;
    };
    surroundings.openMicrophone = async () => {
      const stream = await new FakeMedia().getUserMedia({});
      this.opened.push(stream.getAudioTracks()[0]);
      return this.opened.at(-1);
    };
    surroundings.play = () => {};
    this.stage = new AvatarStage({
      container: /** @type {any} */ (this.container),
      loadKit: async () => kit,
      loadFallbackKit: async () => fallback ?? assert.fail(`a fallback: ${this.posts.lines}`),
      settings: /** @type {any} */ ({
        sdk: kit.sdk,
        appId: 'app',
        avatarId: 'anna',
        environment: 'cn',
        region: 'eu-central',
      }),
      deadlines: DEADLINES,
      post: this.posts.post,
      log: this.posts.log,
      clock: this.clock,
      onProgress: () => {},
    });
    this.session = new Session({
      stage: () => {
        const { kit: prepared, view } = this.stage;
        return prepared && view ? { kit: prepared, view } : null;
      },
      settings: () => /** @type {any} */ ({ volume: 0.6, deadlines: DEADLINES, avatar: { player: OPTIONS } }),
      openMicrophone: (device, onchange) =>
        openCapture({
          media: this.media,
          device,
          inputs: [MICROPHONE],
          constraints: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
          deadline: DEADLINES.openMicrophone,
          clock: this.clock,
          onchange,
        }),
      onCapture: () => {},
      onCaption: () => {},
      onActivity: () => {},
      onRest: () => {},
      post: this.posts.post,
      log: this.posts.log,
      clock: this.clock,
    });
  }

  /**
   * Ends the attempt, in which time passes.
   * @param {string} attempt
   */
  async leave(attempt) {
    const leaving = this.session.disconnect(attempt);
    await this.clock.advance(1000);
    await leaving;
  }

  /** The drawing context is lost, and the avatar is prepared once more. @param {string|null} token */
  async prepareAgain(token) {
    this.container.dispatchEvent(new Event('webglcontextlost'));
    await this.stage.prepare(token);
  }

  /** @returns {FakeRoom} the newest */
  room() {
    return this.rooms.at(-1) ?? assert.fail('no room was joined');
  }

  /** @returns {string[]} what was called, in order */
  get names() {
    return calls.map(([name]) => name);
  }

  /** @returns {unknown[]} what was done against the documents */
  get misuse() {
    return calls.filter(([name]) => name === 'misused');
  }

  /**
   * @param {string} name
   * @returns {unknown[]} what its last call was given
   */
  given(name) {
    const call = calls.findLast(([called]) => called === name) ?? assert.fail(`${name} was not called`);
    return call.slice(1);
  }

  /** Everything that the page has said of this attempt's connection. */
  get states() {
    return this.posts.of('connection-state-changed').map(({ state }) => state);
  }
}
