"""This machine's sound devices, by Qt. Needs a `QCoreApplication`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtMultimedia import QAudioDevice, QMediaDevices

from kiosk.audio.capture import Capture
from kiosk.audio.devices import audio_inputs, audio_outputs, identity
from kiosk.audio.machine import OpenDevice, OpenSpeaker
from kiosk.audio.pcm import Samples
from kiosk.audio.playback import Playback, PlaybackStream
from kiosk.audio.ranking import AudioDevice


class QtMachine:
    """See `kiosk.audio.machine.Machine`."""

    def microphones(self) -> tuple[AudioDevice, ...]:
        return audio_inputs()

    def speakers(self) -> tuple[AudioDevice, ...]:
        return audio_outputs()

    def listen(self, microphone: AudioDevice, heard: Callable[[Samples], None], gone: Callable[[], None]) -> OpenDevice:
        return Capture(_found(microphone, QMediaDevices.audioInputs()), heard, gone)

    def play(self, speaker: AudioDevice, sound: Samples, over: Callable[[], None]) -> OpenDevice:
        return Playback(_found(speaker, QMediaDevices.audioOutputs()), sound, over)

    def stream(self, speaker: AudioDevice) -> OpenSpeaker:
        return PlaybackStream(_found(speaker, QMediaDevices.audioOutputs()))


def _found(wanted: AudioDevice, devices: Sequence[QAudioDevice]) -> QAudioDevice:
    for device in devices:
        if identity(device) == wanted.id:
            return device
    raise OSError(f"{wanted.name} is gone.")
