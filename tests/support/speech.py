"""Speech to speak into microphones and rooms, from espeak-ng."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

from tests.support import parts


class Speaker:
    """Says sentences into WAV files (22,050 Hz, mono, 16 bit); one it has said before is not said again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._program = parts.program("espeak-ng")

    def say(self, text: str, *, voice: str = "en-us", words_per_minute: int = 160) -> Path:
        """The WAV file of a sentence."""
        name = hashlib.sha256(f"{voice} {words_per_minute} {text}".encode()).hexdigest()[:16]
        path = self._folder / f"{name}.wav"
        if not path.exists():
            command = [self._program, "-v", voice, "-s", str(words_per_minute), "-w", str(path), text]
            subprocess.run(command, check=True, capture_output=True)
        return path
