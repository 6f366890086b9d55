"""What `avatar-kiosk microphones` answers: every input, by whom it is seen, and which one the configuration means.

The same JSON comes from a running kiosk (over the control socket) and from the probe that stands in for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from kiosk.audio.ranking import AudioDevice, Choice, Wish, choose, with_default


class DeviceEntry(TypedDict):
    name: str
    """What to write into the configuration: the label, with "#2" for the second of its kind."""
    id: str
    default: bool


class ChoiceEntry(TypedDict):
    name: str | None
    reason: str
    candidates: list[str]


class MicrophoneListing(TypedDict):
    qt: list[DeviceEntry]
    chromium: list[DeviceEntry]
    choice: ChoiceEntry


def microphone_listing(
    wish: Wish,
    qt: Sequence[AudioDevice],
    chromium: Sequence[AudioDevice],
    current: AudioDevice | None = None,
) -> MicrophoneListing:
    """The answer for these devices.

    Chromium's view decides, because Chromium opens the microphone; what is the system's default it learns from Qt.
    `current` is the device of a running session.
    """
    default = next((device for device in qt if device.is_default), None)
    seen_by_page = with_default(chromium, default)
    return {
        "qt": [_entry(device) for device in qt],
        "chromium": [_entry(device) for device in seen_by_page],
        "choice": _choice_entry(choose(wish, seen_by_page, current=current)),
    }


def _entry(device: AudioDevice) -> DeviceEntry:
    return {"name": device.name, "id": device.id, "default": device.is_default}


def _choice_entry(choice: Choice) -> ChoiceEntry:
    return {
        "name": choice.device.name if choice.device else None,
        "reason": choice.reason.value,
        "candidates": [device.name for device in choice.candidates],
    }
