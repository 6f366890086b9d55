import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { AvatarPlayer } from '../../../resources/web/builtin/avatarkit-rtc/player.js';
import { FakeProvider, FakeTrack, FakeView, installBrowserDoubles } from './support/doubles.js';

installBrowserDoubles();

const CONFIG = { url: 'wss://example.test', token: 'secret', roomName: 'lobby' };
/** @type {FakeProvider} */
let provider;
/** @type {FakeView} */
let view;
/** @type {AvatarPlayer} */
let player;
/** @type {string[]} */
let events;

beforeEach(() => {
  provider = new FakeProvider();
  view = new FakeView();
  player = new AvatarPlayer(provider, view, { logLevel: 'none' });
  events = [];
  player.on('connected', () => events.push('connected'));
  player.on('disconnected', () => events.push('disconnected'));
  player.on('stalled', () => events.push('stalled'));
  player.on('error', (error) => events.push(`error ${error.message}`));
  player.on('connection-state-changed', (state) => events.push(`→ ${state}`));
});

/** @param {string} name */
const callsOf = (name) => provider.calls.filter(([called]) => called === name);
/** @returns {any} */
const newTrack = () => new FakeTrack();

test('connect and disconnect go through their states', async () => {
  await player.connect(CONFIG);
  assert.equal(player.isConnected, true);
  await player.disconnect();
  assert.equal(player.getConnectionState(), 'disconnected');
  assert.deepEqual(events, ['→ connecting', '→ connected', 'connected', '→ disconnected', 'disconnected']);
});

test('a refused connection fails, says why, and can be tried again', async () => {
  provider.outcome = new Error('refused');
  await assert.rejects(player.connect(CONFIG), /refused/);
  assert.deepEqual(events, ['→ connecting', '→ failed', 'error refused']);
  provider.outcome = 'succeed';
  await player.connect(CONFIG);
  assert.equal(player.isConnected, true);
});

test('disconnect ends an attempt that would hang for ever, quietly', async () => {
  provider.outcome = 'hang';
  const connecting = player.connect(CONFIG);
  await player.disconnect();
  await assert.rejects(connecting);
  assert.deepEqual(events, ['→ connecting', '→ disconnected']);
});

test('a second connect does not disturb the first', async () => {
  provider.outcome = 'hang';
  const first = player.connect(CONFIG);
  await assert.rejects(player.connect(CONFIG), { code: 'wrong-state' });
  assert.equal(callsOf('connect').length, 1);
  await player.disconnect();
  await assert.rejects(first);
});

test('reconnect uses the last configuration and publishes again', async () => {
  const track = newTrack();
  await player.connect(CONFIG);
  await player.publishAudio(track);
  events.length = 0;
  await Promise.all([player.reconnect(), player.reconnect()]);
  assert.deepEqual(
    callsOf('connect').map(([, config]) => config),
    [CONFIG, CONFIG],
  );
  assert.deepEqual(
    callsOf('publishAudio').map(([, published]) => published),
    [track, track],
  );
  assert.deepEqual(events, ['→ reconnecting', '→ connected', 'connected']);
});

test('reconnect starts anew after a failure, and fails cleanly itself', async () => {
  await player.connect(CONFIG);
  provider.emit('connection-state', 'failed', new Error('lost'));
  assert.equal(player.getConnectionState(), 'failed');
  provider.outcome = new Error('still down');
  await assert.rejects(player.reconnect(), /still down/);
  provider.outcome = 'succeed';
  await player.reconnect();
  assert.equal(player.isConnected, true);
  await assert.rejects(
    new AvatarPlayer(new FakeProvider(), new FakeView(), { logLevel: 'none' }).reconnect(),
    { code: 'wrong-state' },
  );
});

