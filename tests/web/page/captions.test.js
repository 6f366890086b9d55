import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CaptionBoard, readCaption, tellWords } from '../../../resources/web/app/captions.js';

/** @import { CaptionUpdate } from '../../../resources/web/app/watch.js' */

/**
 * @param {string[]} pieces
 * @param {Record<string, string>} attributes
 * @param {Record<string, string>} [trailer]  attributes that only come with the end
 * @returns {any}
 */
function stream(pieces, attributes, trailer = {}) {
  const info = { id: 'stream-id', attributes };
  return {
    info,
    async *[Symbol.asyncIterator]() {
      yield* pieces;
      info.attributes = { ...info.attributes, ...trailer };
    },
  };
}

/**
 * @param {ReturnType<typeof stream>} reader
 * @param {CaptionUpdate['speaker']} speaker
 */
async function read(reader, speaker) {
  /** @type {CaptionUpdate[]} */
  const updates = [];
  await readCaption(reader, speaker, (update) => updates.push(update));
  return updates;
}

test('an agent’s pieces grow into one segment', async () => {
  const updates = await read(stream(['Good', ' morning'], { 'lk.segment_id': 's' }), 'agent');
  assert.deepEqual(
    updates.map(({ text, final }) => [text, final]),
    [
      ['Good', false],
      ['Good morning', false],
      ['Good morning', true],
    ],
  );
});

test('the final flag in the trailer counts', async () => {
  const open = await read(
    stream(['Go'], { 'lk.segment_id': 's' }, { 'lk.transcription_final': 'false' }),
    'visitor',
  );
  assert.equal(open.at(-1)?.final, false);
});

test('a stream without a segment id is a segment of its own', async () => {
  const [update] = await read(stream(['Hello'], {}), 'agent');
  assert.equal(update?.segment, 'stream-id');
});

test('a visitor’s improved text replaces the one before', () => {
  const board = new CaptionBoard();
  board.put({ segment: 'v', speaker: 'visitor', text: 'Where is', final: false });
  board.put({ segment: 'v', speaker: 'visitor', text: 'Where is the lift?', final: true });
  assert.deepEqual(
    board.lines.map((line) => line.text),
    ['Where is the lift?'],
  );
});

test('the board keeps the latest of each speaker, in order', () => {
  const board = new CaptionBoard();
  board.put({ segment: '1', speaker: 'agent', text: 'Hello', final: true });
  board.put({ segment: '2', speaker: 'visitor', text: 'Where is the lift?', final: true });
  board.put({ segment: '3', speaker: 'agent', text: 'On your left.', final: true });
  assert.deepEqual(
    board.lines.map((line) => line.text),
    ['Where is the lift?', 'On your left.'],
  );
});

test('an empty beginning takes no place', () => {
  const board = new CaptionBoard();
  board.put({ segment: '1', speaker: 'agent', text: 'Hello', final: true });
  board.put({ segment: '2', speaker: 'agent', text: ' ', final: false });
  assert.deepEqual(
    board.lines.map((line) => line.text),
    ['Hello'],
  );
  board.clear();
  assert.equal(board.lines.length, 0);
});

test('only a finished segment is told, without blanks around it and never too long for Python', () => {
  /** @type {unknown[]} */
  const told = [];
  /** @param {unknown} message */
  const post = (message) => void told.push(message);
  tellWords({ segment: '1', speaker: 'agent', text: ' Hello ', final: false }, post);
  tellWords({ segment: '1', speaker: 'agent', text: ' Hello ', final: true }, post);
  tellWords({ segment: '2', speaker: 'visitor', text: ' ', final: true }, post);
  tellWords({ segment: '3', speaker: 'visitor', text: 'x'.repeat(5000), final: true }, post);
  assert.deepEqual(told, [
    { type: 'said', speaker: 'agent', text: 'Hello' },
    { type: 'said', speaker: 'visitor', text: 'x'.repeat(4000) },
  ]);
});
