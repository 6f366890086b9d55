"""`avatar-kiosk check` and `init`."""

from __future__ import annotations

import io
import json
import re
import socket as sockets
import stat
import urllib.request
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kiosk.cli import app
from kiosk.config import load_settings
from kiosk.operations.exit_codes import ExitCode
from kiosk.operations.problems_view import show_problems

STEPS_WITHOUT_A_SERVER = [
    "server: The LiveKit server {url} cannot be reached",
    "join token: issued",
    "room: The room cannot be joined at {url}: it refuses the connection",
    "clean-up: The LiveKit server {url} cannot be reached",
    "avatar session token: none needed",
]


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments, prog_name="avatar-kiosk")


@pytest.fixture
def unreachable(tmp_path: Path) -> tuple[Path, str]:
    """A configuration, and the address of its server, where nobody answers."""
    with sockets.create_server(("127.0.0.1", 0)) as listener:
        url = f"ws://127.0.0.1:{listener.getsockname()[1]}"  # closed with the block
    file = tmp_path / "config.toml"
    file.write_text(f'[livekit]\nurl = "{url}"\napi_key = "key"\napi_secret = "{"s" * 32}"\n')
    return file, url


class TestCheck:
    def test_without_a_file_it_is_demo_mode(self) -> None:
        result = invoke("check")
        assert result.exit_code == ExitCode.OK
        assert "demo mode" in result.stdout
        assert "avatar-kiosk init" in result.stdout

    def test_a_good_file(self, tmp_path: Path) -> None:
        file = tmp_path / "good.toml"
        file.write_text("[display]\nzoom = 2.0\n")
        result = invoke("check", str(file))
        assert result.exit_code == ExitCode.OK
        assert result.stdout == f"{file}: no problems\n"

    def test_every_problem_is_listed_with_its_place(self, tmp_path: Path) -> None:
        file = tmp_path / "bad.toml"
        file.write_text('[display]\nzoom = 9\n[session]\nidle_timeuot = "60s"\n')
        result = invoke("check", str(file))
        assert result.exit_code == ExitCode.CONFIGURATION
        first, second, third = result.stdout.splitlines()
        assert first == f"{file}: 2 problems"
        assert second.startswith(f"{file}:2:8: display.zoom")
        assert third.startswith(f"{file}:4:")
        assert "idle_timeout" in third

    def test_a_missing_file_is_a_problem_of_the_configuration(self, tmp_path: Path) -> None:
        result = invoke("check", str(tmp_path / "none.toml"))
        assert result.exit_code == ExitCode.CONFIGURATION
        assert "There is no configuration file" in result.stdout

    def test_the_variable_names_the_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        file = tmp_path / "named.toml"
        file.touch()
        monkeypatch.setenv("AVATAR_KIOSK_CONFIG", str(file))
        assert invoke("check").stdout == f"{file}: no problems\n"

    def test_online_in_demo_mode_there_is_nothing_to_try(self) -> None:
        result = invoke("check", "--online")
        assert result.exit_code == ExitCode.OK
        assert "nothing from outside" in result.stdout

    def test_a_warning_is_told_and_no_reason_to_fail(self, tmp_path: Path) -> None:
        file = tmp_path / "loud.toml"
        file.write_text("[speaker]\nvolume = 90\nmax_volume = 60\n")
        result = invoke("check", str(file))
        assert result.exit_code == ExitCode.OK
        first, second = result.stdout.splitlines()
        assert first == f"{file}: no problems, 1 warning"
        assert second.startswith(f"{file}:2:10: warning: speaker.volume is 90")

    def test_warnings_and_problems_stand_in_the_order_of_the_file(self, tmp_path: Path) -> None:
        file = tmp_path / "both.toml"
        file.write_text("[display]\nzoom = 9\n[speaker]\nvolume = 90\nmax_volume = 60\n[log]\nlevel = 'loud'\n")
        result = invoke("check", str(file))
        assert result.exit_code == ExitCode.CONFIGURATION
        first, *lines = result.stdout.splitlines()
        assert first == f"{file}: 2 problems, 1 warning"
        assert [line.removeprefix(f"{file}:").split(":")[0] for line in lines] == ["2", "4", "7"]
        assert [": warning: " in line for line in lines] == [False, True, False]

    def test_online_every_step_is_a_line_and_a_failed_one_a_failure(self, unreachable: tuple[Path, str]) -> None:
        file, url = unreachable
        result = invoke("check", "--online", str(file))
        assert result.exit_code == ExitCode.FAILURE
        first, *steps = result.stdout.splitlines()
        assert first == f"{file}: no problems"
        for step, start in zip(steps, STEPS_WITHOUT_A_SERVER, strict=True):
            assert step.startswith(start.format(url=url))
            assert re.search(r"\(\d\.\d\d s\)$", step)


