import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { classify, RoomWatch } from '../../../resources/web/app/room-watch.js';
import { settle } from './support/fake-clock.js';
import { Emitter, Posts } from './support/fakes.js';

/** @import { AgentView, CaptionUpdate } from '../../../resources/web/app/watch.js' */

const CLIENT = new URL(
  '../../../resources/web/node_modules/livekit-client/dist/livekit-client.esm.mjs',
  import.meta.url,
);
const livekit = await import(CLIENT.href);

class FakePublication {
  isDesired = true;
  isSubscribed = true;
  isMuted = false;
  volume = -1;
  speaker = '';
  receiver = {};
  /** @type {{srcObject: unknown, play: () => Promise<void>}[]} */
  elements = [];

  /** @param {'audio'|'video'} kind */
  constructor(kind) {
    this.kind = kind;
    this.audioTrack = {
      attachedElements: this.elements,
      setVolume: (/** @type {number} */ volume) => {
        this.volume = volume;
      },
      setSinkId: async (/** @type {string} */ id) => {
        this.speaker = id;
      },
    };
  }

  get track() {
    return this.isSubscribed ? { receiver: this.receiver } : undefined;
  }

  /** @param {boolean} wanted */
  setSubscribed(wanted) {
    this.isDesired = wanted;
    this.isSubscribed = wanted;
  }
}

class FakeParticipant {
  /** @type {Map<string, FakePublication>} */
  trackPublications = new Map();

  /**
   * @param {string} identity
   * @param {number} kind
   * @param {Record<string, string>} attributes
   */
  constructor(identity, kind = livekit.ParticipantKind.AGENT, attributes = {}) {
    this.identity = identity;
    this.kind = kind;
    this.attributes = attributes;
  }

  get audioTrackPublications() {
    return new Map([...this.trackPublications].filter(([, publication]) => publication.kind === 'audio'));
  }

  get videoTrackPublications() {
    return new Map([...this.trackPublications].filter(([, publication]) => publication.kind === 'video'));
  }

  /** @param {'audio'|'video'} kind */
  publish(kind) {
    const publication = new FakePublication(kind);
    this.trackPublications.set(`${kind}-${this.trackPublications.size}`, publication);
    return publication;
  }
}

class FakeRoom extends Emitter {
  localParticipant = { identity: 'kiosk' };
  /** @type {Map<string, FakeParticipant>} */
  remoteParticipants = new Map();
  /** @type {Map<string, (reader: unknown, info: {identity: string}) => void>} */
  streams = new Map();

  /**
   * @param {string} topic
   * @param {(reader: unknown, info: {identity: string}) => void} handler
   */
  registerTextStreamHandler(topic, handler) {
    if (this.streams.has(topic)) {
      throw new Error('taken');
    }
    this.streams.set(topic, handler);
  }

  /** @param {string} topic */
  unregisterTextStreamHandler(topic) {
    this.streams.delete(topic);
  }

  /** @param {FakeParticipant} participant */
  join(participant) {
    this.remoteParticipants.set(participant.identity, participant);
    this.emit(livekit.RoomEvent.ParticipantConnected, participant);
    return participant;
  }

  /** @param {FakeParticipant} participant */
  leave(participant) {
    this.remoteParticipants.delete(participant.identity);
    this.emit(livekit.RoomEvent.ParticipantDisconnected, participant);
  }

  /**
   * @param {string} identity
   * @param {string} segment
   * @param {string[]} pieces
   */
  write(identity, segment, pieces) {
    const reader = {
      info: { id: 'stream', attributes: { 'lk.segment_id': segment } },
      async *[Symbol.asyncIterator]() {
        yield* pieces;
      },
    };
    this.streams.get('lk.transcription')?.(reader, { identity });
  }
}

/** @type {FakeRoom} */
let room;
/** @type {AgentView[]} */
let views;
/** @type {CaptionUpdate[]} */
let captions;
/** @type {Posts} */
let posts;
/** @type {RoomWatch} */
let watch;
/** @type {{client: FakeRoom|null}} */
let holder;

