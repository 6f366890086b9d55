"""A kiosk's control socket in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ANSWERING_KIOSK = Path(__file__).with_name("answering_kiosk.py")

Launcher = Callable[[], "subprocess.Popen[str]"]


@pytest.fixture
def socket() -> Iterator[Path]:
    """A path short enough for a socket: pytest's own folders may be longer than the kernel's 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="kiosk-") as folder:
        yield Path(folder) / "run" / "control.sock"


@pytest.fixture
def launch(socket: Path) -> Iterator[Launcher]:
    """Starts an answering kiosk on `socket` and returns when it listens."""
    running = []

    def start() -> subprocess.Popen[str]:
        process = subprocess.Popen([sys.executable, ANSWERING_KIOSK, socket], stdout=subprocess.PIPE, text=True)
        running.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "listening\n"
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()
