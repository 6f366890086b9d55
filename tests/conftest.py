"""The rig as fixtures. Each test gets parts of its own; they end with it, in the reverse order of their start."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.livekit_server import LiveKitServer
from tests.support.pulse import PulseServer
from tests.support.speech import Speaker
from tests.support.virtual_screen import VirtualScreen


@pytest.fixture(scope="session")
def speaker(tmp_path_factory: pytest.TempPathFactory) -> Speaker:
    """Says sentences into WAV files."""
    return Speaker(tmp_path_factory.mktemp("speech"))


@pytest.fixture
def livekit_server(tmp_path: Path) -> Iterator[LiveKitServer]:
    """A LiveKit server."""
    with LiveKitServer(tmp_path) as server:
        yield server


@pytest.fixture
def pulse(tmp_path: Path) -> Iterator[PulseServer]:
    """A PulseAudio with a loudspeaker and no microphone yet."""
    with PulseServer(tmp_path) as server:
        yield server


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[VirtualScreen]:
    """A small upright screen."""
    with VirtualScreen(tmp_path) as screen:
        yield screen