beforeEach(() => {
  room = new FakeRoom();
  views = [];
  captions = [];
  posts = new Posts();
  holder = { client: room };
  watch = new RoomWatch(
    { getNativeClient: () => holder.client },
    { agent: (view) => views.push(view), caption: (update) => captions.push(update), log: posts.log },
  );
  watch.sync();
});

const worker = (master = 'agent') =>
  new FakeParticipant('worker', livekit.ParticipantKind.AGENT, { 'lk.publish_on_behalf': master });

test('an agent is a participant of kind AGENT that publishes for itself; a worker publishes on its behalf', () => {
  const agent = new FakeParticipant('agent');
  const own = worker();
  const people = [new FakeParticipant('guest', livekit.ParticipantKind.STANDARD), own, agent];
  const found = classify(/** @type {any} */ (people));
  assert.equal(found.agent, agent);
  assert.deepEqual(found.all, [own, agent]);
});

test('a worker with a sound is the voice of its agent, which is not heard a second time', () => {
  const agent = new FakeParticipant('agent');
  const own = worker();
  agent.publish('audio');
  assert.deepEqual(classify(/** @type {any} */ ([agent, own])).speakers, [agent, own]);
  own.publish('audio');
  assert.deepEqual(classify(/** @type {any} */ ([agent, own])).speakers, [own]);
});

test('the agent stays the agent when a second one comes', () => {
  const [first, second] = [new FakeParticipant('first'), new FakeParticipant('second')];
  assert.equal(classify(/** @type {any} */ ([second, first]), 'first').agent, first);
  assert.equal(classify(/** @type {any} */ ([second]), 'first').agent, second);
});

test('a second agent is neither heard nor seen, unless the first has no sound or no pictures', () => {
  const [first, second] = [new FakeParticipant('first'), new FakeParticipant('second')];
  second.publish('audio');
  second.publish('video');
  const before = classify(/** @type {any} */ ([first, second]), 'first');
  assert.deepEqual(
    [before.speakers, before.movers],
    [
      [first, second],
      [first, second],
    ],
  );
  first.publish('audio');
  first.publish('video');
  const after = classify(/** @type {any} */ ([second, first]), 'first');
  assert.deepEqual([after.speakers, after.movers], [[first], [first]]);
});

test('presence and state of the agent are told on every change, and only then', () => {
  const agent = room.join(new FakeParticipant('agent', undefined, { 'lk.agent.state': 'initializing' }));
  room.emit(livekit.RoomEvent.ParticipantConnected);
  agent.attributes['lk.agent.state'] = 'listening';
  room.emit(livekit.RoomEvent.ParticipantAttributesChanged);
  room.leave(agent);
  assert.deepEqual(views, [
    { present: true, audible: false, state: 'initializing' },
    { present: true, audible: false, state: 'listening' },
    { present: false, audible: false, state: null },
  ]);
});

test('the agent is audible through its own or its worker’s sound', () => {
  room.join(new FakeParticipant('agent'));
  const sound = room.join(worker()).publish('audio');
  room.emit(livekit.RoomEvent.TrackSubscribed);
  assert.equal(views.at(-1)?.audible, true);
  sound.isMuted = true;
  room.emit(livekit.RoomEvent.TrackMuted);
  assert.equal(views.at(-1)?.audible, false);
});

test('no sound but the agent’s is subscribed', () => {
  const guest = new FakeParticipant('kiosk-echo', livekit.ParticipantKind.STANDARD);
  const echo = guest.publish('audio');
  const picture = guest.publish('video');
  const agent = new FakeParticipant('agent');
  const voice = agent.publish('audio');
  room.join(guest);
  room.join(agent);
  assert.deepEqual(
    [echo, picture, voice].map((publication) => publication.isSubscribed),
    [false, true, true],
  );
  const late = guest.publish('audio');
  room.emit(livekit.RoomEvent.TrackPublished);
  assert.equal(late.isSubscribed, false);
});

test('the agent’s own sound steps back for its worker’s, and returns when the worker leaves', () => {
  const agent = new FakeParticipant('agent');
  const own = agent.publish('audio');
  room.join(agent);
  const avatar = worker();
  const voice = avatar.publish('audio');
  room.join(avatar);
  assert.deepEqual([own.isSubscribed, voice.isSubscribed], [false, true]);
  room.leave(avatar);
  assert.equal(own.isSubscribed, true);
});

