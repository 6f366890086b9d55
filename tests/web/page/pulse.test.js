import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ActivityReporter } from '../../../resources/web/app/activity.js';
import { Bridge, pageNumber } from '../../../resources/web/app/bridge.js';
import { framesBetween, loudness, ReceiverGauge } from '../../../resources/web/app/gauge.js';
import { Hearing } from '../../../resources/web/app/hearing.js';
import { Heartbeat } from '../../../resources/web/app/heartbeat.js';
import { Capture } from '../../../resources/web/app/microphone.js';
import { WarmUp } from '../../../resources/web/app/warm-up.js';
import { FakeClock } from './support/fake-clock.js';
import { FakeTrack, Posts } from './support/fakes.js';

/** A page that paints when told to. */
function fakeVitals() {
  /** @type {(() => void)[]} */
  let waiting = [];
  const vitals = {
    asked: 0,
    frames: 0,
    /** @type {number|null} */
    rendered: null,
    isMoving: false,
    marker: () => true,
    contextLost: () => false,
    framesReceived: async () => vitals.frames,
    framesRendered: () => vitals.rendered,
    moving: () => vitals.isMoving,
    onPaint: (/** @type {() => void} */ run) => {
      vitals.asked += 1;
      waiting.push(run);
    },
    paint: () => {
      const now = waiting;
      waiting = [];
      for (const run of now) {
        run();
      }
    },
  };
  return vitals;
}

test('a beat a second, also when nothing is painted', async () => {
  const [clock, posts, vitals] = [new FakeClock(), new Posts(), fakeVitals()];
  new Heartbeat(vitals, posts.post, clock).start();
  await clock.advance(3000);
  assert.deepEqual(
    posts.of('heartbeat').map(({ painted, marker }) => [painted, marker]),
    [
      [0, true],
      [0, true],
      [0, true],
    ],
  );
  assert.equal(vitals.asked, 1, 'frames are not asked for in vain');
});

test('at rest one painted frame a beat is asked for, in motion all of them', async () => {
  const [clock, posts, vitals] = [new FakeClock(), new Posts(), fakeVitals()];
  new Heartbeat(vitals, posts.post, clock).start();
  for (let frame = 0; frame < 10; frame += 1) {
    vitals.paint();
  }
  await clock.advance(1000);
  vitals.isMoving = true;
  for (let frame = 0; frame < 10; frame += 1) {
    vitals.paint();
  }
  await clock.advance(1000);
  assert.deepEqual(
    posts.of('heartbeat').map(({ painted }) => painted),
    [1, 10],
  );
});

test('frames a second are counted over the time that has really passed', async () => {
  const [clock, posts, vitals] = [new FakeClock(), new Posts(), fakeVitals()];
  vitals.frames = 25;
  vitals.rendered = 100;
  new Heartbeat(vitals, posts.post, clock).start();
  await clock.advance(1000);
  vitals.rendered = 130;
  await clock.advance(1000);
  const last = posts.of('heartbeat').at(-1);
  assert.deepEqual([last?.framesPerSecond, last?.renderedPerSecond], [25, 30]);
});

test('activity is told at most once a second for each kind', async () => {
  const [clock, posts] = [new FakeClock(), new Posts()];
  const activity = new ActivityReporter(posts.post, clock);
  activity.note('touch', null);
  activity.note('touch', 'a');
  activity.note('agent-speech', 'a');
  await clock.advance(1000);
  activity.note('touch', 'a');
  assert.deepEqual(
    posts.of('activity').map(({ kind, attempt }) => [kind, attempt]),
    [
      ['touch', null],
      ['agent-speech', 'a'],
      ['touch', 'a'],
    ],
  );
});

test('loudness is the energy between two readings', () => {
  const before = { energy: 1, seconds: 10, frames: 0, packets: 0 };
  assert.ok(Math.abs(loudness(before, { ...before, energy: 1.01, seconds: 11 }) - 0.1) < 1e-9);
  assert.equal(loudness(before, before), 0);
});

test('frames that an adapter keeps for itself are counted by their packets', () => {
  const before = { energy: 0, seconds: 0, frames: 5, packets: 100 };
  assert.equal(framesBetween(before, { ...before, frames: 30, packets: 150 }), 25);
  assert.equal(framesBetween(before, { ...before, packets: 125 }), 25);
  assert.equal(framesBetween(before, before), 0);
});

