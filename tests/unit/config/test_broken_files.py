"""Broken files as people write them: `broken/NAME.toml`, and in `broken/NAME.txt` all that is said of it."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.config import Loaded, Severity, load_settings
from kiosk.config.os_keyring import NoSecretError

BROKEN = Path(__file__).parent / "broken"
NAMES = sorted(file.stem for file in BROKEN.glob("*.toml"))
SECRET = "hunter22"
"""What no problem may repeat."""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where the configuration will lie, with what it may name; everybody may enter, unlike pytest's own folders."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        for file, content in {
            "secret.txt": SECRET,
            "open.txt": SECRET,
            "two-words.txt": "a b",
            "empty.txt": "",
        }.items():
            (folder / file).write_text(content)
            (folder / file).chmod(0o644 if file == "open.txt" else 0o600)
        (folder / "folder.svg").mkdir()
        (folder / "vendor").mkdir()
        yield folder


def load(name: str, folder: Path) -> Loaded:
    path = folder / "config.toml"
    path.write_bytes((BROKEN / f"{name}.toml").read_bytes())
    path.chmod(0o644 if name.endswith("open-to-all") else 0o600)
    return load_settings(path, {}, installed_sdk=folder / "no-sdk", read_keyring=no_such_entry)


def no_such_entry(name: str) -> str:
    raise NoSecretError("The keyring holds no such secret.", f"Store it with: keyring set avatar-kiosk {name}")


def told(loaded: Loaded, folder: Path) -> str:
    """All problems and warnings, one in each line."""
    both = sorted([*loaded.problems, *loaded.warnings], key=lambda problem: (problem.line or 0, problem.column or 0))
    lines = [f"{problem.severity.value} {problem.key or '-'}: {problem}\n" for problem in both]
    return "".join(lines).replace(str(folder), "FOLDER")


def test_there_are_enough_of_them() -> None:
    assert len(NAMES) >= 40
    assert sorted(file.stem for file in BROKEN.glob("*.txt")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_exactly_this_is_said(name: str, folder: Path) -> None:
    loaded = load(name, folder)
    assert told(loaded, folder) == (BROKEN / f"{name}.txt").read_text(encoding="utf-8")
    assert loaded.usable is all(problem.severity is Severity.WARNING for problem in loaded.problems)
    assert SECRET not in repr(loaded).replace(repr(loaded.settings), "")
