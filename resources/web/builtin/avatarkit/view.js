/**
 * The avatar in its container: a canvas, a loop, and the input that a player feeds.
 *
 * @typedef {import('./manager.js').Avatar} Avatar
 * @typedef {import('./face/voice.js').VoiceSource} VoiceSource
 *
 * @typedef {object} AvatarInput what the player tells the view; everything keeps until it is told anew
 * @property {VoiceSource | null} voice the avatar's own sound, for its lips; null: no sound
 * @property {'idle' | 'engaged' | 'thinking'} mood idle: not in a conversation, or its stream has stalled
 * @property {VoiceSource | null} visitor the visitor's sound, so that the avatar listens to them
 * @property {{start: number, end: number}} transitionFrames length of the change to and from speaking, frames at 25 a second
 *
 * @typedef {object} ViewStats
 * @property {number} renderedFrames drawn since the view was made; frames that would have looked the same are not drawn
 * @property {number} framesPerSecond drawn over the last 2 s
 * @property {number} mouthOpenness 0..1 as drawn
 * @property {'lobby' | 'listening' | 'thinking' | 'speaking'} phase
 * @property {boolean} software drawn without a GPU
 */
import { AvatarError } from './errors.js';
import { atRest, stepAnimation } from './face/animator.js';
import { frameInterval, nextStrain } from './face/pacing.js';
import { loudnessOf, SILENCE, voiceFeatures } from './face/voice.js';
import { drawsInSoftware } from './graphics.js';
import { FacePainter } from './paint/face-painter.js';
import { frameIn } from './paint/framing.js';
import { paintLayers } from './paint/layers.js';

/** Device pixels per character unit beyond which more is not seen from a visitor's distance, only paid for. */
const FINEST = { gpu: 7, software: 3.2 };
/** A container being resized is repainted when it has come to rest. */
const SETTLE_MS = 120;
const VISITOR_SPEAKS_FROM = 0.16;
/** The visitor is still being listened to in the gaps between their words. */
const VISITOR_PAUSE_MS = 900;
const RATE_WINDOW_MS = 2000;
/** Two refreshes of the screen: an idle browser gives a frame within this. */
const PROMPT_MS = 34;

/**
 * Dispatches an `error` event (ErrorEvent) when it can draw no longer; code `context-lost` heals by itself if the browser
 * restores the context.
 */
export class AvatarView extends EventTarget {
  /** Called once, after the first picture has been handed to the screen. @type {(() => void) | null} */
  onFirstRendering = null;

  #avatar;
  #container;
  #canvas = document.createElement('canvas');
  #software = drawsInSoftware();
  #calm = matchMedia('(prefers-reduced-motion: reduce)');
  #abort = new AbortController();
  #resizes = new ResizeObserver(() => this.#settle());
  /** @type {FacePainter | null} */
  #painter = null;
  #state = atRest(performance.now(), Math.random);
  /** @type {AvatarInput} */
  #input = { voice: null, mood: 'idle', visitor: null, transitionFrames: { start: 5, end: 40 } };
  #visitorHeardAt = Number.NEGATIVE_INFINITY;
  #decibels = new Float32Array(0);
  #wave = new Float32Array(0);
  #strain = 1;
  #planned = 0;
  /** @type {number | undefined} */
  #timer;
  /** @type {number | undefined} */
  #settling;
  /** 0: no frame is asked for. */
  #frameRequest = 0;
  #requestedAt = 0;
  #renderedFrames = 0;
  /** @type {number[]} */
  #recentFrames = [];

