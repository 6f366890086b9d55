// The quick start of AvatarKit's documents, as written there, run when the visitor taps: packages are imported with
// the page, everything else follows the tap, one step after the other. One request brings both tokens.
import { AvatarManager, AvatarSDK, AvatarView, DrivingServiceMode, Environment } from '@spatialwalk/avatarkit';
import { AvatarPlayer, LiveKitProvider } from '@spatialwalk/avatarkit-rtc';

/** @param {string} step done by now; read by `page_host.py` */
const tell = (step) => console.log(`told: ${step}`);

async function init() {
  tell('tapped');
  const { sessionToken, url, token, roomName } = await (await fetch('/tokens.json')).json();
  tell('tokens fetched');
  await AvatarSDK.initialize('your-app-id', {
    environment: Environment.intl,
    drivingServiceMode: DrivingServiceMode.host,
  });
  AvatarSDK.setSessionToken(sessionToken);
  tell('initialized');
  const avatar = await AvatarManager.shared.load('avatar-id');
  tell('avatar loaded');
  const container = document.getElementById('avatar-container');
  const avatarView = new AvatarView(avatar, container);
  tell('view created');
  const provider = new LiveKitProvider();
  const player = new AvatarPlayer(provider, avatarView, { logLevel: 'warning' });
  await player.connect({ url, token, roomName });
  tell('connected');
  await player.startPublishing();
  tell('published');
}

document.addEventListener('click', () => init().catch((error) => tell(`failed: ${error}`)), { once: true });
tell('ready');
