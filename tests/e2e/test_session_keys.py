"""The keys of `[livekit]`, `[avatar]`, `[microphone]`, `[speaker]` and `[session]`, followed to where they end."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import StartKiosk
from tests.e2e.test_conversation import QUESTION, go_live
from tests.e2e.test_screen_keys import MAGENTA, where
from tests.support.fake_services import Behaviour, FakeConsole, FakeTokenEndpoint
from tests.support.livekit_server import LiveKitServer
from tests.support.pulse import PulseServer
from tests.support.sound import read_wav
from tests.support.speech import Speaker
from tests.support.telling_avatar import TellingAvatar
from tests.support.virtual_screen import VirtualScreen
from tests.support.voice_agent import VoiceAgent
from tests.support.waiting import wait_until

AVATAR = {
    "app_id": "app_of_the_site",
    "avatar_id": "mira",
    "environment": "cn",
    "api_key": "avatar-key-of-some-length",
    "session_token_ttl": "20m",
    "log_level": "error",
    "transition_start_frames": 3,
    "transition_end_frames": 33,
    "jitter_buffer": False,
    "max_buffer_delay_ms": 120,
}


@pytest.mark.usefixtures("microphone")
def test_what_the_avatar_and_the_room_are_called_with(
    livekit_server: LiveKitServer,
    livekit_table: dict[str, Any],
    console: FakeConsole,
    start_kiosk: StartKiosk,
    tmp_path: Path,
) -> None:
    avatar = TellingAvatar(tmp_path)
    with VoiceAgent(livekit_server, tmp_path, room_prefix="foyer-") as agent:
        kiosk = start_kiosk(
            {
                "livekit": {
                    **livekit_table,
                    "room_prefix": "foyer-",
                    "identity_prefix": "screen-",
                    "agent_name": "reception",
                    "agent_metadata": '{"site": "foyer"}',
                    "token_ttl": "7m",
                },
                "avatar": {**AVATAR, "sdk": str(avatar.sdk), "console_endpoint": console.url},
                "microphone": {"echo_cancellation": False, "noise_suppression": False, "auto_gain": False},
            }
        )
        kiosk.wait_for_state("idle")
        assert kiosk.status()["avatar"]["sdk"] == str(avatar.sdk)
        room = go_live(kiosk, agent)
        assert room in livekit_server.rooms()
        identities = livekit_server.participants(room)
    told = avatar.told(kiosk)

    assert (told["appId"], told["avatarId"], told["environment"]) == ("app_of_the_site", "mira", "cn")
    assert told["player"] == {
        "logLevel": "error",
        "transitionStartFrameCount": 3,
        "transitionEndFrameCount": 33,
        "enableJitterBuffer": False,
        "maxBufferDelayMs": 120,
    }
    for setting in ("echoCancellation", "noiseSuppression", "autoGainControl"):
        assert told["microphone"][setting] is False, setting

    assert told["url"] == livekit_server.url
    assert room.startswith("foyer-")
    assert told["room"] == room
    grant = told["grant"]
    assert grant["sub"].startswith("screen-")
    assert grant["sub"] in identities
    assert 6 * 60 < grant["exp"] - time.time() <= 7 * 60
    assert grant["roomConfig"]["agents"] == [{"agentName": "reception", "metadata": '{"site": "foyer"}'}]

    lives = console.asked[0].body["expireAt"] - time.time()
    assert 18 * 60 < lives <= 20 * 60
    assert console.asked[0].headers["X-Api-Key"] == AVATAR["api_key"]


@pytest.mark.usefixtures("microphone")
def test_the_defaults_clean_the_sound_of_the_microphone(
    livekit_table: dict[str, Any],
    console: FakeConsole,
    start_kiosk: StartKiosk,
    voice_agent: VoiceAgent,
    tmp_path: Path,
) -> None:
    avatar = TellingAvatar(tmp_path)
    table = {**AVATAR, "sdk": str(avatar.sdk), "console_endpoint": console.url}
    kiosk = start_kiosk({"livekit": livekit_table, "avatar": table})
    kiosk.wait_for_state("idle")
    go_live(kiosk, voice_agent)
    settings = avatar.told(kiosk)["microphone"]
    for setting in ("echoCancellation", "noiseSuppression", "autoGainControl"):
        assert settings[setting] is True, setting


@pytest.mark.usefixtures("microphone")
def test_a_slow_token_endpoint_is_waited_for_as_long_as_the_file_says(
    token_endpoint: FakeTokenEndpoint, start_kiosk: StartKiosk
) -> None:
    token_endpoint.behaviour = Behaviour.SILENT
    kiosk = start_kiosk({"livekit": {"token_endpoint": token_endpoint.url, "token_endpoint_timeout": "1s"}})
    kiosk.allow("token endpoint")
    kiosk.wait_for_state("idle", "offline")
    asked = time.monotonic()
    kiosk.command("start")
    kiosk.wait_for_state("offline", "recovering", timeout=8)
    kiosk.wait_for_log("did not answer|no answer|within 1 s|timed out|cannot be reached", timeout=8)
    assert time.monotonic() - asked < 8


@pytest.mark.usefixtures("microphone")
def test_a_kiosk_may_begin_by_itself(
    livekit_table: dict[str, Any], start_kiosk: StartKiosk, voice_agent: VoiceAgent
) -> None:
    kiosk = start_kiosk({"livekit": livekit_table, "session": {"start": "auto"}})
    kiosk.wait_for_state("live")
    voice_agent.wait_for("visitor-track")


@pytest.mark.usefixtures("microphone")
def test_the_speaker_is_the_one_that_is_named_and_never_louder_than_allowed(
    livekit_table: dict[str, Any],
    start_kiosk: StartKiosk,
    voice_agent: VoiceAgent,
    pulse: PulseServer,
    speaker: Speaker,
) -> None:
    pulse.add_loudspeaker("ceiling", "Ceiling Loudspeaker")
    said = speaker.say(QUESTION)
    settings: dict[str, Any] = {"livekit": livekit_table, "speaker": {"device": "Ceiling*", "volume": 100}}
    kiosk = start_kiosk(settings)
    kiosk.allow("It plays with 50")
    kiosk.wait_for_state("idle")
    go_live(kiosk, voice_agent)

    def loudness() -> float:
        with pulse.record("ceiling.monitor") as named, pulse.record() as default:
            voice_agent.speak(said)
            heard = named.wait_for(read_wav(said).seconds)
            assert default.so_far().dbfs < -70, "the default speaker is silent"
        return heard.dbfs

    full = loudness()
    assert full > -40
    for table, quieter in (({"volume": 25}, 12.0), ({"volume": 100, "max_volume": 50}, 6.0)):
        before = kiosk.status()["config"]["loaded"]
        kiosk.write_config({**settings, "speaker": {"device": "Ceiling*", **table}})
        kiosk.wait_for_status("the new volume", lambda status, old=before: status["config"]["loaded"] != old)
        assert kiosk.state == "live", "loudness changes in a conversation"
        assert full - loudness() == pytest.approx(quieter, abs=2.5), json.dumps(table)


@pytest.mark.usefixtures("microphone")
def test_the_countdown_begins_when_the_file_says(
    livekit_table: dict[str, Any], start_kiosk: StartKiosk, voice_agent: VoiceAgent, screen: VirtualScreen
) -> None:
    """Three seconds before the end the ring is shown, in the accent's colour, where nothing else has it."""
    session = {"idle_timeout": "8s", "warning": "3s"}
    kiosk = start_kiosk({"livekit": livekit_table, "session": session, "appearance": {"accent": "#e81ec8"}})
    kiosk.wait_for_state("idle")
    go_live(kiosk, voice_agent)
    voice_agent.set_state("listening")
    kiosk.wait_for_status("its picture", lambda status: (status["avatar"]["frames_per_second"] or 0) > 5)
    before = len(where(screen.pixels(), MAGENTA))
    wait_until(lambda: len(where(screen.pixels(), MAGENTA)) > before + 3000, "the ring", 15, every=0.05)
    begun = time.monotonic()
    kiosk.wait_for_state("ending", "idle", timeout=15)
    assert 1.5 < time.monotonic() - begun < 4.5
