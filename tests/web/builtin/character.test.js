import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { litCharacter, PARTS } from '../../../resources/web/builtin/avatarkit/character.js';
import { isSoftwareRenderer } from '../../../resources/web/builtin/avatarkit/graphics.js';
import { AvatarManager } from '../../../resources/web/builtin/avatarkit/manager.js';
import { halfWidthOf, pointOnCurve } from '../../../resources/web/builtin/avatarkit/paint/curve.js';
import { frameIn } from '../../../resources/web/builtin/avatarkit/paint/framing.js';
import { litSurface } from '../../../resources/web/builtin/avatarkit/paint/surface.js';
import { AvatarSDK, DrivingServiceMode, Environment } from '../../../resources/web/builtin/avatarkit/sdk.js';

/** @typedef {import('../../../resources/web/builtin/avatarkit/manager.js').LoadProgress} LoadProgress */

const CHARACTERS = new URL('../../../resources/web/builtin/avatarkit/characters/', import.meta.url);

/** @param {URL} url */
const fromDisk = async (url) => JSON.parse(await readFile(url, 'utf8'));
/** @param {(url: URL) => Promise<unknown>} fetchJson */
function readyManager(fetchJson = fromDisk) {
  const manager = new AvatarManager(fetchJson);
  manager.allowLoading(true);
  return manager;
}

test('every character has all its parts, and no file is left over', async () => {
  const index = await fromDisk(new URL('index.json', CHARACTERS));
  assert.ok(index.characters[index.default]);
  for (const [name, files] of Object.entries(index.characters)) {
    const folder = await readdir(new URL(`${name}/`, CHARACTERS));
    assert.deepEqual([...folder].sort(), [.../** @type {string[]} */ (files)].sort());
    assert.deepEqual(folder.map((file) => file.replace('.json', '')).sort(), [...PARTS].sort());
  }
});

test('a load reports real progress, never backwards, and ends completed', async () => {
  /** @type {LoadProgress[]} */
  const seen = [];
  const avatar = await readyManager().load('anything', (progress) => seen.push(progress));
  assert.equal(avatar.id, 'anything');
  assert.deepEqual(seen.at(-1), { type: 'completed', progress: 1 });
  assert.ok(seen.length >= 6);
  for (let index = 1; index < seen.length; index++)
    assert.ok(seen[index].progress >= seen[index - 1].progress);
});

test('overlapping loads share the work, a loaded avatar is kept, clear forgets it', async () => {
  let fetched = 0;
  const manager = readyManager((url) => {
    fetched += 1;
    return fromDisk(url);
  });
  const [one, other] = await Promise.all([manager.load('mira'), manager.load('mira')]);
  assert.equal(one, other);
  const once = fetched;
  assert.equal(await manager.load('mira'), one);
  assert.equal(fetched, once);
  manager.clear('mira');
  assert.notEqual(await manager.load('mira'), one);
  assert.equal(fetched, 2 * once);
  const loading = manager.load('other');
  manager.clearAll();
  const late = await loading;
  assert.notEqual(await manager.load('other'), late, 'a load that was cleared meanwhile is not kept');
});

test('a failed load says so to every caller and can be tried again', async () => {
  let broken = true;
  const manager = readyManager((url) => (broken ? Promise.reject(new Error('no disk')) : fromDisk(url)));
  /** @type {string[]} */
  const types = [];
  const first = manager.load('mira', (progress) => types.push(progress.type));
  const second = manager.load('mira');
  await assert.rejects(first, {
    name: 'AvatarError',
    code: 'load-failed',
    retryable: true,
    message: /no disk/,
  });
  await assert.rejects(second, { code: 'load-failed' });
  assert.equal(types.at(-1), 'failed');
  broken = false;
  assert.equal((await manager.load('mira')).characterName, 'mira');
});

test('nothing loads before initialize, nor after cleanup', async () => {
  await assert.rejects(AvatarManager.shared.load('mira'), { code: 'not-initialized' });
  await AvatarSDK.initialize('app', {
    environment: Environment.cn,
    drivingServiceMode: DrivingServiceMode.host,
  });
  assert.equal(AvatarSDK.isInitialized, true);
  AvatarSDK.setSessionToken('token');
  assert.equal(AvatarSDK.hasSessionToken, true);
  AvatarSDK.cleanup();
  assert.equal(AvatarSDK.isInitialized, false);
  assert.equal(AvatarSDK.hasSessionToken, false);
  await assert.rejects(AvatarManager.shared.load('mira'), { code: 'not-initialized' });
});