test('volume and speaker reach every sound, also one that comes later', async () => {
  watch.setVolume(0.4);
  watch.setSpeaker('speaker-1');
  const agent = new FakeParticipant('agent');
  const sound = agent.publish('audio');
  room.join(agent);
  await settle();
  assert.deepEqual([sound.volume, sound.speaker], [0.4, 'speaker-1']);
});

test('captions are told by speaker; strangers have none', async () => {
  room.join(new FakeParticipant('agent'));
  room.join(new FakeParticipant('guest', livekit.ParticipantKind.STANDARD));
  room.write('agent', 's1', ['Good ', 'morning']);
  room.write('kiosk', 's2', ['Where is the lift']);
  room.write('guest', 's3', ['not for this screen']);
  await settle();
  const last = new Map(captions.map((caption) => [caption.segment, caption]));
  assert.deepEqual(
    [...last.values()],
    [
      { segment: 's1', speaker: 'agent', text: 'Good morning', final: true },
      { segment: 's2', speaker: 'visitor', text: 'Where is the lift', final: true },
    ],
  );
});

test('the reason of a disconnect is kept', () => {
  room.join(new FakeParticipant('agent'));
  room.remoteParticipants.clear();
  room.emit(livekit.RoomEvent.Disconnected, livekit.DisconnectReason.ROOM_DELETED);
  assert.equal(watch.disconnectReason(), 5);
  assert.equal(views.at(-1)?.present, false);
});

test('a lost room without a reason has none', () => {
  room.emit(livekit.RoomEvent.Disconnected, undefined);
  assert.equal(watch.disconnectReason(), null);
});

test('when the player makes another room, the old one is let go and the new one watched', () => {
  const old = room;
  const next = new FakeRoom();
  holder.client = next;
  watch.sync();
  assert.equal(old.listeners, 0);
  assert.equal(old.streams.size, 0);
  next.join(new FakeParticipant('agent'));
  assert.equal(views.at(-1)?.present, true);
  watch.close();
  assert.equal(next.listeners, 0);
});

test('an adapter that reads the captions itself costs the captions, not the session', () => {
  const taken = new FakeRoom();
  taken.streams.set('lk.transcription', () => {});
  holder.client = taken;
  watch.sync();
  assert.match(posts.lines.join(), /no captions/);
  taken.join(new FakeParticipant('agent'));
  assert.equal(views.at(-1)?.present, true);
});

test('only the agent’s receivers are measured', () => {
  const agent = new FakeParticipant('agent');
  const voice = agent.publish('audio');
  const avatar = worker();
  const motion = avatar.publish('video');
  const guest = new FakeParticipant('guest', livekit.ParticipantKind.STANDARD);
  guest.publish('video');
  for (const participant of [agent, avatar, guest]) {
    room.join(participant);
  }
  assert.deepEqual(watch.audioReceivers(), [voice.receiver]);
  assert.deepEqual(watch.videoReceivers(), [motion.receiver]);
});

test('after an output was lost what the agent says is handed to its element anew, and to nobody else', () => {
  const voice = room.join(new FakeParticipant('agent')).publish('audio');
  const stranger = room.join(new FakeParticipant('guest', livekit.ParticipantKind.STANDARD)).publish('audio');
  for (const publication of [voice, stranger]) {
    publication.elements.push(new FakeElement());
  }
  room.emit(livekit.RoomEvent.TrackSubscribed);
  watch.playAgain();
  const [element] = /** @type {FakeElement[]} */ (voice.elements);
  assert.deepEqual(element?.seen, [null, 'stream']);
  assert.equal(element?.plays, 1);
  assert.deepEqual(/** @type {FakeElement[]} */ (stranger.elements)[0]?.seen, []);
});

class FakeElement {
  /** @type {unknown[]} */
  seen = [];
  plays = 0;
  #stream = 'stream';

  get srcObject() {
    return this.#stream;
  }

  set srcObject(stream) {
    this.seen.push(stream);
  }

  async play() {
    this.plays += 1;
  }
}
