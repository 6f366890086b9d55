/** @import { Clock } from '../app/clock.js' */
/** @import { CaptionUpdate } from '../app/watch.js' */

import { rms } from '../app/level.js';
import { VoiceActivity } from '../app/voice-activity.js';
import { Utterance } from './utterance.js';

/** So long a silence means the visitor has finished. */
const PAUSE_MS = 900;
/** Somebody who answers at once has not thought. */
const THINK_MS = 700;
/** The room's echo of our own words must not be taken for the visitor's. */
const ECHO_MS = 450;
/** Shorter than this there was nothing worth repeating. */
const SHORTEST_S = 0.35;

/** @typedef {'initializing'|'listening'|'thinking'|'speaking'} AgentState */

/**
 * What the agent speaks with.
 * @typedef {object} Voice
 * @property {number} sampleRate  of what it says and what it hears
 * @property {() => Promise<{seconds: number, done: Promise<void>}>} greet
 * @property {(samples: Float32Array) => {seconds: number, done: Promise<void>}} say
 */

/** @typedef {{greeting: string, repeating: string, yourTurn: string}} Lines */

/**
 * The demo's agent: greets, listens, and repeats what it has heard. It is deaf while it speaks, so it never answers
 * itself.
 */
export class Conversation {
  #voice;
  #lines;
  #clock;
  #onState;
  #onCaption;
  /** @type {AgentState} */
  #state = 'initializing';
  #activity = new VoiceActivity(PAUSE_MS);
  #utterance;
  #segment = 0;
  #closed = false;

  /**
   * @param {object} parts
   * @param {Voice} parts.voice
   * @param {Lines} parts.lines
   * @param {Clock} parts.clock
   * @param {(state: AgentState) => void} parts.onState
   * @param {(update: CaptionUpdate) => void} parts.onCaption
   */
  constructor({ voice, lines, clock, onState, onCaption }) {
    this.#voice = voice;
    this.#lines = lines;
    this.#clock = clock;
    this.#onState = onState;
    this.#onCaption = onCaption;
    this.#utterance = new Utterance(voice.sampleRate);
  }

  get state() {
    return this.#state;
  }

  /** Greets, then listens. */
  async begin() {
    const speech = await this.#voice.greet();
    await this.#speak(speech, this.#lines.greeting);
  }

  /**
   * Takes what the microphone hears, block by block.
   * @param {Float32Array} block
   */
  hear(block) {
    if (this.#state !== 'listening') {
      return;
    }
    this.#utterance.push(block);
    const change = this.#activity.push(rms(block), (block.length / this.#voice.sampleRate) * 1000);
    if (change === 'started') {
      this.#utterance.begin();
    } else if (change === 'ended' || this.#utterance.full) {
      void this.#answer(change === 'ended' ? PAUSE_MS : 0);
    }
  }

  close() {
    this.#closed = true;
  }

  /** @param {number} pauseMs */
  async #answer(pauseMs) {
    const heard = this.#utterance.finish(pauseMs);
    this.#activity.reset();
    if (heard.length / this.#voice.sampleRate < SHORTEST_S) {
      return;
    }
    this.#enter('thinking');
    await this.#wait(THINK_MS);
    if (!this.#closed) {
      await this.#speak(this.#voice.say(heard), this.#lines.repeating);
      this.#caption(this.#lines.yourTurn, true);
    }
  }

  /**
   * @param {{seconds: number, done: Promise<void>}} speech
   * @param {string} line
   */
  async #speak(speech, line) {
    if (this.#closed) {
      return;
    }
    this.#enter('speaking');
    this.#caption(line, true);
    await speech.done;
    await this.#wait(ECHO_MS);
    this.#enter('listening');
  }

  /** @param {AgentState} state */
  #enter(state) {
    if (!this.#closed && state !== this.#state) {
      this.#state = state;
      this.#onState(state);
    }
  }

  /**
   * @param {string} text
   * @param {boolean} final
   */
  #caption(text, final) {
    if (!this.#closed) {
      this.#segment += 1;
      this.#onCaption({ segment: `demo-${this.#segment}`, speaker: 'agent', text, final });
    }
  }

  /** @param {number} ms */
  #wait(ms) {
    return new Promise((resolve) => this.#clock.after(() => resolve(undefined), ms));
  }
}
