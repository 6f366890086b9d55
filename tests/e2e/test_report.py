"""The report for whoever helps: what is in it, and that no secret and nobody's word is."""

from __future__ import annotations

import base64
import json
import signal
import stat
import subprocess
import sys
import time
import urllib.parse
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import StartKiosk
from tests.support.fake_services import Asked, FakeConsole, FakeTokenEndpoint
from tests.support.kiosk_process import PROJECT, KioskProcess
from tests.support.livekit_server import LiveKitServer
from tests.support.speech import Speaker
from tests.support.voice_agent import VoiceAgent
from tests.support.waiting import wait_until

HEADER_SECRET = "customers-own-header-secret"
AVATAR_KEY = "avatar-platform-key-of-some-length"
PIN_HASH = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$aGFzaC1vZi10aGUtcGlu"
UNKNOWN_SECRET = "a-password-under-a-key-nobody-knows"
COMMENTED_SECRET = "the-password-before-this-one"
AGENT_WORDS = "Zephyr marmalade quixotic bassoon"
VISITOR_WORDS = "Gondola perihelion walrus"
PATIENCE = 90.0
"""Seconds for whatever a kiosk does on a busy machine."""

UNTOLD = [*AGENT_WORDS.split(), *VISITOR_WORDS.split()]


class RememberingEndpoint(FakeTokenEndpoint):
    """Remembers the tokens it has given."""

    def __init__(self, server: LiveKitServer) -> None:
        self.given: list[str] = []
        super().__init__(server, required_headers={"X-Site-Key": HEADER_SECRET})

    def answer(self, asked: Asked) -> dict[str, Any]:
        answer = super().answer(asked)
        self.given.append(answer["participant_token"])
        return answer


def configuration(endpoint: FakeTokenEndpoint, console: FakeConsole, folder: Path, *, transcripts: bool) -> str:
    header = folder / "header.txt"
    header.write_text(f"{HEADER_SECRET}-from-a-file\n", encoding="utf-8")
    return f"""# The lobby of the head office
[livekit]
token_endpoint = "{endpoint.url}"   # our own server
[livekit.token_endpoint_headers]
X-Site-Key = "{HEADER_SECRET}"
X-Other_file = "{header}"
[avatar]
app_id = "lobby-app"
avatar_id = "lobby-avatar"
api_key = "{AVATAR_KEY}"
console_endpoint = "{console.url}"
[admin]
# password = "{COMMENTED_SECRET}"
pin_hash = "{PIN_HASH}"
[log]
transcripts = {"true" if transcripts else "false"}
"""


def converse(kiosk: KioskProcess, agent: VoiceAgent, speaker: Speaker) -> None:
    """A visitor and the agent talk; both have captions."""
    kiosk.command("start")
    kiosk.wait_for_state("live", timeout=PATIENCE)
    agent.wait_for("visitor-track", PATIENCE)
    agent.speak(speaker.say(AGENT_WORDS), AGENT_WORDS)
    agent.caption_visitor(VISITOR_WORDS)


def write_report(kiosk: KioskProcess, file: Path, *, running: bool = True) -> dict[str, str]:
    """The unpacked files of a report by name."""
    environment = kiosk.environment if running else {**kiosk.environment, "AVATAR_KIOSK_CONFIG": str(kiosk.config_path)}
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "report", str(file)],
        cwd=PROJECT,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        return {name.removeprefix("avatar-kiosk-report/"): archive.read(name).decode() for name in names}


def assert_without(files: dict[str, str], untold: list[str]) -> None:
    """None of the texts is in any byte of the files, nor in the forms that addresses, JSON and headers give it."""
    for text in untold:
        encoded = base64.b64encode(text.encode()).decode()
        forms = {text, urllib.parse.quote(text, safe=""), json.dumps(text)[1:-1], encoded}
        for name, content in files.items():
            for form in forms:
                assert form.lower() not in content.lower(), f"{text!r} is in {name}"
                assert form.lower() not in name.lower()


def entries(files: dict[str, str]) -> list[dict[str, Any]]:
    """The entries of all runs, in no order."""
    found = []
    for name, content in files.items():
        if name.startswith("events/"):
            found += [json.loads(line) for line in content.splitlines()]
    return found


@pytest.fixture
def endpoint(livekit_server: LiveKitServer) -> Iterator[RememberingEndpoint]:
    with RememberingEndpoint(livekit_server) as endpoint:
        yield endpoint


