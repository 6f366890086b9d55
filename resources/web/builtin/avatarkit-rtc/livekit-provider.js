/**
 * The avatar's connection over LiveKit, with livekit-client 2.16.1.
 *
 * @typedef {import('./provider.js').ConnectionConfig} ConnectionConfig
 * @typedef {import('./livekit-audience.js').Member} Member
 * @typedef {import('./livekit-audience.js').Casting} Casting
 * @typedef {import('livekit-client').RemoteTrackPublication} RemoteTrackPublication
 */
import { ConnectionState, EngineEvent, ParticipantKind, Room, RoomEvent, Track } from 'livekit-client';
import { audioOutput } from './audio-output.js';
import { AvatarPlayerError } from './errors.js';
import { FrameCounter } from './frame-counter.js';
import { castingFor } from './livekit-audience.js';
import { connectionFailure, endOfConnection, messageOf } from './livekit-failures.js';
import { Provider } from './provider.js';

/** A polite goodbye may wait for a dead network; the room is given up after this. */
const GOODBYE_MS = 2000;

/** Whatever may change who is heard. */
const CASTING_EVENTS = [
  RoomEvent.ParticipantConnected,
  RoomEvent.ParticipantDisconnected,
  RoomEvent.ParticipantAttributesChanged,
  RoomEvent.TrackPublished,
  RoomEvent.TrackUnpublished,
  RoomEvent.TrackSubscribed,
  RoomEvent.TrackUnsubscribed,
  RoomEvent.TrackMuted,
  RoomEvent.TrackUnmuted,
  RoomEvent.Reconnected,
];

export class LiveKitProvider extends Provider {
  /** @type {Room | null} */
  #room = null;
  #counter = new FrameCounter((count) => this.emit('motion-frames', count));
  /** Tracks being played aloud, by sid. @type {Map<string, {detach: () => void}>} */
  #playing = new Map();
  /** @type {MediaStreamTrack | null} */
  #published = null;
  /** @type {number | null} */
  #playoutDelay = null;
  /** @type {MediaStreamTrack | null} */
  #voice = null;
  #motionExpected = false;
  /** @type {string | null} */
  #agentState = null;
  /** Whom the visitor talks with, also after a reconnect. @type {string | null} */
  #agent = null;

  /**
   * The LiveKit room while connecting or connected, for what this package leaves to the page: attributes, text streams.
   * @returns {Room | null}
   */
  getNativeClient() {
    return this.#room;
  }