  /**
   * @param {Avatar} avatar from `AvatarManager.shared.load`
   * @param {HTMLElement} container with a size; the canvas fills it and is transparent around the figure
   * @throws {AvatarError} `invalid-argument`
   */
  constructor(avatar, container) {
    super();
    if (!avatar?.character)
      throw new AvatarError('invalid-argument', 'new AvatarView(avatar, container): load the avatar first');
    if (!(container instanceof HTMLElement)) {
      throw new AvatarError(
        'invalid-argument',
        'new AvatarView(avatar, container): container must be an element',
      );
    }
    this.#avatar = avatar;
    this.#container = container;
    Object.assign(this.#canvas.style, { display: 'block', width: '100%', height: '100%' });
    this.#canvas.setAttribute('aria-hidden', 'true');
    const { signal } = this.#abort;
    this.#canvas.addEventListener('contextlost', () => this.#contextLost(), { signal });
    this.#canvas.addEventListener('contextrestored', () => this.#fit(), { signal });
    // A window that moves to a screen of another pixel ratio keeps its CSS size: no ResizeObserver would tell.
    window.addEventListener('resize', () => this.#settle(), { signal });
    container.append(this.#canvas);
    this.#fit();
    this.#resizes.observe(container);
    this.#schedule(0);
  }

  /**
   * For the player: what is going on.
   * @param {Partial<AvatarInput>} input
   */
  drive(input) {
    this.#input = { ...this.#input, ...input };
    if (input.mood !== undefined && !this.#abort.signal.aborted) this.#schedule(0);
  }

  /** @returns {ViewStats} */
  getStats() {
    const since = performance.now() - RATE_WINDOW_MS;
    return {
      renderedFrames: this.#renderedFrames,
      framesPerSecond: this.#recentFrames.filter((at) => at > since).length / (RATE_WINDOW_MS / 1000),
      mouthOpenness: this.#state.pose.mouth.open,
      phase: this.#state.phase,
      software: this.#software,
    };
  }

  /** Takes the canvas away and stops all work; safe to call twice. */
  dispose() {
    this.#abort.abort();
    this.#resizes.disconnect();
    clearTimeout(this.#timer);
    clearTimeout(this.#settling);
    cancelAnimationFrame(this.#frameRequest);
    this.#painter = null;
    this.#input = { ...this.#input, voice: null, visitor: null };
    this.onFirstRendering = null;
    this.#canvas.remove();
    // The backing store is freed now, not when the garbage collector comes round.
    this.#canvas.width = 0;
    this.#canvas.height = 0;
  }

  #settle() {
    clearTimeout(this.#settling);
    this.#settling = window.setTimeout(() => this.#fit(), SETTLE_MS);
  }

  /** Paints the layers for the container's size, if that has changed. */
  #fit() {
    const { clientWidth: width, clientHeight: height } = this.#container;
    if (width === 0 || height === 0 || this.#abort.signal.aborted) return;
    const framing = frameIn(width, height);
    const finest = this.#software ? FINEST.software : FINEST.gpu;
    const ratio = Math.min(window.devicePixelRatio || 1, finest / framing.scale);
    const [pixelWidth, pixelHeight] = [Math.round(width * ratio), Math.round(height * ratio)];
    const ctx = this.#canvas.getContext('2d');
    if (!ctx || ctx.isContextLost()) return;
    if (this.#painter && this.#canvas.width === pixelWidth && this.#canvas.height === pixelHeight) return;
    this.#canvas.width = pixelWidth;
    this.#canvas.height = pixelHeight;
    const { character, shades } = this.#avatar;
    const layers = paintLayers(character, shades, framing.scale * ratio, framing.bottom);
    this.#painter = new FacePainter(ctx, character, layers, framing, ratio, this.#software);
  }

  #contextLost() {
    this.#painter = null;
    const error = new AvatarError('context-lost', 'the canvas lost its drawing context');
    this.dispatchEvent(new ErrorEvent('error', { error, message: error.message }));
  }

  /**
   * @param {number} delay ms
   * @param {number} [planned] ms from the last frame to the next; 0 if there was no plan
   */
  #schedule(delay, planned = 0) {
    clearTimeout(this.#timer);
    this.#planned = planned;
    this.#timer = window.setTimeout(() => this.#step(), delay);
  }

  #step() {
    const now = performance.now();
    const elapsed = now - this.#state.now;
    this.#state = stepAnimation(
      this.#state,
      {
        now,
        mood: this.#input.mood,
        visitorSpeaks: this.#visitorSpeaks(now),
        voice: this.#hear(),
        still: this.#software && this.#input.mood === 'idle',
        reducedMotion: this.#calm.matches,
      },
      this.#input.transitionFrames,
      Math.random,
    );
    // A frame is asked for only if there is something new: even an empty one makes the browser compose the page.
    if (this.#frameRequest === 0 && this.#painter?.differs(this.#state.pose)) {
      this.#frameRequest = requestAnimationFrame(() => this.#paint());
      this.#requestedAt = now;
    }
    if (this.#planned > 0) this.#strain = nextStrain(this.#strain, this.#planned, elapsed);
    const { phase, moving } = this.#state;
    const interval = frameInterval({ phase, moving, software: this.#software, strain: this.#strain });
    this.#schedule(interval, interval);
  }

  #paint() {
    this.#frameRequest = 0;
    const now = performance.now();
    const waited = now - this.#requestedAt;
    // The screen could not be had in time: the browser is still busy with the frame before.
    if (waited > PROMPT_MS) this.#strain = nextStrain(this.#strain, PROMPT_MS, waited);
    if (!this.#painter) return;
    this.#painter.paint(this.#state.pose);
    this.#countFrame(now);
  }

  #hear() {
    const { voice } = this.#input;
    if (!voice) return SILENCE;
    if (this.#decibels.length !== voice.frequencyBins) this.#decibels = new Float32Array(voice.frequencyBins);
    voice.readSpectrum(this.#decibels);
    return voiceFeatures(this.#decibels, this.#waveOf(voice), voice.sampleRate);
  }

  /** @param {number} now ms */
  #visitorSpeaks(now) {
    const { visitor } = this.#input;
    if (visitor && loudnessOf(this.#waveOf(visitor)) > VISITOR_SPEAKS_FROM) this.#visitorHeardAt = now;
    return now - this.#visitorHeardAt < VISITOR_PAUSE_MS;
  }

  /** @param {VoiceSource} source */
  #waveOf(source) {
    if (this.#wave.length !== source.waveSamples) this.#wave = new Float32Array(source.waveSamples);
    source.readWave(this.#wave);
    return this.#wave;
  }

  /** @param {number} now ms */
  #countFrame(now) {
    this.#renderedFrames += 1;
    this.#recentFrames.push(now);
    if (this.#recentFrames.length > 200) this.#recentFrames = this.#recentFrames.slice(-130);
    if (this.#renderedFrames > 1) return;
    // The picture is on its way to the screen when the next frame begins.
    requestAnimationFrame(() => this.onFirstRendering?.());
  }
}
