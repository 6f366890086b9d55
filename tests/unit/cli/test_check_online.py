"""`avatar-kiosk check --online` as a process, with a real server and a real agent."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.operations.exit_codes import ExitCode
from tests.support.livekit_server import LiveKitServer
from tests.support.voice_agent import VoiceAgent
from tests.unit.credentials.services import Script, serving

PREFIX = "check-"


def configuration(folder: Path, server: LiveKitServer, *, secret: str | None = None, more: str = "") -> Path:
    file = folder / "config.toml"
    file.write_text(
        f'[livekit]\nurl = "{server.url}"\napi_key = "{server.api_key}"\napi_secret = "{secret or server.api_secret}"\n'
        f'room_prefix = "{PREFIX}"\n{more}'
    )
    return file


def check(file: Path, code: ExitCode) -> dict[str, dict[str, object]]:
    """The steps by their names."""
    command = [sys.executable, "-m", "kiosk", "check", "--online", "--json", str(file)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert ended.returncode == code, ended.stderr
    return {str(step["name"]): step for step in json.loads(ended.stdout)}


@pytest.fixture
def agent(livekit_server: LiveKitServer, tmp_path: Path) -> Iterator[VoiceAgent]:
    """One that comes into every room of the check."""
    with VoiceAgent(livekit_server, tmp_path, room_prefix=PREFIX, motion=False) as agent:
        yield agent


def test_all_is_tried_and_nothing_is_left_behind(
    livekit_server: LiveKitServer, agent: VoiceAgent, tmp_path: Path
) -> None:
    steps = check(configuration(tmp_path, livekit_server), ExitCode.OK)
    room = agent.wait_for("joined")["room"]
    agent.wait_for("left")
    assert str(room).startswith(PREFIX)
    assert {name: step["outcome"] for name, step in steps.items()} == {
        "server": "answers",
        "join token": "issued",
        "room": "joined",
        "agent": "has come",
        "clean-up": "nothing left behind",
        "avatar session token": "none needed",
    }
    assert livekit_server.rooms() == []


def test_an_agent_that_does_not_come_is_waited_for_as_long_as_in_a_session(
    livekit_server: LiveKitServer, tmp_path: Path
) -> None:
    """Longer than the server suffers somebody who connects without sound."""
    file = configuration(tmp_path, livekit_server, more='[session]\nagent_timeout = "20s"\n')
    steps = check(file, ExitCode.FAILURE)
    assert steps["room"]["outcome"] == "joined"
    assert str(steps["agent"]["outcome"]).startswith("no agent has come within 20 s")
    seconds = steps["agent"]["seconds"]
    assert isinstance(seconds, float)
    assert seconds == pytest.approx(20.0, abs=2.0)


def test_a_wrong_secret_is_told_by_whoever_refuses_it(livekit_server: LiveKitServer, tmp_path: Path) -> None:
    steps = check(configuration(tmp_path, livekit_server, secret="s" * 32), ExitCode.FAILURE)
    assert "refuses the API key (401)" in str(steps["server"]["outcome"])
    assert "refuses the join token (401)" in str(steps["room"]["outcome"])
    assert "agent" not in steps


async def test_a_session_token_is_asked_for_and_the_avatar_is_said_not_to_be_tried(
    livekit_server: LiveKitServer, tmp_path: Path
) -> None:
    (tmp_path / "vendor" / "node_modules").mkdir(parents=True)
    async with serving(Script([(200, {"sessionToken": "t"})])) as console:
        more = (
            f'[avatar]\nsdk = "./vendor"\napp_id = "a"\navatar_id = "b"\napi_key = "abc"\n'
            f'console_endpoint = "{console.url}"\n[session]\nagent_timeout = "1s"\n'
        )
        file = configuration(tmp_path, livekit_server, more=more)
        steps = await asyncio.to_thread(check, file, ExitCode.FAILURE)
    assert steps["avatar session token"]["outcome"] == "issued"
    assert steps["avatar"]["tried"] is False
