# ruff: noqa: PLC0415 - Qt's multimedia library takes a tenth of a second to load; the first picture does not wait for it
"""The microphones of Qt beside those of the page."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.audio.listing import MicrophoneListing, microphone_listing
from kiosk.audio.ranking import AudioDevice
from kiosk.session.microphone import MicrophoneKeeper
from kiosk.wiring.values import ranked


def system_microphone() -> AudioDevice | None:
    """The system's default input, as Qt sees it."""
    from kiosk.audio.devices import audio_inputs

    return next((device for device in audio_inputs() if device.is_default), None)


def microphones(wish: Sequence[str], keeper: MicrophoneKeeper) -> MicrophoneListing:
    """What `avatar-kiosk microphones` says while the kiosk runs."""
    from kiosk.audio.devices import audio_inputs

    current = ranked([keeper.in_use])[0] if keeper.in_use is not None else None
    return microphone_listing(wish, audio_inputs(), ranked(keeper.inputs), current)
