"""packaging/run once everything is prepared: what it looks at, and what it does when the kiosk cannot start."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.desktop_clone import Clone, stand_in

LIBRARIES = "kiosk.operations.system_libraries"


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path / "clone", tmp_path / "home")


def asked(clone: Clone) -> str:
    """What the environment's Python was asked for."""
    return (clone.home / "asked").read_text(encoding="utf-8")


def test_a_start_looks_at_nothing_but_checksums(clone: Clone) -> None:
    clone.prepare('echo "the kiosk: $*"')
    clone.has("ldconfig", 'touch "$HOME/looked"')
    done = clone.run("--demo")
    assert (done.returncode, done.stdout, done.stderr) == (0, "the kiosk: --demo\n", "")
    assert not (clone.home / "looked").exists()
    assert LIBRARIES not in asked(clone)


@pytest.mark.parametrize("code", [1, 127, 134])
def test_a_library_that_has_gone_is_named_when_the_kiosk_cannot_start(clone: Clone, code: int) -> None:
    clone.prepare(f"exit {code}")
    stand_in(
        clone.folder / ".venv" / "bin" / "python",
        f'[[ "$*" != *{LIBRARIES}* ]] || {{ echo libgone.so libgone1; exit 1; }}',
    )
    done = clone.run()
    assert done.returncode in {1, code}
    assert "libgone1" in done.stderr


@pytest.mark.parametrize("code", [0, 2, 3, 4])
def test_a_kiosk_that_could_start_is_believed(clone: Clone, code: int) -> None:
    clone.prepare(f"exit {code}")
    assert clone.run().returncode == code
    assert LIBRARIES not in asked(clone)


def test_a_command_that_fails_is_no_kiosk_that_cannot_start(clone: Clone) -> None:
    clone.prepare('echo "$*"; exit 1')
    done = clone.run("status", "--json")
    assert (done.returncode, done.stdout) == (1, "status --json\n")
    assert LIBRARIES not in asked(clone)
