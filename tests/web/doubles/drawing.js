import { insist, insistOnContainer, insistOnKeys, isText, note } from './notes.js';

/**
 * What differs between the first two generations' SDKs.
 * @typedef {object} Ways
 * @property {readonly string[]} options  keys that `initialize` takes
 * @property {(options: any) => void} check  refuses options that will not do
 * @property {boolean} wantsToken  an avatar loads with a session token only
 */

/** Calls of the other modes, with an avatar that is moved by a room. @param {string} name */
const unused = (name) => () => insist(false, `${name} is not used in RTC mode`);

/**
 * The drawing half of the first two generations, after their documents.
 * @param {Ways} ways
 */
export function drawingSdk({ options: keys, check, wantsToken }) {
  let initialized = false;
  let token = '';
  const loaded = new WeakSet();

  class AvatarSDK {
    static get isInitialized() {
      return initialized;
    }

    /**
     * @param {string} appId
     * @param {any} options
     */
    static async initialize(appId, options) {
      note('initialize', appId, options);
      insist(isText(appId), 'initialize needs an app id');
      insistOnKeys(options, keys, 'initialize');
      check(options);
      insist(!initialized, 'initialize comes once');
      initialized = true;
    }

    /** @param {string} sessionToken */
    static setSessionToken(sessionToken) {
      note('setSessionToken', sessionToken);
      insist(initialized, 'setSessionToken comes after initialize');
      insist(wantsToken, 'there is no session token in RTC mode');
      insist(isText(sessionToken), 'a session token is a text');
      token = sessionToken;
    }

    static initializeAudioContext = unused('initializeAudioContext');

    static cleanup() {
      note('cleanup');
      initialized = false;
      token = '';
    }
  }

  class AvatarManager {
    static shared = new AvatarManager();

    /**
     * @param {string} id
     * @param {(progress: {type: string, progress: number}) => void} [onProgress]
     */
    async load(id, onProgress) {
      note('load', id);
      insist(initialized, 'load comes after initialize');
      insist(isText(token) === wantsToken, 'load needs a session token');
      insist(isText(id), 'load needs an avatar');
      onProgress?.({ type: 'downloading', progress: 0.5 });
      await Promise.resolve();
      onProgress?.({ type: 'completed', progress: 1 });
      const avatar = { id };
      loaded.add(avatar);
      return avatar;
    }
  }

  class AvatarView {
    #disposed = false;
    /** @type {(() => void)|undefined} */
    onFirstRendering;
    controller = {
      start: unused('start'),
      send: unused('send'),
      yieldAudioData: unused('yieldAudioData'),
      yieldFramesData: unused('yieldFramesData'),
    };

    /**
     * @param {any} avatar
     * @param {HTMLElement} container
     */
    constructor(avatar, container) {
      note('new AvatarView', avatar);
      insist(loaded.has(avatar), 'the view comes after load, and shows what that gave');
      insistOnContainer(container);
      paint(container);
      queueMicrotask(() => this.onFirstRendering?.());
    }

    get isDisposed() {
      return this.#disposed;
    }

    dispose() {
      note('view.dispose');
      insist(!this.#disposed, 'a view is disposed once');
      this.#disposed = true;
    }
  }

  return { AvatarSDK, AvatarManager, AvatarView };
}

/**
 * Something to see: no face, but a disc.
 * @param {HTMLElement} container
 * @returns {() => void} takes it away
 */
export function paint(container) {
  if (!('document' in globalThis)) {
    return () => {};
  }
  const canvas = document.createElement('canvas');
  canvas.width = container.clientWidth;
  canvas.height = container.clientHeight;
  const pen = canvas.getContext('2d');
  if (pen) {
    pen.fillStyle = 'rgb(120 200 160)';
    pen.arc(canvas.width / 2, canvas.height / 2, Math.min(canvas.width, canvas.height) / 4, 0, 2 * Math.PI);
    pen.fill();
  }
  container.append(canvas);
  return () => canvas.remove();
}
