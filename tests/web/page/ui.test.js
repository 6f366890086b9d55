import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contrast, parseHex, textOn, visibleAccent } from '../../../resources/web/app/ui/colour.js';
import { loudnessShare } from '../../../resources/web/app/ui/meter.js';
import { Texts } from '../../../resources/web/app/ui/texts.js';
import { Posts } from './support/fakes.js';

const LOCALES = /** @type {Record<string, Record<string, string>>} */ ({
  en: { language: 'English', idle: 'Hello', contact: 'Please contact {contact}.' },
  de: { language: 'Deutsch', idle: 'Guten Tag' },
});

async function createTexts(/** @type {string[]} */ ...languages) {
  const posts = new Posts();
  const texts = new Texts(async (language) => {
    const sentences = LOCALES[language];
    if (!sentences) {
      throw new Error('404');
    }
    return sentences;
  }, posts.log);
  await texts.use(languages);
  return { texts, posts };
}

test('the site’s first language is spoken until a visitor chooses, and again afterwards', async () => {
  const { texts } = await createTexts('de', 'en');
  assert.equal(texts.say('idle'), 'Guten Tag');
  texts.choose('en');
  assert.equal(texts.say('idle'), 'Hello');
  texts.reset();
  assert.equal(texts.say('idle'), 'Guten Tag');
});

test('a region is served by its language', async () => {
  const { texts } = await createTexts('de-CH');
  assert.equal(texts.say('idle'), 'Guten Tag');
  assert.equal(texts.language, 'de-CH');
});

test('a language without sentences is left out, and English stands in when none is left', async () => {
  const { texts, posts } = await createTexts('xx');
  assert.deepEqual(texts.languages, ['en']);
  assert.equal(texts.say('idle'), 'Hello');
  assert.match(posts.lines.join(), /language "xx"/);
});

test('a sentence that a language lacks is said in English; a key is never shown', async () => {
  const { texts, posts } = await createTexts('de');
  assert.equal(texts.say('contact', { contact: 'den Empfang' }), 'Please contact den Empfang.');
  assert.equal(texts.say('no_such_sentence'), '');
  assert.match(posts.lines.join(), /no_such_sentence/);
});

test('a language that the site does not have cannot be chosen', async () => {
  const { texts } = await createTexts('de');
  texts.choose('en');
  assert.equal(texts.language, 'de');
});

test('text on the accent is readable, whatever the accent', () => {
  for (const accent of ['#2f6fed', '#ffd400', '#ffffff', '#000000', '#e2725b', '#0a7', '#777777']) {
    const background = parseHex(accent);
    assert.ok(background, accent);
    const text = /** @type {[number, number, number]} */ (textOn(background).match(/\d+/g)?.map(Number));
    assert.ok(contrast(background, text) >= 4, `${accent}: ${contrast(background, text)}`);
  }
});

test('a mark in the accent can be seen on either theme', () => {
  const ground = { dark: /** @type {const} */ ([16, 20, 29]), light: /** @type {const} */ ([239, 232, 222]) };
  for (const accent of ['#2f6fed', '#101010', '#ffffff', '#ffd400']) {
    for (const theme of /** @type {const} */ (['dark', 'light'])) {
      const rgb = parseHex(accent);
      assert.ok(rgb);
      const seen = /** @type {[number, number, number]} */ (
        visibleAccent(rgb, theme).match(/\d+/g)?.map(Number)
      );
      assert.ok(contrast(seen, ground[theme]) >= 4, `${accent} ${theme}: ${contrast(seen, ground[theme])}`);
    }
  }
});

test('a colour that is not hexadecimal is not guessed at', () => {
  assert.equal(parseHex('teal'), null);
});

test('the meter is still in silence, half up for speech, full for a shout', () => {
  assert.equal(loudnessShare(0), 0);
  assert.ok(loudnessShare(0.03) > 0.4 && loudnessShare(0.03) < 0.8);
  assert.equal(loudnessShare(1), 1);
});
