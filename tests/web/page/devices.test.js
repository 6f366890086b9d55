import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { DeviceWatch, describeDevices, findDevice } from '../../../resources/web/app/devices.js';
import { FakeClock } from './support/fake-clock.js';
import { FakeMedia, Posts } from './support/fakes.js';

/** @import { DeviceList } from '../../../resources/web/app/devices.js' */

/**
 * @param {string} deviceId
 * @param {string} label
 */
const input = (deviceId, label) => ({ kind: 'audioinput', deviceId, label });

/** @type {FakeClock} */
let clock;
/** @type {FakeMedia} */
let media;
/** @type {DeviceList[]} */
let reports;
/** @type {Posts} */
let posts;
/** @type {DeviceWatch} */
let watch;

beforeEach(() => {
  clock = new FakeClock();
  media = new FakeMedia();
  reports = [];
  posts = new Posts();
  watch = new DeviceWatch({ media, clock, report: (list) => reports.push(list), log: posts.log });
});

test('devices of one label are told apart by ordinals, aliases are left out', () => {
  const list = describeDevices(
    /** @type {any[]} */ ([
      input('default', ''),
      input('a', 'USB microphone'),
      input('b', 'USB microphone'),
      input('c', 'Table microphone'),
      { kind: 'audiooutput', deviceId: 'o', label: 'Speaker' },
      { kind: 'videoinput', deviceId: 'v', label: 'Camera' },
    ]),
  );
  assert.deepEqual(list.inputs, [
    { id: 'a', label: 'USB microphone', ordinal: 0 },
    { id: 'b', label: 'USB microphone', ordinal: 1 },
    { id: 'c', label: 'Table microphone', ordinal: 0 },
  ]);
  assert.deepEqual(list.outputs, [{ id: 'o', label: 'Speaker', ordinal: 0 }]);
});

test('a machine that only has the default device still has a microphone', () => {
  const { inputs } = describeDevices(/** @type {any[]} */ ([input('default', 'Default')]));
  assert.deepEqual(inputs, [{ id: 'default', label: 'Default', ordinal: 0 }]);
});

test('a loudspeaker that Chromium hides, because no microphone was ever opened, is known to be there', () => {
  const list = describeDevices(/** @type {any[]} */ ([{ kind: 'audiooutput', deviceId: '', label: '' }]));
  assert.deepEqual(list, { inputs: [], outputs: [], unnamed: true });
  const camera = describeDevices(/** @type {any[]} */ ([{ kind: 'videoinput', deviceId: '', label: '' }]));
  assert.equal(camera.unnamed, false);
});

test('a device is found again by label and ordinal when its id has changed', () => {
  const devices = [
    { id: 'x', label: 'USB microphone', ordinal: 0 },
    { id: 'y', label: 'USB microphone', ordinal: 1 },
  ];
  assert.equal(findDevice(devices, { id: 'old', label: 'USB microphone', ordinal: 1 })?.id, 'y');
  assert.equal(findDevice(devices, { id: 'old', label: 'Gone', ordinal: 0 }), null);
});

test('the list is reported at first and then only when it changes', async () => {
  media.devices = [input('a', 'Table microphone')];
  await watch.start();
  await clock.advance(6000);
  assert.equal(reports.length, 1);
  media.devices = [];
  await clock.advance(2000);
  assert.deepEqual(reports.at(-1), { inputs: [], outputs: [], unnamed: false });
  assert.equal(reports.length, 2);
});

test('a second start reports anew without a second timer', async () => {
  media.devices = [input('a', 'Table microphone')];
  await watch.start();
  await watch.start();
  assert.equal(reports.length, 2);
  assert.equal(clock.waiting, 1);
});

test('names are learned by opening a microphone, which is closed at once', async () => {
  media.devices = [input('a', '')];
  const enumerate = media.enumerateDevices;
  media.enumerateDevices = async () => {
    if (media.opened.length > 0) {
      media.devices = [input('a', 'Table microphone')];
    }
    return enumerate();
  };
  await watch.start();
  assert.equal(reports[0]?.inputs[0]?.label, 'Table microphone');
  assert.deepEqual(
    media.opened.map((track) => track.readyState),
    ['ended'],
  );
});

test('names are learned also where Chromium hides even the ids', async () => {
  media.devices = [input('', '')];
  const enumerate = media.enumerateDevices;
  media.enumerateDevices = async () => {
    if (media.opened.length > 0) {
      media.devices = [input('a', 'Table microphone')];
    }
    return enumerate();
  };
  await watch.start();
  assert.deepEqual(reports.at(-1)?.inputs, [{ id: 'a', label: 'Table microphone', ordinal: 0 }]);
});

test('a refused microphone is asked for once, not every two seconds, and again when the devices change', async () => {
  media.devices = [input('a', '')];
  media.refusal = new Error('refused');
  await watch.start();
  await clock.advance(10_000);
  assert.equal(media.asked.length, 1);
  media.devices = [input('a', ''), input('b', '')];
  await clock.advance(2000);
  assert.equal(media.asked.length, 2);
});

test('a look that fails is logged and the next one still comes', async () => {
  const enumerate = media.enumerateDevices;
  media.enumerateDevices = () => Promise.reject(new Error('busy'));
  await watch.start();
  assert.equal(reports.length, 0);
  assert.match(posts.lines.join(), /busy/);
  media.enumerateDevices = enumerate;
  await clock.advance(2000);
  assert.equal(reports.length, 1);
});