class TestForTools:
    def answer(self, *arguments: str, code: ExitCode) -> list[dict[str, object]]:
        result = invoke("check", "--json", *arguments)
        assert result.exit_code == code
        return list(json.loads(result.stdout))

    def test_every_problem_is_an_object(self, tmp_path: Path) -> None:
        file = tmp_path / "bad.toml"
        file.write_text("[display]\nzoom = 9\n[session]\nstart = 'tab'\n")
        first, second = self.answer(str(file), code=ExitCode.CONFIGURATION)
        assert first == {
            "kind": "problem",
            "severity": "error",
            "file": str(file),
            "line": 2,
            "column": 8,
            "key": "display.zoom",
            "value": "9",
            "expected": "a number from 0.25 to 5",
            "suggestion": "",
            "message": "display.zoom = 9 does not fit. Expected: a number from 0.25 to 5.",
        }
        assert (second["key"], second["suggestion"]) == ("session.start", 'Did you mean "tap"?')

    def test_a_warning_is_an_object(self, tmp_path: Path) -> None:
        file = tmp_path / "loud.toml"
        file.write_text("[speaker]\nvolume = 90\nmax_volume = 60\n")
        (warning,) = self.answer(str(file), code=ExitCode.OK)
        assert (warning["severity"], warning["key"], warning["line"]) == ("warning", "speaker.volume", 2)

    def test_without_any_the_list_is_empty(self) -> None:
        assert self.answer(code=ExitCode.OK) == []
        assert self.answer("--online", code=ExitCode.OK) == []

    def test_what_has_no_place_has_none(self, tmp_path: Path) -> None:
        (problem,) = self.answer(str(tmp_path / "none.toml"), code=ExitCode.CONFIGURATION)
        assert (problem["line"], problem["column"], problem["key"], problem["value"]) == (None, None, "", None)

    def test_the_steps_are_objects_too(self, unreachable: tuple[Path, str]) -> None:
        file, url = unreachable
        steps = self.answer("--online", str(file), code=ExitCode.FAILURE)
        assert {step["kind"] for step in steps} == {"step"}
        assert [
            f"{step['name']}: {step['outcome']}".startswith(start.format(url=url))
            for step, start in zip(steps, STEPS_WITHOUT_A_SERVER, strict=True)
        ] == [True] * len(steps)
        assert [step["failed"] for step in steps] == [True, False, True, True, False]

    def test_a_secret_is_no_value(self, tmp_path: Path) -> None:
        file = tmp_path / "secret.toml"
        file.write_text("[livekit]\napi_secret = 'topsecret with blanks'\n[avatar]\napi_key = ['topsecret']\n")
        result = invoke("check", "--json", str(file))
        assert "topsecret" not in result.stdout
        values = {problem["key"]: problem["value"] for problem in json.loads(result.stdout)}
        assert values["livekit.api_secret"] is values["avatar.api_key"] is None


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class TestOnATerminal:
    def shown(self, folder: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> str:
        for variable in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
            monkeypatch.delenv(variable, raising=False)
        monkeypatch.setenv("TERM", "xterm-256color")
        monkeypatch.setenv("COLUMNS", "100")
        file = folder / "config.toml"
        file.write_text(text)
        stream = Terminal()
        show_problems(load_settings(file, {}), stream)
        return stream.getvalue()

    def test_errors_are_red_and_warnings_yellow(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        text = "[speaker]\nvolume = 90\nmax_volume = 60\n[session]\nstart = 'tab'\n"
        shown = self.shown(tmp_path, text, monkeypatch)
        red, yellow = "\x1b[1;31m", "\x1b[33m"
        assert f'{red}session.start = "tab" does not fit.' in shown
        assert f"{yellow}warning: speaker.volume is 90, but speaker.max_volume is 60." in shown
        assert "\x1b[36mDid you mean" in shown

    def test_place_what_expected_and_advice_have_lines_of_their_own(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shown = self.shown(tmp_path, "[session]\nstart = 'tab'\n", monkeypatch)
        plain = [line.rstrip() for line in re.sub(r"\x1b\[[\d;]*m", "", shown).splitlines()]
        assert plain[1:4] == [
            'line 2:9  session.start = "tab" does not fit.',
            '          expected  "tap" or "auto"',
            '          Did you mean "tap"?',
        ]

    def test_brackets_are_no_markup(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        assert "[livekit]" in self.shown(tmp_path, "[livekti]\nx = 1\n", monkeypatch)


class TestInit:
    def test_writes_a_file_that_check_accepts_for_its_owner_alone(self, tmp_path: Path) -> None:
        file = tmp_path / "new" / "config.toml"
        result = invoke("init", str(file))
        assert result.exit_code == ExitCode.OK
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert invoke("check", str(file)).exit_code == ExitCode.OK

    def test_its_first_line_leads_editors_to_the_schema(self, tmp_path: Path) -> None:
        file = tmp_path / "config.toml"
        assert invoke("init", str(file)).exit_code == ExitCode.OK
        directive, address = file.read_text().splitlines()[0].split()
        assert directive == "#:schema"
        with urllib.request.urlopen(address) as answer:
            assert json.load(answer)["properties"]["livekit"]

    def test_without_a_name_it_is_where_the_kiosk_looks(self, tmp_path: Path) -> None:
        assert invoke("init").exit_code == ExitCode.OK
        file = tmp_path / "config" / "avatar-kiosk" / "config.toml"
        assert invoke("check").stdout == f"{file}: no problems\n"

    def test_overwrites_only_by_force(self, tmp_path: Path) -> None:
        file = tmp_path / "config.toml"
        file.write_text("# mine\n")
        result = invoke("init", str(file))
        assert result.exit_code == ExitCode.FAILURE
        assert "--force" in result.stderr
        assert file.read_text() == "# mine\n"
        assert invoke("init", "--force", str(file)).exit_code == ExitCode.OK
        assert "[livekit]" in file.read_text()
        assert "# mine" not in file.read_text()

    def test_a_place_that_cannot_be_written_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        result = invoke("init", str(tmp_path / "file" / "config.toml"))
        assert result.exit_code == ExitCode.FAILURE
        assert "cannot be written" in result.stderr