test('initialize and setSessionToken refuse what cannot work', async () => {
  await assert.rejects(AvatarSDK.initialize('app', { drivingServiceMode: DrivingServiceMode.sdk }), {
    code: 'unsupported',
  });
  await assert.rejects(AvatarSDK.initialize('app', { environment: 'mars', drivingServiceMode: 'host' }), {
    code: 'invalid-argument',
  });
  assert.throws(() => AvatarSDK.setSessionToken(''), { code: 'invalid-argument' });
  assert.equal(AvatarSDK.isInitialized, false);
});

test('light falls from the upper left, and every pixel has a colour', async () => {
  const manager = readyManager();
  const { character } = await manager.load('mira');
  const shades = await litCharacter(character, () => {});
  const { width, height, pixels, left, top, scale } = shades.head;
  assert.equal(pixels.length, width * height * 4);
  const brightness = (/** @type {number} */ x, /** @type {number} */ y) => {
    const at = (Math.round((y - top) * scale) * width + Math.round((x - left) * scale)) * 4;
    return pixels[at] + pixels[at + 1] + pixels[at + 2];
  };
  assert.ok(brightness(-50, -60) > brightness(70, 60) + 40, 'forehead against jaw');
  assert.ok(brightness(0, 40) > brightness(0, 58), 'tip of the nose against its underside');
  assert.ok(brightness(-8, 58) < brightness(-30, 62), 'nostril');
  for (const shade of Object.values(shades)) {
    let dark = 0;
    for (let at = 0; at < shade.pixels.length; at += 4)
      if (shade.pixels[at] + shade.pixels[at + 1] + shade.pixels[at + 2] < 12) dark += 1;
    assert.ok(dark < (shade.pixels.length / 4) * 0.02, `${dark} black pixels`);
  }
});

test('a bump is lit on the side that faces the light', () => {
  const { pixels, width, left, top, scale } = litSurface(
    {
      outline: [
        [60, 0],
        [60, 50],
        [60, 100],
      ],
      depth: 0,
      color: [128, 128, 128],
      bumps: [{ x: 0, y: 50, rx: 12, ry: 12, height: 10 }],
      tints: [],
    },
    1,
  );
  const red = (/** @type {number} */ x, /** @type {number} */ y) =>
    pixels[(Math.round(y - top) * width + Math.round((x - left) * scale)) * 4];
  assert.ok(red(-8, 42) > red(8, 58) + 30);
});

test('curves pass through their points; an outline is as wide as it was drawn', () => {
  /** @type {[number, number][]} */
  const points = [
    [0, 0],
    [40, 10],
    [50, 60],
    [20, 100],
    [0, 110],
  ];
  points.forEach((point, index) => {
    const [x, y] = pointOnCurve(points, index / (points.length - 1));
    assert.ok(Math.hypot(x - point[0], y - point[1]) < 1e-9);
  });
  const halfWidth = halfWidthOf(points);
  assert.ok(Math.abs(halfWidth(60) - 50) < 0.6);
  assert.equal(halfWidth(-5), 0);
  assert.equal(halfWidth(200), 0);
});

test('the whole head fits every screen, and the body reaches the bottom', () => {
  for (const [width, height] of [
    [1080, 1920],
    [1920, 1080],
    [1024, 600],
    [2160, 3840],
    [3440, 1440],
    [300, 300],
    [400, 1600],
  ]) {
    const { scale, x, y, bottom } = frameIn(width, height);
    const name = `${width}×${height}`;
    assert.ok(y - 165 * scale > 0, `${name}: hair is not cut`);
    assert.ok(y + 190 * scale < height, `${name}: shoulders are seen`);
    assert.ok(x - 145 * scale > 0 && x + 145 * scale < width, `${name}: hair fits the width`);
    assert.ok(Math.abs(y + bottom * scale - height) < 1e-6, `${name}: bottom`);
    assert.ok(y < height * 0.55, `${name}: eyes above the middle`);
  }
});

test('software renderers are told from graphics cards', () => {
  assert.ok(isSoftwareRenderer('ANGLE (Mesa, llvmpipe (LLVM 15.0.6, 256 bits), OpenGL 4.5)'));
  assert.ok(
    isSoftwareRenderer('ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero)), SwiftShader driver)'),
  );
  assert.ok(!isSoftwareRenderer('ANGLE (Intel, Mesa Intel(R) UHD Graphics 620 (KBL GT2), OpenGL 4.6)'));
});
