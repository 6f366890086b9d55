"""A loudspeaker, opened by Qt. What `kiosk.audio.capture` says of the sound server holds here as well.

Volumes are no business of this module: a stream's volume may turn the whole device up (PulseAudio's "flat volumes").
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtMultimedia import QAudioDevice, QAudioSink, QtAudio

from kiosk.audio.capture import FORMS, device_format
from kiosk.audio.machine import RATE
from kiosk.audio.pcm import SampleForm, Samples, for_device, silence

AFTER = 0.3
"""Seconds of silence behind a sound: Qt says that all is played when the last of it still lies in a buffer."""
BUFFER = 1.0
"""Seconds that Qt takes over in advance: a busy machine may keep our own thread waiting for half of that."""
STREAM_BUFFER = 0.25
"""The same for sound that comes block by block, and has to be played soon."""
PERIOD = 4096
"""Samples that the sound server asks of Qt at a time, the most it may be. By itself Qt 6.12 keeps the server supplied
for 16 ms only: any busier moment tears a hole into the sound."""


class Playback:
    """One sound that plays from now on."""

    def __init__(self, device: QAudioDevice, sound: Samples, over: Callable[[], None]) -> None:
        """Start it. `over` is called once: when it is, or when the device is gone.

        Raises:
            OSError: the device cannot be opened.
        """
        self._sink, form, channels = _opened(device)
        self._over: Callable[[], None] | None = over
        self._buffer = QBuffer()
        self._buffer.setData(QByteArray(for_device(sound + silence(round(AFTER * RATE)), form, channels)))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        _set_buffer(self._sink, BUFFER)
        self._sink.start(self._buffer)
        _check(self._sink, device)
        self._sink.stateChanged.connect(self._changed)

    def close(self) -> None:
        if self._over is None:
            return
        self._over = None
        self._sink.stateChanged.disconnect(self._changed)
        self._sink.stop()
        self._sink.deleteLater()

    def _changed(self) -> None:
        over, state = self._over, self._sink.state()
        if over is None:
            return
        # It idles as well when we were too slow to hand over the next piece.
        if state == QtAudio.State.StoppedState or (state == QtAudio.State.IdleState and self._buffer.atEnd()):
            self.close()
            over()


class PlaybackStream:
    """A loudspeaker that plays what it is given, block by block."""

    def __init__(self, device: QAudioDevice) -> None:
        """Open it.

        Raises:
            OSError: it cannot be opened.
        """
        self._sink, self._form, self._channels = _opened(device)
        _set_buffer(self._sink, STREAM_BUFFER)
        self._stream: QIODevice | None = self._sink.start()
        _check(self._sink, device)

    def write(self, samples: Samples) -> None:
        if self._stream is not None:
            self._stream.write(for_device(samples, self._form, self._channels)[: self._sink.bytesFree()])

    def close(self) -> None:
        if self._stream is None:
            return
        self._stream = None
        self._sink.stop()
        self._sink.deleteLater()


def _opened(device: QAudioDevice) -> tuple[QAudioSink, SampleForm, int]:
    wanted = device_format(device)
    sink = QAudioSink(device, wanted)
    if hasattr(sink, "setNativePeriodFrameCount"):  # from Qt 6.12 on
        sink.setNativePeriodFrameCount(PERIOD)
    return sink, FORMS[wanted.sampleFormat()], wanted.channelCount()


def _set_buffer(sink: QAudioSink, seconds: float) -> None:
    sink.setBufferSize(sink.format().bytesForDuration(round(seconds * 1e6)))


def _check(sink: QAudioSink, device: QAudioDevice) -> None:
    if sink.error() != QtAudio.Error.NoError or sink.state() == QtAudio.State.StoppedState:
        raise OSError(f"The loudspeaker {device.description()} cannot be opened.")
