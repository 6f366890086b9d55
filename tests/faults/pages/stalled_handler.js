// The complete example of AvatarKit's documents with their stall recovery, as written there. What it adds to them: it
// starts at a tap, one request brings both tokens, and what arrives is measured beside it, four times a second.
import { AvatarManager, AvatarSDK, AvatarView, DrivingServiceMode, Environment } from '@spatialwalk/avatarkit';
import { AvatarPlayer, LiveKitProvider } from '@spatialwalk/avatarkit-rtc';

async function init() {
  const { sessionToken, url, token, roomName } = await (await fetch('/tokens.json')).json();

  // Initialize SDK in host mode
  await AvatarSDK.initialize('your-app-id', {
    environment: Environment.intl,
    drivingServiceMode: DrivingServiceMode.host,
  });
  AvatarSDK.setSessionToken(sessionToken);

  // Load avatar and create view
  const avatar = await AvatarManager.shared.load('character-id');
  const container = document.getElementById('avatar-container');
  const avatarView = new AvatarView(avatar, container);

  // Create player
  const provider = new LiveKitProvider();
  const player = new AvatarPlayer(provider, avatarView, {
    logLevel: 'info',
    transitionStartFrameCount: 5,
    transitionEndFrameCount: 40,
  });

  // Listen to events
  player.on('connected', () => console.log('Connected!'));
  player.on('disconnected', () => console.log('Disconnected!'));
  player.on('error', (err) => console.error('Error:', err));
  player.on('stalled', async () => {
    console.log('Stream stalled, reconnecting...');
    try {
      await player.reconnect();
    } catch (error) {
      console.error('Reconnection failed:', error);
    }
  });
  measure(provider, player);

  // Connect to LiveKit server
  await player.connect({ url, token, roomName });

  // Start microphone
  await player.startPublishing();
}

/** @param {string} what  read by `page_host.py` */
const tell = (what) => console.log(`told: ${what}`);

const MEASURE_MS = 250;

/**
 * Tells how many pictures have arrived since the last time, and how the player is connected.
 * @param {LiveKitProvider} provider
 * @param {AvatarPlayer} player
 */
function measure(provider, player) {
  /** @type {WeakMap<RTCRtpReceiver, number>} */
  const before = new WeakMap();
  const look = async () => {
    let pictures = 0;
    for (const receiver of motionReceivers(provider.getNativeClient())) {
      const now = await picturesReceived(receiver);
      pictures += now - (before.get(receiver) ?? now);
      before.set(receiver, now);
    }
    tell(`${pictures} ${player.getConnectionState()}`);
    setTimeout(look, MEASURE_MS);
  };
  look();
}

/** @param {import('livekit-client').Room | null} room */
function motionReceivers(room) {
  return [...(room?.remoteParticipants.values() ?? [])]
    .flatMap((participant) => [...participant.videoTrackPublications.values()])
    .map((publication) => publication.track?.receiver)
    .filter((receiver) => receiver !== undefined);
}

/** @param {RTCRtpReceiver} receiver */
async function picturesReceived(receiver) {
  for (const report of (await receiver.getStats()).values()) {
    if (report.type === 'inbound-rtp') return report.framesReceived ?? 0;
  }
  return 0;
}

document.addEventListener('click', () => init().catch((error) => tell(`failed ${error}`)), { once: true });
tell('ready');
