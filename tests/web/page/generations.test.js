/** The page drives the packages of the first two generations as their documents ask for; doubles of them check that. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as first from '../../../resources/web/generations/first.js';
import * as second from '../../../resources/web/generations/second.js';
import { connectCommand } from './support/fakes.js';
import { GenerationFixture } from './support/generation-fixture.js';

let copies = 0;

/**
 * A copy of a double for this test alone: an SDK is initialised once in its life.
 * @param {'first'|'second'} name
 * @returns {Promise<any>}
 */
function double(name) {
  copies += 1;
  return import(`../doubles/${name}.js?copy=${copies}`);
}

const GENERATIONS = [
  {
    name: /** @type {const} */ ('first'),
    createKit: first.createKit,
    token: 'session-token',
    options: { environment: 'mainland', drivingServiceMode: 'host-mode' },
    preparation: ['initialize', 'setSessionToken', 'load', 'new AvatarView'],
    provider: [],
  },
  {
    name: /** @type {const} */ ('second'),
    createKit: second.createKit,
    token: null,
    options: { region: 'eu-central', drivingServiceMode: 'backend-mode' },
    preparation: ['initialize', 'load', 'new AvatarView'],
    provider: [{}],
  },
];

for (const { name, createKit, token, options, preparation, provider } of GENERATIONS) {
  /** @returns {Promise<GenerationFixture & {double: any}>} with the avatar on the stage */
  async function prepared() {
    const module = await double(name);
    const fixture = new GenerationFixture(createKit('installed', [module, module]));
    await fixture.stage.prepare(token);
    return Object.assign(fixture, { double: module });
  }

  test(`${name}: the avatar is prepared in the documents’ order and with their arguments`, async () => {
    const fixture = await prepared();
    assert.deepEqual(fixture.names, preparation);
    assert.deepEqual(fixture.given('initialize'), ['app', options]);
    assert.deepEqual(fixture.given('load'), ['anna']);
    assert.deepEqual(
      fixture.posts.of('prepared').map(({ sdk, fallback }) => [sdk, fallback]),
      [['installed', false]],
    );
    assert.deepEqual(
      fixture.posts.of('progress').map(({ progress }) => progress),
      [0.5, 1],
    );
  });

  test(`${name}: a renewed session token reaches whom it is for`, async () => {
    const fixture = await prepared();
    fixture.stage.setSessionToken('newer');
    const renewals = fixture.names.slice(preparation.length);
    assert.deepEqual(renewals, token === null ? [] : ['setSessionToken']);
    assert.deepEqual(fixture.misuse, []);
  });

  test(`${name}: a second preparation draws anew, and initialises nothing again`, async () => {
    const fixture = await prepared();
    await fixture.prepareAgain(token);
    const again = ['view.dispose', ...preparation.filter((call) => call !== 'initialize')];
    assert.deepEqual(fixture.names.slice(preparation.length), again);
  });

  test(`${name}: a visitor comes, is heard, and goes`, async () => {
    const fixture = await prepared();
    await fixture.session.connect(connectCommand('a'));
    assert.deepEqual(fixture.given('new LiveKitProvider'), provider);
    assert.deepEqual(fixture.given('connect'), [{ url: 'ws://server', roomName: 'room', token: 'string' }]);
    assert.equal(fixture.room().localParticipant.heard, fixture.media.opened[0]);
    assert.deepEqual(fixture.room().localParticipant.sources, ['microphone']);
    assert.deepEqual(fixture.states, ['connecting', 'connected']);
    fixture.room().meet();
    assert.equal(fixture.posts.of('agent').at(-1)?.state, 'listening');
    await fixture.leave('a');
    assert.deepEqual(fixture.names.slice(preparation.length), [
      'new LiveKitProvider',
      'new AvatarPlayer',
      'connect',
      'publishAudio',
      'unpublishAudio',
      'disconnect',
    ]);
    assert.ok(fixture.room().left);
    assert.equal(fixture.media.opened[0]?.readyState, 'ended');
    assert.equal(fixture.posts.of('disposed').length, 1);
  });

  test(`${name}: a stalled player is told of, and joins anew with the microphone`, async () => {
    const fixture = await prepared();
    await fixture.session.connect(connectCommand('a'));
    fixture.double.newest.player.emit('stalled');
    fixture.double.newest.player.emit('error', new Error('decoder'));
    assert.deepEqual(
      fixture.posts.of('player-event').map(({ event, error }) => [event, error?.message]),
      [
        ['connected', undefined],
        ['stalled', undefined],
        ['error', 'decoder'],
      ],
    );
    await fixture.session.reconnect('a');
    assert.equal(fixture.rooms.length, 2);
    assert.equal(fixture.rooms[0]?.left, true);
    assert.equal(fixture.room().localParticipant.heard, fixture.media.opened[0]);
    assert.deepEqual(fixture.states.slice(-2), ['connecting', 'connected']);
    assert.deepEqual(fixture.misuse, []);
  });

  test(`${name}: a connection that breaks off, and one that is refused, are told of`, async () => {
    const fixture = await prepared();
    await fixture.session.connect(connectCommand('a'));
    fixture.room().emit('disconnected', 1);
    await fixture.clock.advance(1);
    assert.deepEqual(
      fixture.posts.of('player-event').map(({ event, reason }) => [event, reason]),
      [
        ['connected', null],
        ['disconnected', 1],
      ],
    );
    await fixture.leave('a');
    fixture.refusal = Object.assign(new Error('no'), { status: 401 });
    const refused = fixture.session.connect(connectCommand('b'));
    await fixture.clock.advance(1000);
    await refused;
    const [failure] = fixture.posts.of('operation-failed');
    assert.deepEqual([failure?.operation, failure?.error.status], ['connect', 401]);
  });
}

