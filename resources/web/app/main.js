/** @import { Command, Configure, Present } from './protocol.js' */
/** @import { Log, Post } from './protocol.js' */

import { ActivityReporter } from './activity.js';
import { onOutputLost, restAudioContext, sharedAudioContext } from './audio-context.js';
import { AvatarStage } from './avatar-stage.js';
import { Bridge, openChannel, pageNumber } from './bridge.js';
import { tellWords } from './captions.js';
import { systemClock as clock } from './clock.js';
import { DeviceWatch, findDevice } from './devices.js';
import { describeError } from './errors.js';
import { chromiumVersion, detectFeatures } from './features.js';
import { Hearing } from './hearing.js';
import { Heartbeat } from './heartbeat.js';
import { refuseGestures } from './hygiene.js';
import { loadChosenKit, loadDemoKit, loadFallbackKit } from './kit.js';
import { LevelMeter } from './level.js';
import { openCapture } from './microphone.js';
import { PROTOCOL_VERSION } from './protocol.js';
import { Session } from './session.js';
import { Controls } from './ui/controls.js';
import { hideRestingCursor } from './ui/cursor.js';
import { findElements } from './ui/elements.js';
import { Screens } from './ui/screens.js';
import { fetchSentences, Texts } from './ui/texts.js';
import { WarmUp } from './warm-up.js';

/** Longer than Chromium needs to have its process for sound again, short enough for no sentence to be missed. */
const OUTPUT_PAUSE_MS = 500;

/** Composition: builds the parts, connects them with the bridge, and hands each command to the part it is for. */
class Page {
  #post;
  #log;
  #elements = findElements(document);
  #texts;
  #screens;
  #controls;
  #activity;
  #hearing;
  #devices;
  #session;
  #warmUp = new WarmUp(clock, (url, init) => fetch(url, init));
  #hasOutput = false;
  /** @type {AvatarStage|null} */
  #stage = null;
  /** @type {Configure|null} */
  #settings = null;
  /** Commands are handled one after another where the next needs what the last one loads. */
  #configured = Promise.resolve();

