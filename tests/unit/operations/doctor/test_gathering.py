"""What the facts are gathered from: programs' answers, files, sockets, and this very machine."""

from __future__ import annotations

import json
import os
import socket as sockets
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.audio.ranking import AudioDevice, enumerated
from kiosk.operations.doctor.engine import ask_engine
from kiosk.operations.doctor.facts import Blanking, Engine, Gap, Output, Screen, WebGl
from kiosk.operations.doctor.findings import Untold
from kiosk.operations.doctor.machine import disk, graphics_cards, library_gaps
from kiosk.operations.doctor.programs import ask
from kiosk.operations.doctor.running import Running, environment_of, in_its_surroundings, running_kiosk
from kiosk.operations.doctor.screen import blanking, read_idle_delay, read_xset
from kiosk.operations.doctor.service import service, unit_of
from kiosk.operations.doctor.sound import output, read_output
from tests.support.pulse import PulseServer

NOBODY = Untold("none is running here")

XSET = """\
Keyboard Control:
  auto repeat:  on    key click percent:  0    LED mask:  00000000
Screen Saver:
  prefer blanking:  yes    allow exposures:  yes
  timeout:  {saver}    cycle:  600
Colors:
  default colormap:  0x20    BlackPixel:  0x0    WhitePixel:  0xffffff
DPMS (Display Power Management Signaling):
  Standby: {dpms}    Suspend: {dpms}    Off: {dpms}
  DPMS is {power}
  Monitor is {monitor}
"""


@pytest.fixture
def programs(tmp_path: Path) -> Callable[..., dict[str, str]]:
    """`programs(name="script")` puts programs onto a PATH that has no others; returns an environment with it."""
    folder = tmp_path / "programs"
    folder.mkdir()

    def install(**scripts: str) -> dict[str, str]:
        for name, script in scripts.items():
            (folder / name).write_text(f"#!/bin/sh\n{script}\n")
            (folder / name).chmod(0o755)
        return {"PATH": str(folder)}

    return install


class TestPrograms:
    def test_what_they_print(self) -> None:
        assert ask(("sh", "-c", "echo $LC_ALL"), {"PATH": os.environ["PATH"]}) == "C.UTF-8\n"

    @pytest.mark.parametrize("command", [("no-such-program",), ("sh", "-c", "echo no; exit 1")])
    def test_none_where_there_is_no_answer(self, command: tuple[str, ...]) -> None:
        assert ask(command, os.environ) is None

    def test_one_that_hangs_is_given_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("kiosk.operations.doctor.programs.PATIENCE", 0.1)
        assert ask(("sleep", "60"), os.environ) is None


class TestBlanking:
    @pytest.mark.parametrize(
        ("saver", "dpms", "power", "monitor", "found"),
        [
            (0, 0, "Enabled", "On", Blanking(None, dark=False)),
            (600, 0, "Disabled", "On", Blanking(600, dark=False)),
            (0, 900, "Enabled", "On", Blanking(900, dark=False)),
            (0, 900, "Disabled", "On", Blanking(None, dark=False)),
            (600, 300, "Enabled", "in Standby", Blanking(300, dark=True)),
            (0, 0, "Enabled", "Off", Blanking(None, dark=True)),
        ],
    )
    def test_of_an_x_server(self, saver: int, dpms: int, power: str, monitor: str, found: Blanking) -> None:
        assert read_xset(XSET.format(saver=saver, dpms=dpms, power=power, monitor=monitor)) == found

    def test_of_an_x_server_without_dpms(self) -> None:
        answer = XSET.partition("DPMS")[0].format(saver=600) + "  Server does not have the DPMS Extension\n"
        assert read_xset(answer) == Blanking(600, dark=False)

    @pytest.mark.parametrize(("answer", "seconds"), [("uint32 300\n", 300), ("uint32 0\n", None)])
    def test_of_gnome(self, answer: str, seconds: int | None) -> None:
        assert read_idle_delay(answer) == seconds

    def test_is_asked_of_whoever_rules_over_the_screen(self, programs: Callable[..., dict[str, str]]) -> None:
        answer = XSET.format(saver=300, dpms=0, power="Enabled", monitor="On")
        environ = programs(
            xset=f'test "$DISPLAY $1" = ":7 q" && echo "{answer}"',
            gsettings='test "$*" = "get org.gnome.desktop.session idle-delay" && echo "uint32 240"',
            busctl='case "$*" in *GetActive) echo b true ;; *) echo b false ;; esac',
        )
        x11 = {**environ, "DISPLAY": ":7"}
        assert blanking(x11) == Blanking(300, dark=False)
        assert blanking({**x11, "XDG_CURRENT_DESKTOP": "GNOME"}) == Blanking(240, dark=False)
        wayland = {**environ, "DISPLAY": ":7", "WAYLAND_DISPLAY": "wayland-0"}
        assert blanking({**wayland, "XDG_CURRENT_DESKTOP": "ubuntu:GNOME"}) == Blanking(240, dark=True)
        assert blanking(wayland) == Blanking(None, dark=True)

    def test_gnome_does_not_count_while_somebody_inhibits_it(self, programs: Callable[..., dict[str, str]]) -> None:
        inhibited = 'case "$*" in *"org.gnome.SessionManager IsInhibited u 8") echo b true ;; *) echo b false ;; esac'
        environ = programs(gsettings="echo uint32 240", busctl=inhibited)
        gnome = {**environ, "WAYLAND_DISPLAY": "wayland-0", "XDG_CURRENT_DESKTOP": "GNOME"}
        assert blanking(gnome) == Blanking(None, dark=False)

    def test_the_boot_units_compositor_leaves_the_screen_on(self, programs: Callable[..., dict[str, str]]) -> None:
        cage = {**programs(), "WAYLAND_DISPLAY": "wayland-0", "XDG_CURRENT_DESKTOP": "cage"}
        assert blanking(cage) == Blanking(None, dark=False)

    def test_is_not_guessed_at(self, programs: Callable[..., dict[str, str]]) -> None:
        environ = programs()
        wayland = {"WAYLAND_DISPLAY": "wayland-0"}
        for screen in ({}, {"DISPLAY": ":7"}, wayland, {**wayland, "XDG_CURRENT_DESKTOP": "GNOME"}):
            assert isinstance(blanking({**environ, **screen}), Untold)


