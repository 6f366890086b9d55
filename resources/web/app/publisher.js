/** @import { Room } from 'livekit-client' */
/** @import { Player, Provider } from './kit.js' */

/** Agents listen to this source only, and a token of least grants allows no other. */
const MICROPHONE = /** @type {import('livekit-client').Track.Source} */ ('microphone');

/**
 * Publishes the visitor's microphone through the player, as the documents do. Where a player publishes without naming
 * the source (the server then refuses, or the agent does not listen), the room's own call is used instead.
 */
export class Publisher {
  #player;
  #provider;
  /** @type {MediaStreamTrack|null} */
  #track = null;
  /** The room published it, not the player. */
  #natively = false;
  /** The track under the publication is not the one the player knows. */
  #replaced = false;

  /**
   * @param {Player} player
   * @param {Provider} provider
   */
  constructor(player, provider) {
    this.#player = player;
    this.#provider = provider;
  }

  /** @param {MediaStreamTrack} track */
  async publish(track) {
    try {
      await this.#player.publishAudio(track);
      this.#natively = false;
    } catch (error) {
      if (!this.#participant) {
        throw error;
      }
      this.#natively = true;
    }
    this.#track = track;
    const participant = this.#participant;
    if (participant && (this.#natively || !participant.getTrackPublication(MICROPHONE))) {
      await this.#player.unpublishAudio().catch(() => {});
      await participant.publishTrack(track, { source: MICROPHONE });
      this.#natively = true;
    }
  }

  /**
   * Puts another track in the place of the published one; publishes it if none is.
   * @param {MediaStreamTrack} track
   */
  async replace(track) {
    const local = this.#participant?.getTrackPublication(MICROPHONE)?.track;
    if (local && this.#track) {
      await local.replaceTrack(track, true);
      // livekit-client mutes a published track whose device vanished and never unmutes it by itself.
      if (local.isMuted) {
        await local.unmute();
      }
      this.#track = track;
      this.#replaced = true;
      return;
    }
    await this.unpublish();
    await this.publish(track);
  }

  /** Publishes again what a reconnect has lost, and takes the place of what the player has published meanwhile. */
  async restore() {
    const participant = this.#participant;
    const track = this.#track;
    if (!track || !participant) {
      return;
    }
    const published = participant.getTrackPublication(MICROPHONE)?.track;
    if (published) {
      if (published.mediaStreamTrack !== track) {
        await published.replaceTrack(track, true);
        this.#replaced = true;
      }
      return;
    }
    if (!this.#natively) {
      await this.#player.unpublishAudio().catch(() => {});
    }
    this.#replaced = false;
    await this.publish(track);
  }

  /** Takes the microphone out of the room; the track itself lives on. */
  async unpublish() {
    const track = this.#track;
    this.#track = null;
    if (!track) {
      return;
    }
    if (this.#natively || this.#replaced) {
      await this.#participant?.unpublishTrack(track, false);
    }
    if (!this.#natively) {
      await this.#player.unpublishAudio();
    }
    this.#replaced = false;
  }

  /** @returns {Room['localParticipant']|null} nothing where the provider is not LiveKit's */
  get #participant() {
    const room = /** @type {Partial<Room>|null} */ (this.#provider.getNativeClient());
    return room?.localParticipant ?? null;
  }
}
