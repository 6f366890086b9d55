"""A microphone, opened by Qt.

Needs a `QCoreApplication`, and a sound server that lives: while that is away, libpulse may abort the process from
within `QAudioSource.start()` (Qt 6.11, 6.12), which is why all this runs in a process of its own.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtMultimedia import QAudioDevice, QAudioFormat, QAudioSource, QtAudio

from kiosk.audio.machine import RATE
from kiosk.audio.pcm import SampleForm, Samples, from_device

BUFFER = 2.0
"""Seconds that may wait for us on a busy machine before any are lost."""

FORMS = {
    QAudioFormat.SampleFormat.Int16: SampleForm.SHORT,
    QAudioFormat.SampleFormat.Int32: SampleForm.LONG,
    QAudioFormat.SampleFormat.Float: SampleForm.FLOAT,
    QAudioFormat.SampleFormat.UInt8: SampleForm.BYTE,
}


class Capture:
    """An open microphone."""

    def __init__(self, device: QAudioDevice, heard: Callable[[Samples], None], gone: Callable[[], None]) -> None:
        """Open it. For the callbacks see `kiosk.audio.machine.Machine.listen`.

        Raises:
            OSError: it cannot be opened.
        """
        wanted = device_format(device)
        self._form, self._channels = FORMS[wanted.sampleFormat()], wanted.channelCount()
        self._heard, self._gone = heard, gone
        self._source: QAudioSource | None = QAudioSource(device, wanted)
        self._source.setBufferSize(wanted.bytesForDuration(round(BUFFER * 1e6)))
        self._stream = self._source.start()
        if self._stream is None or self._source.error() != QtAudio.Error.NoError:
            raise OSError(f"The microphone {device.description()} cannot be opened.")
        self._stream.readyRead.connect(self._read)
        self._source.stateChanged.connect(self._changed)

    def close(self) -> None:
        if self._source is None:
            return
        source, self._source = self._source, None
        self._stream.readyRead.disconnect(self._read)
        source.stateChanged.disconnect(self._changed)
        source.stop()
        source.deleteLater()

    def _read(self) -> None:
        raw = self._stream.readAll().data()
        if raw:
            self._heard(from_device(bytes(raw), self._form, self._channels))

    def _changed(self) -> None:
        if self._source is not None and self._source.state() == QtAudio.State.StoppedState:
            self._gone()


def device_format(device: QAudioDevice) -> QAudioFormat:
    """Mono of 16 bits if the device takes it, as every sound server does; else its own form at the same rate.

    Raises:
        OSError: it offers no form that we know at `RATE`.
    """
    plain = QAudioFormat()
    plain.setSampleRate(RATE)
    plain.setChannelCount(1)
    plain.setSampleFormat(QAudioFormat.SampleFormat.Int16)
    own = device.preferredFormat()
    own.setSampleRate(RATE)
    for wanted in (plain, own):
        if wanted.sampleFormat() in FORMS and device.isFormatSupported(wanted):
            return wanted
    raise OSError(f"{device.description()} does not offer {RATE} samples a second.")
