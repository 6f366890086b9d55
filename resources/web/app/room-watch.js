/** @import { RemoteParticipant, RemoteTrackPublication, Room } from 'livekit-client' */
/** @import { AgentView, Watch, WatchCallbacks } from './watch.js' */

import { playAgain } from './audio-output.js';
import { readCaption, TRANSCRIPTION_TOPIC } from './captions.js';
import { describeError } from './errors.js';

/** LiveKit's `ParticipantKind.AGENT`. */
const AGENT = 4;
/** Names the agent on whose behalf an avatar worker publishes. */
const ON_BEHALF = 'lk.publish_on_behalf';
const STATE = 'lk.agent.state';

/** livekit-client's names of the room events after which agent, worker or their tracks may be others. */
const ROSTER_EVENTS = /** @type {const} */ ([
  'connected',
  'reconnected',
  'participantConnected',
  'participantDisconnected',
  'participantAttributesChanged',
  'trackPublished',
  'trackUnpublished',
  'trackSubscribed',
  'trackUnsubscribed',
  'trackMuted',
  'trackUnmuted',
]);

/**
 * @typedef {object} Cast
 * @property {RemoteParticipant|null} agent  the one the visitor talks with
 * @property {RemoteParticipant[]} all  the agent and its avatar workers
 * @property {RemoteParticipant[]} movers  those whose pictures move the avatar
 * @property {RemoteParticipant[]} speakers  those whose sound is heard
 */

/**
 * Finds the agent and its avatar workers among the participants. A worker is an agent that publishes on behalf of
 * another. Once a worker has a sound, it is the voice of its agent, which would otherwise be heard twice. Another agent
 * that comes to the room is not part of the conversation; it counts only for what this one lacks: a sound, or pictures.
 * The built-in adapter follows the same rule, so that the two never undo each other's subscriptions.
 * @param {readonly RemoteParticipant[]} participants
 * @param {string|null} known  identity of the agent so far; it stays the agent while it is in the room
 * @returns {Cast}
 */
export function classify(participants, known = null) {
  const everyAgent = participants.filter((one) => Number(one.kind) === AGENT);
  const selves = everyAgent.filter((one) => !one.attributes[ON_BEHALF]);
  const agent = selves.find((one) => one.identity === known) ?? selves[0] ?? null;
  const all = everyAgent.filter(
    (one) => !agent || one === agent || one.attributes[ON_BEHALF] === agent.identity,
  );
  const voices = all.some(hasSound) ? all : everyAgent;
  const voiced = new Set(voices.filter(hasSound).map((one) => one.attributes[ON_BEHALF]));
  return {
    agent,
    all,
    movers: all.some((one) => one.videoTrackPublications.size > 0) ? all : everyAgent,
    speakers: voices.filter((one) => !voiced.has(one.identity)),
  };
}

/**
 * Watches the provider's LiveKit room: who is the agent, how it is, what it says; lets only its sound and that of its
 * avatar workers through. The provider plays every remote sound it is subscribed to, and a visitor must not hear their
 * own microphone or another visitor.
 *
 * @implements {Watch}
 */
export class RoomWatch {
  #provider;
  #callbacks;
  /** @type {Room|null} */
  #room = null;
  /** @type {string|null} */
  #agentIdentity = null;
  /** @type {AgentView} */
  #view = { present: false, audible: false, state: null };
  /** @type {number|null} */
  #reason = null;
  #volume = 1;
  /** @type {string|null} nothing: never chosen, the elements are left alone */
  #sinkId = null;

  /**
   * @param {{getNativeClient(): unknown}} provider
   * @param {WatchCallbacks} callbacks
   */
  constructor(provider, callbacks) {
    this.#provider = provider;
    this.#callbacks = callbacks;
  }