test('the doubles refuse what the documents warn of', async () => {
  const module = await double('first');
  const { AvatarSDK, AvatarManager, AvatarView, AvatarPlayer, LiveKitProvider } = module;
  const { container } = new GenerationFixture(first.createKit('installed', [module, module]));
  const host = { environment: 'international', drivingServiceMode: 'host-mode' };
  await assert.rejects(() => AvatarManager.shared.load('anna'), /after initialize/);
  await assert.rejects(
    () => AvatarSDK.initialize('app', { ...host, drivingServiceMode: 'sdk-mode' }),
    /host mode/,
  );
  await AvatarSDK.initialize('app', host);
  AvatarSDK.setSessionToken('token');
  const view = new AvatarView(await AvatarManager.shared.load('anna'), container);
  assert.throws(() => new AvatarPlayer(view, new LiveKitProvider()), /provider.on is not a function/);
  const player = new AvatarPlayer(new LiveKitProvider(), view);
  await assert.rejects(() => player.connect('ws://server', 'token', 'room'), /one object/);
  await assert.rejects(() => player.publishAudio({ readyState: 'live' }), /after connect/);
  await assert.rejects(() => player.reconnect(), /nothing to reconnect to/);
  assert.throws(() => view.controller.yieldAudioData(), /not used in RTC mode/);
});

test('the double of the second generation refuses what belongs to the first', async () => {
  const { AvatarSDK, LiveKitProvider } = await double('second');
  const backend = { region: 'us-west', drivingServiceMode: 'backend-mode' };
  await assert.rejects(() => AvatarSDK.initialize('app', { ...backend, environment: 'intl' }), /environment/);
  await assert.rejects(() => AvatarSDK.initialize('app', { ...backend, region: undefined }), /region/);
  await AvatarSDK.initialize('app', backend);
  assert.throws(() => AvatarSDK.setSessionToken('token'), /no session token/);
  assert.throws(() => new LiveKitProvider({ track: 'motion' }), /knows no track/);
});
