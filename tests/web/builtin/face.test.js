import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atRest, stepAnimation } from '../../../resources/web/builtin/avatarkit/face/animator.js';
import {
  BLINK_MS,
  blinkSoon,
  lidClosure,
  restedEyes,
  stepBlink,
} from '../../../resources/web/builtin/avatarkit/face/blink.js';
import { gazeAt, stepGaze, straightAhead } from '../../../resources/web/builtin/avatarkit/face/gaze.js';
import { frameInterval, nextStrain } from '../../../resources/web/builtin/avatarkit/face/pacing.js';
import {
  isMoving,
  postureAt,
  stepPosture,
  upright,
} from '../../../resources/web/builtin/avatarkit/face/posture.js';
import { seededRandom } from '../../../resources/web/builtin/avatarkit/face/random.js';
import { isSpeaking, SILENT, stepSpeech } from '../../../resources/web/builtin/avatarkit/face/speech.js';
import { SILENCE } from '../../../resources/web/builtin/avatarkit/face/voice.js';

/** @typedef {import('../../../resources/web/builtin/avatarkit/face/animator.js').Situation} Situation */

const FRAMES = { start: 5, end: 40 };
const LOUD = { loudness: 0.9, first: 740, second: 1060, hiss: 0, hum: 0.05 };

/**
 * Runs the animation and returns every state.
 * @param {Partial<Situation>} situation
 * @param {number} seconds
 * @param {{from?: ReturnType<typeof atRest>, fps?: number, seed?: number}} [options]
 */
function animate(situation, seconds, { from, fps = 25, seed = 5 } = {}) {
  const random = seededRandom(seed);
  let state = from ?? atRest(0, random);
  const states = [];
  const start = state.now;
  for (let frame = 1; frame <= seconds * fps; frame++) {
    const now = start + (frame * 1000) / fps;
    state = stepAnimation(
      state,
      {
        mood: 'engaged',
        visitorSpeaks: false,
        voice: SILENCE,
        still: false,
        reducedMotion: false,
        ...situation,
        now,
      },
      FRAMES,
      random,
    );
    states.push(state);
  }
  return states;
}

test('eyes blink every few seconds, now and then twice, and are open between', () => {
  const random = seededRandom(2);
  let state = restedEyes(0, random);
  /** @type {number[]} */
  const starts = [];
  for (let now = 0; now < 600_000; now += 20) {
    const next = stepBlink(state, now, random);
    if (next !== state) starts.push(now);
    state = next;
  }
  const gaps = starts.slice(1).map((at, index) => at - starts[index]);
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  assert.ok(mean > 2500 && mean < 5000, `mean gap ${mean} ms`);
  assert.ok(
    gaps.every((gap) => gap >= BLINK_MS),
    'no blink begins within another',
  );
  assert.ok(
    gaps.some((gap) => gap < 500),
    'some blinks are double',
  );
  assert.ok(gaps.every((gap) => gap < 9000 + BLINK_MS + 20));
});

test('a lid falls faster than it rises and ends where it began', () => {
  const blink = { startedAt: 1000, nextAt: 9999 };
  assert.equal(lidClosure(blink, 999), 0);
  assert.equal(lidClosure(blink, 1100), 1);
  assert.ok(lidClosure(blink, 1060) > lidClosure(blink, 1000 + BLINK_MS - 60));
  assert.equal(lidClosure(blink, 1000 + BLINK_MS), 0);
});

test('a far look brings a blink, but not right after one', () => {
  assert.equal(blinkSoon({ startedAt: 0, nextAt: 5000 }, 3000).nextAt, 3000);
  assert.equal(blinkSoon({ startedAt: 2900, nextAt: 5000 }, 3000).nextAt, 5000);
});

test('eyes jump within 60 ms and then rest', () => {
  const random = seededRandom(4);
  const state = stepGaze({ ...straightAhead(0), nextAt: 100 }, 100, 'lobby', random);
  assert.deepEqual(gazeAt(state, 160), [...state.to]);
  assert.deepEqual(gazeAt(state, state.nextAt - 1), [...state.to]);
});

