/**
 * LiveKit's words for a failed or ended connection, turned into this package's.
 *
 * @typedef {{state: 'failed' | 'disconnected', error?: AvatarPlayerError}} End
 */
import { ConnectionError, ConnectionErrorReason, DisconnectReason } from 'livekit-client';
import { AvatarPlayerError } from './errors.js';
import { withoutTokens } from './log.js';

/** The other side meant it: connecting again would be turned away, or is for somebody to decide. */
const DELIBERATE = new Set([
  DisconnectReason.CLIENT_INITIATED,
  DisconnectReason.DUPLICATE_IDENTITY,
  DisconnectReason.PARTICIPANT_REMOVED,
  DisconnectReason.ROOM_DELETED,
  DisconnectReason.ROOM_CLOSED,
]);

/**
 * @param {unknown} cause what `room.connect()` threw
 * @returns {AvatarPlayerError}
 */
export function connectionFailure(cause) {
  const message = `could not connect: ${messageOf(cause)}`;
  if (!(cause instanceof ConnectionError))
    return new AvatarPlayerError('connection-failed', message, { cause });
  return new AvatarPlayerError('connection-failed', message, {
    cause,
    reason: ConnectionErrorReason[cause.reason],
    status: cause.status,
  });
}

/**
 * @param {DisconnectReason | undefined} reason undefined: lost, after all of LiveKit's own attempts to resume
 * @returns {End}
 */
export function endOfConnection(reason) {
  if (reason !== undefined && DELIBERATE.has(reason)) return { state: 'disconnected' };
  const name = reason === undefined ? 'LOST' : DisconnectReason[reason];
  return {
    state: 'failed',
    error: new AvatarPlayerError('connection-lost', `the connection ended: ${name}`, { reason: name }),
  };
}

/** @param {unknown} cause */
export function messageOf(cause) {
  return withoutTokens(cause instanceof Error ? cause.message : String(cause));
}
