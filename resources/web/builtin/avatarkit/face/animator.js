/**
 * One pure step from what is happening to what is drawn. The view calls it once a frame.
 *
 * @typedef {import('../paint/mouth-geometry.js').MouthShape} MouthShape
 * @typedef {import('../paint/eyes.js').BrowPose} BrowPose
 * @typedef {import('./gaze.js').Phase} Phase
 * @typedef {import('./voice.js').VoiceFeatures} VoiceFeatures
 *
 * @typedef {object} Pose
 * @property {number} turn -1..1 head turned to the picture's right
 * @property {number} nod -1..1 head lowered
 * @property {number} tilt degrees, clockwise
 * @property {number} breath -1..1 chest raised
 * @property {number} lids 0 closed .. 1.15 wide open
 * @property {number} squint 0..1
 * @property {number} gazeX -1..1
 * @property {number} gazeY -1..1
 * @property {BrowPose} brows
 * @property {MouthShape} mouth
 *
 * @typedef {object} Situation
 * @property {number} now ms
 * @property {'idle' | 'engaged' | 'thinking'} mood idle: nobody is there, or the stream has stalled
 * @property {boolean} visitorSpeaks
 * @property {VoiceFeatures} voice of the avatar
 * @property {boolean} still rest between movements, because every frame is dear
 * @property {boolean} reducedMotion
 *
 * @typedef {object} AnimationState
 * @property {number} now ms of this step
 * @property {Phase} phase
 * @property {import('./blink.js').BlinkState} blink
 * @property {import('./gaze.js').GazeState} gaze
 * @property {import('./posture.js').PostureState} posture
 * @property {import('./speech.js').SpeechState} speech
 * @property {import('./mouth-shapes.js').Articulation} lips
 * @property {number} emphasis 0..1, slow loudness of the own voice
 * @property {number} attention 0..1, how much the visitor's voice is being followed
 * @property {number} vigour 0..1
 * @property {boolean} moving whether a head turn or blink is under way
 * @property {Pose} pose
 *
 * @typedef {{start: number, end: number}} TransitionFrames
 */
import { BLINK_MS, blinkSoon, lidClosure, restedEyes, stepBlink } from './blink.js';
import { gazeAt, isFarJump, stepGaze, straightAhead } from './gaze.js';
import { approach, articulationFor, REST } from './mouth-shapes.js';
import { isMoving, postureAt, stepPosture, upright } from './posture.js';
import { isSpeaking, SILENT, stepSpeech } from './speech.js';

const BREATH_MS = 4300;
/** Where frames are dear an avatar that nobody talks to looks about this many times more seldom, and turns still less. */
const STILL_GAZE = 2.5;
const STILL_POSTURE = 5;

/** @type {Pose} */
const NEUTRAL = {
  turn: 0,
  nod: 0,
  tilt: 0,
  breath: 0,
  lids: 1,
  squint: 0.15,
  gazeX: 0,
  gazeY: 0,
  brows: { raise: 0.1, frown: 0 },
  mouth: { ...REST, smile: 0.9 },
};

/**
 * @param {number} now ms
 * @param {() => number} random
 * @returns {AnimationState}
 */
export function atRest(now, random) {
  return {
    now,
    phase: 'lobby',
    blink: restedEyes(now, random),
    gaze: straightAhead(now),
    posture: upright(now),
    speech: SILENT,
    lips: REST,
    emphasis: 0,
    attention: 0,
    vigour: 0,
    moving: false,
    pose: NEUTRAL,
  };
}

/**
 * @param {AnimationState} state
 * @param {Situation} situation
 * @param {TransitionFrames} frames
 * @param {() => number} random 0..1
 * @returns {AnimationState}
 */