test('a receiver that is new has no measure yet', async () => {
  const gauge = new ReceiverGauge();
  const receiver = {
    getStats: async () =>
      /** @type {any} */ (new Map([['in', { type: 'inbound-rtp', framesReceived: 500 }]])),
  };
  assert.equal(await gauge.greatest([receiver], framesBetween), 0);
  assert.equal(await gauge.greatest([], framesBetween), 0);
});

function createHearing() {
  const [clock, posts] = [new FakeClock(), new Posts()];
  const world = { clock, posts, level: 0, closed: 0, speech: 0, track: new FakeTrack() };
  const hearing = new Hearing({
    createMeter: () => ({ read: () => world.level, close: () => (world.closed += 1) }),
    onLevel: () => {},
    onSpeech: () => (world.speech += 1),
    post: posts.post,
    clock,
  });
  const capture = new Capture(/** @type {any} */ (world.track), 'id-1', () => hearing.use('a', capture));
  return { ...world, world, hearing, capture };
}

test('a live microphone reports its loudest moment every second', async () => {
  const { world, hearing, capture, clock, posts } = createHearing();
  hearing.use('a', capture);
  world.level = 0.2;
  await clock.advance(200);
  world.level = 0.001;
  await clock.advance(800);
  const [first, second] = posts.of('microphone');
  assert.deepEqual([first?.state, first?.label, first?.level], ['live', 'Table microphone', 0]);
  assert.equal(second?.level, 0.2);
});

test('a muted microphone is told at once, and has no level', async () => {
  const { hearing, capture, track, clock, posts } = createHearing();
  hearing.use('a', capture);
  track.muted = true;
  track.dispatchEvent(new Event('mute'));
  assert.equal(posts.of('microphone').at(-1)?.state, 'muted');
  const told = posts.of('microphone').length;
  await clock.advance(3000);
  assert.equal(posts.of('microphone').length, told);
});

test('the visitor’s speech is noticed', async () => {
  const { world, hearing, capture, clock } = createHearing();
  hearing.use('a', capture);
  world.level = 0.001;
  await clock.advance(1000);
  assert.equal(world.speech, 0);
  world.level = 0.1;
  await clock.advance(500);
  assert.ok(world.speech > 0);
});

test('a microphone that is given back is off and costs nothing', async () => {
  const { world, hearing, capture, clock, posts } = createHearing();
  hearing.use('a', capture);
  hearing.use('a', null);
  assert.equal(world.closed, 1);
  assert.equal(clock.waiting, 0);
  assert.deepEqual(posts.of('microphone').at(-1), {
    type: 'microphone',
    attempt: 'a',
    state: 'off',
    label: null,
    level: 0,
  });
});

test('the way to the server is kept warm while it is wanted', async () => {
  const clock = new FakeClock();
  /** @type {string[]} */
  const asked = [];
  const warmUp = new WarmUp(clock, (url) => {
    asked.push(url);
    return Promise.reject(new Error('offline'));
  });
  warmUp.keep('wss://example.org/path');
  await clock.advance(100_000);
  assert.deepEqual(asked, Array(3).fill('https://example.org/path'));
  warmUp.keep(null);
  assert.equal(clock.waiting, 0);
});

test('every message carries the number of the page load', () => {
  /** @type {string[]} */
  const sent = [];
  const bridge = new Bridge(
    { post: (json) => sent.push(json), deliver: { connect: () => {} } },
    pageNumber('?page=7'),
  );
  bridge.post({ type: 'disposed', attempt: 'a' });
  assert.deepEqual(JSON.parse(sent[0] ?? ''), { type: 'disposed', attempt: 'a', page: 7 });
});

test('a page without a number is page 0', () => {
  assert.equal(pageNumber(''), 0);
  assert.equal(pageNumber('?page=seven'), 0);
});

test('a command that cannot be handled is logged and the next one is still heard', () => {
  /** @type {any[]} */
  const sent = [];
  /** @type {(json: string) => void} */
  let deliver = () => {};
  const bridge = new Bridge(
    {
      post: (json) => sent.push(JSON.parse(json)),
      deliver: {
        connect: (listener) => {
          deliver = listener;
        },
      },
    },
    1,
  );
  /** @type {string[]} */
  const handled = [];
  bridge.listen((command) => {
    if (command.type === 'prepare') {
      throw new Error('with eyJhbGciOiJIUzI1NiJ9.e30.x inside');
    }
    handled.push(command.type);
  });
  deliver('not json');
  deliver('{"type": "prepare"}');
  deliver('{"type": "disconnect", "attempt": "a"}');
  assert.deepEqual(handled, ['disconnect']);
  assert.equal(sent.length, 2);
  assert.doesNotMatch(JSON.stringify(sent), /eyJ/);
});
