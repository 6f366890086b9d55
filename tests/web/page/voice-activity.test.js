import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VoiceActivity } from '../../../resources/web/app/voice-activity.js';

const STEP = 20;

/**
 * @param {VoiceActivity} activity
 * @param {number} level
 * @param {number} ms
 */
function feed(activity, level, ms) {
  const changes = [];
  for (let at = 0; at < ms; at += STEP) {
    // Voices and rooms are never quite even.
    const change = activity.push(level * (0.8 + 0.4 * ((at / STEP) % 2)), STEP);
    if (change) {
      changes.push([change, at + STEP]);
    }
  }
  return changes;
}

test('speech over a quiet room starts and ends once', () => {
  const activity = new VoiceActivity(800);
  assert.deepEqual(feed(activity, 0.001, 2000), []);
  assert.deepEqual(feed(activity, 0.08, 1500), [['started', 100]]);
  assert.deepEqual(feed(activity, 0.001, 2000), [['ended', 800]]);
});

test('a click is not speech', () => {
  const activity = new VoiceActivity();
  feed(activity, 0.001, 1000);
  assert.deepEqual(feed(activity, 0.3, 60), []);
  assert.equal(activity.speaking, false);
});

test('a short pause between words does not end the utterance', () => {
  const activity = new VoiceActivity(800);
  feed(activity, 0.001, 1000);
  feed(activity, 0.08, 600);
  assert.deepEqual(feed(activity, 0.001, 500), []);
  feed(activity, 0.08, 600);
  assert.equal(activity.speaking, true);
});

test('steady noise becomes the room and ends by itself; speech above it is still found', () => {
  const activity = new VoiceActivity(800);
  feed(activity, 0.02, 15_000);
  assert.equal(activity.speaking, false);
  assert.equal(feed(activity, 0.15, 500)[0]?.[0], 'started');
});

test('digital silence is never speech', () => {
  const activity = new VoiceActivity();
  assert.deepEqual(feed(activity, 0, 30_000), []);
  assert.deepEqual(feed(activity, 0.004, 2000), []);
});

test('reset forgets the utterance', () => {
  const activity = new VoiceActivity(800);
  feed(activity, 0.08, 1000);
  activity.reset();
  assert.equal(activity.speaking, false);
  assert.deepEqual(feed(activity, 0.0001, 2000), []);
});
