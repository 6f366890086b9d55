"""Whether a file is the one that somebody else has written down: npm's integrity texts, and lists of sha256sum."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

_STRENGTHS = ("sha512", "sha384", "sha256")
"""What counts, the strongest first; npm's older sha1 can be forged."""

_SUM = re.compile(r"(?P<escaped>\\?)(?P<digest>[0-9a-fA-F]{64}) [ *](?P<name>.+)")


def integrity_of(file: Path) -> str:
    """The file's integrity as npm writes it: ``sha512-…``.

    Raises:
        OSError: it cannot be read.
    """
    return f"sha512-{_digest(file, 'sha512')}"


def is_strong(integrity: str) -> bool:
    """Whether an integrity text holds a digest that nobody can forge."""
    return bool(_strongest(integrity))


def has_integrity(file: Path, integrity: str) -> bool:
    """Whether the file is the one that `integrity` was taken of; it may hold several digests, the strongest counts.

    Raises:
        OSError: it cannot be read.
    """
    algorithm, digests = next(iter(_strongest(integrity).items()), ("", ()))
    return bool(algorithm) and _digest(file, algorithm) in digests


def sha256_of(file: Path) -> str:
    """The file's SHA-256 in hexadecimal.

    Raises:
        OSError: it cannot be read.
    """
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_sums(text: str) -> Mapping[str, str]:
    """File names and their SHA-256 in hexadecimal, from what ``sha256sum`` writes.

    Raises:
        ValueError: a line of another form.
    """
    sums: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _SUM.fullmatch(line)
        if match is None or match["escaped"]:
            raise ValueError(f"line {number} is not one of sha256sum")
        sums[match["name"].removeprefix("./")] = match["digest"].lower()
    return sums


def _digest(file: Path, algorithm: str) -> str:
    with file.open("rb") as stream:
        return base64.b64encode(hashlib.file_digest(stream, algorithm).digest()).decode()


def _strongest(integrity: str) -> dict[str, tuple[str, ...]]:
    """The strongest algorithm of an integrity text, with its digests; empty: none that counts."""
    entries = [entry.partition("?")[0].partition("-") for entry in integrity.split()]
    for algorithm in _STRENGTHS:
        if digests := tuple(digest for name, _, digest in entries if name == algorithm and digest):
            return {algorithm: digests}
    return {}
