"""Every command's answer and exit code."""

from __future__ import annotations

import json
import subprocess
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kiosk import __version__
from kiosk.audio.listing import microphone_listing
from kiosk.audio.ranking import AudioDevice, enumerated
from kiosk.cli import app, with_default_command
from kiosk.operations import microphones
from kiosk.operations.exit_codes import ExitCode
from kiosk.operations.microphones import Probed, ProbeError
from kiosk.operations.single_instance import SingleInstance
from kiosk.operations.status import AvatarStatus, Status

Say = Callable[[dict[str, object]], list[dict[str, object]]]

STATUS = Status(
    version="1.2.3", state="idle", since=datetime(2026, 3, 1, tzinfo=UTC), avatar=AvatarStatus(sdk="builtin")
)
INPUTS = enumerated([("desk", "Desk [USB]"), ("head", "Headset")], default_id="desk")


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(app, with_default_command(arguments), prog_name="avatar-kiosk")


@dataclass(frozen=True)
class RunOptions:
    """Stands in for `kiosk.app.RunOptions`, field for field."""

    config: Path | None
    demo: bool
    windowed: tuple[int, int] | None


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[RunOptions]:
    """The kiosks run instead of the real one; each ends with 75."""
    made: list[RunOptions] = []

    def run(options: RunOptions) -> int:
        made.append(options)
        return ExitCode.RESTART

    for name, content in (("kiosk.app", {"RunOptions": RunOptions}), ("kiosk.startup", {"run": run})):
        fake = types.ModuleType(name)
        vars(fake).update(content)
        monkeypatch.setitem(sys.modules, name, fake)
    return made


