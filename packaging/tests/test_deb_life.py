"""The Debian package's whole life on a system without Python: installed, used, upgraded, removed, purged, gone."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import __version__
from tests.support import parts
from tests.support.debian_root import PATH, SOUND, DebianRoot
from tests.support.installed_kiosk import InstalledKiosk, build, frozen_folder, has_sandbox
from tests.support.processes import ChildProcess
from tests.support.pulse import PulseServer
from tests.support.virtual_screen import VirtualScreen
from tests.support.waiting import wait_until

pytestmark = pytest.mark.release

CONFIGURATION = "/etc/avatar-kiosk/config.toml"
INSTALL = ("apt-get", "install", "--yes", "--no-install-recommends")
LATER = f"{__version__}+later1"
MICROPHONE = "Front Desk Microphone"


@pytest.fixture(scope="module")
def deb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("deb", "--fast", "--frozen", str(frozen_folder()), "--out", str(tmp_path_factory.mktemp("deb")))


@pytest.fixture(scope="module")
def later(deb: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with a higher version."""
    folder = tmp_path_factory.mktemp("later")
    subprocess.run(["dpkg-deb", "--raw-extract", deb, folder / "root"], check=True)
    control = folder / "root" / "DEBIAN" / "control"
    text = control.read_text(encoding="utf-8")
    control.write_text(text.replace(f"\nVersion: {__version__}\n", f"\nVersion: {LATER}\n"), encoding="utf-8")
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "--build", folder / "root", folder], check=True)
    (made,) = folder.glob("*.deb")
    return made


@pytest.fixture(scope="module")
def debian(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DebianRoot]:
    with DebianRoot(tmp_path_factory.mktemp("debian")) as debian:
        debian.run("apt-get", "update")
        yield debian


def test_the_whole_life(debian: DebianRoot, deb: Path, later: Path, tmp_path: Path) -> None:
    first, second = debian.bring(deb), debian.bring(later)
    debian.run("python3", "--version", code=127)
    dependencies = re.findall(r"^Inst (\S+)", debian.run(*INSTALL, "--simulate", first), re.MULTILINE)
    debian.run(*INSTALL, *(name for name in dependencies if name != "avatar-kiosk"))
    before = debian.names()

    debian.run(*INSTALL, first)
    is_installed(debian)
    with VirtualScreen(tmp_path) as screen, PulseServer(tmp_path) as pulse:
        pulse.add_microphone("desk", MICROPHONE, default=True)
        with kiosk_in(debian, screen, pulse, tmp_path / "first") as kiosk:
            talks(kiosk, debian, screen, tmp_path)
        is_edited(debian)
        debian.run(*INSTALL, second)
        is_upgraded(debian)
        with kiosk_in(debian, screen, pulse, tmp_path / "second") as kiosk:
            kiosk.wait_for_state("idle", timeout=60)
            assert kiosk.status()["config"]["path"] == CONFIGURATION
            debian.run("apt-get", "remove", "--yes", "avatar-kiosk")
            assert kiosk.process.wait() == 0  # its package ends it first, in order
    is_removed(debian)
    debian.run("apt-get", "purge", "--yes", "avatar-kiosk")
    assert debian.names() ^ before == set()


def is_installed(debian: DebianRoot) -> None:
    assert debian.run("avatar-kiosk", "--version") == f"avatar-kiosk {__version__}\n"
    assert debian.run("getent", "passwd", "kiosk").rstrip().endswith(":/var/lib/avatar-kiosk:/usr/sbin/nologin")
    assert debian.owner("/etc/avatar-kiosk") == ("root", "kiosk", "2775")
    assert debian.owner(CONFIGURATION) == ("root", "kiosk", "664")
    assert debian.owner("/var/lib/avatar-kiosk") == ("kiosk", "kiosk", "750")
    assert debian.owner("/opt/avatar-kiosk/avatar-kiosk") == ("root", "root", "755")
    for unit in ("--system avatar-kiosk@tty1.service", "--user avatar-kiosk.service"):
        verify = ("env", "XDG_RUNTIME_DIR=/run", "systemd-analyze", "verify", "--man=no")
        assert debian.run(*verify, *unit.split()) == ""
    # Nobody has started or enabled anything.
    assert [name for name in debian.names() if re.search(r"\.wants/avatar-kiosk", name)] == []
    assert debian.run("avatar-kiosk", "check", user="kiosk") == f"{CONFIGURATION}: no problems\n"


