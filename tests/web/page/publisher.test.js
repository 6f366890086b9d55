import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Publisher } from '../../../resources/web/app/publisher.js';
import { FakePlayer, FakeTrack } from './support/fakes.js';

/** The part of a LiveKit room that publishes. */
class FakeParticipant {
  /** @type {any} */
  publication;
  /** @type {unknown[]} */
  published = [];
  /** @type {unknown[]} */
  unpublished = [];

  getTrackPublication() {
    return this.publication;
  }

  /**
   * @param {unknown} track
   * @param {unknown} options
   */
  async publishTrack(track, options) {
    this.published.push([track, options]);
    this.publication = { track: {} };
  }

  /** @param {unknown[]} args */
  async unpublishTrack(...args) {
    this.unpublished.push(args);
  }
}

/** @type {FakePlayer} */
let player;
/** @type {FakeParticipant} */
let participant;
/** @type {any} */
const track = new FakeTrack();
/** @type {Publisher} */
let publisher;

/** @param {unknown} client */
const create = (client) => new Publisher(/** @type {any} */ (player), { getNativeClient: () => client });

beforeEach(() => {
  player = new FakePlayer({}, {}, {});
  participant = new FakeParticipant();
  publisher = create({ localParticipant: participant });
});

test('a player that names the source is used as documented', async () => {
  participant.publication = { track: {} };
  await publisher.publish(track);
  assert.equal(player.published, track);
  assert.deepEqual(participant.published, []);
});

test('a player whose publication is refused is helped by the room itself', async () => {
  player.answers.publishAudio = Object.assign(new Error('403'), { name: 'PublishTrackError' });
  await publisher.publish(track);
  assert.deepEqual(participant.published, [[track, { source: 'microphone' }]]);
});

test('a player that publishes under another source is corrected: agents listen to the microphone only', async () => {
  await publisher.publish(track);
  assert.deepEqual(player.calls, ['publishAudio', 'unpublishAudio']);
  assert.deepEqual(participant.published, [[track, { source: 'microphone' }]]);
});

test('without a LiveKit room the refusal stands', async () => {
  player.answers.publishAudio = new Error('no');
  await assert.rejects(create(null).publish(track), /no/);
});

test('what the room published the room takes back, without stopping the track', async () => {
  await publisher.publish(track);
  await publisher.unpublish();
  assert.deepEqual(participant.unpublished, [[track, false]]);
});

test('another microphone is put under the running publication, and unmuted', async () => {
  /** @type {unknown[]} */
  const replaced = [];
  let unmuted = 0;
  participant.publication = {
    track: {
      isMuted: true,
      replaceTrack: async (/** @type {unknown[]} */ ...args) => replaced.push(args),
      unmute: async () => (unmuted += 1),
    },
  };
  await publisher.publish(track);
  const next = /** @type {any} */ (new FakeTrack('Second'));
  await publisher.replace(next);
  assert.deepEqual(replaced, [[next, true]]);
  assert.equal(unmuted, 1);
  assert.deepEqual(player.calls, ['publishAudio']);

  await publisher.unpublish();
  assert.deepEqual(participant.unpublished, [[next, false]], 'the player does not know this track');
});

test('restoring takes the place of a microphone that the player has opened by itself', async () => {
  /** @type {unknown[]} */
  const replaced = [];
  participant.publication = { track: { mediaStreamTrack: track } };
  await publisher.publish(track);
  const replaceTrack = async (/** @type {unknown[]} */ ...args) => replaced.push(args);
  participant.publication = { track: { mediaStreamTrack: new FakeTrack('Default'), replaceTrack } };
  await publisher.restore();
  assert.deepEqual(replaced, [[track, true]]);
  assert.deepEqual(player.calls, ['publishAudio']);
});

test('where there is no room, replacing is unpublishing and publishing', async () => {
  const demo = create(null);
  await demo.publish(track);
  const next = /** @type {any} */ (new FakeTrack('Second'));
  await demo.replace(next);
  assert.deepEqual(player.calls, ['publishAudio', 'unpublishAudio', 'publishAudio']);
  assert.equal(player.published, next);
});

test('restoring does nothing while the publication stands', async () => {
  participant.publication = { track: { mediaStreamTrack: track } };
  await publisher.publish(track);
  await publisher.restore();
  assert.deepEqual(player.calls, ['publishAudio']);
});