class TestRun:
    @pytest.mark.parametrize(
        ("arguments", "options"),
        [
            ([], RunOptions(None, demo=False, windowed=None)),
            (["run"], RunOptions(None, demo=False, windowed=None)),
            (["--demo"], RunOptions(None, demo=True, windowed=None)),
            (["--config", "my.toml"], RunOptions(Path("my.toml"), demo=False, windowed=None)),
            (["run", "--windowed", "540x960", "--demo"], RunOptions(None, demo=True, windowed=(540, 960))),
            (["--windowed", "540X960"], RunOptions(None, demo=False, windowed=(540, 960))),
        ],
    )
    def test_is_what_happens_without_a_command(
        self, runs: list[RunOptions], arguments: list[str], options: RunOptions
    ) -> None:
        assert invoke(*arguments).exit_code == ExitCode.RESTART
        assert runs == [options]

    @pytest.mark.parametrize(
        "arguments", [["--windowed", "big"], ["--windowed", "1x1"], ["--window"], ["walk"], ["run", "x"]]
    )
    def test_wrong_usage(self, runs: list[RunOptions], arguments: list[str]) -> None:
        assert invoke(*arguments).exit_code == ExitCode.USAGE
        assert not runs

    def test_a_second_one_raises_the_first_and_leaves(
        self, runs: list[RunOptions], kiosk_says: Say, socket: Path
    ) -> None:
        first = SingleInstance(socket)
        assert first.acquire()
        asked = kiosk_says({"ok": True})
        result = invoke("--demo")
        first.release()
        assert result.exit_code == ExitCode.ALREADY_RUNNING
        assert "its window was brought to the front" in result.stderr
        assert asked == [{"command": "raise"}]
        assert not runs

    def test_afterwards_the_next_may_run(self, runs: list[RunOptions]) -> None:
        invoke()
        invoke()
        assert len(runs) == 2

    def test_a_lock_that_cannot_be_had_is_a_named_failure(
        self, runs: list[RunOptions], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        (tmp_path / "file").touch()
        monkeypatch.setenv("AVATAR_KIOSK_SOCKET", str(tmp_path / "file" / "control.sock"))
        result = invoke()
        assert result.exit_code == ExitCode.FAILURE
        assert "the only one" in result.stderr
        assert not runs


class TestAskingTheRunningKiosk:
    @pytest.mark.parametrize(
        ("arguments", "command"),
        [(["session", "start"], "start"), (["session", "stop"], "stop"), (["reload"], "reload"), (["quit"], "quit")],
    )
    def test_commands_are_quiet_when_well(self, kiosk_says: Say, arguments: list[str], command: str) -> None:
        asked = kiosk_says({"ok": True})
        result = invoke(*arguments)
        assert (result.exit_code, result.output) == (ExitCode.OK, "")
        assert asked == [{"command": command}]

    def test_a_refusal_is_a_named_failure(self, kiosk_says: Say) -> None:
        kiosk_says({"ok": False, "error": "Outside the opening hours."})
        result = invoke("session", "start")
        assert result.exit_code == ExitCode.FAILURE
        assert result.stderr == "avatar-kiosk: Outside the opening hours.\n"

    @pytest.mark.parametrize("arguments", [["status"], ["session", "start"], ["reload"], ["quit"]])
    def test_without_a_kiosk_they_fail_and_say_so(self, arguments: list[str]) -> None:
        result = invoke(*arguments)
        assert result.exit_code == ExitCode.FAILURE
        assert "No kiosk is running" in result.stderr

    def test_status_in_json_is_what_the_kiosk_said(self, kiosk_says: Say) -> None:
        kiosk_says({"ok": True, "status": STATUS.to_json()})
        result = invoke("status", "--json")
        assert result.exit_code == ExitCode.OK
        assert json.loads(result.stdout) == STATUS.to_json()

    def test_status_for_people(self, kiosk_says: Say) -> None:
        kiosk_says({"ok": True, "status": STATUS.to_json()})
        lines = invoke("status").stdout.splitlines()
        assert lines[0].startswith("state: idle for ")
        assert "version: 1.2.3" in lines


class TestMicrophones:
    @pytest.fixture
    def probed(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[Probed | ProbeError], None]:
        def answer(outcome: Probed | ProbeError) -> None:
            def probe(_environ: object) -> Probed:
                if isinstance(outcome, ProbeError):
                    raise outcome
                return outcome

            monkeypatch.setattr(microphones, "probe_microphones", probe)

        return answer

    def test_a_running_kiosk_is_asked(self, kiosk_says: Say) -> None:
        listing = microphone_listing("auto", INPUTS, INPUTS, current=INPUTS[1])
        asked = kiosk_says({"ok": True, **listing})
        result = invoke("microphones")
        assert asked == [{"command": "microphones"}]
        assert result.stdout.splitlines() == [
            "Desk [USB]: the system's default · seen by Qt and Chromium",
            "Headset: in use until this session ends, then the configuration's first choice returns"
            " · seen by Qt and Chromium",
        ]

    def test_without_one_they_are_probed_and_the_configuration_decides(
        self, probed: Callable[[Probed], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = tmp_path / "config.toml"
        file.write_text('[microphone]\ndevice = ["Røde*", "head*"]\n')
        monkeypatch.setenv("AVATAR_KIOSK_CONFIG", str(file))
        only_qt = AudioDevice("old", "Old")
        probed(Probed((*INPUTS, only_qt), INPUTS, None))
        assert invoke("microphones").stdout.splitlines() == [
            "Desk [USB]: the system's default · seen by Qt and Chromium",
            "Headset: chosen, because what the configuration names first is not there · seen by Qt and Chromium",
            "Old: seen by Qt only",
        ]
        answer = json.loads(invoke("microphones", "--json").stdout)
        assert answer["choice"] == {"name": "Headset", "reason": "fallback", "candidates": ["Headset"]}

    def test_none_there(self, probed: Callable[[Probed], None]) -> None:
        probed(Probed((), (), "NotFoundError"))
        result = invoke("microphones")
        assert (result.exit_code, result.stdout, result.stderr) == (ExitCode.OK, "No microphone is there.\n", "")

    def test_none_that_fits_and_one_that_cannot_be_opened(
        self, probed: Callable[[Probed], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = tmp_path / "config.toml"
        file.write_text('[microphone]\ndevice = "Røde*"\n')
        monkeypatch.setenv("AVATAR_KIOSK_CONFIG", str(file))
        probed(Probed(INPUTS, INPUTS, "NotReadableError"))
        result = invoke("microphones")
        assert result.stdout.splitlines()[-1] == "None of them is what the configuration asks for."
        assert "NotReadableError" in result.stderr

    def test_a_broken_configuration_is_no_reason_to_list_nothing(
        self, probed: Callable[[Probed], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = tmp_path / "config.toml"
        file.write_text("[microphone]\ndevice = 3\n")
        monkeypatch.setenv("AVATAR_KIOSK_CONFIG", str(file))
        probed(Probed(INPUTS, INPUTS, None))
        result = invoke("microphones")
        assert result.stdout.startswith("Desk [USB]: chosen")
        assert "avatar-kiosk check" in result.stderr

    def test_a_probe_that_fails_is_a_named_failure(self, probed: Callable[[ProbeError], None]) -> None:
        probed(ProbeError("The microphone probe did not answer."))
        result = invoke("microphones")
        assert result.exit_code == ExitCode.FAILURE
        assert result.stderr == "avatar-kiosk: The microphone probe did not answer.\n"


class TestAsAProcess:
    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "kiosk", *arguments], capture_output=True, text=True, check=False)

    def test_the_version(self) -> None:
        ended = self.run("--version")
        assert (ended.returncode, ended.stdout) == (ExitCode.OK, f"avatar-kiosk {__version__}\n")

    def test_the_help_lists_the_commands(self) -> None:
        ended = self.run("--help")
        assert ended.returncode == ExitCode.OK
        for command in ("run", "check", "init", "microphones", "status", "session", "reload", "quit", "sdk"):
            assert f" {command} " in ended.stdout

    def test_exit_codes_reach_the_shell(self, tmp_path: Path) -> None:
        assert self.run("status").returncode == ExitCode.FAILURE
        assert self.run("stauts").returncode == ExitCode.USAGE
        assert self.run("check", str(tmp_path / "none.toml")).returncode == ExitCode.CONFIGURATION

    def test_a_quick_question_does_not_wait_for_the_big_parts(self) -> None:
        heavy = {"PySide6", "livekit", "aiohttp", "tomlkit", "avatarkit", "kiosk.config"}
        script = f"import sys, kiosk.cli; print({heavy} & set(sys.modules))"
        ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        assert ended.stdout == "set()\n"