export function stepAnimation(state, situation, frames, random) {
  const { now, voice, reducedMotion } = situation;
  const seconds = Math.max(0, Math.min((now - state.now) / 1000, 1));
  const speech = stepSpeech(state.speech, now, seconds, voice.loudness, frames);
  const phase = phaseOf(situation, isSpeaking(speech, now));
  // A new phase is a reason to look up at once, not when the old look happens to end.
  const gazeBefore =
    phase === state.phase ? state.gaze : { ...state.gaze, nextAt: Math.min(state.gaze.nextAt, now + 120) };
  const gaze = stepGaze(gazeBefore, now, phase, random, situation.still ? STILL_GAZE : 1);
  const jumped = gaze !== gazeBefore && isFarJump(gaze);
  const blink = stepBlink(jumped ? blinkSoon(state.blink, now) : state.blink, now, random);
  const looking = gazeAt(gaze, now);
  const posture = reducedMotion
    ? state.posture
    : stepPosture(
        jumped && !situation.still
          ? { ...state.posture, nextAt: Math.min(state.posture.nextAt, now + 60) }
          : state.posture,
        {
          now,
          seconds,
          phase,
          visitorSpeaks: situation.visitorSpeaks,
          patience: situation.still ? STILL_POSTURE : 1,
          gaze: looking,
        },
        random,
      );
  const lips = approach(state.lips, articulationFor(voice), seconds);
  const ease = (/** @type {number} */ from, /** @type {number} */ to, /** @type {number} */ lag) =>
    from + (to - from) * (1 - Math.exp(-seconds / lag));
  const next = {
    now,
    phase,
    blink,
    gaze,
    posture,
    speech,
    lips,
    emphasis: ease(state.emphasis, voice.loudness, 0.16),
    attention: ease(state.attention, situation.mood !== 'idle' && situation.visitorSpeaks ? 1 : 0, 0.35),
    vigour: ease(state.vigour, reducedMotion || situation.still ? 0 : 1, 0.8),
    moving: isMoving(posture, now) || now - blink.startedAt < BLINK_MS,
    pose: state.pose,
  };
  return { ...next, pose: poseOf(next, looking) };
}

/**
 * @param {Situation} situation
 * @param {boolean} speaking
 * @returns {Phase}
 */
function phaseOf(situation, speaking) {
  if (situation.mood === 'idle') return 'lobby';
  if (speaking) return 'speaking';
  return situation.mood === 'thinking' ? 'thinking' : 'listening';
}

/**
 * @param {AnimationState} state
 * @param {readonly [number, number]} looking
 * @returns {Pose}
 */
function poseOf(state, looking) {
  const { now, phase, lips, emphasis, attention } = state;
  const speaking = state.speech.blend ** 2 * (3 - 2 * state.speech.blend);
  const { turn, nod, tilt } = postureAt(state.posture, {
    now,
    vigour: state.vigour,
    emphasis: emphasis * speaking,
  });
  const closure = lidClosure(state.blink, now);
  const thinking = phase === 'thinking' ? 1 : 0;
  // The upper lid follows the eye down; attention opens the eyes a little.
  const opened =
    0.89 +
    0.1 * attention +
    0.05 * speaking * emphasis -
    0.22 * Math.max(0, looking[1]) +
    0.05 * Math.max(0, -looking[1]);
  return {
    turn,
    nod,
    tilt,
    breath: state.vigour * Math.sin((now / BREATH_MS) * 2 * Math.PI),
    lids: opened * (1 - closure),
    squint: 0.16 + 0.14 * speaking * emphasis,
    gazeX: looking[0],
    gazeY: looking[1],
    brows: {
      raise:
        0.08 +
        0.34 * attention +
        0.5 * speaking * Math.max(0, emphasis - 0.45) +
        0.2 * thinking -
        0.12 * closure,
      frown: 0.16 * thinking,
    },
    mouth: mouthOf(lips, speaking, attention, thinking),
  };
}

/**
 * @param {import('./mouth-shapes.js').Articulation} lips
 * @param {number} speaking 0..1: blends the lips in and out over the transition frames
 * @param {number} attention
 * @param {number} thinking
 * @returns {MouthShape}
 */
function mouthOf(lips, speaking, attention, thinking) {
  const share = Math.min(1, 0.25 + speaking);
  return {
    open: lips.open * share,
    spread: lips.spread * share,
    press: lips.press * share,
    teeth: lips.teeth * share,
    tuck: lips.tuck * share,
    tongue: lips.tongue * share,
    smile: 0.9 - 0.4 * speaking - 0.12 * attention - 0.3 * thinking,
  };
}
