/** The second generation, after its documents: `@spatius/avatarkit` and `@spatius/avatarkit-rtc`. */
import { drawingSdk } from './drawing.js';
import { insist, insistOnKeys, isText } from './notes.js';
import { playingSdk } from './playing.js';

export const DrivingServiceMode = { direct: 'direct-mode', backend: 'backend-mode' };

export const { AvatarSDK, AvatarManager, AvatarView } = drawingSdk({
  options: ['region', 'drivingServiceMode', 'logLevel'],
  check: ({ region, drivingServiceMode }) => {
    insist(isText(region), 'initialize needs a region');
    insist(drivingServiceMode === DrivingServiceMode.backend, 'RTC mode is driven in backend mode');
  },
  wantsToken: false,
});

export const { AvatarPlayer, LiveKitProvider, newest } = playingSdk(AvatarView, (options) =>
  insistOnKeys(options, ['animationTrackName', 'animationTrackNamePattern'], 'a provider'),
);
