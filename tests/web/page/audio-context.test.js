import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onOutputLost, sharedAudioContext } from '../../../resources/web/app/audio-context.js';

class FakeContext extends EventTarget {
  resumed = 0;

  async resume() {
    this.resumed += 1;
  }
}

test('whoever wants to know is told each time the one context loses its output', () => {
  /** @type {any} */ (globalThis).AudioContext = FakeContext;
  let told = 0;
  onOutputLost(() => {
    told += 1;
  });
  const context = sharedAudioContext();
  assert.equal(sharedAudioContext(), context);
  context.dispatchEvent(new Event('error'));
  context.dispatchEvent(new Event('error'));
  assert.equal(told, 2);
});
