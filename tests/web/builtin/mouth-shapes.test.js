import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  approach,
  articulationFor,
  CONSONANTS,
  nearestVowel,
  REST,
  VOWELS,
} from '../../../resources/web/builtin/avatarkit/face/mouth-shapes.js';
import { seededRandom } from '../../../resources/web/builtin/avatarkit/face/random.js';
import { loudnessOf, SILENCE, voiceFeatures } from '../../../resources/web/builtin/avatarkit/face/voice.js';
import { mouthGeometry } from '../../../resources/web/builtin/avatarkit/paint/mouth-geometry.js';
import { FORMANTS, hiss, SAMPLE_RATE, spectrum, vowel } from './support/vowels.js';

/** @param {Float32Array} wave */
const featuresOf = (wave) => voiceFeatures(spectrum(wave), wave, SAMPLE_RATE);
/** @param {keyof typeof FORMANTS} name @param {number} [level] */
const spoken = (name, level = 0.4) => articulationFor(featuresOf(vowel(FORMANTS[name], level)));

test('an /a/ opens the mouth further than an /i/ or /u/', () => {
  const { open } = spoken('a');
  assert.ok(open > 0.6, `/a/ opens by ${open}`);
  assert.ok(open > 1.8 * spoken('i').open);
  assert.ok(open > 1.8 * spoken('u').open);
});

test('an /i/ is wide and shows teeth, a /u/ is round and shows none', () => {
  const [i, u] = [spoken('i'), spoken('u')];
  assert.ok(i.spread > 0.4, `/i/ spreads by ${i.spread}`);
  assert.ok(u.spread < -0.5, `/u/ spreads by ${u.spread}`);
  assert.ok(i.teeth > 0.3 && u.teeth < 0.1);
});

test('an /o/ is round but more open than a /u/; an /e/ is wide but more open than an /i/', () => {
  assert.ok(spoken('o').spread < -0.4);
  assert.ok(spoken('o').open > spoken('u').open);
  assert.ok(spoken('e').spread > 0.2);
  assert.ok(spoken('e').open > spoken('i').open);
});

test('the pitch of the voice does not change the shape', () => {
  for (const pitch of [100, 160, 220]) {
    assert.ok(
      ['ah', 'aw', 'ae'].includes(nearestVowel(featuresOf(vowel(FORMANTS.a, 0.4, pitch)))),
      `/a/ at ${pitch} Hz`,
    );
    assert.equal(nearestVowel(featuresOf(vowel(FORMANTS.i, 0.4, pitch))), 'ee', `/i/ at ${pitch} Hz`);
  }
});

test('openness follows loudness', () => {
  const openness = [0.002, 0.01, 0.05, 0.2, 0.6].map((level) => spoken('a', level).open);
  for (let index = 1; index < openness.length; index++) {
    assert.ok(openness[index] >= openness[index - 1], `${openness}`);
  }
  assert.ok(openness[4] > 3 * openness[0]);
});

test('hiss shows the teeth, a hum closes the lips, silence rests', () => {
  assert.ok(articulationFor(featuresOf(hiss(0.3))).teeth > 0.6);
  const hum = articulationFor({ loudness: 0.6, first: 280, second: 1100, hiss: 0, hum: 0.85 });
  assert.ok(hum.press > 0.7 && hum.open < 0.1);
  assert.deepEqual(articulationFor(SILENCE), REST);
});

test('there are at least nine different mouths', () => {
  const shapes = [...Object.values(VOWELS).map((each) => each.shape), ...Object.values(CONSONANTS), REST];
  assert.ok(
    new Set(shapes.map((shape) => JSON.stringify(mouthGeometry({ ...shape, smile: 0 }, 29)))).size >= 9,
  );
});

test('whatever is heard, every number of the mouth stays in its range', () => {
  const random = seededRandom(1);
  for (let run = 0; run < 2000; run++) {
    const shape = articulationFor({
      loudness: random(),
      first: random() * 1000,
      second: random() * 3200,
      hiss: random(),
      hum: random(),
    });
    for (const [name, value] of Object.entries(shape)) {
      assert.ok(value >= (name === 'spread' ? -1.001 : -0.001) && value <= 1.001, `${name} = ${value}`);
    }
  }
});

test('lips approach their target without overshoot, however late the frame', () => {
  const wide = VOWELS.ah.shape;
  let lips = REST;
  for (const seconds of [0.02, 0.05, 0.4, 2]) {
    const next = approach(lips, wide, seconds);
    assert.ok(next.open > lips.open && next.open <= wide.open);
    lips = next;
  }
  assert.ok(Math.abs(lips.open - wide.open) < 0.01);
});

test('the drawn opening grows with the jaw, rounding narrows, pressing thins', () => {
  const height = (/** @type {number} */ open) => {
    const { innerTop, innerBottom } = mouthGeometry({ ...REST, open, smile: 0.5 }, 29);
    return innerBottom - innerTop;
  };
  assert.ok(height(0) < 0.5 && height(0.5) > 8 && height(1) > height(0.5));
  const rest = mouthGeometry({ ...REST, smile: 0 }, 29);
  assert.ok(mouthGeometry({ ...REST, spread: -1, smile: 0 }, 29).half < 0.7 * rest.half);
  assert.ok(mouthGeometry({ ...REST, spread: 1, smile: 0 }, 29).half > 1.1 * rest.half);
  const pressed = mouthGeometry({ ...REST, press: 1, smile: 0 }, 29);
  assert.ok(pressed.outerBottom - pressed.outerTop < 0.7 * (rest.outerBottom - rest.outerTop));
});

test('loudness is 0 in silence, 1 at full level, and does not depend on the sign', () => {
  assert.equal(loudnessOf(new Float32Array(64)), 0);
  assert.equal(loudnessOf(new Float32Array(64).fill(1)), 1);
  assert.equal(loudnessOf(new Float32Array(64).fill(0.05)), loudnessOf(new Float32Array(64).fill(-0.05)));
});
