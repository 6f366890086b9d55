import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { rms } from '../../../resources/web/app/level.js';
import { Conversation } from '../../../resources/web/demo/conversation.js';
import { Utterance } from '../../../resources/web/demo/utterance.js';
import { FakeClock, settle } from './support/fake-clock.js';
import { Deferred } from './support/fakes.js';

const RATE = 48_000;
const BLOCK = 960;

/**
 * @param {number} level  RMS of a 200 Hz tone
 * @param {number} ms
 */
function sound(level, ms) {
  const blocks = [];
  for (let start = 0; start < (ms / 1000) * RATE; start += BLOCK) {
    blocks.push(
      Float32Array.from(
        { length: BLOCK },
        (_, index) => level * Math.SQRT2 * Math.sin((2 * Math.PI * 200 * (start + index)) / RATE),
      ),
    );
  }
  return blocks;
}

/** @type {FakeClock} */
let clock;
/** @type {Float32Array[]} */
let said;
/** @type {Deferred<void>} */
let greeting;
/** @type {Deferred<void>} */
let answer;
/** @type {string[]} */
let states;
/** @type {string[]} */
let captions;
/** @type {Conversation} */
let conversation;

beforeEach(() => {
  clock = new FakeClock();
  said = [];
  greeting = new Deferred();
  answer = new Deferred();
  states = [];
  captions = [];
  conversation = new Conversation({
    voice: {
      sampleRate: RATE,
      greet: async () => ({ seconds: 3, done: greeting.promise }),
      say: (samples) => {
        said.push(samples);
        return { seconds: samples.length / RATE, done: answer.promise };
      },
    },
    lines: { greeting: 'Welcome', repeating: 'You said', yourTurn: 'Your turn' },
    clock,
    onState: (state) => states.push(state),
    onCaption: ({ text }) => captions.push(text),
  });
});

async function greeted() {
  void conversation.begin();
  await settle();
  greeting.resolve();
  await clock.advance(1000);
}

/**
 * @param {number} level
 * @param {number} ms
 */
function hear(level, ms) {
  for (const block of sound(level, ms)) {
    conversation.hear(block);
  }
}

test('it greets, listens, thinks, repeats, and listens again', async () => {
  await greeted();
  hear(0.001, 1000);
  hear(0.05, 1200);
  hear(0.001, 1000);
  await clock.advance(1000);
  answer.resolve();
  await clock.advance(1000);
  assert.deepEqual(states, ['speaking', 'listening', 'thinking', 'speaking', 'listening']);
  assert.deepEqual(captions, ['Welcome', 'You said', 'Your turn']);
});

test('it repeats what was said, from the first moment, without the long pause', async () => {
  await greeted();
  hear(0.0005, 1000);
  hear(0.05, 1200);
  hear(0.0005, 1000);
  await clock.advance(1000);
  const [repeated] = said;
  assert.ok(repeated);
  const seconds = repeated.length / RATE;
  assert.ok(seconds > 1.4 && seconds < 2, `${seconds} s`);
  const voiced = repeated.subarray(0.5 * RATE, 1.2 * RATE);
  assert.ok(rms(voiced) > 0.08, 'a quiet voice is lifted to an ordinary one');
});

test('it is deaf while it speaks and shortly after: it never answers itself', async () => {
  void conversation.begin();
  await settle();
  hear(0.2, 2000);
  greeting.resolve();
  await clock.advance(100);
  hear(0.2, 200);
  await clock.advance(2000);
  hear(0.0005, 2000);
  await clock.advance(2000);
  assert.deepEqual(states, ['speaking', 'listening']);
  assert.equal(said.length, 0);
});

test('a cough is not worth repeating', async () => {
  await greeted();
  hear(0.0005, 1000);
  hear(0.2, 60);
  hear(0.0005, 2000);
  await clock.advance(1000);
  assert.equal(said.length, 0);
});

test('somebody who does not stop is interrupted after a quarter of a minute', async () => {
  await greeted();
  hear(0.0005, 500);
  for (let second = 0; second < 20 && conversation.state === 'listening'; second += 1) {
    hear(0.1, 900);
    hear(0.0005, 100);
  }
  await clock.advance(1000);
  assert.equal(said.length, 1);
  assert.ok((said[0]?.length ?? 0) / RATE <= 15.1);
});

test('closed while it thinks it says nothing more', async () => {
  await greeted();
  hear(0.0005, 1000);
  hear(0.05, 1000);
  hear(0.0005, 1000);
  assert.equal(conversation.state, 'thinking');
  conversation.close();
  await clock.advance(2000);
  assert.equal(said.length, 0);
});

test('of what was heard before the voice only a third of a second is kept', () => {
  const utterance = new Utterance(RATE);
  for (const block of sound(0.01, 5000)) {
    utterance.push(block);
  }
  utterance.begin();
  assert.ok(utterance.finish(0).length / RATE < 0.4);
});

test('silence is not amplified', () => {
  const utterance = new Utterance(RATE);
  utterance.begin();
  for (const block of sound(0, 1000)) {
    utterance.push(block);
  }
  assert.equal(rms(utterance.finish(0)), 0);
});

test('a loud voice is not made louder than the speakers bear', () => {
  const utterance = new Utterance(RATE);
  utterance.begin();
  for (const block of sound(0.6, 1000)) {
    utterance.push(block);
  }
  assert.ok(utterance.finish(0).every((sample) => Math.abs(sample) <= 0.86));
});
