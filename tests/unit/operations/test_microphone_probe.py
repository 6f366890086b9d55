"""The real probe, on a PulseAudio of the test's own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.audio.listing import microphone_listing
from kiosk.operations.microphones import Probed, probe_microphones
from tests.support.pulse import PulseServer


@pytest.fixture
def pulse(tmp_path: Path) -> Iterator[PulseServer]:
    with PulseServer(tmp_path) as server:
        yield server


def probe(pulse: PulseServer) -> Probed:
    return probe_microphones({**os.environ, **pulse.environment}, deadline=60)


def test_qt_and_chromium_see_the_same_microphones_in_the_same_order(pulse: PulseServer) -> None:
    pulse.add_microphone("desk", "Desk Microphone [USB]")
    pulse.add_microphone("left", "Headset")
    pulse.add_microphone("right", "Headset", default=True)
    probed = probe(pulse)
    assert probed.problem is None
    names = ["Desk Microphone [USB]", "Headset", "Headset #2"]
    assert [device.name for device in probed.chromium] == names
    assert [(device.name, device.id) for device in probed.qt] == list(
        zip(names, ("desk", "left", "right"), strict=True)
    )
    assert microphone_listing("auto", probed.qt, probed.chromium)["choice"]["name"] == "Headset #2"


def test_a_machine_without_a_microphone_has_none(pulse: PulseServer) -> None:
    """The loudspeaker's monitor is there, and neither side takes it for a microphone."""
    assert probe(pulse) == Probed((), (), "NotFoundError")


def test_without_a_sound_server_there_is_none_either() -> None:
    environ = {**os.environ, "PULSE_SERVER": "unix:/nonexistent", "XDG_RUNTIME_DIR": "/nonexistent"}
    assert probe_microphones(environ, deadline=60).chromium == ()
