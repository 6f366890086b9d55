// Stands in for qwebchannel.js and for the Python behind it, in a browser that has neither. It says to the page what
// the kiosk says until the lobby screen is up. The server puts `const COMMANDS = {…}` before this script.
(() => {
  /** @type {((json: string) => void)[]} */
  const listeners = [];
  /** @param {object} command */
  const deliver = (command) => {
    const json = JSON.stringify(command);
    setTimeout(() => listeners.forEach((listener) => listener(json)));
  };
  /** @param {string} json */
  const post = (json) => {
    switch (JSON.parse(json).type) {
      case 'hello':
        deliver(COMMANDS.configure);
        deliver(COMMANDS.starting);
        deliver(COMMANDS.prepare);
        break;
      case 'prepared':
        deliver(COMMANDS.idle);
        break;
    }
  };
  const kiosk = { post, deliver: { connect: (/** @type {(json: string) => void} */ one) => listeners.push(one) } };
  globalThis.qt = { webChannelTransport: {} };
  globalThis.QWebChannel = class {
    /**
     * @param {unknown} _transport
     * @param {(channel: {objects: {kiosk: typeof kiosk}}) => void} opened
     */
    constructor(_transport, opened) {
      setTimeout(() => opened({ objects: { kiosk } }));
    }
  };
})();
