"""The demo is the installer's sound check: it greets, listens to the real microphone, and repeats what it heard."""

from __future__ import annotations

from tests.e2e.conftest import StartKiosk
from tests.e2e.test_conversation import AUDIBLE, QUESTION
from tests.support.pulse import PulseServer
from tests.support.sound import compare, read_wav
from tests.support.speech import Speaker
from tests.support.virtual_screen import VirtualScreen, changed_share
from tests.support.waiting import wait_until

STILL = -70.0
"""dBFS below which the loudspeaker is silent."""


def test_the_demo_greets_and_repeats_what_the_visitor_says(
    start_kiosk: StartKiosk, pulse: PulseServer, screen: VirtualScreen, speaker: Speaker
) -> None:
    pulse.add_microphone("desk", "Front Desk Microphone", default=True)
    kiosk = start_kiosk()
    kiosk.wait_for_state("idle")
    assert not pulse.captures()
    with pulse.record() as recording:
        screen.tap()
        kiosk.wait_for_state("live")
        kiosk.wait_for_status("the greeting", lambda status: status["session"]["agent_state"] == "speaking")
        greeting = wait_until(lambda: (so_far := recording.so_far()).dbfs > AUDIBLE and so_far, "the greeting", 10)
        assert greeting.dbfs > AUDIBLE
        kiosk.wait_for_status("its end", lambda status: status["session"]["agent_state"] == "listening", 20)
        assert (kiosk.status()["avatar"]["frames_per_second"] or 0) > 10

    said = speaker.say(QUESTION)
    still = screen.pixels()
    with pulse.record() as recording:
        pulse.play_into("desk", said)
        kiosk.wait_for_status("the answer", lambda status: status["session"]["agent_state"] == "speaking", 15)
        assert wait_until(lambda: changed_share(still, screen.pixels()) > 0.002, "the avatar to move", 10)
        kiosk.wait_for_status("its end", lambda status: status["session"]["agent_state"] == "listening", 20)
        answer = recording.close()
    assert answer.dbfs > AUDIBLE
    assert compare(read_wav(said), answer).same

    kiosk.command("stop")
    kiosk.wait_for_state("idle")
    wait_until(lambda: not pulse.captures(), "the microphone to be released", 5)
    with pulse.record() as recording:
        assert recording.wait_for(1.0).dbfs < STILL
