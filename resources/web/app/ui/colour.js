/** WCAG's luminance of white against black is 21:1; a button's text should reach 4.5:1. */
const READABLE = 4.5;
const WHITE = /** @type {const} */ ([255, 255, 255]);
const INK = /** @type {const} */ ([16, 20, 29]);

/** @typedef {readonly [number, number, number]} Rgb  0..255 each */

/**
 * @param {string} text  `#rgb` or `#rrggbb`
 * @returns {Rgb|null} nothing for another notation
 */
export function parseHex(text) {
  const long = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(text.replace(/^#(.)(.)(.)$/, '#$1$1$2$2$3$3'));
  return long ? [number(long[1]), number(long[2]), number(long[3])] : null;
}

/** @param {string|undefined} hex */
function number(hex) {
  return Number.parseInt(hex ?? '0', 16);
}

/**
 * @param {Rgb} colour
 * @returns {number} relative luminance, 0..1 (WCAG 2)
 */
function luminance(colour) {
  const [red = 0, green = 0, blue = 0] = colour.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/**
 * @param {Rgb} one
 * @param {Rgb} other
 * @returns {number} contrast, 1..21 (WCAG 2)
 */
export function contrast(one, other) {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/**
 * @param {Rgb} background
 * @returns {string} white where that is readable, else ink
 */
export function textOn(background) {
  return contrast(background, WHITE) >= READABLE || contrast(background, WHITE) >= contrast(background, INK)
    ? 'rgb(255 255 255)'
    : `rgb(${INK.join(' ')})`;
}

/**
 * The accent, moved towards the theme's text colour until a small mark in it can be seen on the theme's ground.
 * @param {Rgb} accent
 * @param {'dark'|'light'} theme
 * @returns {string}
 */
export function visibleAccent(accent, theme) {
  const [ground, target] = theme === 'dark' ? [INK, WHITE] : [/** @type {Rgb} */ ([239, 232, 222]), INK];
  let colour = accent;
  for (let step = 0; step < 10 && contrast(colour, ground) < READABLE; step += 1) {
    colour = /** @type {[number, number, number]} */ (
      colour.map((value, index) => Math.round(value + ((target[index] ?? 0) - value) * 0.15))
    );
  }
  return `rgb(${colour.join(' ')})`;
}