  sync() {
    const room = /** @type {Room|null} */ (this.#provider.getNativeClient());
    if (room !== this.#room) {
      this.#detach();
      this.#room = room;
      this.#attach();
    }
  }

  audioReceivers() {
    return receiversOf(this.#cast().speakers.flatMap(audioOf));
  }

  videoReceivers() {
    return receiversOf(this.#cast().movers.flatMap((one) => [...one.videoTrackPublications.values()]));
  }

  disconnectReason() {
    return this.#reason;
  }

  /** @param {number} volume */
  setVolume(volume) {
    this.#volume = volume;
    this.#applyOutput();
  }

  /** @param {string} sinkId */
  setSpeaker(sinkId) {
    this.#sinkId = sinkId;
    this.#applyOutput();
  }

  playAgain() {
    for (const publication of this.#cast().speakers.flatMap(audioOf)) {
      for (const element of publication.audioTrack?.attachedElements ?? []) {
        playAgain(element);
      }
    }
  }

  close() {
    this.#detach();
    this.#room = null;
  }

  #attach() {
    const room = this.#room;
    if (!room) {
      return;
    }
    this.#reason = null;
    for (const event of ROSTER_EVENTS) {
      room.on(event, this.#onRoster);
    }
    room.on('disconnected', this.#onDisconnected);
    try {
      room.registerTextStreamHandler(TRANSCRIPTION_TOPIC, (reader, { identity }) => {
        const speaker = this.#speakerOf(identity);
        if (speaker) {
          readCaption(reader, speaker, this.#callbacks.caption).catch((error) =>
            this.#callbacks.log('debug', `a caption broke off: ${describeError(error).message}`),
          );
        }
      });
    } catch (error) {
      // The topic takes one handler; an adapter that has taken it leaves us without captions, not without a session.
      this.#callbacks.log('warning', `no captions: ${describeError(error).message}`);
    }
    this.#onRoster();
  }

  #detach() {
    const room = this.#room;
    if (!room) {
      return;
    }
    for (const event of ROSTER_EVENTS) {
      room.off(event, this.#onRoster);
    }
    room.off('disconnected', this.#onDisconnected);
    room.unregisterTextStreamHandler(TRANSCRIPTION_TOPIC);
  }

  /** @param {unknown} error */
  #onSpeakerRefused = (error) => {
    this.#callbacks.log('warning', `speaker: ${describeError(error).message}`);
  };

  /** @param {number} [reason] */
  #onDisconnected = (reason) => {
    this.#reason = reason ?? null;
    this.#onRoster();
  };

  #onRoster = () => {
    const { agent, speakers } = this.#cast();
    this.#agentIdentity = agent?.identity ?? this.#agentIdentity;
    for (const participant of this.#room?.remoteParticipants.values() ?? []) {
      const wanted = speakers.includes(participant);
      for (const publication of audioOf(participant)) {
        if (publication.isDesired !== wanted) {
          publication.setSubscribed(wanted);
        }
      }
    }
    this.#applyOutput();
    this.#tell({
      present: agent !== null,
      audible: speakers
        .flatMap(audioOf)
        .some((publication) => publication.isSubscribed && !publication.isMuted),
      state: agent?.attributes[STATE] ?? null,
    });
  };

  /** @param {AgentView} view */
  #tell(view) {
    const same =
      view.present === this.#view.present &&
      view.audible === this.#view.audible &&
      view.state === this.#view.state;
    if (!same) {
      this.#view = view;
      this.#callbacks.agent(view);
    }
  }

  #cast() {
    return classify([...(this.#room?.remoteParticipants.values() ?? [])], this.#agentIdentity);
  }

  /**
   * @param {string} identity
   * @returns {'agent'|'visitor'|null} nothing for somebody whose words do not belong on this screen
   */
  #speakerOf(identity) {
    if (identity === this.#room?.localParticipant.identity) {
      return 'visitor';
    }
    return this.#cast().all.some((one) => one.identity === identity) ? 'agent' : null;
  }

  #applyOutput() {
    for (const publication of this.#cast().speakers.flatMap(audioOf)) {
      const track = publication.audioTrack;
      if (track && 'setVolume' in track) {
        track.setVolume(this.#volume);
        if (this.#sinkId !== null) {
          track.setSinkId(this.#sinkId).catch(this.#onSpeakerRefused);
        }
      }
    }
  }
}

/** @param {RemoteParticipant} participant */
function hasSound(participant) {
  return participant.audioTrackPublications.size > 0;
}

/**
 * @param {RemoteParticipant} participant
 * @returns {RemoteTrackPublication[]}
 */
function audioOf(participant) {
  return [...participant.audioTrackPublications.values()];
}

/**
 * @param {RemoteTrackPublication[]} publications
 * @returns {RTCRtpReceiver[]}
 */
function receiversOf(publications) {
  return publications
    .map((publication) => publication.track?.receiver)
    .filter((receiver) => receiver !== undefined);
}