test('a listening avatar meets the eyes, a thinking one looks up, both stay in range', () => {
  const looks = (/** @type {'listening' | 'thinking' | 'lobby'} */ phase) => {
    const random = seededRandom(8);
    let state = straightAhead(0);
    const targets = [];
    for (let now = 0; now < 300_000; now += 50) {
      const next = stepGaze(state, now, phase, random);
      if (next !== state) targets.push(next.to);
      state = next;
    }
    return targets;
  };
  const away = (/** @type {readonly (readonly [number, number])[]} */ all) =>
    all.filter(([x]) => Math.abs(x) > 0.1).length / all.length;
  assert.ok(away(looks('listening')) < 0.25);
  assert.ok(away(looks('lobby')) > 0.3);
  const thinking = looks('thinking');
  assert.ok(thinking.reduce((sum, [, y]) => sum + y, 0) / thinking.length < -0.3);
  assert.ok([...thinking, ...looks('lobby')].every(([x, y]) => Math.abs(x) <= 1 && Math.abs(y) <= 1));
});

test('the head comes to rest, also when frames come late', () => {
  for (const seconds of [0.02, 0.12, 0.5]) {
    let state = { ...upright(0), target: /** @type {const} */ ([0.5, -0.3, 2]), nextAt: 1e9, nextNodAt: 1e9 };
    for (let now = 0; now < 4000; now += seconds * 1000) {
      state = {
        ...state,
        ...stepPosture(
          state,
          { now, seconds, phase: 'listening', visitorSpeaks: false, patience: 1, gaze: [0, 0] },
          seededRandom(1),
        ),
        target: /** @type {const} */ ([0.5, -0.3, 2]),
        nextNodAt: 1e9,
      };
      assert.ok(Math.abs(state.at[0]) < 0.6, `turn ${state.at[0]} at a step of ${seconds} s`);
    }
    assert.ok(Math.abs(state.at[0] - 0.5) < 0.02);
    assert.equal(isMoving(state, 4000), false);
  }
});

test('the head nods while the visitor speaks, and only then', () => {
  const nods = (/** @type {boolean} */ visitorSpeaks) =>
    new Set(animate({ visitorSpeaks }, 30).map((state) => state.posture.noddedAt)).size - 1;
  assert.ok(nods(true) >= 4);
  assert.equal(nods(false), 0);
});

test('emphasis lifts the head', () => {
  const state = upright(0);
  const at = (/** @type {number} */ emphasis) => postureAt(state, { now: 0, vigour: 0, emphasis }).nod;
  assert.ok(at(1) < at(0) - 0.1);
});

test('speaking begins within 5 frames and ends over 40, at 25 a second', () => {
  let speech = SILENT;
  for (let now = 40; now <= 200; now += 40) speech = stepSpeech(speech, now, 0.04, 0.8, FRAMES);
  assert.ok(Math.abs(speech.blend - 1) < 1e-9);
  const spoken = speech.heardAt;
  let now = spoken;
  while (isSpeaking(speech, now)) {
    now += 40;
    speech = stepSpeech(speech, now, 0.04, 0, FRAMES);
  }
  const endsAt = now;
  while (speech.blend > 1e-9) {
    now += 40;
    speech = stepSpeech(speech, now, 0.04, 0, FRAMES);
  }
  assert.ok(Math.abs(now - endsAt - 1600) <= 80, `ended after ${now - endsAt} ms`);
});

test('a breath between words is not the end of speaking; no transition means at once', () => {
  const speech = stepSpeech(SILENT, 1000, 0.04, 0.8, FRAMES);
  assert.equal(isSpeaking(stepSpeech(speech, 1300, 0.3, 0, FRAMES), 1300), true);
  assert.equal(stepSpeech(SILENT, 1000, 0.04, 0.8, { start: 0, end: 0 }).blend, 1);
});

test('a voice moves the lips and the phase; silence closes the mouth', () => {
  const talking = animate({ voice: LOUD }, 1);
  const last = talking[talking.length - 1];
  assert.equal(last.phase, 'speaking');
  assert.ok(last.pose.mouth.open > 0.5);
  const quiet = animate({}, 3, { from: last }).at(-1);
  assert.equal(quiet?.phase, 'listening');
  assert.ok((quiet?.pose.mouth.open ?? 1) < 0.01);
});

