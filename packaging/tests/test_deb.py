"""The Debian package: what is in it and what it says of itself. A stand-in for the frozen program keeps it quick."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import tarfile
import tomllib
from collections.abc import Mapping
from email import message_from_string
from io import BytesIO
from pathlib import Path

import pytest

from kiosk import __version__
from kiosk.config import load_settings
from tests.support import parts
from tests.support.installed_kiosk import build, frozen_folder
from tests.support.kiosk_process import PROJECT

CONFIGURATION = "etc/avatar-kiosk/config.toml"
CONFIGURATION_SHA256 = "894a2d8c983b038650066835c012d600f1e67ea352bd5dae713d24964e336272"
"""Of the file as it was first shipped. Where it was edited, a package with another one stops an unattended upgrade with
a question: explain new settings in the example, and leave this file as it is."""

DOCUMENTS = "usr/share/doc/avatar-kiosk"
EPOCH = "1700000000"

OVERRIDDEN = {
    *("dir-or-file-in-opt", "embedded-library", "hardening-no-pie", "library-not-linked-against-libc"),
    *("maintainer-script-calls-systemctl", "script-not-executable", "shared-library-lacks-prerequisites"),
    "unstripped-binary-or-object",
}
"""What Debian's own packages may not do, and this one says why it does."""


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program and a helper that are real, and a library of another maker's; modes as a strict umask leaves them."""
    frozen_folder()  # makes the environment whose packages the papers list
    folder = tmp_path_factory.mktemp("frozen") / "avatar-kiosk"
    helper = folder / "_internal" / "PySide6" / "Qt" / "libexec" / "QtWebEngineProcess"
    helper.parent.mkdir(parents=True)
    shutil.copy(parts.program("true"), folder / "avatar-kiosk")
    shutil.copy(parts.program("true"), helper)
    (folder / "_internal" / "data.txt").write_text("data", encoding="utf-8")
    for file in (folder / "avatar-kiosk", helper, folder / "_internal" / "data.txt"):
        file.chmod(0o700)
    return folder


def package(frozen: Path, folder: Path, **environment: str) -> Path:
    """Build it; `SOURCE_DATE_EPOCH` is fixed."""
    for name in ("dpkg-deb", "dpkg-shlibdeps"):
        parts.program(name)
    return build("deb", "--fast", "--frozen", str(frozen), "--out", str(folder), SOURCE_DATE_EPOCH=EPOCH, **environment)


