/** @import { Log } from '../protocol.js' */

import { describeError } from '../errors.js';

/** The language that has every sentence; it fills the gaps of the others. */
const COMPLETE = 'en';

/** @typedef {Readonly<Record<string, string>>} Sentences */

/**
 * Fetches one language's sentences.
 * @callback LoadSentences
 * @param {string} language
 * @returns {Promise<Sentences>}
 */

/** @type {LoadSentences} */
export async function fetchSentences(language) {
  const answer = await fetch(new URL(`../../locales/${encodeURIComponent(language)}.json`, import.meta.url));
  if (!answer.ok) {
    throw new Error(`no locale file for ${language}`);
  }
  return answer.json();
}

/** Every sentence a visitor reads, in the languages of this site. */
export class Texts {
  #load;
  #log;
  /** @type {Map<string, Sentences>} */
  #sentences = new Map();
  /** @type {string[]} */
  #languages = [COMPLETE];
  /** What a visitor has chosen. @type {string|null} */
  #chosen = null;

  /**
   * @param {LoadSentences} load
   * @param {Log} log
   */
  constructor(load, log) {
    this.#load = load;
    this.#log = log;
  }

  /** @returns {string} the language spoken now, as the site wrote it */
  get language() {
    return this.#chosen ?? this.#languages[0] ?? COMPLETE;
  }

  /** @returns {readonly string[]} the site's languages that there are sentences for, its own first */
  get languages() {
    return this.#languages;
  }

  /**
   * Loads the site's languages; one without a file is left out. The first is spoken until a visitor chooses.
   * @param {readonly string[]} languages
   */
  async use(languages) {
    const wanted = [...new Set([...languages, COMPLETE])];
    await Promise.all(wanted.map((language) => this.#fetch(language)));
    const usable = languages.filter((language) => this.#sentences.has(language));
    this.#languages = usable.length > 0 ? usable : [COMPLETE];
    if (this.#chosen !== null && !this.#languages.includes(this.#chosen)) {
      this.reset();
    }
  }

  /** @param {string} language */
  choose(language) {
    if (this.#languages.includes(language)) {
      this.#chosen = language;
    }
  }

  /** Back to the site's own language. */
  reset() {
    this.#chosen = null;
  }

  /**
   * @param {string} key
   * @param {Readonly<Record<string, string>>} [values]  for the places in braces
   * @param {string} [language]
   * @returns {string|null} nothing if no language knows the key
   */
  find(key, values = {}, language = this.language) {
    const sentence = this.#sentences.get(language)?.[key] ?? this.#sentences.get(COMPLETE)?.[key];
    return sentence?.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '') ?? null;
  }

  /**
   * @param {string} key
   * @param {Readonly<Record<string, string>>} [values]
   * @returns {string} empty if no language knows the key: a visitor never reads a key
   */
  say(key, values = {}) {
    const sentence = this.find(key, values);
    // Before the first language has come everything is missing; what is said then is said again with it.
    if (sentence === null && this.#sentences.size > 0) {
      this.#log('warning', `no sentence "${key}"`);
    }
    return sentence ?? '';
  }

  /** @param {string} language  `de-CH` is served by `de` where it has no file of its own */
  async #fetch(language) {
    if (this.#sentences.has(language)) {
      return;
    }
    const [base = language] = language.split('-');
    for (const name of new Set([language, base])) {
      try {
        this.#sentences.set(language, await this.#load(name));
        return;
      } catch (error) {
        this.#log('debug', `locale ${name}: ${describeError(error).message}`);
      }
    }
    this.#log('warning', `there are no sentences in language "${language}"`);
  }
}
