"""The inputs and outputs Qt sees. The only audio module that imports Qt.

Needs a `QCoreApplication`. Under PulseAudio a device's id is the name of its source or sink (what
`PULSE_SOURCE` takes) and its description is the label that Chromium shows for it. Lists are read anew with every
call: `QMediaDevices.audioInputsChanged` misses the removal of a source that is not the default.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtMultimedia import QAudioDevice, QMediaDevices

from kiosk.audio.ranking import AudioDevice, enumerated


def audio_inputs() -> tuple[AudioDevice, ...]:
    """The microphones, in Qt's order."""
    return _listed(QMediaDevices.audioInputs())


def audio_outputs() -> tuple[AudioDevice, ...]:
    """The speakers, in Qt's order."""
    return _listed(QMediaDevices.audioOutputs())


def _listed(devices: Sequence[QAudioDevice]) -> tuple[AudioDevice, ...]:
    default = next((identity(device) for device in devices if device.isDefault()), None)
    # After the sound server has been started again, Qt 6.12 may list a device twice.
    labels = {identity(device): device.description() for device in devices}
    return enumerated(labels.items(), default)


def identity(device: QAudioDevice) -> str:
    """The id as text."""
    return bytes(device.id().data()).decode(errors="replace")
