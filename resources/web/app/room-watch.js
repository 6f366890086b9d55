/** @import { RemoteParticipant, RemoteTrackPublication, Room } from 'livekit-client' */
/** @import { AgentView, Watch, WatchCallbacks } from './watch.js' */

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
 * Finds the agent and its avatar workers among the participants. A worker is an agent that publishes on behalf of
 * another; while the agent itself is not there yet, any worker counts as its own.
 * @param {readonly RemoteParticipant[]} participants
 * @param {string|null} known  identity of the agent so far; it stays the agent while it is in the room
 * @returns {{agent: RemoteParticipant|null, workers: RemoteParticipant[]}}
 */
export function classify(participants, known = null) {
  const agents = participants.filter((one) => Number(one.kind) === AGENT);
  const selves = agents.filter((one) => !one.attributes[ON_BEHALF]);
  const agent = selves.find((one) => one.identity === known) ?? selves[0] ?? null;
  const workers = agents.filter((one) => {
    const master = one.attributes[ON_BEHALF];
    return Boolean(master) && (agent === null || master === agent.identity);
  });
  return { agent, workers };
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
    return this.#receivers('audio');
  }

  videoReceivers() {
    return this.#receivers('video');
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
    const { agent, workers } = this.#people();
    this.#agentIdentity = agent?.identity ?? this.#agentIdentity;
    const heard = new Set([agent, ...workers]);
    for (const participant of this.#room?.remoteParticipants.values() ?? []) {
      for (const publication of audioOf(participant)) {
        const wanted = heard.has(participant);
        if (publication.isDesired !== wanted) {
          publication.setSubscribed(wanted);
        }
      }
    }
    this.#applyOutput();
    this.#tell({
      present: agent !== null,
      audible: this.#audible(agent, workers),
      state: agent?.attributes[STATE] ?? null,
    });
  };

  /**
   * @param {RemoteParticipant|null} agent
   * @param {RemoteParticipant[]} workers
   */
  #audible(agent, workers) {
    const speakers = agent ? [agent, ...workers] : workers;
    return speakers.some((one) => audioOf(one).some((publication) => publication.isSubscribed && !publication.isMuted));
  }

  /** @param {AgentView} view */
  #tell(view) {
    const same =
      view.present === this.#view.present && view.audible === this.#view.audible && view.state === this.#view.state;
    if (!same) {
      this.#view = view;
      this.#callbacks.agent(view);
    }
  }

  #people() {
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
    const { agent, workers } = this.#people();
    return [agent, ...workers].some((one) => one?.identity === identity) ? 'agent' : null;
  }

  /**
   * @param {'audio'|'video'} kind
   * @returns {RTCRtpReceiver[]}
   */
  #receivers(kind) {
    const { agent, workers } = this.#people();
    return [agent, ...workers].flatMap((one) =>
      [...(one?.trackPublications.values() ?? [])]
        .filter((publication) => publication.kind === kind)
        .map((publication) => publication.track?.receiver)
        .filter((receiver) => receiver !== undefined),
    );
  }

  #applyOutput() {
    const { agent, workers } = this.#people();
    for (const publication of [agent, ...workers].flatMap((one) => (one ? audioOf(one) : []))) {
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

/**
 * @param {RemoteParticipant} participant
 * @returns {RemoteTrackPublication[]}
 */
function audioOf(participant) {
  return [...participant.audioTrackPublications.values()];
}
