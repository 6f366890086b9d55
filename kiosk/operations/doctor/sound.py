"""Gathers microphones, and how the loudspeaker is set in the mixer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import cast

from kiosk.audio.listing import MicrophoneListing, microphone_listing
from kiosk.audio.ranking import Wish, choose
from kiosk.audio.server import sound_server_answers
from kiosk.operations.control_client import ControlCommand, ControlError, request
from kiosk.operations.doctor.facts import Engine, Hearing, Output
from kiosk.operations.doctor.findings import Untold
from kiosk.operations.doctor.programs import ask
from kiosk.operations.doctor.running import Running
from kiosk.operations.microphones import ProbeError, probe_microphones

_NOTHING_FOUND = "NotFoundError"
"""Chromium's word for "there is no microphone", which the listing says as well."""


def hearing(running: Running, wish: Wish, environ: Mapping[str, str]) -> Hearing | Untold:
    """From the running kiosk, which holds the microphone; without one by a probe of some seconds.

    `environ`: the kiosk's own surroundings.
    """
    server = sound_server_answers(environ)
    if not isinstance(running.status, Untold):
        state = str(running.status["microphone"]["state"])
        try:
            answer = request(running.socket, ControlCommand.MICROPHONES)
        except ControlError as error:
            return Untold(f"the running kiosk does not say: {error}")
        return Hearing(cast("MicrophoneListing", answer), None, state, server)
    try:
        probed = probe_microphones(environ)
    except ProbeError as error:
        return Untold(str(error), fault=True, advice="See the lines on software, libraries and graphics first.")
    problem = None if probed.problem == _NOTHING_FOUND else probed.problem
    return Hearing(microphone_listing(wish, probed.qt, probed.chromium), problem, None, server)


def output(engine: Engine | Untold, wish: Wish, environ: Mapping[str, str]) -> Output | None:
    """How the loudspeaker that is meant is set; None: the sound server does not say."""
    if isinstance(engine, Untold):
        return None
    device = choose(wish, engine.outputs).device
    if device is None:
        return None
    muted = ask(("pactl", "get-sink-mute", device.id), environ)
    volume = ask(("pactl", "get-sink-volume", device.id), environ)
    return None if muted is None or volume is None else read_output(muted, volume)


def read_output(muted: str, volume: str) -> Output | None:
    """What pactl answers: `Mute: yes`, and `Volume: front-left: 65536 / 100% / 0.00 dB,   front-right: …`."""
    levels = [int(percent) for percent in re.findall(r"(\d+)%", volume)]
    return Output("yes" in muted, max(levels)) if levels else None
