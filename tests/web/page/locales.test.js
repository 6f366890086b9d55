import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const ROOT = new URL('../../../', import.meta.url);
const LOCALES = new URL('resources/web/locales/', ROOT);

/** @param {string} file */
const read = (file) =>
  /** @type {Record<string, string>} */ (JSON.parse(readFileSync(new URL(file, LOCALES), 'utf8')));

const english = read('en.json');
const files = readdirSync(LOCALES).filter((name) => name.endsWith('.json'));

/**
 * The words of an enumeration in Python.
 * @param {string} path
 * @param {string} name
 */
function pythonEnum(path, name) {
  const source = readFileSync(new URL(path, ROOT), 'utf8');
  const body = source.split(`class ${name}(StrEnum):`)[1]?.split(/\n(?=class |@|_[A-Z])/)[0] ?? '';
  const words = [...body.matchAll(/^ {4}[A-Z_]+ = "([a-z_]+)"/gm)].map((match) => match[1]);
  assert.ok(words.length > 3, `${name} was not found in ${path}`);
  return words;
}

test('English and German are there', () => {
  assert.ok(files.includes('en.json') && files.includes('de.json'));
});

for (const file of files) {
  test(`${file} has every sentence, none empty, none unknown`, () => {
    const sentences = read(file);
    assert.deepEqual(Object.keys(sentences).sort(), Object.keys(english).sort());
    for (const [key, sentence] of Object.entries(sentences)) {
      assert.ok(sentence.trim().length > 0, key);
    }
  });

  test(`${file} fills the same places as English`, () => {
    const places = (/** @type {string} */ text) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
    for (const [key, sentence] of Object.entries(read(file))) {
      assert.deepEqual(places(sentence), places(english[key] ?? ''), key);
    }
  });
}

test('there is a sentence for every screen', () => {
  for (const screen of pythonEnum('kiosk/session/messages.py', 'Screen')) {
    assert.ok(screen && english[screen], screen);
  }
});

test('there is a sentence for every reason a visitor may be told', () => {
  for (const reason of pythonEnum('kiosk/session/model.py', 'Reason')) {
    assert.ok(reason && english[reason], reason);
  }
});

test('every sentence the page says by name exists', () => {
  const screens = readFileSync(new URL('resources/web/app/ui/screens.js', ROOT), 'utf8');
  const keys = [...screens.matchAll(/say\('([a-z_]+)'/g)].map((match) => match[1]);
  assert.ok(keys.length > 3);
  for (const key of keys) {
    assert.ok(key && english[key], key);
  }
});

test('no sentence speaks of technology', () => {
  for (const file of files) {
    for (const [key, sentence] of Object.entries(read(file))) {
      assert.doesNotMatch(sentence, /server|token|livekit|error|fehler|renderer|https?/i, `${file}: ${key}`);
    }
  }
});
