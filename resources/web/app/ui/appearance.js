/** @import { Appearance } from '../protocol.js' */
/** @import { Elements } from './elements.js' */

import { parseHex, textOn, visibleAccent } from './colour.js';

/** What makes a `background` an address rather than a colour. */
const ADDRESS = /^(kiosk:|\/|\.\/)/;

/**
 * Applies the site's looks. Colours go through the CSSOM: a style attribute would be against the page's own policy.
 * @param {Elements} elements
 * @param {Appearance} appearance
 */
export function applyAppearance({ root, backdrop, logo, organisation }, appearance) {
  const { accent, background, theme } = appearance;
  root.dataset.theme = theme;
  const rgb = parseHex(accent);
  root.style.setProperty('--accent', accent);
  root.style.setProperty('--on-accent', rgb ? textOn(rgb) : 'rgb(255 255 255)');
  root.style.setProperty('--accent-visible', rgb ? visibleAccent(rgb, theme) : accent);

  const isPicture = background !== null && ADDRESS.test(background);
  backdrop.toggleAttribute('data-picture', isPicture);
  backdrop.style.setProperty('--picture', isPicture ? `url(${JSON.stringify(background)})` : 'none');
  if (background !== null && !isPicture) {
    root.style.setProperty('--ground', background);
    root.style.setProperty('--ground-light', `color-mix(in oklab, ${background} 90%, white)`);
  } else {
    root.style.removeProperty('--ground');
    root.style.removeProperty('--ground-light');
  }

  organisation.textContent = appearance.organisation;
  logo.hidden = appearance.logo === null;
  logo.alt = appearance.organisation;
  if (appearance.logo !== null && logo.getAttribute('src') !== appearance.logo) {
    logo.src = appearance.logo;
  }
  organisation.hidden = appearance.logo !== null;
}