  /** @param {{post: Post, log: Log}} bridge */
  constructor({ post, log }) {
    this.#post = post;
    this.#log = log;
    this.#texts = new Texts(fetchSentences, log);
    this.#screens = new Screens(this.#elements, this.#texts, clock);
    this.#activity = new ActivityReporter(post, clock);
    this.#devices = new DeviceWatch({
      media: navigator.mediaDevices,
      clock,
      report: ({ inputs, outputs, unnamed }) => {
        if (outputs.length > 0 && !this.#hasOutput) {
          this.#playAgain();
        }
        this.#hasOutput = outputs.length > 0;
        post({ type: 'devices', inputs, outputs, unnamed });
        this.#hearing.capture?.noticeDevices(inputs);
      },
      log,
    });
    this.#hearing = new Hearing({
      createMeter: (track) => new LevelMeter(track),
      onLevel: (level) => this.#screens.hear(level),
      onSpeech: (attempt) => this.#activity.note('visitor-speech', attempt),
      post,
      clock,
    });
    this.#session = this.#createSession();
    this.#controls = new Controls({
      elements: this.#elements,
      screens: this.#screens,
      texts: this.#texts,
      post,
      clock,
      onTouch: () => this.#activity.note('touch', this.#session.attempt),
    });
  }

  start() {
    this.#screens.start();
    this.#controls.listen();
    // Chromium needs a moment to start its process for sound again.
    onOutputLost(() => clock.after(() => this.#playAgain(), OUTPUT_PAUSE_MS));
    const { root, avatar } = this.#elements;
    hideRestingCursor(root, clock);
    new Heartbeat(
      {
        marker: () =>
          root.isConnected && avatar.isConnected && document.documentElement.dataset.kiosk === 'page',
        contextLost: () => this.#stage?.contextLost ?? false,
        framesReceived: () => this.#session.framesReceived(),
        framesRendered: () => this.#stage?.framesRendered ?? null,
        // A view that counts by itself needs no help; else painted frames stand for drawn ones while it moves.
        moving: () => this.#session.attempt !== null && this.#stage?.framesRendered === null,
        onPaint: (run) => void requestAnimationFrame(run),
      },
      this.#post,
      clock,
    ).start();
  }

  /** @param {Command} command */
  handle = (command) => {
    switch (command.type) {
      case 'configure':
        this.#configured = this.#configure(command);
        break;
      case 'prepare':
        void this.#prepare(command.sessionToken);
        break;
      case 'set-session-token':
        this.#stage?.setSessionToken(command.sessionToken);
        break;
      case 'connect':
        this.#texts.choose(command.language);
        this.#screens.speak();
        void this.#session.connect(command);
        break;
      case 'reconnect':
        void this.#session.reconnect(command.attempt);
        break;
      case 'disconnect':
        void this.#session.disconnect(command.attempt);
        break;
      case 'use-microphone':
        void this.#session.useMicrophone(command.attempt, command.microphone);
        break;
      case 'use-speaker': {
        const { speaker } = command;
        const known = speaker ? findDevice(this.#devices.list.outputs, speaker) : null;
        this.#session.setSpeaker(known?.id ?? '');
        break;
      }
      case 'present':
        this.#present(command);
        break;
      default:
        this.#log('warning', `unknown command "${/** @type {{type?: unknown}} */ (command).type}"`);
    }
  };

  /** @param {Configure} settings */
  async #configure(settings) {
    this.#settings = settings;
    this.#session.setVolume(settings.volume);
    this.#keepWarm();
    await this.#texts.use(settings.appearance.languages);
    this.#screens.dress(settings.appearance);
    this.#controls.offerLanguages();
    await this.#devices.start();
  }

  /** @param {string|null} sessionToken */
  async #prepare(sessionToken) {
    await this.#configured;
    const settings = this.#settings;
    if (!settings) {
      this.#log('error', '"prepare" came before "configure"');
      return;
    }
    // What the avatar is made of is read once; a page that is to show another one is loaded anew.
    this.#stage ??= new AvatarStage({
      container: this.#elements.avatar,
      loadKit: () =>
        settings.demo
          ? loadDemoKit(settings.avatar, settings.appearance.languages)
          : loadChosenKit(settings.avatar),
      loadFallbackKit,
      settings: settings.avatar,
      deadlines: settings.deadlines,
      post: this.#post,
      log: this.#log,
      clock,
      onProgress: (progress) => this.#screens.loading(progress),
    });
    await this.#stage.prepare(sessionToken);
  }

  /** @param {Present} command */
  #present(command) {
    const changed = command.screen !== this.#screens.screen;
    this.#screens.show(command);
    if (changed) {
      this.#controls.screenChanged();
      this.#keepWarm();
    }
  }

  /** Where the output was lost and is there again. */
  #playAgain() {
    if (this.#session.attempt !== null) {
      sharedAudioContext();
      this.#session.playAgain();
    }
  }

  #keepWarm() {
    this.#warmUp.keep(this.#screens.screen === 'idle' ? (this.#settings?.serverUrl ?? null) : null);
  }

  #createSession() {
    return new Session({
      stage: () => {
        const { kit, view } = this.#stage ?? {};
        return kit && view ? { kit, view } : null;
      },
      settings: () => this.#needSettings(),
      openMicrophone: (device, onchange) => {
        const { microphone: constraints, deadlines } = this.#needSettings();
        return openCapture({
          media: navigator.mediaDevices,
          device,
          inputs: this.#devices.list.inputs,
          constraints,
          deadline: deadlines.openMicrophone,
          clock,
          onchange,
        });
      },
      onCapture: (attempt, capture) => this.#hearing.use(attempt, capture),
      onCaption: (update) => {
        this.#screens.caption(update);
        if (this.#settings?.transcripts) {
          tellWords(update, this.#post);
        }
      },
      onActivity: (attempt, kind) => this.#activity.note(kind, attempt),
      onRest: restAudioContext,
      post: this.#post,
      log: this.#log,
      clock,
    });
  }

  #needSettings() {
    if (!this.#settings) {
      throw new Error('a session before "configure"');
    }
    return this.#settings;
  }
}

/** @param {Log} log */
function logUncaught(log) {
  addEventListener('error', (event) =>
    log('error', `uncaught: ${event.message} (${event.filename}:${event.lineno})`),
  );
  addEventListener('unhandledrejection', (event) => {
    const { name, message } = describeError(event.reason);
    log('error', `unhandled: ${name}: ${message}`);
  });
  document.addEventListener('securitypolicyviolation', (event) =>
    log('warning', `refused by policy: ${event.effectiveDirective} ${event.blockedURI}`),
  );
}

refuseGestures(window);
// livekit-client is large: it loads while the channel opens and the first screen is painted.
const [kiosk, livekit] = await Promise.all([openChannel(), import('livekit-client')]);
const bridge = new Bridge(kiosk, pageNumber(location.search));
logUncaught(bridge.log);
const page = new Page(bridge);
bridge.listen(page.handle);
const features = detectFeatures();
document.querySelector('#kiosk')?.toggleAttribute('data-software', features.softwareRendering);
page.start();
bridge.post({
  type: 'hello',
  v: PROTOCOL_VERSION,
  livekitClient: livekit.version,
  chromium: chromiumVersion(navigator.userAgent),
  features,
});
