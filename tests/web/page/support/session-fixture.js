/** @import { FakePlayer, FakeWatch } from './fakes.js' */

import assert from 'node:assert/strict';
import { openCapture } from '../../../../resources/web/app/microphone.js';
import { Session } from '../../../../resources/web/app/session.js';
import { FakeClock } from './fake-clock.js';
import { DEADLINES, Deferred, FakeKit, FakeMedia, MICROPHONE, Posts } from './fakes.js';

/** @type {import('../../../../resources/web/app/protocol.js').AudioDevice} */
export const SECOND = { id: 'id-2', label: 'Second', ordinal: 0 };

/** A call that a test settles. @returns {Deferred<void>} */
export const pending = () => new Deferred();

/** A session on fake parts, with the avatar prepared and two microphones plugged in. */
export class SessionFixture {
  clock = new FakeClock();
  media = new FakeMedia();
  fakes = new FakeKit();
  posts = new Posts();
  /** Labels of the microphones the session has told of. @type {(string|undefined)[]} */
  captures = [];
  /** @type {string[]} */
  activity = [];
  session = new Session({
    stage: () => ({ kit: this.fakes.kit, view: /** @type {any} */ ({}) }),
    settings: () =>
      /** @type {any} */ ({ volume: 0.6, deadlines: DEADLINES, avatar: { player: { logLevel: 'warning' } } }),
    openMicrophone: (device, onchange) =>
      openCapture({
        media: this.media,
        device,
        inputs: [MICROPHONE, SECOND],
        constraints: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
        deadline: DEADLINES.openMicrophone,
        clock: this.clock,
        onchange,
      }),
    onCapture: (_attempt, capture) => this.captures.push(capture?.label),
    onCaption: () => {},
    onActivity: (_attempt, kind) => this.activity.push(kind),
    onRest: () => {},
    post: this.posts.post,
    log: this.posts.log,
    clock: this.clock,
  });

  /** @returns {FakePlayer} the newest */
  player = () => {
    const found = this.fakes.players.at(-1);
    assert.ok(found, 'no player was made');
    return found;
  };

  /** @returns {FakeWatch} the newest */
  watch = () => {
    const found = this.fakes.watches.at(-1);
    assert.ok(found, 'nothing was watched');
    return found;
  };

  openTracks = () => this.media.opened.filter((track) => track.readyState === 'live').length;
}
