// The vendor's later packages are there only where a site has installed them; the adapters say what they take of them.
declare module '@spatius/avatarkit';
declare module '@spatius/avatarkit-rtc';
declare module '@spatialreal/web-sdk';
