"""Which microphone a running attempt uses, and what to do when it goes. Pure bookkeeping over messages.

PulseAudio moves the stream of an unplugged microphone silently to another one: the track stays live and no event
comes. So the list of devices, polled by the page, decides; not the track.
"""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.audio.health import Hearing, MicrophoneHealth, assess, listening, observe
from kiosk.session.messages import AudioDevice, Devices, MicrophoneChanged, UseMicrophone
from kiosk.session.ports import DeviceChooser
from kiosk.session.present import MicrophoneView


class MicrophoneKeeper:
    def __init__(self, choose: DeviceChooser) -> None:
        self._choose = choose
        self._failed: set[str] = set()
        self._hearing: Hearing | None = None
        self.inputs: tuple[AudioDevice, ...] = ()
        self.outputs: tuple[AudioDevice, ...] = ()
        self.in_use: AudioDevice | None = None
        self.state: str = "off"
        self.level = 0.0

    def choose_with(self, choose: DeviceChooser) -> None:
        """New settings, between two sessions."""
        self._choose = choose

    def forgive(self) -> None:
        """Try again those that could not be opened."""
        self._failed.clear()

    def page_replaced(self) -> None:
        """Ids are worth nothing on the next page; the list stays for status until the new one comes."""
        self.released()
        self._failed.clear()

    def released(self) -> None:
        self.in_use = None
        self.state, self.level = "off", 0.0
        self._hearing = None

    def first(self) -> AudioDevice | None:
        """The input for a new attempt: the wanted one, if it is back."""
        self.in_use = self._choose(self._usable(), None)
        return self.in_use

    def would_use(self) -> AudioDevice | None:
        """What the next session would start with."""
        return self._choose(self.inputs, None)

    def devices(self, message: Devices) -> None:
        self.inputs, self.outputs = message.inputs, message.outputs
        self._failed.clear()

    def follow(self, attempt: str) -> UseMicrophone | None:
        """After the devices changed in a running attempt: the next in the list if the one in use is gone."""
        choice = self._choose(self._usable(), self.in_use)
        if _same(choice, self.in_use):
            return None
        return self._take(attempt, choice)

    def open_failed(self, attempt: str, device: str | None) -> UseMicrophone | None:
        """`device` could not be opened: another, until the devices change; nothing if one is on its way already."""
        if device is not None:
            self._failed.add(device)
        if self.in_use is not None and self.in_use.id != device:
            return None
        return self._take(attempt, self._choose(self._usable(), None))

    def changed(self, message: MicrophoneChanged, now: float) -> None:
        self.state, self.level = message.state, message.level
        if message.state == "live":
            self._hearing = observe(self._hearing or listening(now), message.level, now)
        else:
            self._hearing = None

    def ended(self, attempt: str) -> UseMicrophone:
        """The track ended. Most likely its device is gone though still listed, so another goes first."""
        others = [device for device in self._usable() if not _same(device, self.in_use)]
        return self._take(attempt, self._choose(others, None) or self._choose(self._usable(), None))

    def view(self, now: float) -> MicrophoneView:
        """What the visitor and `status` are told."""
        if self.in_use is None:
            return "missing"
        if self.state == "muted":
            return "muted"
        if self._hearing is not None and assess(self._hearing, now) is MicrophoneHealth.DEAD:
            return "silent"
        return "live" if self.state == "live" else "off"

    def _take(self, attempt: str, device: AudioDevice | None) -> UseMicrophone:
        self.in_use = device
        self._hearing = None
        return UseMicrophone(attempt=attempt, microphone=device)

    def _usable(self) -> Sequence[AudioDevice]:
        return [device for device in self.inputs if device.id not in self._failed]


def _same(one: AudioDevice | None, other: AudioDevice | None) -> bool:
    return (one.id if one else None) == (other.id if other else None)
