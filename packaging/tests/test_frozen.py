"""The frozen program: it has all of the kiosk, and talks for an ordinary user, without Python and without the clone."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from kiosk import __version__
from kiosk.audio.studio_line import StudioLine
from kiosk.installation import PART_OPTION
from tests.support.installed_kiosk import AS_ORDINARY_USER, InstalledKiosk, frozen_folder, has_sandbox, ordinary
from tests.support.kiosk_process import PROJECT, bare_environment
from tests.support.listening import listening_ports
from tests.support.pulse import PulseServer
from tests.support.virtual_screen import VirtualScreen, changed_share
from tests.support.waiting import wait_until
from tests.support.wayland_screen import WaylandScreen

MICROPHONE = "Front Desk Microphone"
LARGEST = 480 * 1024 * 1024
"""Bytes. It has 440 MB; with all of Qt it would be 600."""


@pytest.fixture(scope="module")
def folder() -> Path:
    return frozen_folder()


@pytest.fixture(scope="module")
def program(folder: Path) -> Path:
    return folder / "avatar-kiosk"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A loudspeaker and a microphone."""
    with PulseServer(tmp_path_factory.mktemp("sound")) as pulse:
        pulse.add_microphone("desk", MICROPHONE, default=True)
        yield pulse.environment


@pytest.fixture(scope="module")
def surroundings(sound: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """These, and a screen."""
    with VirtualScreen(tmp_path_factory.mktemp("screen")) as screen:
        yield screen.environment | sound


@pytest.fixture
def environment(tmp_path: Path, surroundings: dict[str, str]) -> dict[str, str]:
    """What a command runs in: a home of its own, no kiosk that runs."""
    return ordinary(bare_environment(tmp_path, tmp_path)) | surroundings


def ask(program: Path, environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [*AS_ORDINARY_USER, str(program), *arguments]
    return subprocess.run(command, cwd="/", env=dict(environment), capture_output=True, text=True, check=False)


def test_says_its_version_without_any_environment(program: Path) -> None:
    assert ask(program, {}, "--version").stdout == f"avatar-kiosk {__version__}\n"


def test_the_demo_talks_for_an_ordinary_user(program: Path, tmp_path: Path, surroundings: dict[str, str]) -> None:
    with InstalledKiosk(tmp_path, program, environment=surroundings) as kiosk:
        kiosk.wait_for_state("idle", timeout=60)
        kiosk.command("start")
        kiosk.wait_for_state("live")
        status = kiosk.wait_for_status("the avatar to move", lambda now: (now["avatar"]["frames_per_second"] or 0) > 0)
        assert status["microphone"]["active"] == MICROPHONE
        assert listening_ports(kiosk.process.pid) == set()
        wait_until(lambda: has_sandbox(kiosk.process.pid), "the sandbox", 10)
        assert ask(program, kiosk.environment, "quit").returncode == 0
        assert kiosk.process.wait(10.0) == 0
        assert kiosk.unexpected() == []


def test_draws_under_wayland_as_well(program: Path, tmp_path: Path, sound: dict[str, str]) -> None:
    with WaylandScreen(tmp_path) as screen:
        empty = screen.pixels()
        with InstalledKiosk(tmp_path, program, environment=screen.environment | sound) as kiosk:
            kiosk.allow(r"^qt\.qpa\.wayland|the screen may go dark")  # there are neither a keyboard nor a desktop
            kiosk.wait_for_state("idle", timeout=60)
            wait_until(lambda: changed_share(empty, screen.pixels()) > 0.9, "the kiosk on the screen", 20)
            kiosk.command("quit")
            assert kiosk.process.wait(10.0) == 0
            assert kiosk.unexpected() == []


def test_the_microphone_probe_starts(program: Path, environment: dict[str, str]) -> None:
    done = ask(program, environment, "microphones", "--json")
    assert done.returncode == 0, done.stderr
    assert MICROPHONE in done.stdout


def test_the_doctor_reaches_the_engine_and_knows_the_versions(program: Path, environment: dict[str, str]) -> None:
    told = ask(program, environment, "doctor").stdout
    for line in (f"software: good: avatar-kiosk {__version__}, Qt 6", "libraries: good", "screen: good", MICROPHONE):
        assert line in told
    assert re.search(r"graphics: \w+: WebGL 2", told)


@pytest.mark.asyncio
async def test_the_sound_process_starts(program: Path, environment: dict[str, str]) -> None:
    reported: asyncio.Queue[Mapping[str, object]] = asyncio.Queue()
    command = (str(program), PART_OPTION, "kiosk.audio.studio_process")
    line = StudioLine(environment, reported.put_nowait, lambda: reported.put_nowait({"ended": True}), command)
    try:
        async with asyncio.timeout(20):
            while "log" in (report := await reported.get()):
                pass
    finally:
        line.close()
    assert MICROPHONE in json.dumps(report.get("devices"))


def test_a_secret_is_looked_for_in_the_keyring(program: Path, environment: dict[str, str], tmp_path: Path) -> None:
    """Which one there is keyring finds out by what its package says of itself."""
    file = tmp_path / "config.toml"
    file.write_text(
        '[livekit]\nurl = "wss://example.com"\napi_key = "API"\napi_secret_keyring = "livekit"\n', encoding="utf-8"
    )
    done = ask(program, environment, "check", str(file))
    assert done.returncode == 3
    assert "This machine has no keyring" in done.stdout + done.stderr


def test_the_vendors_packages_are_tried_and_installed(
    program: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    """With the built-in avatar under their names."""
    for name in ("avatarkit", "avatarkit-rtc"):
        place = tmp_path / "usb" / "node_modules" / "@spatialwalk" / name
        shutil.copytree(PROJECT / "resources" / "web" / "builtin" / name, place)
    installed = ask(program, environment, "sdk", "install", "--from", str(tmp_path / "usb"))
    assert installed.returncode == 0, installed.stderr
    shown = json.loads(ask(program, environment, "sdk", "show", "--json").stdout)
    assert "@spatialwalk/avatarkit-rtc" in json.dumps(shown)


def test_a_part_that_is_none_of_the_kiosks_is_not_started(program: Path, environment: dict[str, str]) -> None:
    assert ask(program, environment, PART_OPTION, "json.tool").returncode == 2


@pytest.fixture(scope="module")
def names(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*")]


def test_has_what_the_kiosk_reads_beside_its_modules(names: list[str]) -> None:
    listing = subprocess.run(["git", "ls-files", "kiosk"], cwd=PROJECT, capture_output=True, text=True, check=True)
    wanted = {f"_internal/{name}" for name in listing.stdout.split() if not name.endswith(".py")}
    assert wanted
    assert wanted - set(names) == set()
    page = "_internal/kiosk/resources/web"
    assert {f"{page}/index.html", f"{page}/node_modules/livekit-client/package.json"} <= set(names)


def test_has_every_qml_module_that_its_windows_import(names: list[str]) -> None:
    texts = (file.read_text(encoding="utf-8") for file in (PROJECT / "kiosk").rglob("*.qml"))
    imported = {module for text in texts for module in re.findall(r"^import ([A-Z][\w.]*)", text, re.MULTILINE)}
    assert {"QtQuick.Shapes", "QtWebEngine"} <= imported
    folders = {f"_internal/PySide6/Qt/qml/{module.replace('.', '/')}/qmldir" for module in imported}
    assert folders - set(names) == set()


def test_has_chromiums_words_in_the_languages_of_the_page(names: list[str]) -> None:
    """And the larger pictures: without them Chromium's own buttons are blurred on a fine screen."""
    spoken = {file.stem for file in (PROJECT / "resources" / "web" / "locales").glob("*.json")}
    words = {Path(name).stem.split("-")[0] for name in names if "/qtwebengine_locales/" in name}
    assert spoken
    assert spoken - words == set()
    assert "_internal/PySide6/Qt/resources/qtwebengine_resources_200p.pak" in names


def test_has_nothing_that_nobody_uses(folder: Path, names: list[str]) -> None:
    waste = r"devtools|qmltooling|/designer|libQt6(Quick3D|Designer|Pdf|Charts|Sql|Test)|/tests?/|\.pyi$|\.map$"
    assert [name for name in names if re.search(waste, name)] == []
    system = r"/lib(stdc\+\+|gcc_s|GL|EGL|X11|xcb|c|m|glib-2\.0|nss3)\.so"
    assert [name for name in names if re.search(system, name)] == []
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    assert sum(path.stat().st_size for path in files) < LARGEST
    assert [path for path in folder.rglob("*") if path.is_symlink() and not path.exists()] == []


def test_looks_for_its_libraries_nowhere_on_the_machine_that_built_it(folder: Path) -> None:
    libraries = [str(path) for path in folder.rglob("*.so*") if path.is_file() and not path.is_symlink()]
    told = subprocess.run(["readelf", "--dynamic", *libraries], capture_output=True, text=True, check=True).stdout
    paths = re.findall(r"\((?:RPATH|RUNPATH)\).*\[(.*)\]", told)
    assert paths
    assert [path for entry in paths for path in entry.split(":") if not path.startswith("$ORIGIN")] == []
