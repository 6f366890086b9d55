/**
 * From sound to lips: thirteen mouth shapes, blended by how well each explains the sound.
 *
 * @typedef {import('../paint/mouth-geometry.js').MouthShape} MouthShape
 * @typedef {import('./voice.js').VoiceFeatures} VoiceFeatures
 * @typedef {Readonly<Omit<MouthShape, 'smile'>>} Articulation
 * @typedef {{sound: readonly [number, number], shape: Articulation}} Vowel `sound` is where it lies in first and second
 *   centre of gravity (Hz), between textbook formants and espeak-ng's voices
 */

/**
 * @param {Partial<Articulation>} parts
 * @returns {Articulation}
 */
const shape = (parts) =>
  Object.freeze({ open: 0, spread: 0, press: 0, teeth: 0, tuck: 0, tongue: 0, ...parts });

export const REST = shape({});

/** @type {Readonly<Record<string, Vowel>>} */
export const VOWELS = Object.freeze({
  ah: { sound: [740, 1060], shape: shape({ open: 1, spread: 0.12 }) },
  aw: { sound: [620, 960], shape: shape({ open: 0.74, spread: -0.45 }) },
  oh: { sound: [520, 1080], shape: shape({ open: 0.5, spread: -0.78 }) },
  oo: { sound: [335, 1050], shape: shape({ open: 0.24, spread: -1 }) },
  uh: { sound: [560, 1600], shape: shape({ open: 0.46, teeth: 0.1 }) },
  ae: { sound: [690, 1720], shape: shape({ open: 0.78, spread: 0.45, teeth: 0.2 }) },
  eh: { sound: [460, 2120], shape: shape({ open: 0.44, spread: 0.62, teeth: 0.3 }) },
  ee: { sound: [300, 2420], shape: shape({ open: 0.22, spread: 0.95, teeth: 0.6 }) },
});

/** Shapes that are not told by resonances but by hiss and hum. */
export const CONSONANTS = Object.freeze({
  m: shape({ press: 1 }),
  n: shape({ open: 0.16, spread: 0.15, teeth: 0.2, tongue: 0.9 }),
  s: shape({ open: 0.08, spread: 0.4, teeth: 0.95 }),
  f: shape({ open: 0.14, spread: 0.1, teeth: 0.4, tuck: 1 }),
});

const FIRST_SPREAD = 0.2;
const SECOND_SPREAD = 0.24;

/**
 * @param {VoiceFeatures} voice
 * @returns {Articulation} the shape this very sound asks for
 */
export function articulationFor(voice) {
  if (voice.loudness <= 0.02) return REST;
  const effort = Math.min(1, voice.loudness * 1.15);
  const hiss = ramp(0.32, 0.7, voice.hiss);
  const quietHiss = hiss * (1 - ramp(0.3, 0.6, voice.loudness));
  // /m/ and a high /u/ sound alike but for the strength: closed lips let little out.
  const hum =
    (1 - hiss) *
    ramp(0.5, 0.78, voice.hum) *
    (1 - ramp(1500, 2000, voice.second)) *
    (1 - ramp(0.7, 0.92, voice.loudness));
  const nasal = hum * ramp(1150, 1500, voice.second);
  const voiced = 1 - hiss - hum;
  const vowel = scaled(vowelMix(voice), 0.22 + 0.78 * effort, ramp(0.03, 0.25, voice.loudness));
  return sum([
    [voiced, vowel],
    [hiss - quietHiss, CONSONANTS.s],
    [quietHiss, CONSONANTS.f],
    [hum - nasal, CONSONANTS.m],
    [nasal, CONSONANTS.n],
  ]);
}

/**
 * The name of the vowel or consonant group that explains the sound best; for tests and diagnosis.
 * @param {VoiceFeatures} voice
 * @returns {string}
 */
export function nearestVowel(voice) {
  return Object.entries(VOWELS).reduce(
    (best, [name, vowel]) =>
      likeness(vowel, voice) > best.likeness ? { name, likeness: likeness(vowel, voice) } : best,
    { name: 'uh', likeness: 0 },
  ).name;
}

/**
 * Lips have mass: they open faster than they close, and change width more slowly than they open.
 * @param {Articulation} from
 * @param {Articulation} to
 * @param {number} seconds since `from`
 * @returns {Articulation}
 */
export function approach(from, to, seconds) {
  const toward = (
    /** @type {keyof Articulation} */ key,
    /** @type {number} */ rise,
    /** @type {number} */ fall,
  ) => from[key] + (to[key] - from[key]) * (1 - Math.exp(-seconds / (to[key] > from[key] ? rise : fall)));
  return {
    open: toward('open', 0.038, 0.07),
    spread: toward('spread', 0.07, 0.07),
    press: toward('press', 0.03, 0.05),
    teeth: toward('teeth', 0.045, 0.07),
    tuck: toward('tuck', 0.045, 0.06),
    tongue: toward('tongue', 0.045, 0.06),
  };
}

/**
 * @param {VoiceFeatures} voice
 * @returns {Articulation}
 */
function vowelMix(voice) {
  const weighted = Object.values(VOWELS).map(
    (vowel) => /** @type {[number, Articulation]} */ ([likeness(vowel, voice), vowel.shape]),
  );
  const total = weighted.reduce((all, [weight]) => all + weight, 0);
  return sum(weighted.map(([weight, each]) => [weight / total, each]));
}

/**
 * @param {Vowel} vowel
 * @param {VoiceFeatures} voice
 */
function likeness(vowel, voice) {
  const first = Math.log(Math.max(voice.first, 100) / vowel.sound[0]) / FIRST_SPREAD;
  const second = Math.log(Math.max(voice.second, 100) / vowel.sound[1]) / SECOND_SPREAD;
  // The small rest keeps the sum above zero for sounds far from every vowel.
  return Math.exp(-(first * first + second * second)) + 1e-6;
}

/**
 * @param {Articulation} each
 * @param {number} openness factor on the jaw
 * @param {number} rest factor on everything else
 * @returns {Articulation}
 */
function scaled(each, openness, rest) {
  return {
    open: each.open * openness * rest,
    spread: each.spread * rest,
    press: each.press * rest,
    teeth: each.teeth * rest,
    tuck: each.tuck * rest,
    tongue: each.tongue * rest,
  };
}

/**
 * @param {readonly (readonly [number, Articulation])[]} weighted
 * @returns {Articulation}
 */
function sum(weighted) {
  const total = (/** @type {keyof Articulation} */ key) =>
    weighted.reduce((all, [weight, each]) => all + weight * each[key], 0);
  return {
    open: total('open'),
    spread: total('spread'),
    press: total('press'),
    teeth: total('teeth'),
    tuck: total('tuck'),
    tongue: total('tongue'),
  };
}

/**
 * @param {number} from
 * @param {number} to
 * @param {number} value
 * @returns {number} 0 up to `from`, 1 beyond `to`, smooth between
 */
export function ramp(from, to, value) {
  const t = Math.min(Math.max((value - from) / (to - from), 0), 1);
  return t * t * (3 - 2 * t);
}
