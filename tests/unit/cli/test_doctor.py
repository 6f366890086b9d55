"""The whole command, with an engine and microphones that are made up: what it asks whom, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from kiosk.audio.listing import microphone_listing
from kiosk.audio.ranking import enumerated
from kiosk.cli import app
from kiosk.operations.doctor import examination, sound
from kiosk.operations.doctor.facts import Disk, Engine, Screen, WebGl
from kiosk.operations.doctor.findings import Untold
from kiosk.operations.exit_codes import ExitCode
from kiosk.operations.microphones import Probed, ProbeError
from kiosk.operations.status import AvatarStatus, MicrophoneStatus, Status

Say = Callable[[dict[str, object]], list[dict[str, object]]]

INPUTS = enumerated([("desk", "Desk"), ("head", "Headset")], default_id="desk")
ENGINE = Engine(
    platform="xcb",
    screens=(Screen("DP-1", 1080, 1920),),
    webgl2=WebGl("Mesa Intel UHD", painted=True),
    script_transform=True,
    encoded_streams=True,
    outputs=enumerated([("hdmi", "HDMI")], default_id="hdmi"),
)
STATUS = Status(
    version="1.2.3",
    state="idle",
    since=datetime(2026, 3, 1, tzinfo=UTC),
    avatar=AvatarStatus(sdk="builtin"),
    microphone=MicrophoneStatus(state="live"),
)


@dataclass
class Surroundings:
    """What the doctor finds, to be changed by a test, and what it asked for."""

    engine: Engine | Untold = ENGINE
    unreached: Untold | None = None
    microphones: Probed | ProbeError = field(default_factory=lambda: Probed(INPUTS, INPUTS, None))
    disk: Disk = field(default_factory=lambda: Disk("the kiosk's notes", "/state", 10**11, writable=True))
    asked: list[str] = field(default_factory=list)
    arguments: Sequence[str] = ()


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Surroundings:
    found = Surroundings()

    def ask_engine(
        environ: MutableMapping[str, str], gpu: str, prepare: Callable[[str, MutableMapping[str, str]], Sequence[str]]
    ) -> tuple[Engine | Untold, Untold | None]:
        found.asked.append("engine")
        found.arguments = prepare(gpu, dict(environ))
        return found.engine, found.unreached

    def probe(_environ: object) -> Probed:
        found.asked.append("microphones")
        if isinstance(found.microphones, ProbeError):
            raise found.microphones
        return found.microphones

    monkeypatch.setattr(examination, "ask_engine", ask_engine)
    monkeypatch.setattr(examination, "disk", lambda *_: found.disk)
    monkeypatch.setattr(examination, "library_gaps", lambda _environ: [])
    monkeypatch.setattr(sound, "probe_microphones", probe)
    for screen in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(screen, raising=False)
    return found


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["doctor", *arguments], prog_name="avatar-kiosk")


def findings(*arguments: str) -> dict[str, dict[str, Any]]:
    answer = json.loads(invoke("--json", *arguments).stdout)
    return {finding["subject"]: finding for finding in answer["findings"]}


def test_a_line_for_everything_and_exit_0(machine: Surroundings) -> None:
    result = invoke()
    assert result.exit_code == ExitCode.OK
    subjects = [line.partition(":")[0] for line in result.stdout.splitlines()]
    assert subjects == [
        "configuration", "kiosk", "software", "libraries", "screen", "blanking", "graphics", "encoded transforms",
        "microphone", "speaker", "disk for the kiosk's notes", "service", "network", "clock", "Nothing is bad.",
    ]  # fmt: skip
    assert machine.asked == ["engine", "microphones"]


def test_one_bad_thing_is_exit_1(machine: Surroundings) -> None:
    machine.disk = replace(machine.disk, free=0)
    result = invoke()
    assert result.exit_code == ExitCode.FAILURE
    assert "disk for the kiosk's notes: bad: 0 MB free for /state → Clear the disk" in result.stdout
    assert result.stdout.endswith("1 thing is bad.\n")
    assert json.loads(invoke("--json").stdout)["well"] is False


def test_the_engine_is_started_as_the_kiosk_starts_it(machine: Surroundings) -> None:
    invoke()
    assert machine.arguments[:2] == ("avatar-kiosk", "--webEngineArgs")
    assert "--enable-blink-features=RTCRtpScriptTransform" in machine.arguments


def test_the_configuration_decides_what_is_wanted(machine: Surroundings, tmp_path: Path) -> None:
    file = tmp_path / "lobby.toml"
    file.write_text('[microphone]\ndevice = "Head*"\n[speaker]\ndevice = "USB*"\n[display]\nscreen = 3\n')
    found = findings(str(file))
    assert found["configuration"]["text"] == str(file)
    assert found["microphone"]["text"] == "Headset"
    assert found["speaker"]["verdict"] == "bad"
    assert found["screen"]["verdict"] == "doubtful"


def test_a_screen_that_does_not_answer_is_what_is_bad(machine: Surroundings) -> None:
    machine.unreached = Untold("the engine ends with -6: no display", fault=True, advice="See above.")
    found = findings()
    assert found["screen"]["verdict"] == "bad"
    assert found["graphics"]["verdict"] == "good"


def test_a_probe_that_fails_is_a_finding(machine: Surroundings) -> None:
    machine.microphones = ProbeError("The microphone probe did not answer.")
    assert findings()["microphone"]["text"] == "The microphone probe did not answer."


def test_a_broken_configuration_keeps_nobody_from_the_rest(machine: Surroundings, tmp_path: Path) -> None:
    file = tmp_path / "lobby.toml"
    file.write_text("[microphone]\ndevice = 3\n")
    found = findings(str(file))
    assert found["configuration"]["verdict"] == "bad"
    assert found["microphone"]["text"] == "Desk"


class TestBesideAKiosk:
    @pytest.fixture
    def kiosk(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[Status], list[str]]:
        """One that runs with this status; returns the list of what it is asked."""

        def run(status: Status) -> list[str]:
            asked: list[str] = []

            def answer(_path: Path, command: str) -> dict[str, object]:
                asked.append(command)
                if command == "microphones":
                    return dict(microphone_listing("auto", INPUTS, INPUTS, current=INPUTS[1]))
                return {"status": status.to_json()}

            monkeypatch.setattr("kiosk.operations.doctor.running.request", answer)
            monkeypatch.setattr("kiosk.operations.doctor.sound.request", answer)
            return asked

        return run

    def test_it_is_asked_for_its_microphone(self, machine: Surroundings, kiosk: Callable[[Status], list[str]]) -> None:
        asked = kiosk(STATUS)
        found = findings()
        assert found["kiosk"]["text"] == "running, idle"
        assert found["microphone"]["text"] == "Headset"
        assert asked == ["status", "microphones"]
        assert machine.asked == ["engine"]

    def test_its_microphone_may_be_what_is_bad(
        self, machine: Surroundings, kiosk: Callable[[Status], list[str]]
    ) -> None:
        kiosk(replace(STATUS, microphone=MicrophoneStatus(state="muted")))
        assert "pactl set-source-mute head 0" in findings()["microphone"]["advice"]

    @pytest.mark.parametrize("state", ["connecting", "live", "recovering", "ending"])
    def test_a_visitor_is_not_disturbed(
        self, machine: Surroundings, kiosk: Callable[[Status], list[str]], state: str
    ) -> None:
        kiosk(replace(STATUS, state=state))
        found = findings()
        assert machine.asked == []
        for subject in ("screen", "graphics", "encoded transforms", "speaker"):
            assert found[subject]["verdict"] == "unknown"
            assert "visitor" in found[subject]["text"]

    def test_its_own_file_and_secrets_are_what_is_looked_at(
        self,
        machine: Surroundings,
        kiosk: Callable[[Status], list[str]],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        file = tmp_path / "its.toml"
        file.write_text('[livekit]\nurl = "ws://127.0.0.1:1"\napi_key = "key"\n')
        kiosk(replace(STATUS, config=replace(STATUS.config, path=str(file))))
        monkeypatch.setattr("kiosk.operations.doctor.running._listener", lambda _path: 4711)
        secret = {"AVATAR_KIOSK_LIVEKIT_API_SECRET": "s" * 32}
        monkeypatch.setattr("kiosk.operations.doctor.running.environment_of", lambda _process: secret)
        found = findings()
        assert found["configuration"]["text"] == str(file)
        assert found["network, LiveKit"]["text"].startswith("127.0.0.1:1: it refuses the connection")
        assert "s" * 32 not in json.dumps(found)