@pytest.mark.parametrize("transcripts", [False, True])
def test_no_secret_and_nobodys_word_is_in_a_report(
    transcripts: bool,
    endpoint: RememberingEndpoint,
    console: FakeConsole,
    start_kiosk: StartKiosk,
    microphone: None,
    livekit_server: LiveKitServer,
    speaker: Speaker,
    tmp_path: Path,
) -> None:
    kiosk = start_kiosk(configuration(endpoint, console, tmp_path, transcripts=transcripts))
    kiosk.wait_for_state("idle", timeout=PATIENCE)
    with VoiceAgent(livekit_server, tmp_path, room_prefix="lobby-") as agent:
        converse(kiosk, agent, speaker)
        if transcripts:
            kiosk.wait_for_log("perihelion", PATIENCE)
        else:
            # The captions come before the agent's next state, in the same order as everything else of the room.
            agent.set_state("thinking")
            kiosk.wait_for_status(
                "the agent to think", lambda status: status["session"]["agent_state"] == "thinking", PATIENCE
            )
        live = write_report(kiosk, tmp_path / "live.zip")
        status = kiosk.status()
        assert endpoint.given, "a token was minted"
        secrets = [
            livekit_server.api_secret,
            HEADER_SECRET,
            AVATAR_KEY,
            PIN_HASH,
            PIN_HASH.rsplit("$", 1)[1],
            COMMENTED_SECRET,
            "eyJ",
            *endpoint.given,
        ]
        assert_without(live, secrets)
        kinds = {entry["kind"] for entry in entries(live)}
        assert {"started", "Hello", "state", "heartbeat", "Granted", "Agent", "told", "→ SendConnect"} <= kinds
        assert {"idle", "connecting", "live"} <= {entry["to"] for entry in entries(live) if entry["kind"] == "state"}
        assert json.loads(live["status.json"])["session"]["room"] == status["session"]["room"]
        assert json.loads(live["versions.json"])["livekit-client"] == "2.16.1"
        assert json.loads(live["versions.json"])["Chromium"]
        assert "# The lobby of the head office" in live["config.toml"]
        assert "live" in live["screens.txt"]
        if transcripts:
            assert "THE TRANSCRIPT IS ON" in live["about.txt"]
            assert AGENT_WORDS in live.pop("transcript.jsonl")
        assert_without(live, UNTOLD)

        kiosk.command("stop")
        kiosk.wait_for_state("idle", timeout=PATIENCE)
        kiosk.stop()
    left = write_report(kiosk, tmp_path / "left.zip", running=False)
    assert "No kiosk is running here" in left["about.txt"]
    assert "left in order" in left["about.txt"]
    assert_without(left, [*secrets, *UNTOLD])
    assert "status.json" not in left
    assert {"state", "left"} <= {entry["kind"] for entry in entries(left)}


def test_a_wrong_and_unknown_secret_is_out_too_and_the_problem_is_in(
    livekit_table: dict[str, Any], start_kiosk: StartKiosk, microphone: None, tmp_path: Path
) -> None:
    secret = "a-completely-wrong-secret-of-good-length"
    kiosk = start_kiosk({"livekit": {**livekit_table, "api_secret": secret}})
    kiosk.allow("out of service|refused|configuration")
    kiosk.wait_for_state("faulted", timeout=PATIENCE)
    kiosk.write_config({"livekit": {**livekit_table, "api_secret": secret, "my_password": UNKNOWN_SECRET}})
    kiosk.wait_for_status("the problem", lambda status: status["config"]["problems"], PATIENCE)
    files = write_report(kiosk, tmp_path / "report.zip")
    assert_without(files, [secret, UNKNOWN_SECRET, "eyJ"])
    assert "my_password" in files["config-problems.txt"]
    assert "my_password" in files["config.toml"]
    assert "faulted (credentials_refused)" in files["screens.txt"]


def test_what_was_noted_survives_a_kill_and_says_so(start_kiosk: StartKiosk, microphone: None, tmp_path: Path) -> None:
    kiosk = start_kiosk()
    kiosk.wait_for_state("idle", timeout=PATIENCE)
    recorder = tmp_path / "kiosk-1" / "home" / ".local" / "state" / "avatar-kiosk" / "recorder"
    wait_until(
        lambda: any('"to": "idle"' in file.read_text() for file in recorder.glob("*.jsonl")), "the record", PATIENCE
    )
    kiosk.process.send(signal.SIGKILL)
    kiosk.process.wait(PATIENCE)
    files = write_report(kiosk, tmp_path / "report.zip", running=False)
    assert "ended without a last word" in files["about.txt"]
    assert [entry["to"] for entry in entries(files) if entry["kind"] == "state"] == ["idle"]


def test_a_frozen_kiosk_is_reported_from_the_disk(start_kiosk: StartKiosk, microphone: None, tmp_path: Path) -> None:
    kiosk = start_kiosk()
    kiosk.wait_for_state("idle", timeout=PATIENCE)
    kiosk.process.freeze()
    began = time.monotonic()
    files = write_report(kiosk, tmp_path / "report.zip")
    assert time.monotonic() - began < 60
    kiosk.process.thaw()
    assert "did not answer" in files["about.txt"]
    assert entries(files)
