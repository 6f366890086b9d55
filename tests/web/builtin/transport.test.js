import assert from 'node:assert/strict';
import { test } from 'node:test';
import { castingFor } from '../../../resources/web/builtin/avatarkit-rtc/livekit-audience.js';
import { createLog, withoutTokens } from '../../../resources/web/builtin/avatarkit-rtc/log.js';
import {
  STALL_MS,
  stepStall,
  UNWATCHED,
  untilStall,
} from '../../../resources/web/builtin/avatarkit-rtc/stall-detector.js';

/** @typedef {import('../../../resources/web/builtin/avatarkit-rtc/livekit-audience.js').Member} Member */
/** @typedef {import('../../../resources/web/builtin/avatarkit-rtc/livekit-audience.js').MemberTrack} MemberTrack */

/** @param {string} sid @param {Partial<MemberTrack>} [more] @returns {MemberTrack} */
const audio = (sid, more) => ({
  sid,
  kind: 'audio',
  isVoice: true,
  isSubscribed: true,
  isMuted: false,
  ...more,
});
/** @param {string} sid @param {Partial<MemberTrack>} [more] @returns {MemberTrack} */
const video = (sid, more) => ({ ...audio(sid, more), kind: 'video', isVoice: false });
/** @param {string} identity @param {MemberTrack[]} tracks @param {Partial<Member>} [more] @returns {Member} */
const member = (identity, tracks, more) => ({
  identity,
  isAgent: true,
  speaksFor: undefined,
  agentState: undefined,
  tracks,
  ...more,
});

test('an agent alone is heard, and its sound is what moves the face', () => {
  const casting = castingFor([member('agent', [audio('A')], { agentState: 'speaking' })]);
  assert.deepEqual(casting, {
    wanted: ['A'],
    unwanted: [],
    audible: ['A'],
    voice: 'A',
    motion: 'A',
    motionExpected: true,
    agent: 'agent',
    agentState: 'speaking',
  });
});

test('people in the room are neither heard nor received', () => {
  const casting = castingFor([
    member('visitor', [audio('V'), video('W')], { isAgent: false }),
    member('agent', [audio('A')]),
  ]);
  assert.deepEqual(casting.unwanted, ['V', 'W']);
  assert.deepEqual(casting.audible, ['A']);
  assert.equal(castingFor([member('visitor', [audio('V')], { isAgent: false })]).motionExpected, false);
});

test("an avatar worker's voice replaces its agent's, its video carries the motion", () => {
  const casting = castingFor([
    member('agent', [audio('A')], { agentState: 'thinking' }),
    member('worker', [audio('B'), video('M')], { speaksFor: 'agent' }),
  ]);
  assert.deepEqual(casting.audible, ['B']);
  assert.deepEqual(casting.unwanted, ['A']);
  assert.equal(casting.voice, 'B');
  assert.equal(casting.motion, 'M');
  assert.equal(casting.agentState, 'thinking');
});

test('a worker that has not published yet does not silence its agent', () => {
  const casting = castingFor([member('agent', [audio('A')]), member('worker', [], { speaksFor: 'agent' })]);
  assert.deepEqual(casting.audible, ['A']);
});

test('a second agent is neither heard nor seen, unless the first has no sound or no pictures', () => {
  const second = member('second', [audio('B'), video('N')], { agentState: 'listening' });
  const silent = castingFor([member('first', [], { agentState: 'thinking' }), second]);
  assert.deepEqual([silent.audible, silent.motion, silent.agent], [['B'], 'N', 'first']);
  assert.equal(silent.agentState, 'thinking');
  const both = castingFor([second, member('first', [audio('A'), video('M')])], 'first');
  assert.deepEqual([both.wanted, both.unwanted, both.audible], [['A', 'M'], ['B', 'N'], ['A']]);
  assert.equal(castingFor([second], 'first').agent, 'second');
});

test("an agent's music is played but does not move the lips", () => {
  const casting = castingFor([member('agent', [audio('music', { isVoice: false }), audio('voice')])]);
  assert.deepEqual(casting.audible, ['music', 'voice']);
  assert.equal(casting.voice, 'voice');
  assert.equal(casting.motion, 'voice');
});

test('what is not subscribed yet is wanted but cannot be played, and no frames are expected', () => {
  const casting = castingFor([member('agent', [audio('A', { isSubscribed: false })])]);
  assert.deepEqual(casting.wanted, ['A']);
  assert.deepEqual(casting.audible, []);
  assert.equal(casting.motionExpected, false);
});

test('a muted stream does not owe frames', () => {
  assert.equal(castingFor([member('agent', [audio('A', { isMuted: true })])]).motionExpected, false);
});

test('an empty room has no avatar', () => {
  assert.deepEqual(castingFor([]), {
    wanted: [],
    unwanted: [],
    audible: [],
    voice: null,
    motion: null,
    motionExpected: false,
    agent: null,
    agentState: null,
  });
});

test('a stall is found at 3 s, not before, and only while frames are expected', () => {
  let state = stepStall(UNWATCHED, { type: 'tick' }, 99_000);
  assert.equal(state.stalled, false);
  state = stepStall(state, { type: 'expected', expected: true }, 1000);
  assert.equal(untilStall(state, 1500), STALL_MS - 500);
  assert.equal(stepStall(state, { type: 'tick' }, 1000 + STALL_MS - 1).stalled, false);
  const stalled = stepStall(state, { type: 'tick' }, 1000 + STALL_MS);
  assert.equal(stalled.stalled, true);
  assert.equal(untilStall(stalled, 9000), null);
  assert.equal(stepStall(stalled, { type: 'frames' }, 9000).stalled, false);
  assert.deepEqual(stepStall(stalled, { type: 'expected', expected: false }, 9000), UNWATCHED);
});

test('expecting again what is already expected does not prolong the wait; late frames of an ended stream count for nothing', () => {
  const state = stepStall(UNWATCHED, { type: 'expected', expected: true }, 0);
  assert.equal(untilStall(stepStall(state, { type: 'expected', expected: true }, 2000), 2000), 1000);
  assert.deepEqual(stepStall(UNWATCHED, { type: 'frames' }, 5), UNWATCHED);
});

test('a log keeps to its level and shows no token', () => {
  /** @type {string[]} */
  const lines = [];
  const sink = {
    info: (/** @type {string} */ text) => lines.push(`info ${text}`),
    warn: (/** @type {string} */ text) => lines.push(`warn ${text}`),
    error: (/** @type {string} */ text) => lines.push(`error ${text}`),
  };
  const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJraW9zayJ9.c2lnbmF0dXJl';
  for (const level of /** @type {const} */ (['warning', 'none'])) {
    const log = createLog(level, sink);
    log.info('hidden');
    log.warning('no frames');
    log.error(`invalid token: ${token}, error`);
  }
  assert.deepEqual(lines, ['warn [avatar] no frames', 'error [avatar] invalid token: [token], error']);
  assert.equal(withoutTokens('nothing to hide'), 'nothing to hide');
});
