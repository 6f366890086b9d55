"""Knocking at the sound server's door."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.audio.server import sound_server_answers


@pytest.fixture
def runtime() -> Iterator[Path]:
    """A runtime folder of a user; its name is short, as a socket's has to be."""
    with tempfile.TemporaryDirectory(prefix="run-") as folder:
        (Path(folder) / "pulse").mkdir()
        yield Path(folder)


@pytest.mark.parametrize(
    "environ",
    [
        {"XDG_RUNTIME_DIR": "{runtime}"},
        {"PULSE_RUNTIME_PATH": "{runtime}/pulse", "XDG_RUNTIME_DIR": "/nowhere"},
        {"PULSE_SERVER": "unix:{runtime}/pulse/native", "XDG_RUNTIME_DIR": "/nowhere"},
        {"PULSE_SERVER": "{runtime}/pulse/native"},
    ],
)
def test_a_server_answers_while_it_listens_and_not_before_nor_after(environ: dict[str, str], runtime: Path) -> None:
    environ = {name: value.format(runtime=runtime) for name, value in environ.items()}
    assert sound_server_answers(environ) is False
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(runtime / "pulse" / "native"))
        server.listen()
        assert sound_server_answers(environ) is True
    assert sound_server_answers(environ) is False, "a socket that nobody listens on any more is no server"


@pytest.mark.parametrize("environ", [{}, {"PULSE_SERVER": "tcp:sound.example"}, {"PULSE_SERVER": "unix:/a unix:/b"}])
def test_where_nothing_can_be_tried_nothing_is_claimed(environ: dict[str, str]) -> None:
    assert sound_server_answers(environ) is None