test('disconnect during reconnect wins', async () => {
  await player.connect(CONFIG);
  provider.outcome = 'hang';
  const reconnecting = player.reconnect();
  await new Promise(setImmediate);
  await player.disconnect();
  await assert.rejects(reconnecting);
  assert.equal(player.getConnectionState(), 'disconnected');
  assert.equal(events.filter((event) => event === 'disconnected').length, 1);
});

test("the transport's own troubles are passed on", async () => {
  await player.connect(CONFIG);
  events.length = 0;
  provider.emit('connection-state', 'reconnecting');
  provider.emit('connection-state', 'connected');
  provider.emit('connection-state', 'failed', new Error('lost'));
  assert.deepEqual(events, [
    '→ reconnecting',
    '→ connected',
    'connected',
    '→ failed',
    'disconnected',
    'error lost',
  ]);
});

test("a caller's track is never stopped", async () => {
  const track = newTrack();
  await player.connect(CONFIG);
  await player.publishAudio(track);
  await player.unpublishAudio();
  await player.publishAudio(track);
  await player.publishAudio(newTrack());
  await player.disconnect();
  assert.equal(track.readyState, 'live');
});

test('the microphone that startPublishing opened is closed again, also by disconnect', async () => {
  const opened = [newTrack(), newTrack()];
  let next = 0;
  Object.defineProperty(globalThis, 'navigator', {
    configurable: true,
    value: { mediaDevices: { getUserMedia: async () => ({ getAudioTracks: () => [opened[next++]] }) } },
  });
  await player.connect(CONFIG);
  await player.startPublishing();
  await player.startPublishing();
  assert.equal(next, 1, 'opened once');
  await player.stopPublishing();
  assert.equal(opened[0].readyState, 'ended');
  await player.startPublishing();
  await player.disconnect();
  assert.equal(opened[1].readyState, 'ended');
});

test('a refused microphone is its own error', async () => {
  Object.defineProperty(globalThis, 'navigator', {
    configurable: true,
    value: { mediaDevices: { getUserMedia: () => Promise.reject(new Error('denied')) } },
  });
  await player.connect(CONFIG);
  await assert.rejects(player.startPublishing(), { code: 'microphone-refused', message: /denied/ });
});

test('publishing needs a connection and a living audio track', async () => {
  await assert.rejects(player.publishAudio(newTrack()), { code: 'wrong-state' });
  await player.connect(CONFIG);
  const ended = newTrack();
  ended.stop();
  await assert.rejects(player.publishAudio(ended), { code: 'invalid-argument', message: /ended/ });
  await assert.rejects(player.publishAudio(/** @type {any} */ ({})), { code: 'invalid-argument' });
});

test('stalled comes once after 3 s without frames, turns the face idle, and is armed again by frames', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const clock = mock.method(performance, 'now', () => now);
  let now = 0;
  const pass = (/** @type {number} */ milliseconds) => {
    now += milliseconds;
    mock.timers.tick(milliseconds);
  };
  try {
    await player.connect(CONFIG);
    pass(10_000);
    assert.deepEqual(
      events.filter((event) => event === 'stalled'),
      [],
      'nobody is there yet',
    );
    provider.emit('motion-expected', true);
    provider.emit('motion-frames', 5);
    assert.equal(view.input.mood, 'engaged');
    pass(2990);
    assert.equal(player.getStats().stalled, false);
    pass(20);
    pass(60_000);
    assert.deepEqual(
      events.filter((event) => event === 'stalled'),
      ['stalled'],
    );
    assert.equal(view.input.mood, 'idle');
    provider.emit('motion-frames', 3);
    assert.equal(view.input.mood, 'engaged');
    assert.equal(player.getStats().motionFrames, 8);
    pass(3010);
    pass(100);
    assert.equal(events.filter((event) => event === 'stalled').length, 2);
  } finally {
    clock.mock.restore();
    mock.timers.reset();
  }
});