  /**
   * @param {ConnectionConfig} config
   * @param {AbortSignal} [signal]
   * @returns {Promise<void>}
   * @throws {AvatarPlayerError} `connection-failed`, `aborted`
   */
  async connect(config, signal = new AbortController().signal) {
    if (this.#room) throw new AvatarPlayerError('wrong-state', 'the provider is already connected');
    const room = new Room({
      adaptiveStream: false,
      // The page's own AudioContext only listens; playing through elements keeps Chromium's echo cancellation at work.
      webAudioMix: false,
      // Published tracks belong to the caller, who decides when the microphone closes.
      stopLocalTrackOnUnpublish: false,
    });
    this.#room = room;
    for (const event of CASTING_EVENTS) room.on(event, this.#recast);
    room.on(RoomEvent.SignalConnected, () => room.engine.on(EngineEvent.MediaTrackAdded, this.#prepare));
    try {
      await settledBefore(signal, room.connect(config.url, config.token));
    } catch (error) {
      await this.#leave(room);
      throw signal.aborted ? aborted() : connectionFailure(error);
    }
    room.on(RoomEvent.ConnectionStateChanged, this.#followState);
    room.on(RoomEvent.Disconnected, this.#ended);
    this.#recast();
  }

  async disconnect() {
    if (this.#room) await this.#leave(this.#room);
  }

  /**
   * @param {MediaStreamTrack} track
   * @throws {AvatarPlayerError} `publish-failed`, `wrong-state`
   */
  async publishAudio(track) {
    const participant = this.#connectedRoom().localParticipant;
    if (this.#published === track) return;
    const before = this.#published;
    this.#published = track;
    try {
      if (before) await participant.unpublishTrack(before, false);
      // Agents listen to microphones only, and a kiosk's token allows no other source.
      await participant.publishTrack(track, { source: Track.Source.Microphone, name: 'microphone' });
    } catch (cause) {
      if (this.#published === track) this.#published = null;
      throw new AvatarPlayerError('publish-failed', `the sound could not be published: ${messageOf(cause)}`, {
        cause,
      });
    }
  }

  async unpublishAudio() {
    const track = this.#published;
    this.#published = null;
    if (track && this.#room) await this.#room.localParticipant.unpublishTrack(track, false);
  }

  /** @param {number | null} milliseconds */
  setPlayoutDelay(milliseconds) {
    this.#playoutDelay = milliseconds;
  }

  #connectedRoom() {
    if (this.#room?.state !== ConnectionState.Connected) {
      throw new AvatarPlayerError('wrong-state', 'not connected: call connect() and wait for it first');
    }
    return this.#room;
  }

  /** @type {(track: MediaStreamTrack, stream: MediaStream, receiver: RTCRtpReceiver) => void} */
  #prepare = (_track, _stream, receiver) => this.#counter.prepare(receiver);

  #recast = () => {
    const room = this.#room;
    if (!room) return;
    /** @type {Map<string, RemoteTrackPublication>} */
    const publications = new Map();
    for (const participant of room.remoteParticipants.values()) {
      for (const publication of participant.trackPublications.values())
        publications.set(publication.trackSid, publication);
    }
    const casting = castingFor(membersOf(room), this.#agent);
    this.#agent = casting.agent ?? this.#agent;
    for (const sid of casting.wanted) subscribe(publications.get(sid), true);
    for (const sid of casting.unwanted) subscribe(publications.get(sid), false);
    this.#playOnly(casting.audible, publications);
    this.#tellVoice(casting.voice === null ? undefined : publications.get(casting.voice));
    const motion = casting.motion === null ? undefined : publications.get(casting.motion)?.track?.receiver;
    this.#counter.watch(motion ?? null);
    this.#tellMotionExpected(casting.motionExpected && motion !== undefined);
    this.#tellAgentState(casting.agentState);
  };

  /**
   * @param {readonly string[]} sids
   * @param {ReadonlyMap<string, RemoteTrackPublication>} publications
   */
  #playOnly(sids, publications) {
    for (const [sid, playing] of this.#playing) {
      if (sids.includes(sid)) continue;
      playing.detach();
      this.#playing.delete(sid);
    }
    for (const sid of sids) {
      const track = publications.get(sid)?.track;
      if (!track || this.#playing.has(sid)) continue;
      const output = audioOutput();
      if (track.receiver && 'jitterBufferTarget' in track.receiver)
        track.receiver.jitterBufferTarget = this.#playoutDelay;
      track.attach(output.element);
      this.#playing.set(sid, {
        detach: () => {
          track.detach(output.element);
          output.release();
        },
      });
    }
  }

  /** @param {RemoteTrackPublication | undefined} publication */
  #tellVoice(publication) {
    const voice = publication?.track?.mediaStreamTrack ?? null;
    if (voice === this.#voice) return;
    this.#voice = voice;
    this.emit('audio-track', voice);
  }

  /** @param {boolean} expected */
  #tellMotionExpected(expected) {
    if (expected === this.#motionExpected) return;
    this.#motionExpected = expected;
    this.emit('motion-expected', expected);
  }

  /** @param {string | null} state */
  #tellAgentState(state) {
    if (state === this.#agentState) return;
    this.#agentState = state;
    this.emit('agent-state', state);
  }

  #followState = (/** @type {ConnectionState} */ state) => {
    if (state === ConnectionState.Connected) this.emit('connection-state', 'connected');
    const resuming = state === ConnectionState.Reconnecting || state === ConnectionState.SignalReconnecting;
    if (resuming) this.emit('connection-state', 'reconnecting');
  };

  #ended = (/** @type {import('livekit-client').DisconnectReason | undefined} */ reason) => {
    const room = this.#room;
    if (!room) return;
    const { state, error } = endOfConnection(reason);
    this.#forget(room);
    this.emit('connection-state', state, error);
  };

  /**
   * Leaves within `GOODBYE_MS`, whatever the network does, and never stops the caller's track.
   * @param {Room} room
   */
  async #leave(room) {
    this.#forget(room);
    await Promise.race([
      room.disconnect(false).catch(() => {}),
      new Promise((resolve) => setTimeout(resolve, GOODBYE_MS)),
    ]);
  }

  /** @param {Room} room */
  #forget(room) {
    for (const event of CASTING_EVENTS) room.off(event, this.#recast);
    room.off(RoomEvent.ConnectionStateChanged, this.#followState);
    room.off(RoomEvent.Disconnected, this.#ended);
    // The page may listen to the room's own goodbye; when that is said nothing should hold on to the room.
    setTimeout(() => room.removeAllListeners(), GOODBYE_MS + 500);
    this.#room = null;
    this.#published = null;
    this.#playOnly([], new Map());
    this.#counter.watch(null);
    this.#tellVoice(undefined);
    this.#tellMotionExpected(false);
    this.#tellAgentState(null);
  }
}

/**
 * `room.connect()` of 2.16.1 never settles when a server accepts the socket and says nothing; the signal gets out.
 * @param {AbortSignal} signal
 * @param {Promise<void>} connecting
 * @returns {Promise<void>}
 */
function settledBefore(signal, connecting) {
  return new Promise((resolve, reject) => {
    const stop = () => reject(aborted());
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    connecting.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** @param {Room} room @returns {Member[]} */
function membersOf(room) {
  return [...room.remoteParticipants.values()].map((participant) => ({
    identity: participant.identity,
    isAgent: participant.kind === ParticipantKind.AGENT,
    speaksFor: participant.attributes['lk.publish_on_behalf'],
    agentState: participant.attributes['lk.agent.state'],
    tracks: [...participant.trackPublications.values()].map((publication) => ({
      sid: publication.trackSid,
      kind: publication.kind === Track.Kind.Video ? 'video' : 'audio',
      isVoice: publication.source === Track.Source.Microphone,
      isSubscribed: publication.track !== undefined,
      isMuted: publication.isMuted,
    })),
  }));
}

/**
 * @param {RemoteTrackPublication | undefined} publication
 * @param {boolean} wanted
 */
function subscribe(publication, wanted) {
  if (publication && publication.isDesired !== wanted) publication.setSubscribed(wanted);
}

function aborted() {
  return new AvatarPlayerError('aborted', 'disconnected while connecting');
}
