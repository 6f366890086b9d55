"""The wheel: what is in it, that it is the same each time, and that the demo talks from it, away from the clone."""

from __future__ import annotations

import email
import json
import os
import re
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from kiosk.browser.importmap import LIVEKIT_CLIENT, NodeModules, import_map
from tests.support.kiosk_process import PROJECT, KioskProcess
from tests.support.pulse import PulseServer
from tests.support.virtual_screen import VirtualScreen

PAGE = "kiosk/resources/web/"
PACKAGES = f"{PAGE}node_modules/"
CONSTRAINTS = PROJECT / "packaging" / "constraints.txt"


def build(what: str, source: Path, folder: Path, environment: Mapping[str, str] = os.environ) -> Path:
    """`python -m build` of a "wheel" or "sdist"; returns the file."""
    command = [sys.executable, "-m", "build", "--no-isolation", f"--{what}", "--outdir", str(folder), str(source)]
    done = subprocess.run(command, env=dict(environment), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (file,) = folder.iterdir()
    return file


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", PROJECT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.fixture(scope="module")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder the wheel is installed in; what it needs comes from the environment of the tests."""
    folder = tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--target", str(folder), str(wheel)], check=True)
    return folder


def ahead_of_the_clone(site: Path) -> dict[str, str]:
    """The environment in which `kiosk` is the installed one, wherever a command is started."""
    return {"PYTHONPATH": str(site), "PYTHONSAFEPATH": "1"}


def ask(site: Path, *command: str) -> str:
    done = subprocess.run(
        command, cwd="/", env={**os.environ, **ahead_of_the_clone(site)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_fits_every_system(wheel: Path) -> None:
    assert wheel.name.endswith("-py3-none-any.whl")


def test_brings_the_command(wheel: Path, names: list[str], site: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (about,) = (archive.read(name) for name in names if name.endswith(".dist-info/METADATA"))
    version = email.message_from_bytes(about)["Version"]
    assert ask(site, str(site / "bin" / "avatar-kiosk"), "--version") == f"avatar-kiosk {version}"


def test_brings_all_that_a_clone_serves(names: list[str]) -> None:
    """By what git knows, except for what only checks, npm and the README read."""
    listing = subprocess.run(["git", "ls-files", "resources"], cwd=PROJECT, capture_output=True, text=True, check=True)
    tooling = r"resources/(pictures/|web/(package(-lock)?\.json|tsconfig\.json|biome\.json|\.npmrc|\.gitignore)$)"
    wanted = {f"kiosk/{name}" for name in listing.stdout.split() if not re.match(tooling, name)}
    assert wanted
    assert wanted - set(names) == set()


def test_brings_every_npm_package_that_is_pinned_for_a_run(wheel: Path, names: list[str]) -> None:
    lock = json.loads((PROJECT / "resources" / "web" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    pinned = {
        place.removeprefix("node_modules/"): package["version"]
        for place, package in lock.items()
        if place and not package.get("dev") and not package.get("optional")
    }
    with zipfile.ZipFile(wheel) as archive:
        brought = {name: json.loads(archive.read(f"{PACKAGES}{name}/package.json"))["version"] for name in pinned}
    assert brought == pinned
    assert LIVEKIT_CLIENT in pinned


def test_brings_nothing_that_no_page_can_use(names: list[str]) -> None:
    waste = r"\.(map|tsx?|[mc]ts|html|yml)$|README|/(tests?|cjs|demo|\.[^/]+)/"
    packages = [name for name in names if name.startswith(PACKAGES)]
    assert packages
    assert [name for name in packages if re.search(waste, name)] == []
    others = r"pictures/|tests/|\.pyc$|/\.[^/]+$"
    assert [name for name in names if re.search(others, name)] == []


def test_names_no_host_its_packages_come_from(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        manifests = [archive.read(name).decode() for name in archive.namelist() if name.endswith("package.json")]
    assert [text for text in manifests if '"_resolved"' in text or '"resolved"' in text] == []


def test_every_import_of_the_page_has_its_file(site: Path) -> None:
    web = site / PAGE
    builtin = {name: web / "builtin" / name for name in ("avatarkit", "avatarkit-rtc")}
    given = {f"@spatialwalk/{name}": folder for name, folder in builtin.items()}
    found = import_map(NodeModules((web / "node_modules",), given))
    assert found.versions[LIVEKIT_CLIENT] == "2.16.1"
    modules = [file for folder in ("app", "demo", "builtin") for file in (web / folder).rglob("*.js")]
    assert modules
    named = {
        name
        for module in modules
        for name in re.findall(r"""^import[^"']*["']([^."'][^"']*)["'];""", module.read_text(encoding="utf-8"), re.M)
    }
    assert LIVEKIT_CLIENT in named
    assert {name for name in named if name not in found.imports and not name.startswith("qrc:")} == set()


def test_is_the_same_each_time_also_from_an_sdist(wheel: Path, tmp_path: Path) -> None:
    sdist = build("sdist", PROJECT, tmp_path / "sdist")
    with tarfile.open(sdist) as archive:
        assert [name for name in archive.getnames() if "/node_modules" in name] == []
        archive.extractall(tmp_path, filter="data")
    (source,) = (path for path in tmp_path.iterdir() if path.name.startswith("avatar_kiosk-"))
    assert build("wheel", source, tmp_path / "again").read_bytes() == wheel.read_bytes()


@pytest.mark.parametrize(
    ("npm", "told"),
    [
        (None, "npm is missing, which fetches the page's packages: install Node.js 20 or newer with npm."),
        ("echo 'npm error network is unreachable' >&2; exit 1", "npm error network is unreachable"),
    ],
)
def test_a_wheel_that_lacks_its_packages_is_none(npm: str | None, told: str, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    if npm is not None:
        (tools / "npm").write_text(f"#!/bin/sh\n{npm}\n", encoding="utf-8")
        (tools / "npm").chmod(0o755)
    command = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(tmp_path), str(PROJECT)]
    environment = {**os.environ, "PATH": str(tools)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert told in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert list(tmp_path.glob("*.whl")) == []


def test_the_library_check_comes_along(site: Path) -> None:
    assert ask(site, sys.executable, "-c", "import kiosk; print(kiosk.__file__)") == str(site / "kiosk" / "__init__.py")
    assert ask(site, sys.executable, "-m", "kiosk.operations.system_libraries") == ""


def test_the_demo_talks_from_a_wheel(site: Path, tmp_path: Path) -> None:
    with VirtualScreen(tmp_path) as screen, PulseServer(tmp_path) as pulse:
        pulse.add_microphone("desk", "Front Desk Microphone", default=True)
        environment = screen.environment | pulse.environment | ahead_of_the_clone(site)
        with KioskProcess(tmp_path, environment=environment) as kiosk:
            talk(kiosk)


def talk(kiosk: KioskProcess) -> None:
    """A visit, from the lobby screen to the end of the kiosk."""
    kiosk.wait_for_state("idle", timeout=60.0)
    kiosk.command("start")
    kiosk.wait_for_state("live")
    kiosk.wait_for_status("the avatar to move", lambda status: status["avatar"]["frames_per_second"] > 0)
    kiosk.command("quit")
    assert kiosk.process.wait(10.0) == 0
    assert kiosk.unexpected() == []


@pytest.mark.release
@pytest.mark.parametrize("source", ["wheel", "clone"])
def test_pip_installs_it_into_an_empty_environment(source: str, wheel: Path, tmp_path: Path) -> None:
    """With all it depends on; from a clone as `pip install .` does."""
    venv.create(tmp_path / "venv", with_pip=True)
    python = str(tmp_path / "venv" / "bin" / "python")
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--only-binary", "PySide6"]
    subprocess.run([*pip, "--constraint", str(CONSTRAINTS), wheel if source == "wheel" else PROJECT], check=True)
    with VirtualScreen(tmp_path) as screen, PulseServer(tmp_path) as pulse:
        pulse.add_microphone("desk", "Front Desk Microphone", default=True)
        environment = screen.environment | pulse.environment | {"PYTHONSAFEPATH": "1"}
        with KioskProcess(tmp_path, environment=environment, python=python) as kiosk:
            talk(kiosk)
