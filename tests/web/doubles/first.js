/** The first generation, after its documents: `@spatialwalk/avatarkit` and `@spatialwalk/avatarkit-rtc`. */
import { drawingSdk } from './drawing.js';
import { insist } from './notes.js';
import { playingSdk } from './playing.js';

export const Environment = { intl: 'international', cn: 'mainland' };
export const DrivingServiceMode = { sdk: 'sdk-mode', host: 'host-mode' };

export const { AvatarSDK, AvatarManager, AvatarView } = drawingSdk({
  options: ['environment', 'drivingServiceMode', 'logLevel'],
  check: ({ environment, drivingServiceMode }) => {
    insist(Object.values(Environment).includes(environment), 'environment is one of Environment');
    insist(drivingServiceMode === DrivingServiceMode.host, 'RTC mode is driven in host mode');
  },
  wantsToken: true,
});

export const { AvatarPlayer, LiveKitProvider, newest } = playingSdk(AvatarView, (options) =>
  insist(options === undefined, 'this provider is made without options'),
);
