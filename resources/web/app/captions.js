/** @import { TextStreamReader } from 'livekit-client' */
/** @import { Post } from './protocol.js' */
/** @import { CaptionUpdate } from './watch.js' */

import { SAID_LIMIT } from './protocol.js';

/** Where LiveKit agents write what was said. */
export const TRANSCRIPTION_TOPIC = 'lk.transcription';
const SEGMENT = 'lk.segment_id';
const FINAL = 'lk.transcription_final';

/**
 * Reads one caption stream to its end. An agent's words come as one stream of pieces; a visitor's as a new stream
 * with the whole text for each improvement. Both are the same here: a stream tells the text of its segment so far,
 * and a later stream of that segment replaces it. The final flag of a stream of pieces comes with its end.
 *
 * @param {Pick<TextStreamReader, 'info'> & AsyncIterable<string>} reader
 * @param {CaptionUpdate['speaker']} speaker
 * @param {(update: CaptionUpdate) => void} report
 * @returns {Promise<void>} rejects when the stream breaks off
 */
export async function readCaption(reader, speaker, report) {
  const segment = reader.info.attributes?.[SEGMENT] ?? reader.info.id;
  let text = '';
  for await (const piece of reader) {
    text += piece;
    report({ segment, speaker, text, final: false });
  }
  report({ segment, speaker, text, final: reader.info.attributes?.[FINAL] !== 'false' });
}

/**
 * Hands a finished segment's words to Python. Only for a kiosk that is told to keep a transcript.
 * @param {CaptionUpdate} update
 * @param {Post} post
 */
export function tellWords({ speaker, text, final }, post) {
  const words = text.trim().slice(0, SAID_LIMIT);
  if (final && words !== '') {
    post({ type: 'said', speaker, text: words });
  }
}

/** How many lines a visitor can follow at once. */
const LINES = 2;

/**
 * The captions on the screen: the latest segment of each speaker, in the order in which they began.
 * @typedef {{segment: string, speaker: CaptionUpdate['speaker'], text: string}} Line
 */
export class CaptionBoard {
  /** @type {Line[]} */
  #lines = [];

  /** @returns {readonly Line[]} oldest first */
  get lines() {
    return this.#lines;
  }

  /** @param {CaptionUpdate} update */
  put({ segment, speaker, text }) {
    const trimmed = text.trim();
    const known = this.#lines.findIndex((line) => line.segment === segment && line.speaker === speaker);
    if (known >= 0) {
      this.#lines[known] = { segment, speaker, text: trimmed };
    } else if (trimmed !== '') {
      const others = this.#lines.filter((line) => line.speaker !== speaker);
      this.#lines = [...others, { segment, speaker, text: trimmed }].slice(-LINES);
    }
  }

  clear() {
    this.#lines = [];
  }
}
