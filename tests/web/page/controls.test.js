import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Controls } from '../../../resources/web/app/ui/controls.js';
import { Countdown } from '../../../resources/web/app/ui/countdown.js';
import { Texts } from '../../../resources/web/app/ui/texts.js';
import { FakeClock } from './support/fake-clock.js';
import { Posts } from './support/fakes.js';

/** As much of an element as the controls use. */
class FakeElement extends EventTarget {
  /** @type {Record<string, string>} */
  dataset = {};
  /** @type {Record<string, string>} */
  attributes = {};
  /** @type {FakeElement[]} */
  children = [];
  hidden = false;
  textContent = '';
  style = { setProperty: () => {} };
  ownerDocument = { createElement: () => new FakeElement() };

  /** @param {FakeElement[]} children */
  replaceChildren(...children) {
    this.children = children;
  }

  /** @param {FakeElement} other */
  contains(other) {
    return this.children.includes(other);
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  setAttribute(name, value) {
    this.attributes[name] = value;
  }

  /**
   * @param {string} name
   * @param {boolean} on
   */
  toggleAttribute(name, on) {
    if (on) {
      this.attributes[name] = '';
    } else {
      delete this.attributes[name];
    }
  }
}

/** @type {FakeClock} */
let clock;
/** @type {Posts} */
let posts;
/** @type {Record<string, FakeElement>} */
let elements;
/** @type {{screen: string, speak: () => void}} */
let screens;
/** @type {Texts} */
let texts;
/** @type {Controls} */
let controls;

beforeEach(async () => {
  clock = new FakeClock();
  posts = new Posts();
  const names = ['root', 'start', 'stop', 'languages', 'countdown', 'ring', 'seconds'];
  elements = Object.fromEntries(names.map((name) => [name, new FakeElement()]));
  screens = { screen: 'idle', speak: () => {} };
  texts = new Texts(async (language) => ({ language }), posts.log);
  await texts.use(['de', 'en']);
  controls = new Controls({
    elements: /** @type {any} */ (elements),
    screens: /** @type {any} */ (screens),
    texts,
    post: posts.post,
    clock,
    onTouch: () => {},
  });
  controls.listen();
  controls.offerLanguages();
});

/** @param {string} screen */
function show(screen) {
  screens.screen = screen;
  controls.screenChanged();
}

/** A finger on the screen: the click reaches the button under it and then the whole screen. @param {string} [on] */
function tap(on) {
  if (on) {
    elements[on]?.dispatchEvent(new Event('click'));
  }
  elements.root?.dispatchEvent(new Event('click'));
}

const intents = () => posts.of('intent').map(({ action, language }) => [action, language]);

test('taps in quick succession start one session and do not end it again', async () => {
  tap();
  await clock.advance(120);
  tap();
  show('connecting');
  await clock.advance(120);
  tap('stop');
  assert.deepEqual(intents(), [['start', 'de']]);
});

test('a considered tap on the end button ends the session', async () => {
  show('live');
  await clock.advance(2000);
  tap('stop');
  assert.deepEqual(intents(), [['stop', null]]);
});

test('the tap that said goodbye does not start the next session', async () => {
  show('live');
  await clock.advance(2000);
  tap('stop');
  show('ending');
  await clock.advance(100);
  tap();
  assert.deepEqual(intents(), [['stop', null]]);
});

test('nothing starts where nobody is invited', async () => {
  for (const screen of ['live', 'recovering', 'ending', 'offline', 'closed', 'faulted']) {
    show(screen);
    await clock.advance(2000);
    tap();
  }
  assert.deepEqual(intents(), []);
});

test('a chosen language is spoken and goes with the start', () => {
  elements.languages?.children[1]?.dispatchEvent(new Event('click'));
  assert.equal(texts.language, 'en');
  tap();
  assert.deepEqual(intents(), [['start', 'en']]);
});

test('choosing a language is not yet a start', () => {
  const button = elements.languages?.children[1];
  const event = new Event('click');
  Object.defineProperty(event, 'target', { value: button });
  elements.root?.dispatchEvent(event);
  assert.deepEqual(intents(), []);
});

test('a language chosen and left alone is not the next visitor’s', async () => {
  elements.languages?.children[1]?.dispatchEvent(new Event('click'));
  await clock.advance(45_000);
  assert.equal(texts.language, 'de');
});

test('the goodbye is said in the visitor’s language, the next greeting in the site’s', () => {
  texts.choose('en');
  show('ending');
  assert.equal(texts.language, 'en');
  show('idle');
  assert.equal(texts.language, 'de');
});

test('a site of one language offers no choice', async () => {
  await texts.use(['de']);
  controls.offerLanguages();
  assert.equal(elements.languages?.hidden, true);
});

test('the countdown counts by itself and leaves nothing running', async () => {
  const countdown = new Countdown(/** @type {any} */ (elements), clock);
  countdown.show(12.4);
  assert.equal(elements.seconds?.textContent, '13');
  await clock.advance(5000);
  assert.equal(elements.seconds?.textContent, '8');
  await clock.advance(20_000);
  assert.equal(elements.seconds?.textContent, '0');
  countdown.show(null);
  assert.equal(elements.countdown?.hidden, true);
  assert.equal(clock.waiting, 0);
});
