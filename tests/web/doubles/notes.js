/**
 * What the doubles of the vendor's packages have in common: they write down how they are used, refuse what the
 * documents do not allow, and take a test's parts in place of a browser's.
 *
 * @typedef {object} Surroundings
 * @property {(address: {url: string, token: string}) => Promise<any>} joinRoom  a LiveKit room, joined
 * @property {() => Promise<any>} openMicrophone  the track of the machine's default microphone
 * @property {(url: unknown) => void} play  lets a remote track be heard
 */

/** Every call, in order: its name, and what it was given. @type {[string, ...unknown[]][]} */
export const calls = [];

/** @type {Surroundings} */
export const surroundings = {
  joinRoom: async ({ url, token }) => {
    const { Room } = await import('livekit-client');
    const room = new Room();
    await room.connect(url, token);
    return room;
  },
  openMicrophone: async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    return stream.getAudioTracks()[0];
  },
  play: (track) => /** @type {{attach(): unknown}} */ (track).attach(),
};

/**
 * @param {string} call
 * @param {unknown[]} given
 */
export function note(call, ...given) {
  calls.push([call, ...given]);
  if ('document' in globalThis) {
    // biome-ignore lint/suspicious/noConsole: the kiosk's log is how a test outside the page hears of it
    console.warn(`told ${JSON.stringify([call, ...given.map(shown)])}`);
  }
}

/**
 * @param {unknown} condition
 * @param {string} sentence  what is wrong if it does not hold
 * @returns {asserts condition}
 */
export function insist(condition, sentence) {
  if (!condition) {
    note('misused', sentence);
    throw new TypeError(sentence);
  }
}

/**
 * @param {unknown} thing
 * @returns {thing is string}
 */
export function isText(thing) {
  return typeof thing === 'string' && thing !== '';
}

/**
 * @param {unknown} options
 * @param {readonly string[]} allowed
 * @param {string} where
 */
export function insistOnKeys(options, allowed, where) {
  insist(typeof options === 'object' && options !== null, `${where} takes one object`);
  const strange = Object.keys(options).filter((key) => !allowed.includes(key));
  insist(strange.length === 0, `${where} knows no ${strange.join(', ')}`);
}

/** @param {unknown} container */
export function insistOnContainer(container) {
  const { clientWidth = 0, clientHeight = 0 } = /** @type {Partial<HTMLElement>} */ (container ?? {});
  insist(clientWidth > 0 && clientHeight > 0, 'the container needs a size');
}

/**
 * @param {any} thing
 * @returns {unknown} what JSON can carry of it
 */
function shown(thing) {
  if (thing instanceof EventTarget) {
    return thing.constructor.name;
  }
  return thing;
}

/** Listeners by event. */
export class Events {
  /** @type {Map<string, Set<(...args: any[]) => void>>} */
  #handlers = new Map();

  /**
   * @param {string} event
   * @param {(...args: any[]) => void} handler
   */
  on(event, handler) {
    this.#handlers.set(event, (this.#handlers.get(event) ?? new Set()).add(handler));
  }

  /**
   * @param {string} event
   * @param {(...args: any[]) => void} handler
   */
  off(event, handler) {
    this.#handlers.get(event)?.delete(handler);
  }

  /**
   * @param {string} event
   * @param {unknown[]} args
   */
  emit(event, ...args) {
    for (const handler of [...(this.#handlers.get(event) ?? [])]) {
      handler(...args);
    }
  }
}
