"""`packaging/release` on a clone of its own. PyInstaller and dpkg have stand-ins here; their own tests run them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from kiosk import __version__
from tests.support.scratch_clone import head, scratch_clone

WHEEL = f"avatar_kiosk-{__version__}-py3-none-any.whl"
SDIST = f"avatar_kiosk-{__version__}.tar.gz"
BILL = f"avatar-kiosk-{__version__}.cdx.json"
DEB = f"avatar-kiosk_{__version__}_amd64.deb"
TARBALL = f"avatar-kiosk-{__version__}-linux-{os.uname().machine}.tar.xz"

STAND_INS = {
    "packaging/pyinstaller/build": f"""
        mkdir -p .venv-build/bin build/frozen/_internal
        printf '#!/bin/sh\\nexec {sys.executable} "$@"\\n' >.venv-build/bin/python
        printf '#!/bin/sh\\n' >build/frozen/avatar-kiosk
        printf lib >build/frozen/_internal/libx.so.1
        ln -sf libx.so.1 build/frozen/_internal/libx.so
        chmod 700 .venv-build/bin/python build/frozen/avatar-kiosk
        chmod 600 build/frozen/_internal/libx.so.1
        echo "$PWD/build/frozen"
    """,
    "packaging/deb/build": f"""
        echo "$SOURCE_DATE_EPOCH $*" >dist/{DEB}
    """,
}


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return scratch_clone(tmp_path_factory.mktemp("release") / "clone", STAND_INS)


def release(clone: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(clone / "packaging" / "release"), *arguments]
    return subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def dist(clone: Path) -> Path:
    (clone / "dist").mkdir()
    (clone / "dist" / "avatar-kiosk-0.0.1.cdx.json").touch()
    done = release(clone)
    assert done.returncode == 0, done.stderr
    return clone / "dist"


def test_makes_everything(dist: Path) -> None:
    """And leaves nothing of an earlier one."""
    assert {file.name for file in dist.iterdir()} == {WHEEL, SDIST, BILL, DEB, TARBALL, "SHA256SUMS"}


def test_the_checksums_are_those_of_the_files(dist: Path) -> None:
    told = dict(line.split("  ")[::-1] for line in (dist / "SHA256SUMS").read_text().splitlines())
    assert told == {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in dist.iterdir() if file.name != "SHA256SUMS"
    }


def test_the_tarball_is_one_folder_that_everybody_can_read(dist: Path) -> None:
    with tarfile.open(dist / TARBALL) as archive:
        members = {member.name: member for member in archive.getmembers()}
    top = f"avatar-kiosk-{__version__}"
    assert {name.partition("/")[0] for name in members} == {top}
    assert {f"{top}/LICENSE", f"{top}/README.md"} <= members.keys()
    assert members[f"{top}/avatar-kiosk"].mode == 0o755
    assert members[f"{top}/_internal/libx.so.1"].mode == 0o644
    assert members[f"{top}/_internal/libx.so"].linkname == "libx.so.1"
    assert {(member.uid, member.gid) for member in members.values()} == {(0, 0)}


def test_everything_names_the_commit_or_its_time(clone: Path, dist: Path) -> None:
    frozen = clone / "build" / "frozen"
    commit, when = head(clone)
    assert (dist / DEB).read_text() == f"{when} --frozen {frozen}\n"
    kiosk = json.loads((dist / BILL).read_text(encoding="utf-8"))["metadata"]["component"]
    assert kiosk["properties"][0]["value"] == commit
    assert kiosk["version"] == __version__


def test_the_same_commit_gives_the_same_files(clone: Path, dist: Path) -> None:
    before = (dist / "SHA256SUMS").read_text()
    done = release(clone)
    assert done.returncode == 0, done.stderr
    assert (dist / "SHA256SUMS").read_text() == before


def test_what_is_not_committed_is_no_release(clone: Path, dist: Path) -> None:
    before = (dist / "SHA256SUMS").read_text()
    stray = clone / "kiosk" / "stray.py"
    stray.touch()
    try:
        done = release(clone)
        assert done.returncode == 1
        assert "not everything is committed" in done.stderr
        assert "kiosk/stray.py" in done.stderr
        assert (dist / "SHA256SUMS").read_text() == before
        assert release(clone, "--dirty", "--fast").returncode == 0
        assert " --fast " in (dist / DEB).read_text()
    finally:
        stray.unlink()


def test_a_release_that_stops_halfway_has_no_checksums(clone: Path, dist: Path) -> None:
    build = clone / "packaging" / "pyinstaller" / "build"
    text = build.read_text()
    build.write_text("#!/bin/bash\necho no disk >&2\nexit 1\n")
    try:
        done = release(clone, "--dirty", "--fast")
        assert done.returncode == 1
        assert "no disk" in done.stderr
        assert not (dist / "SHA256SUMS").exists()
    finally:
        build.write_text(text)


def test_an_unknown_option_is_said(clone: Path) -> None:
    done = release(clone, "--slow")
    assert done.returncode == 1
    assert "usage: packaging/release" in done.stderr


@pytest.mark.release
def test_two_clones_give_the_same_release(tmp_path: Path) -> None:
    """With nothing in place of anything, at two places, one after the other."""
    source = scratch_clone(tmp_path / "source")
    told = []
    for place in ("here", "elsewhere/deeper"):
        clone = tmp_path / place
        subprocess.run(["git", "clone", "--quiet", str(source), str(clone)], check=True)
        done = release(clone, "--fast")
        assert done.returncode == 0, done.stderr
        told.append((clone / "dist" / "SHA256SUMS").read_text().splitlines())
        shutil.rmtree(clone)
    assert told[0] == told[1]
