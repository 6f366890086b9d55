"""The set-up's own words: what it finds missing, how it says so, which Python it takes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
LIBRARIES = PROJECT / "packaging" / "lib"


def shell(script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a script with the set-up's functions at hand."""
    return subprocess.run(
        ["bash", "-c", f"set -euo pipefail; . {LIBRARIES}/prepare.sh; . {LIBRARIES}/screen.sh; {script}"],
        env={**os.environ, **environment},
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder for stand-ins of system programs, first on PATH."""
    folder = tmp_path / "tools"
    folder.mkdir()
    return folder


def stand_in(tools: Path, name: str, script: str) -> None:
    """A program of that name that runs the script."""
    (tools / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (tools / name).chmod(0o755)


def path_with(tools: Path) -> str:
    return f"{tools}:{os.environ['PATH']}"


def test_a_user_gets_every_gap_in_one_message_with_one_command() -> None:
    done = shell(
        "is_root() { return 1; }; missing libnss3.so libnss3; missing libsmime3.so libnss3; missing Xvfb xvfb;"
        "missing 'a thing from elsewhere' '?'; settle_gaps; echo went on"
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert "libnss3.so, libsmime3.so  (Debian package libnss3)" in done.stderr
    assert "  a thing from elsewhere\n" in done.stderr
    assert done.stderr.rstrip().endswith("sudo apt-get install -y --no-install-recommends libnss3 xvfb")


def test_root_has_the_gaps_closed_by_apt(tools: Path, tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    stand_in(tools, "apt-get", f'echo "$@" >>{asked}')
    done = shell(
        "is_root() { return 0; }; missing libnss3.so libnss3; missing Xvfb xvfb; settle_gaps; echo went on",
        PATH=path_with(tools),
    )
    assert (done.returncode, done.stdout) == (0, "went on\n")
    assert asked.read_text().splitlines() == [
        "update -qq",
        "install -y -qq --no-install-recommends libnss3 xvfb",
    ]


def test_root_is_told_what_apt_cannot_bring(tools: Path) -> None:
    stand_in(tools, "apt-get", "true")
    done = shell("is_root() { return 0; }; missing 'a thing from elsewhere' '?'; settle_gaps", PATH=path_with(tools))
    assert done.returncode == 1
    assert "a thing from elsewhere" in done.stderr


def test_a_package_that_was_renamed_is_asked_for_by_its_new_name(tools: Path) -> None:
    stand_in(tools, "apt-cache", 'case $2 in *t64) echo "  Candidate: 1.2";; *) echo "  Candidate: (none)";; esac')
    assert shell("name_in_this_release libasound2", PATH=path_with(tools)).stdout == "libasound2t64\n"


def test_the_checker_names_every_library_ldd_does_not_find(tools: Path) -> None:
    stand_in(
        tools, "ldd", "echo '\tlibnss3.so => not found'; echo '\tlibnew.so.7 => not found'; echo '\tlibc.so.6 => /x'"
    )
    checker = [sys.executable, "-m", "kiosk.operations.system_libraries"]
    environment = {**os.environ, "PATH": path_with(tools)}
    done = subprocess.run(checker, cwd=PROJECT, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert {"libnew.so.7 ?", "libnss3.so libnss3"} <= set(done.stdout.splitlines())
    assert "libc" not in done.stdout


def test_a_listed_library_the_loader_does_not_know_is_a_gap(tools: Path) -> None:
    stand_in(tools, "ldconfig", "echo '\tlibc.so.6 (libc6,x86-64) => /lib/libc.so.6'")
    done = shell('need_listed_libraries; printf "%s\\n" "${GAPS[@]}"', PATH=path_with(tools))
    assert "libnss3.so libnss3" in done.stdout.splitlines()
    assert "libwayland-egl.so.1 libwayland-egl1" not in done.stdout.splitlines()


@pytest.mark.parametrize("version", ["3.10.1", "3.15.0", "2.7.18"])
def test_a_python_too_old_or_too_new_is_not_taken(tools: Path, version: str) -> None:
    major, minor, micro = version.split(".")
    stand_in(
        tools,
        "python-x",
        f'shift 2; exec {sys.executable} -I -c "import sys; sys.version_info = ({major}, {minor}, {micro})\n$1"',
    )
    assert shell(f"describe_python {tools}/python-x").returncode == 1


def test_the_newest_python_comes_first_and_each_once() -> None:
    lines = shell("usable_pythons").stdout.splitlines()
    versions = [tuple(int(part) for part in line.split()[0].split(".")) for line in lines]
    assert versions == sorted(versions, reverse=True)
    assert len({line.split(maxsplit=1)[1] for line in lines}) == len(lines) > 0
    assert all((3, 11) <= version < (3, 15) for version in versions)


def test_kiosk_python_is_the_only_one_tried_and_must_be_usable() -> None:
    assert shell("pythons_to_try", KIOSK_PYTHON=sys.executable).stdout == f"{sys.executable}\n"
    done = shell("need_python", KIOSK_PYTHON="/bin/true")
    assert done.returncode == 1
    assert "KIOSK_PYTHON=/bin/true" in done.stderr


@pytest.mark.parametrize(
    ("environment", "answers"),
    [
        ({"DISPLAY": "", "WAYLAND_DISPLAY": ""}, False),
        ({"DISPLAY": ":54321", "WAYLAND_DISPLAY": ""}, False),
        ({"DISPLAY": "lobby:0", "WAYLAND_DISPLAY": ""}, True),
        ({"DISPLAY": "", "WAYLAND_DISPLAY": "wayland-54321"}, False),
    ],
)
def test_a_display_is_believed_only_if_something_listens(environment: dict[str, str], *, answers: bool) -> None:
    assert (shell("display_answers", **environment).returncode == 0) is answers


def test_an_environment_is_prepared_anew_when_what_it_was_made_from_changes(tmp_path: Path) -> None:
    """`.prepared` holds the checksum of pyproject.toml, the constraints and the wanted Python."""
    ready = f"""
      mkdir -p {tmp_path}/bin && ln -s {sys.executable} {tmp_path}/bin/python
      echo "$(environment_checksum) run" >{tmp_path}/.prepared
      environment_ready {tmp_path} run && echo same
      environment_ready {tmp_path} test || echo lacks the tests
      echo "$(environment_checksum) test" >{tmp_path}/.prepared
      environment_ready {tmp_path} run && echo serves both
      KIOSK_PYTHON=/another environment_ready {tmp_path} run || echo another python
      CONSTRAINTS=/dev/null environment_ready {tmp_path} run || echo other constraints
    """
    done = shell(ready, KIOSK_PYTHON="")
    assert done.stdout.splitlines() == ["same", "lacks the tests", "serves both", "another python", "other constraints"]
