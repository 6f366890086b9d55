import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { DeadlineError, describeError } from '../../../resources/web/app/errors.js';
import { openCapture } from '../../../resources/web/app/microphone.js';
import { FakeClock } from './support/fake-clock.js';
import { Deferred, FakeMedia, MICROPHONE } from './support/fakes.js';

/** @type {FakeClock} */
let clock;
/** @type {FakeMedia} */
let media;
let changes = 0;

beforeEach(() => {
  clock = new FakeClock();
  media = new FakeMedia();
  changes = 0;
});

/** @param {import('../../../resources/web/app/protocol.js').AudioDevice[]} [inputs] */
const open = (inputs = [MICROPHONE]) =>
  openCapture({
    media,
    device: MICROPHONE,
    inputs,
    constraints: { echoCancellation: true, noiseSuppression: false, autoGainControl: true },
    deadline: 8,
    clock,
    onchange: () => {
      changes += 1;
    },
  });

test('exactly the wanted device is opened, with the constraints of the configuration', async () => {
  await open([{ ...MICROPHONE, id: 'new-id' }]);
  assert.deepEqual(media.asked, [
    {
      audio: {
        deviceId: { exact: 'new-id' },
        echoCancellation: true,
        noiseSuppression: false,
        autoGainControl: true,
      },
    },
  ]);
});

test('a device that is not there is not replaced by another behind our back', async () => {
  await assert.rejects(open([]), (error) => describeError(error).name === 'DeviceMissingError');
  assert.equal(media.asked.length, 0);
});

test('a permission that is granted after the deadline leaves no microphone open', async () => {
  media.hold = new Deferred();
  const failed = assert.rejects(open(), DeadlineError);
  await clock.advance(8000);
  await failed;
  media.hold.resolve();
  await clock.advance(0);
  assert.deepEqual(
    media.opened.map((track) => track.readyState),
    ['ended'],
  );
});

test('muting and ending are noticed', async () => {
  const capture = await open();
  const track = media.opened[0];
  assert.ok(track);
  assert.equal(capture.state, 'live');
  track.muted = true;
  track.dispatchEvent(new Event('mute'));
  assert.equal(capture.state, 'muted');
  track.readyState = 'ended';
  track.dispatchEvent(new Event('ended'));
  assert.equal(capture.state, 'ended');
  assert.equal(changes, 2);
});

test('a device that is no longer listed counts as ended although its track lives on', async () => {
  const capture = await open();
  capture.noticeDevices([MICROPHONE]);
  assert.equal(changes, 0);
  capture.noticeDevices([]);
  assert.equal(capture.state, 'ended');
  assert.equal(media.opened[0]?.readyState, 'live');
  capture.noticeDevices([MICROPHONE]);
  assert.equal(capture.state, 'live');
  assert.equal(changes, 2);
});

test('a stopped capture is silent about what happens to its track', async () => {
  const capture = await open();
  capture.stop();
  media.opened[0]?.dispatchEvent(new Event('mute'));
  assert.equal(changes, 0);
  assert.equal(capture.state, 'ended');
});
