"""The air between a loudspeaker and a microphone, inside PulseAudio."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.pulse import PulseServer


@contextmanager
def awake(pulse: PulseServer) -> Iterator[None]:
    """Keeps the loudspeaker busy. A virtual one that nobody uses has played up to two seconds of silence in advance,
    and whoever comes then waits until they are over; no real one does that."""
    with pulse.record() as recording:
        recording.wait_for(2.5)
        yield


def add_hearing_microphone(
    pulse: PulseServer, name: str, description: str, *, loudspeaker: str = "speaker", gain_db: float = 0.0
) -> None:
    """Plug in a microphone that hears a loudspeaker at once and without a gap.

    Args:
        pulse: the loudspeaker's server.
        name: its name as a source.
        description: its name for people.
        loudspeaker: what it hears.
        gain_db: how much louder, at most 0; kept to exactly.
    """
    properties = f"source_properties='device.description=\"{description}\"'"
    pulse.pactl(
        "load-module", "module-remap-source", f"source_name={name}", f"master={loudspeaker}.monitor", properties
    )
    pulse.pactl("set-source-volume", name, f"{gain_db}dB")


def lead_around(pulse: PulseServer, microphone: str, *, loudspeaker: str = "speaker", delay: float) -> None:
    """Let a microphone of the rig hear a loudspeaker after a while.

    Args:
        pulse: both devices' server.
        microphone: by the name it was added under.
        loudspeaker: what it hears.
        delay: seconds. PulseAudio starts with some tenths more, and comes nearer as time goes by; on a busy machine it
            loses a piece now and then.
    """
    feed = pulse.microphones[microphone].feed
    latency = f"latency_msec={round(1000 * delay)}"
    pulse.pactl("load-module", "module-loopback", f"source={loudspeaker}.monitor", f"sink={feed}", latency)