def kiosk_in(debian: DebianRoot, screen: VirtualScreen, pulse: PulseServer, folder: Path) -> InstalledKiosk:
    """As the kiosk's own user, on a screen and a sound server from outside."""
    folder.mkdir()
    runtime = debian.path / "run" / "kiosk"
    debian.run("install", "-d", "-o", "kiosk", "-m", "700", "/run/kiosk")
    socket = Path(pulse.environment["PULSE_SERVER"].removeprefix("unix:"))
    return KioskInDebian(debian, runtime, socket, folder, screen)


class KioskInDebian(InstalledKiosk):
    """A kiosk whose home, folders and socket are those of a user in there."""

    def __init__(self, debian: DebianRoot, runtime: Path, sound: Path, folder: Path, screen: VirtualScreen) -> None:
        environment = {
            **screen.environment,
            "PATH": PATH,
            "HOME": "/var/lib/avatar-kiosk",
            "PULSE_SERVER": f"unix:/{SOUND}",
            "XDG_RUNTIME_DIR": "/run/kiosk",
            "AVATAR_KIOSK_SOCKET": "/run/kiosk/control.sock",
        }
        entering = debian.entering(sound, "kiosk")
        super().__init__(folder, Path("/usr/bin/avatar-kiosk"), environment=environment, wrapper=entering)
        self.socket = runtime / "control.sock"
        self.allow("x11-xserver-utils")  # recommended; without it the kiosk says that the screen may go dark

    def _start(self) -> ChildProcess:
        outside = {f"XDG_{name}_HOME" for name in ("CONFIG", "DATA", "CACHE", "STATE")}
        self._environment = {name: value for name, value in self._environment.items() if name not in outside}
        return super()._start()


def talks(kiosk: InstalledKiosk, debian: DebianRoot, screen: VirtualScreen, tmp_path: Path) -> None:
    """A visit in the demo, asked for and looked at with the command itself."""
    variables = kiosk.environment
    kiosk.wait_for_state("idle", timeout=60)
    debian.run("avatar-kiosk", "session", "start", user="kiosk", environment=variables)
    kiosk.wait_for_state("live")
    kiosk.wait_for_status("the avatar to move", lambda status: (status["avatar"]["frames_per_second"] or 0) > 0)
    status = json.loads(debian.run("avatar-kiosk", "status", "--json", user="kiosk", environment=variables))
    assert (status["version"], status["state"], status["microphone"]["active"]) == (__version__, "live", MICROPHONE)
    wait_until(lambda: has_sandbox(kiosk.process.pid), "the sandbox", 10)
    screen.screenshot(tmp_path / "talking.png")
    doctor = debian.run("avatar-kiosk", "doctor", user="kiosk", environment=variables)
    assert "libraries: good: all there" in doctor
    debian.run("avatar-kiosk", "quit", user="kiosk", environment=variables)
    assert kiosk.process.wait(10.0) == 0
    assert kiosk.unexpected() == []


EDITED = '[appearance]\norganisation = "Museum"\n'


def is_edited(debian: DebianRoot) -> None:
    """As the admin panel does: by the kiosk's user, with a new file in the old one's place. And a secret beside it."""
    script = 'umask 007; cd /etc/avatar-kiosk; printf %s "$1" >draft; mv draft config.toml; echo secret >secret.txt'
    debian.run("sh", "-euc", script, "-", EDITED, user="kiosk")
    # What a start as root leaves behind.
    debian.run("install", "-d", "/opt/avatar-kiosk/_internal/PySide6/Qt/resources/locales")
    debian.run("install", "-d", "-o", "kiosk", "/var/log/avatar-kiosk")


def is_upgraded(debian: DebianRoot) -> None:
    assert debian.run("dpkg-query", "--show", "--showformat=${Version}", "avatar-kiosk") == LATER
    assert debian.run("cat", CONFIGURATION) == EDITED
    assert debian.owner(CONFIGURATION)[:2] == ("kiosk", "kiosk")
    assert debian.run("cat", "/etc/avatar-kiosk/secret.txt") == "secret\n"


def is_removed(debian: DebianRoot) -> None:
    """All but what would be needed again."""
    names = debian.names()
    assert not any(name.endswith(("opt/avatar-kiosk", "bin/avatar-kiosk", "avatar-kiosk@.service")) for name in names)
    assert {"- etc/avatar-kiosk/config.toml", "- etc/avatar-kiosk/secret.txt", "d var/lib/avatar-kiosk"} <= names
    assert debian.run("getent", "passwd", "kiosk")


def test_lintian_finds_no_error_in_the_whole(deb: Path) -> None:
    command = [parts.program("lintian"), "--allow-root", "--no-cfg", "--fail-on", "error,warning", str(deb)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
