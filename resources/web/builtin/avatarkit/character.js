/**
 * A character as its files describe it. Lengths are *character units*: the head is about 200 wide and the origin lies
 * between the eyes, y downwards; colours are [r, g, b] of 0..255. Nothing in them depends on the screen.
 *
 * @typedef {import('./paint/surface.js').SurfaceSpec} SurfaceSpec
 * @typedef {import('./paint/surface.js').Picture} Picture
 * @typedef {import('./paint/hair.js').Lock} Lock
 * @typedef {import('./paint/hair.js').HairColors} HairColors
 *
 * @typedef {object} Character
 * @property {{head: SurfaceSpec, neck: SurfaceSpec}} skin
 * @property {{colors: HairColors, back: Lock[], front: Lock[]}} hair
 * @property {import('./paint/attire.js').Attire} attire
 * @property {{eyes: import('./paint/eyes.js').EyeSpec, brows: import('./paint/eyes.js').BrowSpec, mouth: import('./paint/mouth.js').MouthSpec}} features
 *
 * @typedef {{head: Picture, neck: Picture, torso: Picture}} Shades the lit surfaces, ready to be enlarged
 */
import { litSurface } from './paint/surface.js';

/** The files of a character, each named after the property it fills. */
export const PARTS = /** @type {const} */ (['skin', 'hair', 'attire', 'features']);

/** Pixels per unit of the lit surfaces: light is soft, a higher resolution would not be seen. */
const SHADE_SCALE = { head: 1.6, neck: 1, torso: 0.8 };

/**
 * Lights every surface of a character. Costs some 100 ms, so it gives the page air between the surfaces.
 * @param {Character} character
 * @param {(share: number) => void} onProgress 0..1
 * @returns {Promise<Shades>}
 */
export async function litCharacter(character, onProgress) {
  const surfaces = { head: character.skin.head, neck: character.skin.neck, torso: character.attire.torso };
  /** @type {Partial<Shades>} */
  const shades = {};
  for (const name of /** @type {const} */ (['head', 'neck', 'torso'])) {
    shades[name] = litSurface(surfaces[name], SHADE_SCALE[name]);
    onProgress(Object.keys(shades).length / 3);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return /** @type {Shades} */ (shades);
}
