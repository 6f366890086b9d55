/**
 * A typed event emitter. `Events` maps each event's name to the tuple of its arguments.
 * @template {Record<string, unknown[]>} Events
 */
export class Emitter {
  /** @type {Map<keyof Events, Set<(...args: any[]) => void>>} */
  #handlers = new Map();

  /**
   * @template {keyof Events} Name
   * @param {Name} name
   * @param {(...args: Events[Name]) => void} handler
   */
  on(name, handler) {
    const handlers = this.#handlers.get(name) ?? new Set();
    this.#handlers.set(name, handlers.add(handler));
  }

  /**
   * @template {keyof Events} Name
   * @param {Name} name
   * @param {(...args: Events[Name]) => void} handler
   */
  off(name, handler) {
    this.#handlers.get(name)?.delete(handler);
  }

  /**
   * A handler that throws neither stops the other handlers nor the emitter: its error is reported as uncaught.
   * @template {keyof Events} Name
   * @param {Name} name
   * @param {Events[Name]} args
   */
  emit(name, ...args) {
    for (const handler of [...(this.#handlers.get(name) ?? [])]) {
      try {
        handler(...args);
      } catch (error) {
        reportError(error);
      }
    }
  }
}
