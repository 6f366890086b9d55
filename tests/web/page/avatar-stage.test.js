import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { AvatarStage } from '../../../resources/web/app/avatar-stage.js';
import { createKit } from '../../../resources/web/generations/first.js';
import { FakeClock } from './support/fake-clock.js';
import { DEADLINES, Deferred, Posts } from './support/fakes.js';

/** A vendor's module that notes the order in which it is called. */
class FakeModule {
  /** @type {string[]} */
  calls = [];
  /** @type {unknown} */
  options = null;
  /** @type {Deferred<unknown>|null} */
  loading = null;
  draws = true;
  disposed = 0;
  /** @type {Error|null} */
  refusal = null;

  /** @returns {any} */
  get module() {
    const fake = this;
    return {
      DrivingServiceMode: { host: 'HOST' },
      Environment: { intl: 'INTL', cn: 'CN' },
      AvatarSDK: {
        isInitialized: false,
        /**
         * @param {string} appId
         * @param {unknown} options
         */
        async initialize(appId, options) {
          fake.calls.push(`initialize ${appId}`);
          fake.options = options;
          this.isInitialized = true;
        },
        /** @param {string} token */
        setSessionToken(token) {
          fake.calls.push(`token ${token}`);
        },
      },
      AvatarManager: {
        shared: {
          /**
           * @param {string} id
           * @param {(progress: unknown) => void} onProgress
           */
          async load(id, onProgress) {
            fake.calls.push(`load ${id}`);
            if (fake.refusal) {
              throw fake.refusal;
            }
            onProgress({ type: 'downloading', progress: 0.5 });
            onProgress({ type: 'downloading', progress: 0.505 });
            await fake.loading?.promise;
            onProgress({ type: 'completed', progress: 1 });
            return { id };
          },
        },
      },
      AvatarView: class {
        /** @type {(() => void)|undefined} */
        onFirstRendering;

        constructor() {
          fake.calls.push('view');
          queueMicrotask(() => fake.draws && this.onFirstRendering?.());
        }

        dispose() {
          fake.disposed += 1;
        }
      },
    };
  }
}

/** @type {FakeClock} */
let clock;
/** @type {Posts} */
let posts;
/** @type {FakeModule} */
let chosen;
/** @type {FakeModule} */
let builtin;
/** @type {EventTarget} */
let container;
/** @type {(() => Promise<any>)} */
let loadKit;
/** @type {(() => Promise<any>)} */
let loadFallbackKit;

beforeEach(() => {
  clock = new FakeClock();
  posts = new Posts();
  chosen = new FakeModule();
  builtin = new FakeModule();
  container = Object.assign(new EventTarget(), { replaceChildren: () => {} });
  const rtc = /** @type {any} */ ({});
  const [chosenKit, builtinKit] = [
    createKit('installed', [chosen.module, rtc]),
    createKit('builtin', [builtin.module, rtc]),
  ];
  loadKit = async () => chosenKit;
  loadFallbackKit = async () => builtinKit;
});

/** @param {string} [sdk] */
const createStage = (sdk = 'installed') =>
  new AvatarStage({
    container: /** @type {any} */ (container),
    loadKit: () => loadKit(),
    loadFallbackKit: () => loadFallbackKit(),
    settings: /** @type {any} */ ({ sdk, appId: 'app', avatarId: 'anna', environment: 'cn' }),
    deadlines: DEADLINES,
    post: posts.post,
    log: posts.log,
    clock,
    onProgress: () => {},
  });

test('the SDK is called in the documents’ order, in host mode', async () => {
  await createStage().prepare('secret');
  assert.deepEqual(chosen.calls, ['initialize app', 'token secret', 'load anna', 'view']);
  assert.deepEqual(chosen.options, { environment: 'CN', drivingServiceMode: 'HOST' });
  assert.deepEqual(posts.of('prepared'), [
    { type: 'prepared', sdk: 'installed', fallback: false, fallbackCause: '' },
  ]);
});

test('progress is reported in visible steps and ends at 1', async () => {
  await createStage().prepare(null);
  assert.deepEqual(
    posts.of('progress').map(({ progress }) => progress),
    [0.5, 1],
  );
});

test('prepared again it only renews the token', async () => {
  const stage = createStage();
  await stage.prepare('one');
  await stage.prepare('two');
  assert.deepEqual(chosen.calls.slice(4), ['token two']);
  assert.equal(posts.of('prepared').length, 2);
});

