/** @import { Connect } from '../app/protocol.js' */
/** @import { Provider } from '../app/kit.js' */
/** @import { Watch, WatchCallbacks } from '../app/watch.js' */
/** @import { Toolbox } from './loopback-provider.js' */

import { systemClock } from '../app/clock.js';
import { fetchSentences, Texts } from '../app/ui/texts.js';
import { LoopbackProvider } from './loopback-provider.js';
import { LoopbackWatch } from './loopback-watch.js';

/**
 * What stands behind the player in demo mode.
 * @param {Toolbox} toolbox
 * @param {readonly string[]} languages  of the site
 * @returns {Promise<{address: () => {url: string, token: string, roomName: string},
 *   createProvider: (connect: Connect) => Provider,
 *   createWatch: (provider: Provider, callbacks: WatchCallbacks) => Watch}>}
 */
export async function createDemo(toolbox, languages) {
  const texts = new Texts(fetchSentences, () => {});
  await texts.use(languages);
  return {
    // Nobody is called; the player insists on an address all the same.
    address: () => ({ url: 'kiosk://demo', token: 'demo', roomName: 'demo' }),
    createProvider: ({ language }) => {
      texts.choose(language);
      const lines = {
        greeting: texts.say('demo_greeting'),
        repeating: texts.say('demo_heard'),
        yourTurn: texts.say('demo_again'),
      };
      return new LoopbackProvider(toolbox, { language: texts.language, lines, clock: systemClock });
    },
    createWatch: (provider, callbacks) =>
      new LoopbackWatch(/** @type {LoopbackProvider} */ (provider), callbacks),
  };
}
