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
from numpy.lib.stride_tricks import sliding_window_view

Samples = npt.NDArray[np.float32]
Table = npt.NDArray[np.float64]

SILENCE_DBFS = -120.0
"""What `Sound.dbfs` answers for digital silence."""

FRAME_SECONDS = 0.02
BAND_EDGES_HZ = np.geomspace(200.0, 3800.0, 17)
"""The bands that `compare` compares: speech, inside what every codec on the way keeps."""
PIECE, STEP = 25, 12
"""Rows of a piece that is looked for, and from one piece to the next."""
SHRINK, STRETCH = 2, 6
"""Rows by which the next piece may come early or late."""
SHORTEST = 1.5
"""Seconds of speech; in less than that other words come too close."""
SAME_SPEECH = 0.55
"""Likeness from which it is the same speech: halfway between what was measured for other words (at most 0.44) and for
the same ones through a browser on an overloaded machine (at least 0.59)."""


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
    """How well one recording holds another."""

    similarity: float
    """1.0 is the very same; speech of the same voice with other words stays below 0.45."""
    delay: float
    """Seconds from the start of what was heard to where what was said begins; rough when the similarity is low."""

    @property
    def same(self) -> bool:
        """Whether it is the same speech."""
        return self.similarity >= SAME_SPEECH


def compare(said: Sound, heard: Sound) -> Match:
    """Find `said` in `heard`, whatever the level, the delay and the codecs on the way did to it.

    Both become loudness over time in 16 bands. Half a second of `said` at a time is looked for in `heard`, in order,
    each piece up to a third longer after the one before than it was said: jitter buffers stretch speech on a busy
    machine, and a drop-out moves all that follows.

    Raises:
        ValueError: `said` holds less than `SHORTEST` seconds of speech.
    """
    pattern, lead = _without_silence(_loudness(said))
    field = np.pad(_loudness(heard), ((0, PIECE), (0, 0)))
    if len(pattern) * FRAME_SECONDS < SHORTEST:
        raise ValueError(f"{len(pattern) * FRAME_SECONDS:.2f} s of speech are too little to be told from other words")
    pieces = _normalised(sliding_window_view(pattern, PIECE, axis=0)[::STEP])
    places = _normalised(sliding_window_view(field, PIECE, axis=0))
    likeness = pieces @ places.T
    # chains[p]: the best sum of likenesses with the present piece at place p; starts[p]: where that chain began.
    chains, starts = likeness[0], np.arange(len(places))
    for row in likeness[1:]:
        longer, begun = np.full(len(places), -np.inf), starts
        for advance in range(STEP - SHRINK, STEP + STRETCH + 1):
            moved = np.concatenate([np.full(min(advance, len(chains)), -np.inf), chains[:-advance]])
            better = moved > longer
            longer = np.where(better, moved, longer)
            begun = np.where(better, np.concatenate([starts[:advance], starts[:-advance]]), begun)
        chains, starts = longer + row, begun
    best = int(np.argmax(chains))
    similarity = float(chains[best]) / len(pieces)
    return Match(max(similarity, 0.0), max(0.0, (int(starts[best]) - lead) * FRAME_SECONDS))


def _loudness(sound: Sound) -> Table:
    """Rows of 20 ms, columns of bands: dB above a floor of 45 dB under the loudest cell."""
    sound = sound.at_rate(16_000)
    length = int(FRAME_SECONDS * sound.rate)
    frames = sound.samples[: len(sound.samples) // length * length].reshape(-1, length)
    power = np.square(np.abs(np.fft.rfft(frames * np.hanning(length), n=1024, axis=1)))
    bins = np.searchsorted(np.fft.rfftfreq(1024, 1 / sound.rate), BAND_EDGES_HZ)
    bands = np.stack([power[:, low:high].sum(axis=1) for low, high in itertools.pairwise(bins)], axis=1)
    decibels = 10.0 * np.log10(bands + 1e-12)
    result: Table = np.maximum(decibels - np.max(decibels, initial=-60.0) + 45.0, 0.0)
    return result


def _without_silence(loudness: Table) -> tuple[Table, int]:
    """Without the silence at both ends, and how many rows were taken off the beginning."""
    loud = np.flatnonzero(loudness.max(axis=1, initial=0.0) > 10.0)
    return (loudness[loud[0] : loud[-1] + 1], int(loud[0])) if len(loud) else (loudness[:0], 0)


def _normalised(patches: npt.NDArray[np.float64]) -> Table:
    """Each patch as a row of length 1, less the mean of every band: a filter shifts bands, it does not make speech."""
    levelled = patches - patches.mean(axis=2, keepdims=True)
    rows = levelled.reshape(len(patches), -1)
    sizes = np.linalg.norm(rows, axis=1, keepdims=True)
    result: Table = np.where(sizes > 0, rows / np.maximum(sizes, 1e-9), 0.0)
    return result
