import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withDeadline } from '../../../resources/web/app/deadline.js';
import { DeadlineError, describeError, OperationError, redact } from '../../../resources/web/app/errors.js';
import { FakeClock } from './support/fake-clock.js';
import { Deferred } from './support/fakes.js';

test('a call that never settles fails at its deadline, naming the operation', async () => {
  const clock = new FakeClock();
  /** @type {unknown[]} */
  const failures = [];
  withDeadline(new Promise(() => {}), 15, 'connect', clock).catch((error) => failures.push(error));
  await clock.advance(14_999);
  assert.equal(failures.length, 0);
  await clock.advance(1);
  assert.deepEqual(
    failures.map((error) => error instanceof DeadlineError && error.operation),
    ['connect'],
  );
});

test('a call in time keeps its value and leaves no timer behind', async () => {
  const clock = new FakeClock();
  assert.equal(await withDeadline(Promise.resolve('here'), 15, 'connect', clock), 'here');
  assert.equal(clock.waiting, 0);
});

test('a failing call keeps its error as the cause', async () => {
  const cause = new Error('refused');
  await assert.rejects(withDeadline(Promise.reject(cause), 15, 'publish', new FakeClock()), (error) => {
    assert.ok(error instanceof OperationError);
    assert.equal(error.operation, 'publish');
    assert.equal(error.cause, cause);
    return true;
  });
});

test('what comes after the deadline is nobody’s unhandled rejection', async () => {
  const clock = new FakeClock();
  /** @type {Deferred<void>} */
  const call = new Deferred();
  /** @type {unknown[]} */
  const unhandled = [];
  const note = (/** @type {unknown} */ error) => unhandled.push(error);
  process.on('unhandledRejection', note);
  const waiting = withDeadline(call.promise, 1, 'connect', clock).catch(() => {});
  await clock.advance(1000);
  await waiting;
  call.reject(new Error('late'));
  await clock.advance(10);
  process.off('unhandledRejection', note);
  assert.deepEqual(unhandled, []);
});

test('an error is described with its HTTP status and a reason of 0', () => {
  const error = Object.assign(new Error('401'), { name: 'ConnectionError', status: 401, reason: 0 });
  assert.deepEqual(describeError(new OperationError('connect', error)), {
    name: 'ConnectionError',
    message: '401',
    status: 401,
    reason: 0,
  });
});

test('an adapter’s own error does not hide what livekit-client knew', () => {
  const cause = Object.assign(new Error('401'), { name: 'ConnectionError', status: 401, reason: 0 });
  const error = Object.assign(new Error('could not connect'), {
    name: 'AvatarPlayerError',
    reason: 'NotAllowed',
    cause,
  });
  assert.deepEqual(describeError(error), {
    name: 'AvatarPlayerError',
    message: 'could not connect',
    status: 401,
    reason: 0,
  });
});

test('what is not an error is described all the same', () => {
  assert.deepEqual(describeError('gone'), { name: 'Error', message: 'gone', status: null, reason: null });
});

test('tokens never leave the page in an error text', () => {
  const text = redact('401: invalid token: eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJraW9zayJ9.c2lnbmF0dXJl, go away');
  assert.equal(text, '401: invalid token: [token], go away');
});
