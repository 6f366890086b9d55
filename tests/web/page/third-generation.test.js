/** The page drives the third generation's sessions as its documents ask for; a double of them checks that. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { createKit } from '../../../resources/web/generations/third.js';
import { calls } from '../doubles/notes.js';
import * as double from '../doubles/third.js';
import { settle } from './support/fake-clock.js';
import { connectCommand, Deferred, FakeKit, FakeTrack, MICROPHONE } from './support/fakes.js';
import { GenerationFixture } from './support/generation-fixture.js';

const { bench } = double;
/** @type {GenerationFixture} */
let fixture;

/** The built-in avatar: all that counts here is that it is there. */
function standIn() {
  const { kit } = new FakeKit();
  /** @type {import('../../../resources/web/app/kit.js').AvatarView} */
  const view = { dispose: () => {}, onFirstRendering: undefined };
  return {
    ...kit,
    initialize: async () => {},
    setSessionToken: () => {},
    load: async () => ({}),
    createView: () => {
      queueMicrotask(() => view.onFirstRendering?.());
      return view;
    },
  };
}

/** A page with fakes and with the double. */
function create() {
  // The clock is the fixture's: what is due later is due when the test says so.
  const made = new GenerationFixture(
    createKit('installed', double, {
      now: () => made.clock.now(),
      after: (run, ms) => made.clock.after(run, ms),
      repeat: (run, ms) => made.clock.repeat(run, ms),
      cancel: (handle) => made.clock.cancel(handle),
    }),
    standIn(),
  );
  return made;
}

/**
 * Sessions take until `loading` is settled to be made while `work` is done.
 * @param {Deferred<unknown>} loading
 * @param {() => Promise<void>} work
 */
async function holding(loading, work) {
  const { createSession } = double.SpatialReal.prototype;
  double.SpatialReal.prototype.createSession = async function (options) {
    await loading.promise;
    return createSession.call(this, options);
  };
  try {
    await work();
  } finally {
    double.SpatialReal.prototype.createSession = createSession;
  }
}

/** @returns {NonNullable<typeof bench.session>} the session made last */
const session = () => bench.session ?? assert.fail('no session was made');

beforeEach(async () => {
  Object.assign(bench, { session: null, rooms: true, refusal: null });
  fixture = create();
  await fixture.stage.prepare('credential');
});

test('before a visitor comes the avatar waits in a session that is not started', () => {
  assert.deepEqual(calls, [
    ['new SpatialReal', { appId: 'app' }],
    ['createSession', { avatarId: 'anna', credential: 'credential', mic: undefined }],
  ]);
  assert.deepEqual(fixture.rooms, []);
  assert.deepEqual(
    fixture.posts.of('prepared').map(({ sdk, fallback }) => [sdk, fallback]),
    [['installed', false]],
  );
  assert.equal(fixture.posts.of('progress').at(-1)?.progress, 1);
});

test('a second preparation shows the avatar anew, by the same client', async () => {
  await fixture.prepareAgain('newer');
  assert.deepEqual(fixture.names.slice(2), ['dispose', 'createSession']);
});

test('an avatar that does not load gives way to the built-in one', async () => {
  bench.refusal = new Error('no such avatar');
  fixture = create();
  await fixture.stage.prepare('credential');
  const [prepared] = fixture.posts.of('prepared');
  assert.deepEqual([prepared?.sdk, prepared?.fallback], ['builtin', true]);
  assert.match(prepared?.fallbackCause ?? '', /load-avatar: no such avatar/);
});

test('an avatar that has loaded when nobody waits for it any more is taken away again', async () => {
  const loading = new Deferred();
  fixture = create();
  await holding(loading, async () => {
    const preparing = fixture.stage.prepare('credential');
    await fixture.clock.advance(60_000);
    await preparing;
    assert.equal(fixture.stage.kit?.sdk, 'builtin');
    loading.resolve(undefined);
    await fixture.clock.advance(1);
  });
  assert.equal(fixture.names.at(-1), 'dispose');
});

test('without a session token the built-in avatar takes over', async () => {
  fixture = create();
  await fixture.stage.prepare(null);
  const [prepared] = fixture.posts.of('prepared');
  assert.deepEqual([prepared?.sdk, prepared?.fallback], ['builtin', true]);
  assert.match(prepared?.fallbackCause ?? '', /no session token/);
});

