"""Gathers libraries, graphics cards and disk space."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from kiosk.installation import part_command
from kiosk.operations.doctor.facts import Disk, Gap, GraphicsCards
from kiosk.operations.doctor.findings import Untold

LIBRARY_CHECK = part_command("kiosk.operations.system_libraries")

_PATIENCE = 30.0
"""Seconds; it takes a third of one, and more on a disk that is just waking up."""


def library_gaps(
    environ: Mapping[str, str], check: Sequence[str] = LIBRARY_CHECK, platform: str = sys.platform
) -> Sequence[Gap] | Untold:
    """The system libraries that Qt and Chromium lack."""
    if platform != "linux":
        return Untold("Qt brings all it needs on this system")
    try:
        done = subprocess.run(
            check,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=_PATIENCE,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Untold(f"not checked: the check did not answer ({type(error).__name__})")
    gaps = [Gap(what, package if package != "?" else None) for what, package in map(_split, done.stdout.splitlines())]
    if done.returncode not in (0, 1) or (done.returncode == 1 and not gaps):
        last = done.stderr.strip().splitlines()[-1:] or ["it said nothing"]
        return Untold(f"not checked: the check failed ({last[0]})", fault=True)
    return gaps


def graphics_cards(folder: Path = Path("/dev/dri")) -> GraphicsCards:
    """The devices that render."""
    present = sorted(str(node) for node in folder.glob("renderD*"))
    return GraphicsCards(tuple(present), tuple(node for node in present if os.access(node, os.R_OK | os.W_OK)))


def disk(purpose: str, path: Path) -> Disk:
    """The room where `path` is, or would be made.

    Raises:
        OSError: it cannot be told.
    """
    there = next(folder for folder in (path, *path.absolute().parents) if folder.exists())
    writable = there.is_dir() and os.access(there, os.W_OK | os.X_OK)
    return Disk(purpose, str(path), shutil.disk_usage(there).free, writable)


def _split(line: str) -> tuple[str, str]:
    what, _, package = line.rpartition(" ")
    return what, package
