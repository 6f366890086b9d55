"""The whole job on real parts: a visitor taps, talks, is heard, is answered, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

import pytest
from livekit import rtc

from tests.e2e.conftest import StartKiosk
from tests.support.kiosk_process import KioskProcess
from tests.support.livekit_server import LiveKitServer
from tests.support.pulse import PulseServer
from tests.support.sound import compare, read_wav, to_pcm, tone
from tests.support.speech import Speaker
from tests.support.virtual_screen import VirtualScreen, changed_share
from tests.support.voice_agent import VoiceAgent
from tests.support.waiting import wait_until

QUESTION = "Where can I find the meeting room on the second floor, please?"
ANSWER = "Take the elevator to the second floor and turn left. The meeting room is behind the glass door."

AUDIBLE = -50.0
"""dBFS of speech that was certainly transmitted; a silent line stays below -80."""
PAIR = "Front Desk Microphone", "Spare Microphone"


@pytest.fixture
def visit(livekit_table: dict[str, Any], pulse: PulseServer, start_kiosk: StartKiosk) -> KioskProcess:
    """An idle kiosk at a desk with one microphone."""
    pulse.add_microphone("desk", PAIR[0], default=True)
    kiosk = start_kiosk({"livekit": livekit_table, "microphone": {"device": PAIR[0]}})
    kiosk.wait_for_state("idle")
    return kiosk


def go_live(kiosk: KioskProcess, agent: VoiceAgent) -> str:
    """Start by command; returns the room."""
    kiosk.command("start")
    kiosk.wait_for_state("live")
    agent.wait_for("visitor-track")
    return str(kiosk.status()["session"]["room"])


def test_a_tap_starts_a_conversation_in_which_both_hear_each_other(
    visit: KioskProcess, voice_agent: VoiceAgent, pulse: PulseServer, screen: VirtualScreen, speaker: Speaker
) -> None:
    assert not pulse.captures(), "nobody listens while nobody is there"
    screen.tap()
    visit.wait_for_state("connecting", "live", timeout=10)
    visit.wait_for_state("live")
    voice_agent.wait_for("visitor-track")

    said = speaker.say(QUESTION)
    voice_agent.forget_heard()
    pulse.play_into("desk", said)
    wait_until(
        lambda: compare(read_wav(said), voice_agent.heard()).same,
        "the visitor's question to arrive at the agent",
        10,
    )
    assert voice_agent.heard().dbfs > AUDIBLE

    voice_agent.set_state("speaking")
    answer = speaker.say(ANSWER)
    before = screen.pixels()
    with pulse.record() as recording:
        voice_agent.start_speaking(answer, ANSWER)
        moving = wait_until(
            lambda: (share := changed_share(before, screen.pixels())) > 0.002 and share, "the avatar to move", 10
        )
        voice_agent.wait_for("spoken", timeout=30)
        heard = recording.wait_for(read_wav(answer).seconds + 1.5)
    assert moving > 0.002
    assert compare(read_wav(answer), heard).same
    assert heard.dbfs > AUDIBLE
    assert visit.status()["avatar"]["frames_per_second"] > 10


def test_stopping_takes_visitor_and_room_off_the_server_and_releases_the_microphone(
    visit: KioskProcess, voice_agent: VoiceAgent, pulse: PulseServer, livekit_server: LiveKitServer
) -> None:
    room = go_live(visit, voice_agent)
    assert room in livekit_server.rooms()
    assert [capture.source for capture in pulse.captures()]
    visit.command("stop")
    visit.wait_for_state("ending", "idle")
    wait_until(lambda: not livekit_server.rooms(), "the room to be deleted", 5)
    visit.wait_for_state("idle")
    wait_until(lambda: not pulse.captures(), "the microphone to be released", 5)


def test_the_next_visitor_gets_a_fresh_page_and_a_fresh_room(visit: KioskProcess, voice_agent: VoiceAgent) -> None:
    first = go_live(visit, voice_agent)
    renderer = visit.status()["page"]["renderer_pid"]
    visit.command("stop")
    visit.wait_for_state("idle")
    assert visit.status()["page"]["renderer_pid"] != renderer
    second = go_live(visit, voice_agent)
    assert second != first


def test_many_taps_are_one_session(
    visit: KioskProcess, voice_agent: VoiceAgent, screen: VirtualScreen, livekit_server: LiveKitServer
) -> None:
    screen.click(270, 480, times=4)
    visit.wait_for_state("live", "idle")
    assert len(livekit_server.rooms()) <= 1
    assert len(voice_agent.happened("joined")) <= 1


def test_the_agent_leaving_ends_the_conversation(visit: KioskProcess, voice_agent: VoiceAgent) -> None:
    go_live(visit, voice_agent)
    voice_agent.leave()
    visit.wait_for_state("ending")
    assert visit.status()["reason"] in ("agent_left", "room_ended")
    visit.wait_for_state("idle")


def test_silence_ends_the_conversation(
    livekit_table: dict[str, Any], pulse: PulseServer, start_kiosk: StartKiosk, voice_agent: VoiceAgent
) -> None:
    pulse.add_microphone("desk", PAIR[0], default=True)
    kiosk = start_kiosk({"livekit": livekit_table, "session": {"idle_timeout": "4s", "warning": "2s"}})
    kiosk.wait_for_state("idle")
    go_live(kiosk, voice_agent)
    kiosk.wait_for_state("ending")
    assert kiosk.status()["reason"] == "idle_timeout"


def test_the_maximum_ends_the_conversation(
    livekit_table: dict[str, Any], pulse: PulseServer, start_kiosk: StartKiosk, voice_agent: VoiceAgent
) -> None:
    pulse.add_microphone("desk", PAIR[0], default=True)
    kiosk = start_kiosk({"livekit": livekit_table, "session": {"max_duration": "6s"}})
    kiosk.wait_for_state("idle")
    go_live(kiosk, voice_agent)
    kiosk.wait_for_state("ending")
    assert kiosk.status()["reason"] == "max_duration"


def test_terminating_deletes_the_room_within_three_seconds(
    visit: KioskProcess, voice_agent: VoiceAgent, livekit_server: LiveKitServer
) -> None:
    go_live(visit, voice_agent)
    visit.process.send(signal.SIGTERM)
    assert visit.process.wait(3.0) == 0
    assert livekit_server.rooms() == []


async def bystander(server: LiveKitServer, room_name: str, seconds: float) -> None:
    """Somebody else in the room, as the visitor's own microphone would be to a second connection: a loud tone."""
    room = rtc.Room()
    await room.connect(server.url, server.token("bystander", room=room_name))
    source = rtc.AudioSource(48_000, 1)
    track = rtc.LocalAudioTrack.create_audio_track("tone", source)
    options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
    await room.local_participant.publish_track(track, options)
    pcm = to_pcm(tone(440, 0.02, level=0.5))
    for _ in range(int(seconds / 0.02)):
        await source.capture_frame(rtc.AudioFrame(pcm, 48_000, 1, 960))
    await room.disconnect()


def test_only_the_agent_is_heard(
    visit: KioskProcess,
    voice_agent: VoiceAgent,
    livekit_server: LiveKitServer,
    pulse: PulseServer,
    speaker: Speaker,
) -> None:
    room = go_live(visit, voice_agent)
    answer = speaker.say(ANSWER)
    with pulse.record() as recording:
        voice_agent.speak(answer)
        assert recording.wait_for(read_wav(answer).seconds).dbfs > AUDIBLE
    with pulse.record() as recording:
        asyncio.run(bystander(livekit_server, room, 3.0))
        foreign = recording.so_far()
    assert foreign.seconds > 2
    assert foreign.dbfs < -70
