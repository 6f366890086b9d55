"""Asking the system's own programs."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence

from kiosk.installation import system_environment

PATIENCE = 5.0
"""Seconds; each of them answers at once, unless what it asks hangs."""


def ask(command: Sequence[str], environ: Mapping[str, str]) -> str | None:
    """What it prints, in English; None: it is not installed, says no, or does not answer."""
    try:
        done = subprocess.run(
            command,
            env={**system_environment(environ), "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=PATIENCE,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
