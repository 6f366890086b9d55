"""Sound as numbers: read it, write it, and say whether one recording holds what another one said.

Everywhere: mono, float32, full scale -1..1.
"""

from __future__ import annotations

import itertools
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

SILENCE_DBFS = -120.0
"""What `Sound.dbfs` answers for digital silence."""

FRAME_SECONDS = 0.02
BAND_EDGES_HZ = np.geomspace(200.0, 3800.0, 17)
"""The bands compared by `similarity`: speech, inside what every codec on the way keeps."""


@dataclass(frozen=True)
class Sound:
    """Samples and how many of them make a second."""

    samples: Samples
    rate: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate

    @property
    def dbfs(self) -> float:
        """RMS level in dB of full scale, at least `SILENCE_DBFS`."""
        power = float(np.mean(np.square(self.samples, dtype=np.float64))) if len(self.samples) else 0.0
        return max(10.0 * float(np.log10(power)), SILENCE_DBFS) if power > 0 else SILENCE_DBFS

    @property
    def dominant_hz(self) -> float:
        """The strongest frequency over the whole length; 0.0 for silence."""
        spectrum = np.abs(np.fft.rfft(self.samples * np.hanning(len(self.samples))))
        if not np.any(spectrum):
            return 0.0
        return float(np.fft.rfftfreq(len(self.samples), 1 / self.rate)[int(np.argmax(spectrum))])

    def between(self, start: float, end: float | None = None) -> Sound:
        """The part between two moments in seconds."""
        stop = None if end is None else int(end * self.rate)
        return Sound(self.samples[int(start * self.rate) : stop], self.rate)

    def at_rate(self, rate: int) -> Sound:
        """The same sound with another number of samples a second (linear interpolation: enough to compare)."""
        if rate == self.rate:
            return self
        count = int(self.seconds * rate)
        moments = np.arange(count) / rate
        samples = np.interp(moments, np.arange(len(self.samples)) / self.rate, self.samples)
        return Sound(samples.astype(np.float32), rate)


def read_wav(path: Path) -> Sound:
    """A 16-bit WAV file; several channels become their mean."""
    with wave.open(str(path), "rb") as file:
        assert file.getsampwidth() == 2, f"{path} is not 16-bit"
        pcm = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").reshape(-1, file.getnchannels())
        rate = file.getframerate()
    return Sound((pcm.astype(np.float32) / 32768.0).mean(axis=1).astype(np.float32), rate)


def write_wav(sound: Sound, path: Path) -> Path:
    """Write it as a 16-bit WAV file and return the path."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sound.rate)
        file.writeframes(to_pcm(sound))
    return path


def to_pcm(sound: Sound) -> bytes:
    """Its samples as 16-bit little-endian integers, clipped."""
    return (np.clip(sound.samples, -1.0, 1.0) * 32767.0).astype("<i2").tobytes()


def from_pcm(pcm: bytes, rate: int) -> Sound:
    """Sound from 16-bit little-endian integers of one channel; a torn last sample is dropped."""
    return Sound(np.frombuffer(pcm[: len(pcm) // 2 * 2], dtype="<i2").astype(np.float32) / np.float32(32768.0), rate)


def tone(frequency: float, seconds: float, *, rate: int = 48_000, level: float = 0.3) -> Sound:
    """A sine with an amplitude of `level`."""
    moments = np.arange(int(seconds * rate)) / rate
    return Sound((level * np.sin(2 * np.pi * frequency * moments)).astype(np.float32), rate)


def silence(seconds: float, *, rate: int = 48_000) -> Sound:
    return Sound(np.zeros(int(seconds * rate), dtype=np.float32), rate)


@dataclass(frozen=True)
class Match:
    """How well `heard` holds `said`: 1.0 is the very same, unrelated speech stays below 0.5."""

    similarity: float
    delay: float
    """Seconds from the start of `heard` to where `said` begins."""


def compare(said: Sound, heard: Sound) -> Match:
    """Find `said` in `heard`, whatever the level, the delay and the codecs on the way did to it.

    Both become loudness over time in 16 bands; the best place of the one over the other counts.
    """
    if heard.seconds < said.seconds:
        heard = Sound(np.pad(heard.samples, (0, int((said.seconds - heard.seconds + 1) * heard.rate))), heard.rate)
    pattern, field = _loudness(said), _loudness(heard)
    best = Match(0.0, 0.0)
    for offset in range(len(field) - len(pattern) + 1):
        similarity = _correlation(pattern, field[offset : offset + len(pattern)])
        if similarity > best.similarity:
            best = Match(similarity, offset * FRAME_SECONDS)
    return best


def _loudness(sound: Sound) -> npt.NDArray[np.float64]:
    """Rows of 20 ms, columns of bands: dB above a floor of 45 dB under the loudest cell."""
    sound = sound.at_rate(16_000)
    length = int(FRAME_SECONDS * sound.rate)
    frames = sound.samples[: len(sound.samples) // length * length].reshape(-1, length)
    power = np.square(np.abs(np.fft.rfft(frames * np.hanning(length), n=1024, axis=1)))
    bins = np.searchsorted(np.fft.rfftfreq(1024, 1 / sound.rate), BAND_EDGES_HZ)
    bands = np.stack([power[:, low:high].sum(axis=1) for low, high in itertools.pairwise(bins)], axis=1)
    decibels = 10.0 * np.log10(bands + 1e-12)
    result: npt.NDArray[np.float64] = np.maximum(decibels - np.max(decibels) + 45.0, 0.0)
    return result


def _correlation(left: npt.NDArray[np.float64], right: npt.NDArray[np.float64]) -> float:
    """Of two patches, each column less its own mean: a filter on the way shifts a band, it does not make speech."""
    left, right = left - left.mean(axis=0), right - right.mean(axis=0)
    size = float(np.linalg.norm(left) * np.linalg.norm(right))
    return float((left * right).sum()) / size if size > 0 else 0.0
