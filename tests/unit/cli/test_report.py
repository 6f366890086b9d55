"""`avatar-kiosk report`."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kiosk.cli import app
from kiosk.operations.exit_codes import ExitCode
from kiosk.operations.journal import FOLDER
from kiosk.operations.status import AvatarStatus, ConfigStatus, Status

Say = Callable[[dict[str, object]], list[dict[str, object]]]

SECRET = "Tr0ub4dor-and-3"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder the command runs in, with a state folder of its own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def report(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["report", *arguments], prog_name="avatar-kiosk")


def unpacked(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as archive:
        return {Path(name).name: archive.read(name).decode() for name in archive.namelist()}


def configuration(tmp_path: Path) -> Path:
    path = tmp_path / "lobby.toml"
    path.write_text(f'[livekit]\nurl = "wss://a"\napi_key = "key"\napi_secret = "{SECRET}"  # ours\n')
    return path


def test_without_a_kiosk_the_disk_tells(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AVATAR_KIOSK_CONFIG", str(configuration(tmp_path)))
    recorder = tmp_path / "state" / "avatar-kiosk" / FOLDER
    recorder.mkdir(parents=True)
    line = {"n": 1, "at": "…", "kind": "log", "message": f"somehow {SECRET} came here"}
    (recorder / "20260301T080000Z-1.jsonl").write_text(json.dumps(line) + "\n")
    result = report()
    assert result.exit_code == ExitCode.OK
    path = next(home.iterdir())
    assert path.name.startswith("avatar-kiosk-report-")
    assert path.suffix == ".zip"
    assert f"{path.name} is written." in result.output
    assert "No kiosk is running here" in result.output
    files = unpacked(path)
    assert files["config.toml"].endswith('api_secret = "[redacted]"  # ours\n')
    assert "somehow [redacted] came here" in files["20260301T080000Z-1.jsonl"]
    assert SECRET not in str(files)


def test_a_running_kiosk_is_asked_and_its_own_file_taken(home: Path, tmp_path: Path, kiosk_says: Say) -> None:
    status = Status(
        version="1.2.3",
        state="idle",
        since=datetime(2026, 3, 1, tzinfo=UTC),
        avatar=AvatarStatus(sdk="builtin"),
        config=ConfigStatus(path=str(configuration(tmp_path))),
    )
    said = [{"n": 2, "kind": "said", "words": f"agent: {SECRET}"}]
    asked = kiosk_says(
        {
            "ok": True,
            "run": "20260301T090000Z-2",
            "status": status.to_json(),
            "events": [{"n": 1, "kind": "started"}],
            "transcripts": True,
            "transcript": said,
        }
    )
    result = report("report.zip")
    assert result.exit_code == ExitCode.OK
    assert asked == [{"command": "report"}]
    assert "log.transcripts is on" in result.output
    files = unpacked(home / "report.zip")
    assert json.loads(files["status.json"])["state"] == "idle"
    assert "agent: [redacted]" in files["transcript.jsonl"]
    assert "# ours" in files["config.toml"]
    assert SECRET not in str(files)


def test_a_file_that_is_there_is_no_place_for_a_report(home: Path) -> None:
    (home / "precious").write_text("precious")
    result = report("precious")
    assert result.exit_code == ExitCode.FAILURE
    assert "precious is there already" in result.output
    assert (home / "precious").read_text() == "precious"


def test_a_folder_that_is_not_there_is_named(home: Path) -> None:
    result = report("nowhere/report.zip")
    assert result.exit_code == ExitCode.FAILURE
    assert "nowhere/report.zip cannot be written: No such file" in result.output


def test_a_kiosk_that_says_no_is_reported_with_its_sentence(home: Path, kiosk_says: Say) -> None:
    kiosk_says({"ok": False, "error": "I am too old for that."})
    result = report("report.zip")
    assert result.exit_code == ExitCode.OK
    assert "I am too old for that." in unpacked(home / "report.zip")["about.txt"]


@pytest.mark.parametrize("folder_in_its_place", [True, False])
def test_a_configuration_that_cannot_be_read_keeps_nobody_from_a_report(
    folder_in_its_place: bool, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "lobby.toml"
    if folder_in_its_place:
        path.mkdir()
    monkeypatch.setenv("AVATAR_KIOSK_CONFIG", str(path))
    assert report("report.zip").exit_code == ExitCode.OK
    files = unpacked(home / "report.zip")
    assert "config.toml" not in files
    assert str(path) in files["config-problems.txt"]