class TestLibraries:
    def test_of_this_machine(self) -> None:
        assert library_gaps(os.environ) == []

    def check(self, text: str) -> list[str]:
        return [sys.executable, "-c", text]

    def test_gaps_are_read_as_the_check_prints_them(self) -> None:
        check = self.check("print('libEGL.so.1 libegl1\\nlibodd.so ?'); raise SystemExit(1)")
        assert library_gaps(os.environ, check) == [Gap("libEGL.so.1", "libegl1"), Gap("libodd.so", None)]

    def test_a_check_that_fails_is_a_fault(self) -> None:
        check = self.check("raise SystemExit('PySide6 is not installed')")
        assert library_gaps(os.environ, check) == Untold(
            "not checked: the check failed (PySide6 is not installed)", fault=True
        )

    @pytest.mark.parametrize("platform", ["win32", "darwin"])
    def test_where_qt_brings_its_own(self, platform: str) -> None:
        gaps = library_gaps(os.environ, self.check("raise SystemExit('never asked')"), platform)
        assert isinstance(gaps, Untold)
        assert not gaps.fault


class TestMachine:
    def test_graphics_cards(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("renderD129", "renderD128", "card0"):
            (tmp_path / name).touch()
        monkeypatch.setattr(os, "access", lambda node, _mode: str(node).endswith("128"))
        cards = graphics_cards(tmp_path)
        assert [Path(node).name for node in cards.present] == ["renderD128", "renderD129"]
        assert [Path(node).name for node in cards.usable] == ["renderD128"]

    def test_a_folder_that_is_not_there_yet_is_judged_by_the_one_it_will_be_in(self, tmp_path: Path) -> None:
        found = disk("notes", tmp_path / "a" / "b")
        assert found.path == str(tmp_path / "a" / "b")
        assert found.writable
        assert found.free == pytest.approx(os.statvfs(tmp_path).f_bavail * os.statvfs(tmp_path).f_frsize, rel=0.05)

    def test_a_file_in_its_place_is_no_folder_to_write_into(self, tmp_path: Path) -> None:
        (tmp_path / "a").touch()
        assert not disk("notes", tmp_path / "a" / "b").writable


class TestRunning:
    @pytest.fixture
    def answering(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[object], None]]:
        """A kiosk of this process, which answers every question with the same line."""
        path = tmp_path / "s"
        monkeypatch.chdir(tmp_path)  # a socket's name is short
        monkeypatch.setenv("AVATAR_KIOSK_SOCKET", "s")
        with sockets.socket(sockets.AF_UNIX) as listener:
            listener.bind("s")
            listener.listen()
            lines: list[bytes] = []

            def serve() -> None:
                while True:
                    try:
                        connection, _ = listener.accept()
                    except OSError:
                        return
                    with connection, connection.makefile("rwb") as stream:
                        if stream.readline():
                            stream.write(lines[0])

            def say(answer: object) -> None:
                lines.append(json.dumps(answer).encode() + b"\n")
                threading.Thread(target=serve, daemon=True).start()

            yield say
            listener.shutdown(sockets.SHUT_RDWR)
        path.unlink()

    STATUS = {"state": "live", "config": {"path": "/etc/a.toml"}}  # noqa: RUF012 - read only

    def test_one_that_answers_is_known_with_its_surroundings(self, answering: Callable[[object], None]) -> None:
        answering({"ok": True, "status": self.STATUS})
        running = running_kiosk(os.environ)
        assert running.status == self.STATUS
        assert (running.serving, running.config) == (True, Path("/etc/a.toml"))
        assert running.process == os.getpid()
        assert running.environ == environment_of(os.getpid())
        assert running.environ["PATH"]

    def test_one_that_refuses_is_a_fault_and_still_known(self, answering: Callable[[object], None]) -> None:
        answering({"ok": False, "error": "Busy."})
        running = running_kiosk(os.environ)
        assert isinstance(running.status, Untold)
        assert (running.status.fault, running.status.why) == (True, "Busy.")
        assert running.process == os.getpid()
        assert (running.serving, running.config) == (False, None)

    def test_something_else_on_its_socket(self, answering: Callable[[object], None]) -> None:
        answering({"ok": True, "status": "fine"})
        assert running_kiosk(os.environ).status == Untold("what listens on its socket is no kiosk", fault=True)

    def test_none(self, tmp_path: Path) -> None:
        running = running_kiosk({"AVATAR_KIOSK_SOCKET": str(tmp_path / "none")})
        assert isinstance(running.status, Untold)
        assert not running.status.fault
        assert running.process is None

    def test_its_screen_and_sound_take_the_place_of_the_caller_s(self) -> None:
        caller = {"HOME": "/root", "DISPLAY": ":9", "XAUTHORITY": "/root/x", "XDG_RUNTIME_DIR": "/run/user/0"}
        kiosk = {"HOME": "/home/kiosk", "WAYLAND_DISPLAY": "wayland-1", "PULSE_SERVER": "unix:/p", "SECRET": "x"}
        assert in_its_surroundings(caller, Running(Path("s"), {}, 1, kiosk)) == {
            "HOME": "/root",
            "XDG_RUNTIME_DIR": "/run/user/0",
            "WAYLAND_DISPLAY": "wayland-1",
            "PULSE_SERVER": "unix:/p",
        }
        assert in_its_surroundings(caller, Running(Path("s"), NOBODY)) == caller


