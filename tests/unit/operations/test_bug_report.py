"""What a report tells, and how it is written."""

from __future__ import annotations

import json
import stat
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kiosk.operations.bug_report import Findings, members, write_zip
from kiosk.operations.journal import Run

MADE = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
OLD, NOW = "20260301T080000Z-1", "20260301T090000Z-2"


def entry(number: int, kind: str, **fields: object) -> dict[str, Any]:
    return {"n": number, "at": f"2026-03-01T09:00:0{number}Z", "clock": float(number), "kind": kind, **fields}


def answer(**changes: object) -> dict[str, Any]:
    status = {"state": "idle", "since": "2026-03-01T09:00:02Z", "livekit": {"client": None}}
    events = [entry(2, "state", to="idle"), entry(3, "Hello", livekit_client="2.16.1")]
    return {"run": NOW, "status": status, "events": events, "transcripts": False, "transcript": [], **changes}


def findings(**changes: Any) -> Findings:
    before = Run(OLD, [entry(1, "state", to="offline", reason="server_unreachable"), entry(2, "left", code=75)], 0)
    running = Run(NOW, [entry(1, "started"), entry(2, "state", to="idle")], 0)
    told: dict[str, Any] = {
        "answer": answer(),
        "silence": "",
        "runs": [running, before],
        "versions": {"avatar-kiosk": "1.2.3"},
        "config_path": Path("/etc/avatar-kiosk/config.toml"),
        "config": "# the lobby\n",
        "problems": ["line 1, column 2: it is wrong"],
        "made": MADE,
    }
    return Findings(**told | changes)


def numbers(text: str) -> list[int]:
    return [json.loads(line)["n"] for line in text.splitlines()]


def test_a_running_kiosks_memory_and_the_disk_are_one_list() -> None:
    files = members(findings())
    assert set(files) == {
        "about.txt",
        "config.toml",
        "config-problems.txt",
        f"events/{NOW}.jsonl",
        f"events/{OLD}.jsonl",
        "screens.txt",
        "status.json",
        "versions.json",
    }
    assert numbers(files[f"events/{NOW}.jsonl"]) == [1, 2, 3]
    assert files["screens.txt"] == ("2026-03-01T09:00:01Z offline (server_unreachable)\n2026-03-01T09:00:02Z idle\n"), (
        "the run before comes first"
    )
    assert json.loads(files["versions.json"]) == {"avatar-kiosk": "1.2.3", "livekit-client": "2.16.1"}
    assert "A kiosk was running: idle since 2026-03-01T09:00:02Z." in files["about.txt"]
    assert f"{NOW}: 3 entries, runs\n" in files["about.txt"]
    assert f"{OLD}: 2 entries, left in order\n" in files["about.txt"]
    assert "It holds nothing that anybody said." in files["about.txt"]
    assert files["config-problems.txt"] == "line 1, column 2: it is wrong\n"


def test_without_a_kiosk_it_says_so_and_tells_what_is_left() -> None:
    crashed = Run(NOW, [entry(1, "started")], 3)
    files = members(
        findings(answer=None, silence="No kiosk is running here.", runs=[crashed], config=None, problems=[])
    )
    assert "status.json" not in files
    assert "config.toml" not in files
    assert "No kiosk is running here. What follows comes from the disk." in files["about.txt"]
    assert f"{NOW}: 1 entries, ended without a last word, 3 damaged lines left out" in files["about.txt"]
    assert "which cannot be read" in files["about.txt"]
    assert files["config-problems.txt"] == "None.\n"
    assert files["screens.txt"] == "None.\n"


def test_nothing_at_all_is_a_report_too() -> None:
    files = members(findings(answer=None, runs=[], config_path=None, config=None))
    assert "none (demo mode)" in files["about.txt"]
    assert json.loads(files["versions.json"])["livekit-client"] is None


def test_a_transcript_is_in_only_where_it_is_on_and_then_it_is_said() -> None:
    said = [entry(4, "said", words="visitor: hello")]
    assert "transcript.jsonl" not in members(findings(answer=answer(transcript=said)))
    files = members(findings(answer=answer(transcript=said, transcripts=True)))
    assert "THE TRANSCRIPT IS ON" in files["about.txt"]
    assert "visitor: hello" in files["transcript.jsonl"]


def test_it_is_written_for_its_owner_alone_and_everything_is_scrubbed(tmp_path: Path) -> None:
    path = tmp_path / "report.zip"
    write_zip(path, {"about.txt": "a secret", "events/1.jsonl": "{}"}, lambda text: text.replace("secret", "rose"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["avatar-kiosk-report/about.txt", "avatar-kiosk-report/events/1.jsonl"]
        assert archive.read("avatar-kiosk-report/about.txt") == b"a rose"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("precious")
    with pytest.raises(FileExistsError):
        write_zip(path, {}, str)
    assert path.read_text() == "precious"


def test_a_failure_leaves_nothing_behind(tmp_path: Path) -> None:
    def fail(_text: str) -> str:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_zip(tmp_path / "report.zip", {"about.txt": ""}, fail)
    assert list(tmp_path.iterdir()) == []
