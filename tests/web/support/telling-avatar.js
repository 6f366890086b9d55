/**
 * The built-in avatar, telling on the console with what it is called: a settings file is followed to the end of its way.
 */
import { AvatarManager, AvatarSDK as BuiltinSdk } from 'kiosk-builtin/avatarkit';
import { AvatarPlayer as BuiltinPlayer } from 'kiosk-builtin/avatarkit-rtc';

export {
  AvatarManager,
  AvatarView,
  DrivingServiceMode,
  Environment,
} from 'kiosk-builtin/avatarkit';
export { LiveKitProvider } from 'kiosk-builtin/avatarkit-rtc';

/** Where one of the two packages is loaded a second time it must not tell twice. */
const wrapped = new WeakSet();

/** @param {Record<string, unknown>} facts */
function tell(facts) {
  // biome-ignore lint/suspicious/noConsole: the kiosk's log is how the test hears of it
  console.warn(`told ${JSON.stringify(facts)}`);
}

if (!wrapped.has(AvatarManager.shared)) {
  wrapped.add(AvatarManager.shared);
  const load = AvatarManager.shared.load.bind(AvatarManager.shared);
  AvatarManager.shared.load = (id, onProgress) => {
    tell({ avatarId: id });
    return load(id, onProgress);
  };
}

export class AvatarSDK extends BuiltinSdk {
  /**
   * @override
   * @param {string} appId
   * @param {{environment?: string, drivingServiceMode?: string}} [options]
   */
  static async initialize(appId, options) {
    tell({ appId, environment: options?.environment });
    return BuiltinSdk.initialize(appId, options);
  }
}

export class AvatarPlayer extends BuiltinPlayer {
  /**
   * @param {any} provider
   * @param {any} view
   * @param {Record<string, any>} options
   */
  constructor(provider, view, options) {
    super(provider, view, options);
    tell({ player: options });
  }

  /**
   * @override
   * @param {any} config
   */
  async connect(config) {
    const [, claims = ''] = config.token.split('.');
    const plain = claims.replaceAll('-', '+').replaceAll('_', '/');
    tell({
      url: config.url,
      room: config.roomName,
      grant: JSON.parse(atob(plain)),
    });
    return super.connect(config);
  }

  /**
   * @override
   * @param {MediaStreamTrack} track
   */
  async publishAudio(track) {
    tell({ microphone: track.getSettings() });
    return super.publishAudio(track);
  }
}
