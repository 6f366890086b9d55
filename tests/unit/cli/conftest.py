"""A user of our own, and a kiosk that says what a test tells it to."""

from __future__ import annotations

import json
import socket as sockets
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Say = Callable[[dict[str, object]], list[dict[str, object]]]


@pytest.fixture(autouse=True)
def socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The control socket of a user of our own: no file or variable of the real one is touched."""
    with tempfile.TemporaryDirectory(prefix="kiosk-") as run:
        path = Path(run) / "control.sock"
        monkeypatch.setenv("AVATAR_KIOSK_SOCKET", str(path))
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
        monkeypatch.delenv("AVATAR_KIOSK_CONFIG", raising=False)
        yield path


@pytest.fixture
def kiosk_says(socket: Path) -> Iterator[Say]:
    """`kiosk_says(answer)` answers one request on the control socket; the returned list then holds that request."""
    with sockets.socket(sockets.AF_UNIX) as listener:
        listener.bind(str(socket))
        listener.listen()

        def say(answer: dict[str, object]) -> list[dict[str, object]]:
            asked: list[dict[str, object]] = []

            def serve() -> None:
                connection, _ = listener.accept()
                with connection, connection.makefile("rwb") as stream:
                    asked.append(json.loads(stream.readline()))
                    stream.write(json.dumps(answer).encode() + b"\n")

            threading.Thread(target=serve, daemon=True).start()
            return asked

        yield say