test('an avatar that does not load gives way to the built-in one, and the cause is told', async () => {
  chosen.refusal = new Error('404 for anna');
  const stage = createStage();
  await stage.prepare('secret');
  const [prepared] = posts.of('prepared');
  assert.deepEqual([prepared?.sdk, prepared?.fallback], ['builtin', true]);
  assert.match(prepared?.fallbackCause ?? '', /load-avatar: 404 for anna/);
  assert.deepEqual(builtin.calls, ['initialize app', 'load builtin', 'view']);
  assert.equal(stage.kit?.sdk, 'builtin');
});

test('an avatar that was to come with its session, and has not, gives way for the next one', async () => {
  const stage = createStage();
  await stage.prepare('secret');
  const view = stage.view;
  await Promise.all([view?.onFailed?.(new Error('404 for anna')), view?.onFailed?.(new Error('told twice'))]);
  assert.equal(chosen.disposed, 1);
  assert.equal(stage.kit?.sdk, 'builtin');
  const [, late, ...more] = posts.of('prepared');
  assert.deepEqual([late?.sdk, late?.fallback], ['builtin', true]);
  assert.match(late?.fallbackCause ?? '', /load-avatar: 404 for anna/);
  assert.deepEqual(more, []);
});

test('asked again after a fallback, the configured avatar is tried anew', async () => {
  chosen.refusal = new Error('offline');
  const stage = createStage();
  await stage.prepare(null);
  chosen.refusal = null;
  await stage.prepare(null);
  assert.equal(builtin.disposed, 1);
  assert.equal(stage.kit?.sdk, 'installed');
  assert.equal(posts.of('prepared').at(-1)?.fallback, false);
});

test('packages that are not there give way as well', async () => {
  loadKit = () => Promise.reject(new TypeError('Failed to resolve module specifier'));
  await createStage().prepare(null);
  assert.equal(posts.of('prepared')[0]?.fallback, true);
});

test('when neither loads, the configured one’s failure is reported', async () => {
  chosen.refusal = new Error('404');
  loadFallbackKit = () => Promise.reject(new TypeError('no such module'));
  const stage = createStage();
  await stage.prepare(null);
  const [failure] = posts.of('operation-failed');
  assert.deepEqual(
    [failure?.operation, failure?.error.message, failure?.attempt],
    ['load-avatar', '404', null],
  );
  assert.equal(stage.kit, null);
});

test('a load that never ends fails at its deadline', async () => {
  chosen.loading = new Deferred();
  const preparing = createStage('builtin').prepare(null);
  await clock.advance(60_000);
  await preparing;
  const [failure] = posts.of('operation-failed');
  assert.deepEqual([failure?.operation, failure?.error.name], ['load-avatar', 'DeadlineError']);
});

test('a view that never draws is disposed and reported as the first frame’s failure', async () => {
  chosen.draws = false;
  const preparing = createStage('builtin').prepare(null);
  await clock.advance(20_000);
  await preparing;
  assert.equal(posts.of('operation-failed')[0]?.operation, 'first-frame');
  assert.equal(chosen.disposed, 1);
});

test('after a failure it starts anew', async () => {
  chosen.refusal = new Error('offline');
  loadFallbackKit = () => Promise.reject(new Error('absent'));
  const stage = createStage();
  await stage.prepare(null);
  chosen.refusal = null;
  await stage.prepare(null);
  assert.equal(posts.of('prepared').length, 1);
});

test('two preparations do not share the container', async () => {
  chosen.loading = new Deferred();
  const stage = createStage();
  const first = stage.prepare(null);
  const second = stage.prepare('token');
  chosen.loading.resolve(undefined);
  await Promise.all([first, second]);
  assert.equal(chosen.calls.filter((call) => call === 'view').length, 1);
});

test('a lost drawing context is noticed, and preparing again builds another view', async () => {
  const stage = createStage();
  await stage.prepare(null);
  container.dispatchEvent(new Event('webglcontextlost'));
  assert.equal(stage.contextLost, true);
  await stage.prepare(null);
  assert.equal(stage.contextLost, false);
  assert.equal(chosen.calls.filter((call) => call === 'view').length, 2);
  assert.equal(chosen.disposed, 1);
});