test('a visitor comes, is heard through the chosen microphone, and goes', async () => {
  await fixture.session.connect(connectCommand('a'));
  assert.deepEqual(fixture.given('createSession'), [
    { avatarId: 'anna', credential: 'credential', mic: 'required' },
  ]);
  assert.deepEqual(fixture.room().address, { url: 'ws://server', token: 'token' });
  assert.equal(fixture.room().localParticipant.heard, fixture.media.opened[0]);
  assert.deepEqual(fixture.states, ['connecting', 'connected']);
  assert.equal(fixture.posts.of('published')[0]?.label, 'Table microphone');
  const room = fixture.room();
  assert.deepEqual(fixture.posts.of('agent'), [], 'nobody is presumed where one can look');
  room.meet();
  assert.equal(fixture.posts.of('agent').at(-1)?.state, 'listening');
  await fixture.leave('a');
  assert.deepEqual(fixture.names.slice(2), [
    'dispose',
    'createSession',
    'start',
    'mic.muted',
    'mic.muted',
    'end',
  ]);
  assert.ok(room.left);
  assert.equal(fixture.posts.of('disposed').length, 1);
});

test('a renewed token counts for the next session', async () => {
  fixture.stage.setSessionToken('newer');
  await fixture.session.connect(connectCommand('a'));
  assert.equal(/** @type {any} */ (fixture.given('createSession')[0]).credential, 'newer');
});

test('without a microphone none is asked for, and one that appears is published in the room', async () => {
  await fixture.session.connect(connectCommand('a', { microphone: null }));
  assert.equal(/** @type {any} */ (fixture.given('createSession')[0]).mic, undefined);
  assert.equal(fixture.room().localParticipant.heard, null);
  await fixture.session.useMicrophone('a', MICROPHONE);
  assert.equal(fixture.room().localParticipant.heard, fixture.media.opened[0]);
  assert.deepEqual(fixture.room().localParticipant.sources, ['microphone']);
  assert.ok(!fixture.names.includes('mic.muted'), 'that might silence what was published beside it');
});

test('its states, errors and stalls reach Python as a player’s', async () => {
  await fixture.session.connect(connectCommand('a'));
  session().enter('reconnecting');
  session().enter('dreaming');
  session().enter('live');
  session().emit('error', { error: new RangeError('no decoder') });
  session().emit('error', { code: 'odd', message: 'no Error at all' });
  session().emit('stalled');
  session().enter('idle');
  await fixture.clock.advance(1);
  assert.deepEqual(fixture.states, ['connecting', 'connected', 'reconnecting', 'connected', 'disconnected']);
  assert.deepEqual(
    fixture.posts.of('player-event').map(({ event, error }) => [event, error?.name, error?.message]),
    [
      ['connected', undefined, undefined],
      ['connected', undefined, undefined],
      ['error', 'RangeError', 'no decoder'],
      ['error', 'Error', 'no Error at all'],
      ['stalled', undefined, undefined],
      ['disconnected', undefined, undefined],
    ],
  );
});

test('states may be told as bare words', async () => {
  await fixture.session.connect(connectCommand('a'));
  session().emit('state', 'reconnecting');
  assert.equal(fixture.states.at(-1), 'reconnecting');
});

test('a reconnect is told of, and the chosen microphone takes the place of the one it opens', async () => {
  await fixture.session.connect(connectCommand('a'));
  await fixture.session.reconnect('a');
  assert.equal(fixture.rooms.length, 2);
  assert.equal(fixture.opened.length, 2);
  assert.equal(fixture.room().localParticipant.heard, fixture.media.opened[0]);
  assert.deepEqual(fixture.states.slice(2, 3), ['reconnecting']);
  assert.equal(fixture.states.at(-1), 'connected');
});

test('a reconnect that fails is a failure', async () => {
  await fixture.session.connect(connectCommand('a'));
  fixture.refusal = Object.assign(new Error('gone'), { status: 404 });
  await fixture.session.reconnect('a');
  const [failure] = fixture.posts.of('operation-failed');
  assert.deepEqual([failure?.operation, failure?.error.status], ['reconnect', 404]);
});