class TestService:
    @pytest.mark.parametrize(
        ("group", "kind", "unit"),
        [
            ("0::/system.slice/avatar-kiosk.service", (), "avatar-kiosk.service"),
            (
                "0::/system.slice/system-avatar\\x2dkiosk.slice/avatar-kiosk@tty1.service",
                (),
                "avatar-kiosk@tty1.service",
            ),
            (
                "0::/user.slice/user-1000.slice/user@1000.service/app.slice/avatar-kiosk.service",
                ("--user",),
                "avatar-kiosk.service",
            ),
            ("0::/user.slice/user-1000.slice/session-2.scope", (), None),
            ("0::/", (), None),
        ],
    )
    def test_the_unit_of_a_control_group(self, group: str, kind: tuple[str, ...], unit: str | None) -> None:
        assert unit_of(group) == (kind, unit)

    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        """A file system in which systemd runs, and a kiosk as process 7 in a unit of its user."""
        (tmp_path / "run/systemd/system").mkdir(parents=True)
        (tmp_path / "proc/7").mkdir(parents=True)
        (tmp_path / "proc/7/cgroup").write_text("0::/user.slice/user@5.service/app.slice/avatar-kiosk.service\n")
        return tmp_path

    SYSTEMCTL = """
case "$*" in
  "--user show --property "*" avatar-kiosk.service") printf 'Restart=always\\nNRestarts=2\\n' ;;
  "--user list-unit-files --no-legend --plain avatar-kiosk*") echo 'avatar-kiosk.service enabled enabled' ;;
  *) exit 1 ;;
esac"""

    def test_of_a_running_kiosk(self, root: Path, programs: Callable[..., dict[str, str]]) -> None:
        environ = programs(systemctl=self.SYSTEMCTL)
        kiosk = {"NOTIFY_SOCKET": "/run/notify", "WATCHDOG_USEC": "60000000"}
        found = service(Running(Path("s"), {}, 7, kiosk), environ, root)
        assert (found.systemd, found.running, found.notifies, found.watchdog) == (True, True, True, 60.0)
        assert (found.unit, found.script) == ("avatar-kiosk.service", False)
        assert found.properties == {"Restart": "always", "NRestarts": "2"}

    def test_of_one_that_the_script_has_started(self, root: Path, programs: Callable[..., dict[str, str]]) -> None:
        environ = programs()
        found = service(Running(Path("s"), {}, 8, {"AVATAR_KIOSK_RESTARTED": "yes"}), environ, root)
        assert (found.notifies, found.watchdog, found.script, found.unit) == (False, None, True, None)

    def test_of_none_that_runs(self, root: Path, programs: Callable[..., dict[str, str]]) -> None:
        environ = programs(systemctl=self.SYSTEMCTL)
        found = service(Running(Path("s"), NOBODY), environ, root)
        assert (found.running, found.unit) == (False, "avatar-kiosk.service")

    def test_of_one_in_the_session_of_the_boot_unit(self, root: Path, programs: Callable[..., dict[str, str]]) -> None:
        (root / "proc/7/cgroup").write_text("0::/user.slice/user-995.slice/session-1.scope\n")
        environ = programs(systemctl='test "$1 $4" = "show avatar-kiosk@tty2.service" && echo Restart=always')
        kiosk = {"NOTIFY_SOCKET": "/run/notify", "AVATAR_KIOSK_UNIT": "avatar-kiosk@tty2.service"}
        found = service(Running(Path("s"), {}, 7, kiosk), environ, root)
        assert (found.unit, found.user, found.properties) == ("avatar-kiosk@tty2.service", False, {"Restart": "always"})

    LISTED = """
case "$*" in
  "list-unit-files "*) echo "avatar-kiosk@.service $SYSTEM enabled" ;;
  "--user list-unit-files "*) echo "avatar-kiosk.service $USERS enabled" ;;
  *) exit 1 ;;
esac"""

    @pytest.mark.parametrize(
        ("system", "users", "unit", "user"),
        [
            ("disabled", "disabled", "avatar-kiosk@tty1.service", False),
            ("disabled", "enabled", "avatar-kiosk.service", True),
            ("indirect", "disabled", "avatar-kiosk@tty2.service", False),
        ],
    )
    def test_of_both_that_the_package_brings_the_enabled_one_counts(
        self, system: str, users: str, unit: str, user: bool, root: Path, programs: Callable[..., dict[str, str]]
    ) -> None:
        wants = root / "etc/systemd/system/graphical.target.wants"
        wants.mkdir(parents=True)
        if system == "indirect":
            (wants / "avatar-kiosk@tty2.service").symlink_to("/usr/lib/systemd/system/avatar-kiosk@.service")
        environ = {**programs(systemctl=self.LISTED), "SYSTEM": system, "USERS": users}
        found = service(Running(Path("s"), NOBODY), environ, root)
        assert (found.unit, found.user) == (unit, user)

    def test_without_systemd(self, tmp_path: Path) -> None:
        found = service(Running(Path("s"), NOBODY), os.environ, tmp_path)
        assert (found.systemd, found.unit) == (False, None)


