"""Secrets that lie in files which everybody on this machine may read."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from pydantic import SecretStr

from kiosk.config.companions import Breach
from kiosk.config.explain import dotted
from kiosk.config.fields import KeyName, all_keys
from kiosk.config.secret_sources import Gathered

_EXPECTED = "a file that only the kiosk's user may read"


def exposed_secrets(gathered: Gathered, configuration: Path | None) -> Iterator[Breach]:
    """What lies open: each secret in ``configuration`` itself, and each ``KEY_file``."""
    for place, file in gathered.files.items():
        if open_to_others(file):
            name = tuple(str(part) for part in place)
            yield Breach(name, f"{dotted(place)}: everybody on this machine may read {file}.", _EXPECTED, _advice(file))
    if configuration is not None and open_to_others(configuration):
        for name in _inline(gathered):
            what = f"{dotted(name)} stands in a file that everybody on this machine may read."
            yield Breach(name, what, _EXPECTED, _advice(configuration))


def open_to_others(file: Path) -> bool:
    """Whether a user who is neither the file's owner nor of its group can get at its content."""
    try:
        real = Path(os.path.realpath(file, strict=True))  # Path.resolve raises RuntimeError on a circle up to 3.12
        return bool(real.stat().st_mode & stat.S_IROTH) and all(
            folder.stat().st_mode & stat.S_IXOTH for folder in real.parents
        )
    except OSError:  # what cannot be looked at is told elsewhere
        return False


def _inline(gathered: Gathered) -> Iterator[KeyName]:
    for key in all_keys():
        table = gathered.values.get(key.name[0])
        if not key.secret or not isinstance(table, dict) or key.name[-1] not in table:
            continue
        inside = table[key.name[-1]]
        words = inside if isinstance(inside, dict) else {}
        names = [key.name] if key.kind is SecretStr else [(*key.name, word) for word in words]
        yield from (name for name in names if name not in gathered.origins)


def _advice(file: Path) -> str:
    return f"Give it to that user and run: chmod 600 {os.fspath(file)}"
