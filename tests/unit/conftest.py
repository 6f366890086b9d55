"""Property tests judge what comes out, not how long a busy machine takes for it."""

from hypothesis import settings

settings.register_profile("kiosk", deadline=None)
settings.load_profile("kiosk")