class TestOutput:
    @pytest.mark.parametrize(
        ("mute", "volume", "found"),
        [
            ("Mute: no\n", "Volume: mono: 42598 /  65% / -11.23 dB\n", Output(muted=False, volume=65)),
            (
                "Mute: yes\n",
                "Volume: front-left: 1 /   0% / -289 dB,   front-right: 9 / 12% / -55 dB\n        balance 1.00\n",
                Output(muted=True, volume=12),
            ),
            ("Mute: no\n", "", None),
        ],
    )
    def test_in_pactl_s_words(self, mute: str, volume: str, found: Output | None) -> None:
        assert read_output(mute, volume) == found

    def test_of_a_real_sound_server(self, tmp_path: Path) -> None:
        with PulseServer(tmp_path) as pulse:
            environ = {**os.environ, **pulse.environment}
            speakers = enumerated([("speaker", "Lobby Speaker")])
            pulse.pactl("set-sink-volume", "speaker", "35%")
            assert output(engine(speakers), "auto", environ) == Output(muted=False, volume=35)
            pulse.pactl("set-sink-mute", "speaker", "1")
            assert output(engine(speakers), "Lobby*", environ) == Output(muted=True, volume=35)
            assert output(engine(speakers), "HDMI", environ) is None
            assert output(engine(enumerated([("gone", "Gone")])), "auto", environ) is None
            assert output(NOBODY, "auto", environ) is None


def engine(outputs: tuple[AudioDevice, ...]) -> Engine:
    return Engine("offscreen", (), None, script_transform=True, encoded_streams=True, outputs=outputs)


