/**
 * Loading avatars: fetches a character's files and lights its surfaces.
 *
 * @typedef {import('./character.js').Character} Character
 *
 * @typedef {object} Avatar
 * @property {string} id as asked for
 * @property {string} characterName the built-in character that stands in for it
 * @property {Character} character
 * @property {import('./character.js').Shades} shades
 *
 * @typedef {{type: 'downloading' | 'completed' | 'failed', progress: number}} LoadProgress progress 0..1
 * @typedef {(progress: LoadProgress) => void} ProgressListener
 *
 * @typedef {{default: string, characters: Record<string, string[]>}} CharacterIndex
 */
import { litCharacter, PARTS } from './character.js';
import { AvatarError } from './errors.js';

const CHARACTERS = new URL('./characters/', import.meta.url);
/** Share of the whole load that fetching takes; the rest is lighting. */
const FETCH_SHARE = 0.5;

export class AvatarManager {
  static #shared = new AvatarManager();

  /** The one manager of a page. */
  static get shared() {
    return AvatarManager.#shared;
  }

  /** @type {Map<string, Avatar>} */
  #loaded = new Map();
  /** @type {Map<string, {promise: Promise<Avatar>, listeners: Set<ProgressListener>, progress: number}>} */
  #loading = new Map();
  #allowed = false;
  #fetchJson;

  /** @param {(url: URL) => Promise<unknown>} [fetchJson] replaced in tests */
  constructor(fetchJson = fetchJsonFrom) {
    this.#fetchJson = fetchJson;
  }

  /**
   * Called by AvatarSDK: nothing can be loaded before `initialize`.
   * @param {boolean} allowed
   */
  allowLoading(allowed) {
    this.#allowed = allowed;
  }

  /**
   * Loads of one id that overlap share the work, a loaded avatar is kept until `clear`.
   * @param {string} id a built-in character's name; any other id gets the default character
   * @param {ProgressListener} [onProgress]
   * @returns {Promise<Avatar>}
   * @throws {AvatarError} `not-initialized`, `invalid-argument`, or `load-failed` (may be tried again)
   */
  async load(id, onProgress = () => {}) {
    if (!this.#allowed)
      throw new AvatarError('not-initialized', 'call AvatarSDK.initialize before AvatarManager.shared.load');
    if (typeof id !== 'string')
      throw new AvatarError('invalid-argument', 'load(id, onProgress): id must be a string');
    const loaded = this.#loaded.get(id);
    if (loaded) {
      onProgress({ type: 'completed', progress: 1 });
      return loaded;
    }
    const running = this.#loading.get(id) ?? this.#start(id);
    running.listeners.add(onProgress);
    onProgress({ type: 'downloading', progress: running.progress });
    return running.promise;
  }

  /**
   * Forgets one avatar; a load under way ends for its callers but is not kept.
   * @param {string} id
   */
  clear(id) {
    this.#loaded.delete(id);
    this.#loading.delete(id);
  }

  clearAll() {
    this.#loaded.clear();
    this.#loading.clear();
  }

  /** @param {string} id */
  #start(id) {
    const running = {
      promise: Promise.resolve(/** @type {Avatar} */ ({})),
      listeners: new Set(),
      progress: 0,
    };
    const tell = (/** @type {LoadProgress} */ progress) => {
      running.progress = progress.progress;
      for (const listener of running.listeners) listener(progress);
    };
    this.#loading.set(id, running);
    running.promise = this.#fetchAndLight(id, (progress) => tell({ type: 'downloading', progress })).then(
      (avatar) => {
        if (this.#loading.get(id) === running) {
          this.#loading.delete(id);
          this.#loaded.set(id, avatar);
        }
        tell({ type: 'completed', progress: 1 });
        return avatar;
      },
      (cause) => {
        if (this.#loading.get(id) === running) this.#loading.delete(id);
        tell({ type: 'failed', progress: running.progress });
        throw new AvatarError('load-failed', `the avatar could not be loaded: ${messageOf(cause)}`, {
          cause,
        });
      },
    );
    return running;
  }

  /**
   * @param {string} id
   * @param {(progress: number) => void} onProgress 0..1
   * @returns {Promise<Avatar>}
   */
  async #fetchAndLight(id, onProgress) {
    const index = /** @type {CharacterIndex} */ (await this.#fetchJson(new URL('index.json', CHARACTERS)));
    const characterName = Object.hasOwn(index.characters, id) ? id : index.default;
    const files = index.characters[characterName];
    let done = 1;
    const step = () => onProgress((FETCH_SHARE * done++) / (files.length + 1));
    step();
    const parts = await Promise.all(
      files.map(async (file) => {
        const part = await this.#fetchJson(new URL(`${characterName}/${file}`, CHARACTERS));
        step();
        return [file.replace(/\.json$/, ''), part];
      }),
    );
    const character = /** @type {Character} */ (Object.fromEntries(parts));
    const missing = PARTS.filter((part) => !character[part]);
    if (missing.length > 0) throw new Error(`character ${characterName} lacks ${missing.join(', ')}`);
    const shades = await litCharacter(character, (share) =>
      onProgress(FETCH_SHARE + (1 - FETCH_SHARE) * share),
    );
    return { id, characterName, character, shades };
  }
}

/**
 * @param {URL} url
 * @returns {Promise<unknown>}
 */
async function fetchJsonFrom(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.pathname} answered ${response.status}`);
  return response.json();
}

/** @param {unknown} cause */
function messageOf(cause) {
  return cause instanceof Error ? cause.message : String(cause);
}
