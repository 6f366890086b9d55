import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { connectCommand, MICROPHONE } from './support/fakes.js';
import { pending, SECOND, SessionFixture } from './support/session-fixture.js';

/** @type {SessionFixture['clock']} */
let clock;
/** @type {SessionFixture['media']} */
let media;
/** @type {SessionFixture['fakes']} */
let fakes;
/** @type {SessionFixture['posts']} */
let posts;
/** @type {SessionFixture['session']} */
let session;
/** @type {SessionFixture['captures']} */
let captures;
/** @type {SessionFixture['player']} */
let player;
/** @type {SessionFixture['openTracks']} */
let openTracks;

beforeEach(() => {
  ({ clock, media, fakes, posts, session, captures, player, openTracks } = new SessionFixture());
});

test('without a microphone the conversation starts, and one that appears is published', async () => {
  await session.connect(connectCommand('a', { microphone: null }));
  assert.equal(player().published, null);
  assert.deepEqual(captures, [undefined]);
  await session.useMicrophone('a', MICROPHONE);
  assert.equal(player().published, media.opened[0]);
  assert.deepEqual(captures.at(-1), 'Table microphone');
});

test('another microphone replaces the present one, which is closed only then', async () => {
  await session.connect(connectCommand('a'));
  media.hold = pending();
  const switching = session.useMicrophone('a', SECOND);
  await clock.advance(0);
  assert.equal(openTracks(), 1, 'the old one still listens while the new one opens');
  media.hold.resolve();
  await switching;
  assert.equal(player().published, media.opened[1]);
  assert.equal(media.opened[0]?.readyState, 'ended');
});

test('a microphone that cannot be opened leaves the present one in use', async () => {
  await session.connect(connectCommand('a'));
  media.refusal = new Error('busy');
  await session.useMicrophone('a', SECOND);
  assert.equal(posts.of('operation-failed')[0]?.operation, 'open-microphone');
  assert.equal(player().published, media.opened[0]);
  assert.equal(openTracks(), 1);
});

test('a microphone wished for while connecting is the one that is published', async () => {
  const connecting = pending();
  fakes.prepare = (made) => {
    made.answers.connect = connecting;
  };
  const started = session.connect(connectCommand('a'));
  await clock.advance(0);
  await session.useMicrophone('a', SECOND);
  connecting.resolve();
  await started;
  assert.equal(player().published, media.opened[1]);
  assert.equal(openTracks(), 1);
});

test('ending an attempt whose microphone is still opening leaves none open', async () => {
  media.hold = pending();
  void session.connect(connectCommand('a'));
  await clock.advance(0);
  void session.disconnect('a');
  await clock.advance(10);
  media.hold.resolve();
  await clock.advance(10);
  assert.equal(openTracks(), 0);
  assert.deepEqual(posts.of('published'), []);
});

test('taking the last microphone away unpublishes it', async () => {
  await session.connect(connectCommand('a'));
  await session.useMicrophone('a', null);
  assert.equal(player().published, null);
  assert.equal(openTracks(), 0);
  assert.equal(captures.at(-1), undefined);
});

test('a refused publication is told, and the microphone is not left in doubt', async () => {
  fakes.prepare = (made) => {
    made.answers.publishAudio = Object.assign(new Error('insufficient permissions'), { status: 403 });
  };
  await session.connect(connectCommand('a'));
  const [failure] = posts.of('operation-failed');
  assert.equal(failure?.operation, 'publish');
  assert.equal(failure?.error.status, 403);
  assert.deepEqual(posts.of('published'), []);
});