REPORT = {
    "platform": "xcb",
    "screens": [{"name": "DP-1", "width": 1080, "height": 1920}],
    "webgl2": {"renderer": "llvmpipe", "painted": True},
    "script_transform": True,
    "encoded_streams": False,
    "outputs": [{"id": "hdmi", "label": "HDMI", "ordinal": 0, "is_default": True}],
}


class TestEngine:
    """The process that asks it is played by a script."""

    @pytest.fixture
    def probe(self, tmp_path: Path) -> Callable[[str], tuple[str, ...]]:
        def write(script: str) -> tuple[str, ...]:
            (tmp_path / "probe.py").write_text(f"import json, os, sys, time\nREPORT = {REPORT!r}\n{script}")
            return sys.executable, str(tmp_path / "probe.py")

        return write

    def ask(
        self, command: tuple[str, ...], deadline: float = 20.0, **environ: str
    ) -> tuple[Engine | Untold, Untold | None]:
        def prepare(gpu: str, environment: dict[str, str]) -> tuple[str, ...]:
            environment["PREPARED"] = gpu
            return "avatar-kiosk", "--webEngineArgs", "--flag"

        base = {"PATH": os.environ["PATH"]}
        return ask_engine({**base, **environ}, "off", prepare, command=command, deadline=deadline)  # type: ignore[arg-type]

    def test_its_report(self, probe: Callable[[str], tuple[str, ...]]) -> None:
        found, elsewhere = self.ask(probe("print(json.dumps(REPORT))"), DISPLAY=":7")
        assert elsewhere is None
        assert found == Engine(
            "xcb", (Screen("DP-1", 1080, 1920),), WebGl("llvmpipe", painted=True), script_transform=True,
            encoded_streams=False, outputs=(AudioDevice("hdmi", "HDMI", 0, is_default=True),),
        )  # fmt: skip

    def test_it_is_started_as_the_kiosk_starts_it(self, probe: Callable[[str], tuple[str, ...]]) -> None:
        command = probe(
            "words = [*sys.argv[1:], os.environ['PREPARED'], os.environ.get('QT_QPA_PLATFORM', '')]\n"
            "print(json.dumps({**REPORT, 'platform': ' '.join(words)}))"
        )
        for environ, platform in (({"DISPLAY": ":7"}, ""), ({"WAYLAND_DISPLAY": "w"}, ""), ({}, "offscreen")):
            found, _ = self.ask(command, **environ)
            assert isinstance(found, Engine)
            assert found.platform == f"--webEngineArgs --flag off {platform}"

    def test_a_screen_that_does_not_answer_keeps_nobody_from_the_rest(
        self, probe: Callable[[str], tuple[str, ...]]
    ) -> None:
        script = "if 'QT_QPA_PLATFORM' not in os.environ: sys.exit('could not connect to display :7')"
        found, elsewhere = self.ask(probe(f"{script}\nprint(json.dumps(REPORT))"), DISPLAY=":7")
        assert isinstance(found, Engine)
        assert elsewhere is not None
        assert (elsewhere.fault, elsewhere.why) == (True, "the engine ends with 1: could not connect to display :7")

    @pytest.mark.parametrize(
        ("script", "why"),
        [
            ("os.kill(os.getpid(), 6)", "the engine ends with -6: it said nothing"),
            ("print('hello')", "the engine's report cannot be read"),
            ("print('{}')", "the engine's report cannot be read"),
        ],
    )
    def test_one_that_dies_or_talks_nonsense(
        self, probe: Callable[[str], tuple[str, ...]], script: str, why: str
    ) -> None:
        found, elsewhere = self.ask(probe(script), DISPLAY=":7")
        assert isinstance(found, Untold)
        assert (found.why, found.fault, elsewhere) == (why, True, None)

    def test_one_that_hangs_is_ended_with_its_children(
        self, probe: Callable[[str], tuple[str, ...]], tmp_path: Path
    ) -> None:
        command = probe(
            "import subprocess\n"
            "child = subprocess.Popen(['sleep', '600'])\n"
            f"open({str(tmp_path / 'child')!r}, 'w').write(str(child.pid))\n"
            "time.sleep(600)"
        )
        found, _ = self.ask(command, deadline=2.0)
        assert isinstance(found, Untold)
        assert found.why == "the engine does not answer within 2 s"
        child = int((tmp_path / "child").read_text())
        state = Path(f"/proc/{child}/stat")
        assert not state.exists() or ") Z " in state.read_text()

    def test_one_that_cannot_be_started(self, tmp_path: Path) -> None:
        found, _ = self.ask((str(tmp_path / "none"),))
        assert isinstance(found, Untold)
        assert found.why == "the engine cannot be started: No such file or directory"
