import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Session } from '../../../resources/web/app/session.js';
import { connectCommand, MICROPHONE } from './support/fakes.js';
import { pending, SessionFixture } from './support/session-fixture.js';

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
/** @type {SessionFixture['activity']} */
let activity;
/** @type {SessionFixture['player']} */
let player;
/** @type {SessionFixture['watch']} */
let watch;
/** @type {SessionFixture['openTracks']} */
let openTracks;

beforeEach(() => {
  ({ clock, media, fakes, posts, session, activity, player, watch, openTracks } = new SessionFixture());
});

test('an attempt connects with one object, publishes the wanted microphone, and says so', async () => {
  await session.connect(connectCommand('a'));
  assert.deepEqual(player().config, { url: 'ws://server', token: 'token', roomName: 'room' });
  assert.deepEqual(player().options, { logLevel: 'warning' });
  assert.equal(player().published, media.opened[0]);
  assert.deepEqual(posts.of('published'), [{ type: 'published', attempt: 'a', label: 'Table microphone' }]);
  assert.equal(watch().volume, 0.6);
});

test('the microphone opens while the connection is made, not after', async () => {
  fakes.prepare = (made) => {
    made.answers.connect = pending();
  };
  void session.connect(connectCommand('a'));
  await clock.advance(0);
  assert.equal(media.opened.length, 1);
  assert.equal(player().published, null);
});

test('all five player events reach Python with the id of the attempt', async () => {
  await session.connect(connectCommand('a'));
  watch().reason = 4;
  player().emit('connected');
  player().emit('connection-state-changed', 'reconnecting');
  player().emit('stalled');
  player().emit('error', new Error('broken'));
  player().emit('disconnected');
  await clock.advance(1);
  assert.deepEqual(posts.of('connection-state-changed'), [
    { type: 'connection-state-changed', attempt: 'a', state: 'reconnecting' },
  ]);
  assert.deepEqual(
    posts
      .of('player-event')
      .map(({ event, error, reason, attempt }) => [attempt, event, error?.message, reason]),
    [
      ['a', 'connected', undefined, null],
      ['a', 'stalled', undefined, null],
      ['a', 'error', 'broken', null],
      ['a', 'disconnected', undefined, 4],
    ],
  );
});

test('a connection that never stands up is given up at its deadline, cleanly', async () => {
  const connecting = pending();
  fakes.prepare = (made) => {
    made.answers.connect = connecting;
  };
  void session.connect(connectCommand('a'));
  await clock.advance(15_000);
  const [failure] = posts.of('operation-failed');
  assert.equal(failure?.operation, 'connect');
  assert.equal(failure?.error.name, 'DeadlineError');
  assert.equal(failure?.attempt, 'a');
  await clock.advance(5000);
  assert.equal(openTracks(), 0);
  assert.equal(player().listeners, 0);

  const disconnects = () => player().calls.filter((call) => call === 'disconnect').length;
  const before = disconnects();
  connecting.resolve();
  await clock.advance(0);
  assert.equal(disconnects(), before + 1, 'a late connection is taken down again');
});

test('a refused connection carries status and reason', async () => {
  fakes.prepare = (made) => {
    made.answers.connect = Object.assign(new Error('no'), {
      name: 'ConnectionError',
      status: 401,
      reason: 0,
    });
  };
  void session.connect(connectCommand('a'));
  await clock.advance(10);
  const [failure] = posts.of('operation-failed');
  assert.deepEqual(failure?.error, { name: 'ConnectionError', message: 'no', status: 401, reason: 0 });
});

test('disconnecting unpublishes, closes the microphone, leaves, and lets go of the player on a later task', async () => {
  await session.connect(connectCommand('a'));
  const leaving = pending();
  player().answers.disconnect = leaving;
  void session.disconnect('a');
  await clock.advance(0);
  assert.deepEqual(player().calls.slice(-2), ['unpublishAudio', 'disconnect']);
  assert.equal(openTracks(), 0);
  assert.ok(player().listeners > 0, 'late room events still find their listeners');
  assert.deepEqual(posts.of('disposed'), []);
  leaving.resolve();
  await clock.advance(1);
  assert.equal(player().listeners, 0);
  assert.deepEqual(posts.of('disposed'), [{ type: 'disposed', attempt: 'a' }]);
  assert.equal(session.attempt, null);
  assert.ok(watch().closed);
  assert.equal(clock.waiting, 0);
});

test('a disconnect that never settles is answered all the same, and the room is hung up underneath', async () => {
  let hungUp = 0;
  fakes.client = { disconnect: async () => (hungUp += 1) };
  await session.connect(connectCommand('a', { microphone: null }));
  player().answers.disconnect = pending();
  player().answers.unpublishAudio = pending();
  void session.disconnect('a');
  await clock.advance(3600);
  assert.equal(posts.of('disposed').length, 1);
  assert.equal(hungUp, 1);
});

