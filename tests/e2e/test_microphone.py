"""The microphone by name, when it goes, when it comes back, and when there is none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.e2e.conftest import StartKiosk
from tests.e2e.test_conversation import AUDIBLE, QUESTION, go_live
from tests.support.pulse import PulseServer
from tests.support.sound import compare, read_wav
from tests.support.speech import Speaker
from tests.support.voice_agent import VoiceAgent
from tests.support.waiting import wait_until

DESK, SPARE = "Front Desk Microphone", "Spare Microphone"
WISH = {"microphone": {"device": ["Front*", "Spare*"]}}


def arrives(agent: VoiceAgent, pulse: PulseServer, name: str, said: Path) -> None:
    """What is said into this microphone reaches the agent."""
    agent.forget_heard()
    pulse.play_into(name, said)
    wait_until(
        lambda: compare(read_wav(said), agent.heard()).same,
        f"speech into {name} to arrive at the agent",
        10,
    )
    assert agent.heard().dbfs > AUDIBLE


def test_unplugged_in_a_conversation_the_next_takes_over_and_the_wanted_one_returns_next_time(
    livekit_table: dict[str, Any],
    pulse: PulseServer,
    start_kiosk: StartKiosk,
    voice_agent: VoiceAgent,
    speaker: Speaker,
) -> None:
    pulse.add_microphone("other", "Projector Microphone", default=True)
    pulse.add_microphone("desk", DESK)
    pulse.add_microphone("spare", SPARE)
    kiosk = start_kiosk({"livekit": livekit_table, **WISH})
    kiosk.wait_for_state("idle")
    go_live(kiosk, voice_agent)
    said = speaker.say(QUESTION)
    kiosk.wait_for_status("the wanted microphone", lambda status: status["microphone"]["active"] == DESK)
    arrives(voice_agent, pulse, "desk", said)

    pulse.unplug("desk")
    kiosk.wait_for_status("the spare to take over", lambda status: status["microphone"]["active"] == SPARE, 10)
    kiosk.wait_for_status("it to be open", lambda status: status["microphone"]["state"] == "live")
    arrives(voice_agent, pulse, "spare", said)
    assert kiosk.state == "live", "the conversation went on"

    pulse.plug_in("desk")
    kiosk.command("stop")
    kiosk.wait_for_state("idle")
    kiosk.wait_for_status("the wanted one to be back", lambda status: status["microphone"]["active"] == DESK, 10)
    go_live(kiosk, voice_agent)
    kiosk.wait_for_status("it to be used", lambda status: status["microphone"]["active"] == DESK)
    arrives(voice_agent, pulse, "desk", said)


def test_without_a_microphone_it_says_so_and_works_when_one_appears(
    livekit_table: dict[str, Any],
    pulse: PulseServer,
    start_kiosk: StartKiosk,
    voice_agent: VoiceAgent,
    speaker: Speaker,
) -> None:
    kiosk = start_kiosk({"livekit": livekit_table})
    kiosk.allow("open-microphone")
    kiosk.wait_for_state("idle")
    assert kiosk.status()["microphone"]["state"] == "missing"
    kiosk.command("start")
    kiosk.wait_for_state("live")
    assert kiosk.status()["microphone"]["state"] == "missing"
    pulse.add_microphone("desk", DESK, default=True)
    kiosk.wait_for_status("it to be used", lambda status: status["microphone"]["state"] == "live", 10)
    voice_agent.wait_for("visitor-track")
    arrives(voice_agent, pulse, "desk", speaker.say(QUESTION))


def test_the_command_lists_what_qt_and_chromium_see(
    livekit_table: dict[str, Any], pulse: PulseServer, start_kiosk: StartKiosk
) -> None:
    pulse.add_microphone("desk", DESK, default=True)
    pulse.add_microphone("spare", SPARE)
    kiosk = start_kiosk({"livekit": livekit_table, **WISH})
    kiosk.wait_for_state("idle")

    def listed() -> dict[str, Any] | None:
        listing = kiosk.command("microphones")
        return listing if len(listing["chromium"]) >= 2 else None  # type: ignore[arg-type]

    listing = wait_until(listed, "Chromium to see both microphones", 10)
    for view in ("qt", "chromium"):
        assert {DESK, SPARE} <= {entry["name"] for entry in listing[view]}
    assert listing["choice"]["name"] == DESK
