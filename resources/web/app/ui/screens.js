/** @import { Appearance, Present, Screen } from '../protocol.js' */
/** @import { CaptionUpdate } from '../watch.js' */
/** @import { Clock } from '../clock.js' */
/** @import { Elements } from './elements.js' */
/** @import { Texts } from './texts.js' */

import { CaptionBoard } from '../captions.js';
import { applyAppearance } from './appearance.js';
import { ClockFace } from './clock-face.js';
import { Countdown } from './countdown.js';
import { Meter } from './meter.js';

/** Sentences that Python may send for the warning before the end; otherwise the visitor is asked whether they are there. */
const WARNINGS = new Set(['idle_warning', 'max_warning']);
/** Screens that may name somebody to call. */
const HELPLESS = new Set(['offline', 'faulted']);

/** Everything the visitor sees besides the avatar. */
export class Screens {
  #elements;
  #texts;
  #face;
  #countdown;
  #meter;
  #board = new CaptionBoard();
  /** @type {Present|null} */
  #present = null;
  #contact = '';
  #captions = true;

  /**
   * @param {Elements} elements
   * @param {Texts} texts
   * @param {Clock} clock
   */
  constructor(elements, texts, clock) {
    this.#elements = elements;
    this.#texts = texts;
    this.#face = new ClockFace(elements.clock, clock);
    this.#countdown = new Countdown(elements, clock);
    this.#meter = new Meter(elements.meter);
  }

  /** @returns {Screen} */
  get screen() {
    return this.#present?.screen ?? 'starting';
  }

  start() {
    this.#face.start();
  }

  /** @param {Appearance} appearance */
  dress(appearance) {
    applyAppearance(this.#elements, appearance);
    this.#contact = appearance.contact;
    this.#captions = appearance.captions;
    this.#elements.captions.hidden = !appearance.captions;
    this.speak();
  }

  /** @param {Present} present */
  show(present) {
    const { root, panel } = this.#elements;
    if (present.screen !== this.screen) {
      panel.classList.remove('arriving');
      // Reading the layout between the two makes the arrival play again.
      void panel.offsetWidth;
      panel.classList.add('arriving');
    }
    if (present.attempt !== this.#present?.attempt && present.screen !== 'recovering') {
      this.#board.clear();
    }
    this.#present = present;
    root.dataset.screen = present.screen;
    root.dataset.agent = present.agentState ?? '';
    this.#countdown.show(present.screen === 'live' ? present.endsIn : null);
    this.speak();
  }

  /** Writes all sentences anew, in the language spoken now. */
  speak() {
    const { root, privacy, startLabel, stopLabel, stay, warning } = this.#elements;
    const texts = this.#texts;
    const sentence = this.#present?.sentence ?? this.screen;
    // The attribute chooses the dictionary for hyphenation, too.
    root.lang = texts.language;
    this.#face.speak(texts.language);
    privacy.textContent = texts.say('privacy');
    startLabel.textContent = texts.say('tap_to_talk');
    stopLabel.textContent = texts.say(this.screen === 'connecting' ? 'cancel' : 'end');
    stay.textContent = texts.say('continue');
    warning.textContent = texts.say(WARNINGS.has(sentence) ? sentence : 'idle_warning');
    stay.hidden = sentence === 'max_warning';
    this.#speakMessage(sentence);
    this.#speakHearing();
    this.#drawCaptions();
  }

  /** @param {number} progress  of loading the avatar, 0..1 */
  loading(progress) {
    const { root, progress: bar } = this.#elements;
    root.toggleAttribute('data-loading', progress < 1);
    /** @type {HTMLElement} */ (bar.firstElementChild).style.transform = `scaleX(${progress.toFixed(3)})`;
  }

  /** @param {number} level  the visitor's voice, RMS 0..1 */
  hear(level) {
    if (this.screen === 'live') {
      this.#meter.push(level);
    }
  }

  /** @param {CaptionUpdate} update */
  caption(update) {
    if (this.#captions) {
      this.#board.put(update);
      this.#drawCaptions();
    }
  }

  /** @param {string} sentence */
  #speakMessage(sentence) {
    const { headline, detail, contact } = this.#elements;
    const texts = this.#texts;
    const state = this.screen === 'live' ? this.#present?.agentState : null;
    const known = state ? texts.find(`agent_${state}`) : null;
    headline.textContent = known ?? texts.find(sentence) ?? texts.say(this.screen);
    const more = this.screen === 'live' ? null : texts.find(`${sentence}_detail`);
    detail.textContent = more;
    detail.hidden = !more;
    const helper = HELPLESS.has(this.screen) && this.#contact !== '';
    contact.textContent = helper ? texts.say('contact', { contact: this.#contact }) : '';
    contact.hidden = !helper;
  }

  #speakHearing() {
    const { hearing, hearingNote } = this.#elements;
    const state = this.#present?.microphone ?? 'off';
    hearing.dataset.microphone = state;
    hearingNote.textContent = this.#texts.say(`microphone_${state}`);
  }

  #drawCaptions() {
    const { captions } = this.#elements;
    const lines = this.#board.lines;
    while (captions.children.length > lines.length) {
      captions.lastElementChild?.remove();
    }
    lines.forEach((line, index) => {
      const item = /** @type {HTMLElement} */ (
        captions.children[index] ?? captions.appendChild(captions.ownerDocument.createElement('li'))
      );
      item.dataset.speaker = line.speaker;
      item.dataset.name = `${this.#texts.say(`caption_${line.speaker}`)}:`;
      if (item.textContent !== line.text) {
        item.textContent = line.text;
      }
    });
    captions.toggleAttribute('data-long', captions.scrollHeight > captions.clientHeight + 1);
    captions.scrollTop = captions.scrollHeight;
  }
}