test('frames are not missed while the transport resumes by itself', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const clock = mock.method(performance, 'now', () => now);
  let now = 0;
  try {
    await player.connect(CONFIG);
    provider.emit('motion-expected', true);
    provider.emit('connection-state', 'reconnecting');
    now = 20_000;
    mock.timers.tick(20_000);
    assert.equal(player.getStats().stalled, false);
    provider.emit('connection-state', 'connected');
    for (const milliseconds of [3001, 100]) {
      now += milliseconds;
      mock.timers.tick(milliseconds);
    }
    assert.equal(player.getStats().stalled, true, 'three seconds of grace begin with the connection');
  } finally {
    clock.mock.restore();
    mock.timers.reset();
  }
});

test('a page that was busy itself for 3 s hears of the frames that came meanwhile before it calls that a stall', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const clock = mock.method(performance, 'now', () => now);
  let now = 0;
  try {
    await player.connect(CONFIG);
    provider.emit('motion-expected', true);
    now = 3050;
    mock.timers.tick(3050);
    provider.emit('motion-frames', 70);
    now += 2900;
    mock.timers.tick(2900);
    assert.equal(events.includes('stalled'), false);
  } finally {
    clock.mock.restore();
    mock.timers.reset();
  }
});

test('the face hears the voice, follows the agent, and takes the transitions from the options', async () => {
  assert.deepEqual(view.input.transitionFrames, { start: 5, end: 40 });
  await player.connect(CONFIG);
  provider.emit('audio-track', newTrack());
  assert.equal(view.input.voice.frequencyBins, 512);
  provider.emit('agent-state', 'thinking');
  assert.equal(view.input.mood, 'thinking');
  provider.emit('agent-state', 'speaking');
  assert.equal(view.input.mood, 'engaged');
  await player.publishAudio(newTrack());
  assert.ok(view.input.visitor);
  provider.emit('audio-track', null);
  assert.equal(view.input.voice, null);
  await player.disconnect();
  assert.equal(view.input.visitor, null);
  assert.equal(view.input.mood, 'idle');
});

test('a connection that ends takes voice and agent with it, though its provider says nothing', async () => {
  await player.connect(CONFIG);
  provider.emit('audio-track', newTrack());
  provider.emit('agent-state', 'thinking');
  provider.emit('motion-expected', true);
  await player.disconnect();
  assert.equal(view.input.voice, null);
  await player.connect(CONFIG);
  assert.equal(view.input.mood, 'engaged');
});

test('a lost canvas context is an error of the player', () => {
  view.dispatchEvent(new ErrorEvent('error', { error: new Error('context lost') }));
  assert.deepEqual(events, ['error context lost']);
});

test('misuse is explained', async () => {
  const build =
    (/** @type {any[]} */ ...args) =>
    () =>
      new AvatarPlayer(args[0], args[1], args[2]);
  assert.throws(build(view, provider), { code: 'invalid-argument', message: /provider comes first/ });
  assert.throws(build(provider, {}), { code: 'invalid-argument', message: /AvatarView/ });
  assert.throws(build(provider, view, { logLevel: 'loud' }), {
    code: 'invalid-argument',
    message: /logLevel/,
  });
  assert.throws(build(provider, view, { transitionEndFrameCount: -1 }), { code: 'invalid-argument' });
  const connect = /** @type {(...args: unknown[]) => Promise<void>} */ (player.connect.bind(player));
  await assert.rejects(connect('wss://x', 'token', 'room'), {
    code: 'invalid-argument',
    message: /one object/,
  });
  await assert.rejects(connect({ url: 'wss://x', token: '', roomName: 'r' }), {
    code: 'invalid-argument',
    message: /token/,
  });
  assert.equal(callsOf('connect').length, 0);
});

test('the jitter buffer options reach the transport', () => {
  assert.deepEqual(callsOf('setPlayoutDelay'), [['setPlayoutDelay', 80]]);
  const other = new FakeProvider();
  new AvatarPlayer(other, view, { enableJitterBuffer: false, logLevel: 'none' });
  assert.deepEqual(other.calls, [['setPlayoutDelay', null]]);
});
