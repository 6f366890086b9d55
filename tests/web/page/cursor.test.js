import assert from 'node:assert/strict';
import { test } from 'node:test';

import { hideRestingCursor, REST_MS } from '../../../resources/web/app/ui/cursor.js';
import { FakeClock } from './support/fake-clock.js';

/** What the cursor needs of the page. */
class FakeRoot extends EventTarget {
  shown = false;

  /**
   * @param {string} name
   * @param {boolean} [on]
   */
  toggleAttribute(name, on = false) {
    assert.equal(name, 'data-mouse');
    this.shown = on;
    return on;
  }

  /** @param {{pointerType: string, movementX: number}} how */
  move(how) {
    this.dispatchEvent(Object.assign(new Event('pointermove'), { movementY: 0 }, how));
  }
}

test('the cursor is seen while a mouse moves and for a moment after', async () => {
  const root = new FakeRoot();
  const clock = new FakeClock();
  hideRestingCursor(/** @type {any} */ (root), clock);
  root.move({ pointerType: 'mouse', movementX: 3 });
  assert.equal(root.shown, true);
  await clock.advance(REST_MS - 1);
  root.move({ pointerType: 'mouse', movementX: 1 });
  await clock.advance(REST_MS - 1);
  assert.equal(root.shown, true);
  await clock.advance(1);
  assert.equal(root.shown, false);
});

test('a finger shows no cursor, nor does a page that changes beneath a resting mouse', () => {
  const root = new FakeRoot();
  hideRestingCursor(/** @type {any} */ (root), new FakeClock());
  root.move({ pointerType: 'touch', movementX: 5 });
  root.move({ pointerType: 'mouse', movementX: 0 });
  assert.equal(root.shown, false);
});