test('an idle avatar does not act on a voice, a thinking one looks away', () => {
  assert.equal(animate({ mood: 'idle', voice: LOUD }, 1).at(-1)?.phase, 'lobby');
  assert.equal(animate({ mood: 'thinking' }, 1).at(-1)?.phase, 'thinking');
});

test('the brows rise when the visitor speaks', () => {
  const raise = (/** @type {boolean} */ visitorSpeaks) =>
    animate({ visitorSpeaks }, 2).at(-1)?.pose.brows.raise ?? 0;
  assert.ok(raise(true) > raise(false) + 0.2);
});

test('with reduced motion the head and chest keep still while eyes and lips live', () => {
  const states = animate({ reducedMotion: true, voice: LOUD, visitorSpeaks: true }, 20);
  const settled = states.slice(50);
  assert.ok(settled.every(({ pose }) => Math.abs(pose.breath) < 0.02));
  assert.ok(new Set(settled.map(({ posture }) => posture.at.join())).size === 1);
  assert.ok(
    settled.some(({ pose }) => pose.lids < 0.2),
    'it blinks',
  );
  assert.ok(
    settled.some(({ pose }) => pose.mouth.open > 0.4),
    'it speaks',
  );
});

test('where frames are dear a resting face repeats its pose most of the time', () => {
  const states = animate({ mood: 'idle', still: true }, 120, { fps: 10 }).slice(100);
  const looks = states.map(({ pose }) =>
    JSON.stringify([pose.breath.toFixed(2), pose.turn.toFixed(2), pose.lids.toFixed(2), pose.gazeX]),
  );
  const changes = looks.filter((look, index) => index > 0 && look !== looks[index - 1]).length;
  assert.ok(changes < states.length * 0.2, `${changes} of ${states.length} frames differ`);
  assert.ok(changes > 20, 'and yet it lives');
});

test('no pose ever leaves its range', () => {
  for (const situation of /** @type {Partial<Situation>[]} */ ([
    { voice: LOUD, visitorSpeaks: true },
    { mood: 'idle' },
    { mood: 'thinking' },
  ])) {
    for (const { pose } of animate(situation, 60, { fps: 12, seed: 9 })) {
      assert.ok(
        Math.abs(pose.turn) < 1.3 && Math.abs(pose.nod) < 1.3 && Math.abs(pose.tilt) < 5,
        JSON.stringify(pose),
      );
      assert.ok(pose.lids >= 0 && pose.lids < 1.3);
      assert.ok(Math.abs(pose.breath) <= 1);
    }
  }
});

test('frames come as often as there is something to see', () => {
  const base = { software: true, moving: false, strain: 1 };
  const speaking = frameInterval({ ...base, phase: 'speaking' });
  const listening = frameInterval({ ...base, phase: 'listening' });
  const lobby = frameInterval({ ...base, phase: 'lobby' });
  assert.ok(speaking < listening && listening < lobby);
  assert.ok(1000 / speaking >= 20 && 1000 / speaking <= 25);
  assert.equal(frameInterval({ ...base, phase: 'lobby', moving: true }), listening);
  assert.ok(frameInterval({ ...base, software: false, phase: 'speaking' }) < speaking);
});

test('a strained machine gets fewer frames, but never less than five a second', () => {
  const speaking = { phase: /** @type {const} */ ('speaking'), software: true, moving: true };
  assert.ok(frameInterval({ ...speaking, strain: 2 }) > frameInterval({ ...speaking, strain: 1 }));
  assert.ok(frameInterval({ ...speaking, strain: 99 }) <= 200);
  let strain = 1;
  strain = nextStrain(strain, 45, 400);
  assert.ok(strain < 1.3, 'one late frame changes little');
  for (let frame = 0; frame < 100; frame++) strain = nextStrain(strain, 45, 180);
  assert.ok(strain > 2);
  for (let frame = 0; frame < 100; frame++) strain = nextStrain(strain, 45, 46);
  assert.ok(strain <= 1);
});
