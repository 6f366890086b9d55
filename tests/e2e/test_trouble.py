"""What breaks from outside gives its named state, and comes back by itself."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.e2e.conftest import StartKiosk
from tests.e2e.test_conversation import go_live
from tests.support.fake_services import Behaviour, FakeConsole, FakeTokenEndpoint
from tests.support.livekit_server import LiveKitServer
from tests.support.ports import free_port
from tests.support.pulse import PulseServer
from tests.support.voice_agent import VoiceAgent
from tests.support.waiting import wait_until


def test_a_wrong_secret_is_a_fault_with_its_name_and_never_in_the_log(
    livekit_table: dict[str, Any], start_kiosk: StartKiosk
) -> None:
    secret = "a-completely-wrong-secret-of-good-length"
    kiosk = start_kiosk({"livekit": {**livekit_table, "api_secret": secret}})
    kiosk.allow("out of service|refused")
    kiosk.wait_for_state("faulted")
    status = kiosk.status()
    assert status["reason"] == "credentials_refused"
    assert status["sentence"]
    assert secret not in kiosk.process.output()
    assert "eyJ" not in kiosk.process.output()


def test_an_unreachable_server_is_offline_until_it_is_back(
    livekit_table: dict[str, Any], livekit_server: LiveKitServer, start_kiosk: StartKiosk
) -> None:
    livekit_server.stop()
    kiosk = start_kiosk({"livekit": livekit_table})
    kiosk.allow("out of service|unreachable|ERR_CONNECTION_REFUSED")
    kiosk.wait_for_state("offline")
    assert kiosk.status()["reason"] == "server_unreachable"
    assert kiosk.status()["sentence"]
    livekit_server.start()
    kiosk.wait_for_state("idle", timeout=40)


@pytest.mark.parametrize(
    ("behaviour", "state", "reason"),
    [
        (Behaviour.REFUSED, "faulted", "endpoint_refused"),
        (Behaviour.BROKEN, "offline", "endpoint_unavailable"),
        (Behaviour.GARBAGE, "faulted", "endpoint_invalid"),
    ],
)
def test_an_endpoint_that_misbehaves_gives_its_named_state(
    behaviour: Behaviour, state: str, reason: str, token_endpoint: FakeTokenEndpoint, start_kiosk: StartKiosk
) -> None:
    token_endpoint.behaviour = behaviour
    kiosk = start_kiosk({"livekit": {"token_endpoint": token_endpoint.url}})
    kiosk.allow("out of service|no leave to join|endpoint")
    kiosk.wait_for_state("idle", state)
    if kiosk.state == "idle":
        kiosk.command("start")
    kiosk.wait_for_state(state)
    assert kiosk.status()["reason"] == reason
    assert token_endpoint.url.split("/")[2] in kiosk.status()["sentence"]


@pytest.mark.parametrize("behaviour", [Behaviour.GOOD, Behaviour.CAMEL_CASE])
def test_both_spellings_of_a_token_endpoints_answer_lead_to_a_conversation(
    behaviour: Behaviour,
    token_endpoint: FakeTokenEndpoint,
    start_kiosk: StartKiosk,
    pulse: PulseServer,
    voice_agent: VoiceAgent,
) -> None:
    token_endpoint.behaviour = behaviour
    pulse.add_microphone("desk", "Front Desk Microphone", default=True)
    headers = {"Authorization": "Bearer from-the-customer"}
    kiosk = start_kiosk({"livekit": {"token_endpoint": token_endpoint.url, "token_endpoint_headers": headers}})
    kiosk.wait_for_state("idle")
    go_live(kiosk, voice_agent)
    assert token_endpoint.asked[-1].headers["Authorization"] == headers["Authorization"]
    assert "from-the-customer" not in kiosk.process.output()


def test_an_agent_that_never_comes_ends_the_wait_with_its_name(
    livekit_table: dict[str, Any], start_kiosk: StartKiosk, livekit_server: LiveKitServer, pulse: PulseServer
) -> None:
    pulse.add_microphone("desk", "Front Desk Microphone", default=True)
    kiosk = start_kiosk({"livekit": livekit_table, "session": {"agent_timeout": "2s"}})
    kiosk.wait_for_state("idle")
    kiosk.command("start")
    kiosk.wait_for_state("ending")
    assert kiosk.status()["reason"] == "agent_missing"
    kiosk.wait_for_state("idle")
    assert livekit_server.rooms() == []


def live_kiosk(livekit_table: Mapping[str, Any], start_kiosk: StartKiosk, pulse: PulseServer, agent: VoiceAgent) -> Any:
    pulse.add_microphone("desk", "Front Desk Microphone", default=True)
    kiosk = start_kiosk({"livekit": dict(livekit_table)})
    kiosk.wait_for_state("idle")
    go_live(kiosk, agent)
    kiosk.wait_for_status("frames to come", lambda status: (status["avatar"]["frames_per_second"] or 0) > 5)
    return kiosk


def test_a_publisher_frozen_for_four_seconds_is_survived(
    livekit_table: dict[str, Any], start_kiosk: StartKiosk, pulse: PulseServer, voice_agent: VoiceAgent
) -> None:
    kiosk = live_kiosk(livekit_table, start_kiosk, pulse, voice_agent)
    before = kiosk.status()["session"]
    voice_agent.freeze()
    kiosk.wait_for_status("the stall to be seen", lambda status: status["state"] == "recovering", 10)
    voice_agent.thaw()
    # The reconnect leaves the room for a moment. An agent may close on that; then a fresh one comes to a fresh room.
    status = kiosk.wait_for_status("the conversation to go on for a while", lambda status: goes_on(status, 5.0), 40)
    assert status["recovery"]["count"] >= 1
    assert status["session"]["id"] == before["id"], "it is still the same visitor"


def goes_on(status: dict[str, Any], seconds: float) -> bool:
    """Live for so long, with an avatar that moves."""
    since = datetime.fromisoformat(status["since"])
    lasting = (datetime.now(UTC) - since).total_seconds() > seconds
    return status["state"] == "live" and lasting and (status["avatar"]["frames_per_second"] or 0) > 5


def test_a_renderer_killed_in_a_conversation_is_replaced_and_live_again(
    livekit_table: dict[str, Any],
    start_kiosk: StartKiosk,
    pulse: PulseServer,
    voice_agent: VoiceAgent,
    livekit_server: LiveKitServer,
) -> None:
    kiosk = live_kiosk(livekit_table, start_kiosk, pulse, voice_agent)
    before = kiosk.status()
    os.kill(before["page"]["renderer_pid"], signal.SIGKILL)
    status = kiosk.wait_for_status(
        "another renderer to be live",
        lambda status: status["state"] == "live" and status["page"]["renderer_pid"] != before["page"]["renderer_pid"],
        30,
    )
    assert status["recovery"]["last_reason"] == "renderer_gone"
    assert status["session"]["id"] == before["session"]["id"], "it is still the same visitor"
    wait_until(lambda: before["session"]["room"] not in livekit_server.rooms(), "the old room to go", 5)


def test_a_hung_page_is_replaced_and_live_again(
    livekit_table: dict[str, Any], start_kiosk: StartKiosk, pulse: PulseServer, voice_agent: VoiceAgent
) -> None:
    kiosk = live_kiosk(livekit_table, start_kiosk, pulse, voice_agent)
    renderer = kiosk.status()["page"]["renderer_pid"]
    os.kill(renderer, signal.SIGSTOP)
    status = kiosk.wait_for_status(
        "another renderer to be live",
        lambda status: status["state"] == "live" and status["page"]["renderer_pid"] != renderer,
        40,
    )
    assert status["recovery"]["last_reason"] == "page_silent"


def test_an_avatar_whose_packages_are_missing_gives_way_and_says_so(
    livekit_table: dict[str, Any], start_kiosk: StartKiosk, console: FakeConsole, tmp_path: Any
) -> None:
    (tmp_path / "sdk" / "node_modules").mkdir(parents=True)
    avatar = {
        "sdk": str(tmp_path / "sdk"),
        "app_id": "app",
        "avatar_id": "avatar",
        "api_key": "avatar-key-of-some-length",
        "console_endpoint": console.url,
    }
    kiosk = start_kiosk({"livekit": livekit_table, "avatar": avatar})
    kiosk.allow("built-in one stands in|configuration")
    kiosk.wait_for_state("idle", "faulted")
    status = kiosk.status()
    if status["state"] == "idle":
        assert status["avatar"]["sdk"] == "builtin"
        assert status["reason"] == "avatar_fallback"
    else:
        assert status["config"]["problems"], "a folder without the packages is a problem of the configuration"


def test_an_endpoint_nobody_listens_on_is_offline(start_kiosk: StartKiosk) -> None:
    kiosk = start_kiosk({"livekit": {"token_endpoint": f"http://127.0.0.1:{free_port()}/token"}})
    kiosk.allow("out of service|no leave to join|endpoint")
    kiosk.wait_for_state("idle", "offline")
    if kiosk.state == "idle":
        kiosk.command("start")
    kiosk.wait_for_state("offline")
    assert kiosk.status()["reason"] == "endpoint_unavailable"
