/** @import { Post } from '../protocol.js' */
/** @import { Clock } from '../clock.js' */
/** @import { Elements } from './elements.js' */
/** @import { Screens } from './screens.js' */
/** @import { Texts } from './texts.js' */

/** A second tap of a double tap must not press what the first one brought up. */
const SETTLE_MS = 700;
/** A language chosen and left alone is not the next visitor's. */
const LANGUAGE_MS = 45_000;

/** Screens that a tap anywhere on leads into a conversation; one that comes a moment early is kept by Python. */
const INVITING = new Set(['starting', 'idle']);

/** Screens that belong to one visitor, in their language; all others are for everybody. */
const OCCUPIED = new Set(['connecting', 'live', 'recovering', 'ending']);

/** Turns touches into the visitor's wishes. */
export class Controls {
  #elements;
  #screens;
  #texts;
  #post;
  #clock;
  #onTouch;
  #settledAt = 0;
  /** @type {unknown} */
  #languageTimer = null;

  /**
   * @param {object} parts
   * @param {Elements} parts.elements
   * @param {Screens} parts.screens
   * @param {Texts} parts.texts
   * @param {Post} parts.post
   * @param {Clock} parts.clock
   * @param {() => void} parts.onTouch  somebody touches the screen
   */
  constructor({ elements, screens, texts, post, clock, onTouch }) {
    this.#elements = elements;
    this.#screens = screens;
    this.#texts = texts;
    this.#post = post;
    this.#clock = clock;
    this.#onTouch = onTouch;
  }

  listen() {
    const { root, start, stop } = this.#elements;
    root.addEventListener('pointerdown', () => this.#onTouch(), { capture: true });
    // The whole idle screen is the button: nobody should have to aim.
    root.addEventListener('click', (event) => {
      if (INVITING.has(this.#screens.screen) && !this.#isLanguage(event.target)) {
        this.#start();
      }
    });
    start.addEventListener('keydown', (event) => event.repeat && event.preventDefault());
    stop.addEventListener('click', () => this.#stop());
  }

  /** Another screen is up; what was under the finger is something else now. */
  screenChanged() {
    if (!INVITING.has(this.#screens.screen)) {
      this.#settledAt = this.#clock.now() + SETTLE_MS;
    }
    if (!OCCUPIED.has(this.#screens.screen)) {
      this.#speakDefault();
    }
  }

  /** Draws one button for each language, if there is a choice. */
  offerLanguages() {
    const { languages } = this.#elements;
    const offered = this.#texts.languages;
    const buttons = offered.map((language) => {
      const button = languages.ownerDocument.createElement('button');
      button.type = 'button';
      button.lang = language;
      button.dataset.language = language;
      button.textContent = this.#texts.find('language', {}, language);
      button.addEventListener('click', () => this.#choose(language));
      return button;
    });
    languages.replaceChildren(...buttons);
    languages.hidden = offered.length < 2;
    this.#markLanguage();
  }

  #start() {
    if (this.#settled()) {
      this.#settledAt = this.#clock.now() + SETTLE_MS;
      this.#post({ type: 'intent', action: 'start', language: this.#texts.language });
    }
  }

  #stop() {
    if (this.#settled()) {
      this.#post({ type: 'intent', action: 'stop', language: null });
    }
  }

  #settled() {
    return this.#clock.now() >= this.#settledAt;
  }

  /** @param {string} language */
  #choose(language) {
    this.#texts.choose(language);
    this.#screens.speak();
    this.#markLanguage();
    this.#clock.cancel(this.#languageTimer);
    this.#languageTimer = this.#clock.after(() => {
      if (this.#screens.screen === 'idle') {
        this.#speakDefault();
      }
    }, LANGUAGE_MS);
  }

  #speakDefault() {
    this.#texts.reset();
    this.#screens.speak();
    this.#markLanguage();
  }

  #markLanguage() {
    for (const button of /** @type {Iterable<HTMLElement>} */ (this.#elements.languages.children)) {
      button.setAttribute('aria-pressed', String(button.dataset.language === this.#texts.language));
    }
  }

  /** @param {EventTarget|null} target */
  #isLanguage(target) {
    return this.#elements.languages.contains(/** @type {Node|null} */ (target));
  }
}