@pytest.fixture(scope="module")
def deb(frozen: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return package(frozen, tmp_path_factory.mktemp("deb"))


@pytest.fixture(scope="module")
def members(deb: Path) -> dict[str, tarfile.TarInfo]:
    """Everything that is unpacked, by path."""
    with unpacked(deb) as archive:
        return {member.name.removeprefix("./"): member for member in archive.getmembers()}


@pytest.fixture(scope="module")
def root(deb: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("root")
    subprocess.run(["dpkg-deb", "--extract", str(deb), str(folder)], check=True)
    return folder


@pytest.fixture(scope="module")
def control(deb: Path) -> Mapping[str, str]:
    told = subprocess.run(["dpkg-deb", "--field", str(deb)], capture_output=True, text=True, check=True).stdout
    return dict(message_from_string(told))


def unpacked(deb: Path) -> tarfile.TarFile:
    data = subprocess.run(["dpkg-deb", "--fsys-tarfile", str(deb)], capture_output=True, check=True).stdout
    return tarfile.open(fileobj=BytesIO(data))


def test_its_name_says_what_it_is(deb: Path, control: Mapping[str, str]) -> None:
    architecture = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True).stdout
    assert deb.name == f"avatar-kiosk_{__version__}_{architecture.strip()}.deb"
    assert (control["Package"], control["Version"]) == ("avatar-kiosk", __version__)


def test_depends_on_what_it_links_and_on_what_it_loads_later(control: Mapping[str, str]) -> None:
    needed = {entry.split("|")[0].split("(")[0].strip() for entry in control["Depends"].split(",")}
    assert {"libc6", "libgl1-mesa-dri", "xkb-data", "fontconfig", "fonts-dejavu-core", "ca-certificates"} <= needed
    assert not any(name.startswith("python") for name in needed)
    assert {"cage", "xwayland"} <= {name.strip() for name in control["Recommends"].split(",")}


def test_every_file_is_where_the_rest_of_the_system_looks(members: Mapping[str, tarfile.TarInfo]) -> None:
    icons = [f"usr/share/icons/hicolor/{size}x{size}/apps/avatar-kiosk.png" for size in (48, 128, 256)]
    wanted = {
        *("opt/avatar-kiosk/avatar-kiosk", CONFIGURATION, "etc/pam.d/avatar-kiosk"),
        *("usr/share/applications/avatar-kiosk.desktop", "usr/share/icons/hicolor/scalable/apps/avatar-kiosk.svg"),
        *("usr/share/man/man1/avatar-kiosk.1.gz", "usr/share/avatar-kiosk/avatar-kiosk.schema.json"),
        *(
            f"{DOCUMENTS}/{name}"
            for name in ("copyright", "changelog.gz", "config.toml.example", "examples/lightdm.conf")
        ),
        *("usr/lib/sysusers.d/avatar-kiosk.conf", "usr/lib/systemd/user/avatar-kiosk.service"),
        *("usr/lib/systemd/system/avatar-kiosk@.service", "usr/libexec/avatar-kiosk/kiosk-session"),
        *icons,
    }
    assert wanted - members.keys() == set()
    assert members["usr/bin/avatar-kiosk"].linkname == "/opt/avatar-kiosk/avatar-kiosk"
    places = ("etc", "opt", "usr")
    assert [name for name in members if name and name.partition("/")[0] not in (*places, ".")] == []


def test_all_belongs_to_root_and_nobody_else_may_write(members: Mapping[str, tarfile.TarInfo]) -> None:
    """Whatever umask it was built with. What the kiosk's user may write is given to it when it is installed."""
    assert {(member.uid, member.gid) for member in members.values()} == {(0, 0)}
    modes = {name: member.mode for name, member in members.items() if not member.issym()}
    programs = {
        *("opt/avatar-kiosk/avatar-kiosk", "opt/avatar-kiosk/_internal/PySide6/Qt/libexec/QtWebEngineProcess"),
        "usr/libexec/avatar-kiosk/kiosk-session",
    }
    assert {name for name, member in members.items() if member.isfile() and modes[name] == 0o755} == programs
    assert {modes[name] for name, member in members.items() if member.isdir()} == {0o755}
    assert {modes[name] for name, member in members.items() if member.isfile()} == {0o644, 0o755}


def test_the_configuration_is_kept_when_it_was_edited(deb: Path, root: Path, tmp_path: Path) -> None:
    subprocess.run(["dpkg-deb", "--control", str(deb), str(tmp_path)], check=True)
    kept = (tmp_path / "conffiles").read_text(encoding="utf-8").splitlines()
    assert set(kept) == {f"/{CONFIGURATION}", "/etc/pam.d/avatar-kiosk"}
    assert hashlib.sha256((root / CONFIGURATION).read_bytes()).hexdigest() == CONFIGURATION_SHA256


def test_the_configuration_as_shipped_is_the_demo(root: Path) -> None:
    loaded = load_settings(root / CONFIGURATION, {})
    assert loaded.usable
    assert loaded.problems == ()
    assert loaded.settings.demo
    schema = (root / CONFIGURATION).read_text(encoding="utf-8").splitlines()[0].removeprefix("#:schema file:///")
    assert json.loads((root / schema).read_text(encoding="utf-8"))["type"] == "object"


def test_the_example_explains_and_changes_nothing(root: Path) -> None:
    example = root / DOCUMENTS / "config.toml.example"
    assert load_settings(example, {}).settings.demo
    assert set(tomllib.loads(example.read_text(encoding="utf-8"))) >= {"livekit", "avatar", "microphone", "admin"}


def test_the_changes_are_those_of_the_changelog(root: Path) -> None:
    text = gzip.decompress((root / DOCUMENTS / "changelog.gz").read_bytes()).decode()
    parsed = subprocess.run(
        ["dpkg-parsechangelog", "--file", "-", "--all"], input=text, capture_output=True, text=True, check=True
    )
    assert parsed.stderr == ""
    assert re.findall(r"^avatar-kiosk \((.*?)\)", text, re.MULTILINE)[0] == __version__
    points = re.findall(r"^- (\S+ \S+ \S+)", (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert points
    assert [point for point in points if point not in text] == []


def test_the_licences_of_what_it_brings_come_along(root: Path) -> None:
    papers = root / DOCUMENTS
    text = (papers / "copyright").read_text(encoding="utf-8")
    for part in ("chromium", "qt", "ffmpeg", "python", "figtree", "livekit-client", "aiohttp", "numpy"):
        assert re.search(rf"^  (\S+/)?{part}\b.*: \S", text, re.MULTILINE), part
    assert "@" not in re.sub(r"(?m)^  \S*@?\S+ .*$", "", text)
    texts = {path.parent.name for path in (papers / "licenses").rglob("*") if path.is_file()}
    assert {"aiohttp", "numpy", "pydantic", "python"} <= texts


def test_the_manual_and_the_menu_entry_and_the_units_pass_their_own_tools(root: Path) -> None:
    manual = root / "usr/share/man/man1/avatar-kiosk.1.gz"
    lint = [parts.program("mandoc"), "-T", "lint", "-W", "warning", str(manual)]
    assert subprocess.run(lint, capture_output=True, text=True, check=False).stdout == ""
    entry = [parts.program("desktop-file-validate"), str(root / "usr/share/applications/avatar-kiosk.desktop")]
    assert subprocess.run(entry, capture_output=True, text=True, check=False).stdout == ""


def test_lintian_finds_no_error(deb: Path) -> None:
    command = [parts.program("lintian"), "--allow-root", "--no-cfg", "--fail-on", "error,warning", str(deb)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C.UTF-8"})
    assert (done.returncode, done.stdout) == (0, "")


def test_lintian_is_overruled_only_where_a_reason_is_given(root: Path) -> None:
    lines = (root / "usr/share/lintian/overrides/avatar-kiosk").read_text(encoding="utf-8").splitlines()
    assert {line.split()[1] for line in lines if line.startswith("avatar-kiosk: ")} == OVERRIDDEN
    assert lines[0].startswith("#")


def test_the_same_commit_gives_the_same_package(frozen: Path, deb: Path, tmp_path: Path) -> None:
    again = package(frozen, tmp_path, TMPDIR=str(tmp_path))
    assert again.read_bytes() == deb.read_bytes()


def test_whoever_builds_it_can_answer_for_it(frozen: Path, tmp_path: Path) -> None:
    made = package(frozen, tmp_path, DEBFULLNAME="Jo & Sons|Ltd", DEBEMAIL="jo@example.com")
    told = subprocess.run(["dpkg-deb", "--field", made, "Maintainer"], capture_output=True, text=True, check=True)
    assert told.stdout == "Jo & Sons|Ltd <jo@example.com>\n"


def test_a_folder_without_the_program_is_refused(tmp_path: Path) -> None:
    command = [str(PROJECT / "packaging" / "deb" / "build"), "--frozen", str(tmp_path), "--out", str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert str(tmp_path) in done.stderr
    assert not (tmp_path / "out").exists()