test('an unknown attempt is answered, so that nobody waits for ever', async () => {
  await session.disconnect('never-heard-of');
  assert.deepEqual(posts.of('disposed'), [{ type: 'disposed', attempt: 'never-heard-of' }]);
});

test('commands for an attempt that is over do nothing', async () => {
  await session.connect(connectCommand('a'));
  await Promise.all([session.disconnect('a'), clock.advance(10)]);
  await session.connect(connectCommand('a'));
  await session.reconnect('a');
  await session.useMicrophone('a', MICROPHONE);
  assert.equal(fakes.players.length, 1);
  assert.ok(!player().calls.includes('reconnect'));
  assert.equal(media.opened.length, 1);
});

test('nothing an ended attempt still says reaches Python', async () => {
  await session.connect(connectCommand('a'));
  const old = player();
  const disconnecting = session.disconnect('a');
  old.emit('connection-state-changed', 'disconnected');
  old.emit('disconnected');
  watch().callbacks.agent({ present: false, audible: false, state: null });
  await Promise.all([disconnecting, clock.advance(10)]);
  assert.deepEqual(
    posts.all.filter((message) => message.type !== 'published').map((message) => message.type),
    ['disposed'],
  );
});

test('a newer attempt waits until the one before has left: they share one view', async () => {
  await session.connect(connectCommand('a'));
  const leaving = pending();
  player().answers.disconnect = leaving;
  void session.connect(connectCommand('b'));
  await clock.advance(100);
  assert.equal(fakes.players.length, 1);
  leaving.resolve();
  await clock.advance(10);
  assert.equal(fakes.players.length, 2);
  assert.equal(session.attempt, 'b');
  assert.equal(openTracks(), 1);
});

test('of three attempts in a row only the last one connects', async () => {
  await session.connect(connectCommand('a'));
  void session.connect(connectCommand('b'));
  void session.connect(connectCommand('c'));
  await clock.advance(100);
  assert.equal(fakes.players.length, 2);
  assert.equal(session.attempt, 'c');
});

test('reconnecting publishes again what was lost', async () => {
  const participant = {
    /** @type {unknown} */
    publication: { track: {} },
    getTrackPublication: () => participant.publication,
  };
  fakes.client = { localParticipant: participant };
  await session.connect(connectCommand('a'));
  participant.publication = undefined;
  const published = player().calls.filter((call) => call === 'publishAudio').length;
  const publishAudio = player().publishAudio.bind(player());
  player().publishAudio = async (track) => {
    await publishAudio(track);
    participant.publication = { track: {} };
  };
  await session.reconnect('a');
  assert.equal(player().calls.filter((call) => call === 'publishAudio').length, published + 1);
});

test('a reconnect that never settles fails at its deadline', async () => {
  await session.connect(connectCommand('a'));
  player().answers.reconnect = pending();
  void session.reconnect('a');
  await clock.advance(10_000);
  assert.deepEqual(
    posts.of('operation-failed').map(({ operation, error }) => [operation, error.name]),
    [['reconnect', 'DeadlineError']],
  );
});

test('an attempt before the avatar stands fails at once', async () => {
  const early = new Session({
    stage: () => null,
    settings: () => /** @type {any} */ ({}),
    openMicrophone: async () => assert.fail('no microphone without an avatar'),
    onCapture: () => {},
    onCaption: () => {},
    onActivity: () => {},
    onRest: () => {},
    post: posts.post,
    log: posts.log,
    clock,
  });
  await early.connect(connectCommand('a'));
  assert.equal(posts.of('operation-failed')[0]?.operation, 'connect');
});

test('the first sound is told once, when it rises above silence', async () => {
  await session.connect(connectCommand('a', { microphone: null }));
  let energy = 0;
  let seconds = 0;
  let loud = false;
  watch().sounds = [
    {
      getStats: async () => {
        seconds += 0.1;
        energy += loud ? 0.1 * 0.1 ** 2 : 0;
        return new Map([
          ['in', { type: 'inbound-rtp', totalAudioEnergy: energy, totalSamplesDuration: seconds }],
        ]);
      },
    },
  ];
  await clock.advance(1000);
  assert.deepEqual(posts.of('first-sound'), []);
  loud = true;
  await clock.advance(2000);
  assert.deepEqual(posts.of('first-sound'), [{ type: 'first-sound', attempt: 'a' }]);
  assert.ok(activity.length > 1);
});

test('where an output was lost only the running attempt plays on', async () => {
  session.playAgain();
  await session.connect(connectCommand('a'));
  const first = watch();
  void session.connect(connectCommand('b'));
  await clock.advance(1000);
  session.playAgain();
  assert.equal(first.resumed, 0);
  assert.equal(watch().resumed, 1);
});