test('a room that refuses us fails the attempt and leaves nothing behind', async () => {
  fixture.refusal = Object.assign(new Error('no'), { status: 401 });
  const refused = fixture.session.connect(connectCommand('a'));
  await fixture.clock.advance(1000);
  await refused;
  const [failure] = fixture.posts.of('operation-failed');
  assert.deepEqual([failure?.operation, failure?.error.status], ['connect', 401]);
  assert.deepEqual(fixture.states, ['connecting', 'failed']);
  assert.deepEqual(fixture.names.slice(-2), ['start', 'end']);
  assert.equal(fixture.posts.of('prepared').length, 1, 'the avatar itself is well');
});

test('an avatar that does not load a second time fails the attempt, and the next one finds the built-in one', async () => {
  bench.refusal = new Error('no such avatar');
  const failing = fixture.session.connect(connectCommand('a'));
  await fixture.clock.advance(1000);
  await failing;
  const [failure] = fixture.posts.of('operation-failed');
  assert.deepEqual([failure?.operation, failure?.error.message], ['connect', 'no such avatar']);
  const late = fixture.posts.of('prepared').at(-1);
  assert.deepEqual([late?.sdk, late?.fallback], ['builtin', true]);
  assert.match(late?.fallbackCause ?? '', /load-avatar: no such avatar/);
  assert.equal(fixture.stage.kit?.sdk, 'builtin');
  const told = fixture.posts.all.map(({ type }) => type);
  assert.ok(told.lastIndexOf('prepared') < told.indexOf('operation-failed'), 'it is there for the next try');
});

test('an avatar that has loaded when the visitor has gone is taken away again', async () => {
  const loading = new Deferred();
  await holding(loading, async () => {
    const connecting = fixture.session.connect(connectCommand('a'));
    await settle();
    await fixture.leave('a');
    loading.resolve(undefined);
    await connecting;
    await settle();
  });
  assert.deepEqual(fixture.names.slice(2), ['dispose', 'createSession', 'dispose']);
  assert.equal(fixture.rooms.length, 0);
});

test('a session takes what a player takes, and is let go of when it has ended', async () => {
  const kit = fixture.stage.kit ?? assert.fail('nothing is prepared');
  const connect = connectCommand('a', { microphone: null });
  const call = kit.createProvider(connect);
  const player = kit.createPlayer(call, fixture.stage.view, /** @type {any} */ ({}));
  await player.connect(kit.address(connect));
  assert.equal(call.getNativeClient(), fixture.room());
  const track = /** @type {any} */ (new FakeTrack());
  await assert.rejects(() => player.publishAudio(track), /published no microphone/);
  await player.disconnect();
  await player.disconnect();
  assert.equal(call.getNativeClient(), null);
  assert.equal(player.getConnectionState(), 'disconnected');
  assert.equal(fixture.names.filter((name) => name === 'end').length, 1);
  await assert.rejects(() => player.reconnect(), /no session to reconnect/);
});

test('a session that does not end makes way for the next one', async () => {
  await fixture.session.connect(connectCommand('a'));
  const stuck = session();
  const ending = new Deferred();
  stuck.end = /** @type {() => Promise<any>} */ (() => ending.promise);
  void fixture.session.disconnect('a');
  await fixture.clock.advance(4000);
  assert.ok(fixture.rooms[0]?.left, 'its room was hung up underneath');
  await fixture.session.connect(connectCommand('b'));
  const next = ['dispose', 'createSession', 'start', 'mic.muted'];
  assert.deepEqual(fixture.names.slice(-4), next);
  assert.notEqual(session(), stuck);
  ending.resolve(undefined);
  await fixture.clock.advance(1000);
  assert.deepEqual(fixture.names.slice(-4), next, 'the new one stays');
});

test('a session that lets nobody at its room is believed while it is connected', async () => {
  bench.rooms = false;
  await fixture.session.connect(connectCommand('a'));
  assert.deepEqual(fixture.posts.of('agent'), [
    { type: 'agent', attempt: 'a', present: true, audible: true, state: null },
  ]);
  assert.equal(fixture.room().localParticipant.heard, fixture.opened[0], 'the one it has opened itself');
  session().enter('idle');
  await fixture.clock.advance(1);
  assert.equal(fixture.posts.of('agent').at(-1)?.present, false);
});
