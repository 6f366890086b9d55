"""What can be tried of Windows and macOS here: rules are evaluated, files parsed, paths resolved. None of it runs.

What is not seen here is seen on the first build on such a system.
"""

from __future__ import annotations

import os
import plistlib
import re
import struct
import subprocess
import sys
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import platformdirs
import pytest
from platformdirs.macos import MacOS
from platformdirs.windows import Windows

from kiosk import __version__
from kiosk.config import paths
from tests.support.kiosk_process import PROJECT

PACKAGING = PROJECT / "packaging"
SPEC = PACKAGING / "pyinstaller" / "avatar-kiosk.spec"
INSTALLER = PACKAGING / "windows" / "installer.iss"
WINDOWS_BUILD = PACKAGING / "windows" / "build.ps1"
MACOS_BUILD = PACKAGING / "macos" / "build"
ICONS = PROJECT / "resources" / "icons"


# The rules of PyInstaller


@dataclass
class FrozenSystem:
    """What PyInstaller would find there, and how those that are to stay hang together.

    Attributes:
        kept: names in the program's folder of what the kiosk needs there.
        dropped: the same of what it does not.
        imports: the libraries that a file links.
    """

    kept: Sequence[str]
    dropped: Sequence[str]
    imports: Mapping[str, Sequence[str]]


WINDOWS = FrozenSystem(
    kept=(
        r"python313.dll",
        r"vcruntime140.dll",
        r"PySide6\QtWebEngineCore.pyd",
        r"PySide6\QtWebEngineProcess.exe",
        r"PySide6\Qt6Core.dll",
        r"PySide6\Qt6WebEngineCore.dll",
        r"PySide6\plugins\platforms\qwindows.dll",
        r"PySide6\plugins\multimedia\windowsmediaplugin.dll",
        r"PySide6\plugins\tls\qschannelbackend.dll",
        r"PySide6\resources\icudtl.dat",
        r"PySide6\resources\qtwebengine_resources_200p.pak",
        r"PySide6\translations\qtwebengine_locales\en-US.pak",
        r"PySide6\translations\qtwebengine_locales\de.pak",
    ),
    dropped=(
        r"PySide6\Qt6Designer.dll",
        r"PySide6\plugins\sqldrivers\qsqlite.dll",
        r"PySide6\plugins\platforms\qdirect2d.dll",
        r"PySide6\resources\qtwebengine_devtools_resources.pak",
        r"PySide6\translations\qtwebengine_locales\sw.pak",
        r"PySide6\translations\qtbase_de.qm",
    ),
    imports={
        r"PySide6\QtWebEngineCore.pyd": [r"Qt6WebEngineCore.dll"],
        r"PySide6\Qt6WebEngineCore.dll": [r"Qt6Core.dll"],
    },
)
FRAMEWORK = "PySide6/Qt/lib/QtWebEngineCore.framework/"
MACOS = FrozenSystem(
    kept=(
        "Python.framework/Versions/3.13/Python",
        "PySide6/QtWebEngineCore.abi3.so",
        f"{FRAMEWORK}Versions/A/QtWebEngineCore",
        f"{FRAMEWORK}Versions/A/Helpers/QtWebEngineProcess.app/Contents/MacOS/QtWebEngineProcess",
        f"{FRAMEWORK}Versions/A/Resources/qtwebengine_resources_200p.pak",
        f"{FRAMEWORK}Versions/A/Resources/qtwebengine_locales/en-US.pak",
        "PySide6/Qt/lib/QtCore.framework/Versions/A/QtCore",
        "PySide6/Qt/plugins/platforms/libqcocoa.dylib",
        "PySide6/Qt/plugins/multimedia/libdarwinmediaplugin.dylib",
        "PySide6/Qt/plugins/permissions/libqdarwinmicrophonepermission.dylib",
    ),
    dropped=(
        "PySide6/Qt/lib/QtDesigner.framework/Versions/A/QtDesigner",
        "PySide6/Qt/plugins/sqldrivers/libqsqlite.dylib",
        f"{FRAMEWORK}Versions/A/Resources/qtwebengine_devtools_resources.pak",
        f"{FRAMEWORK}Versions/A/Resources/qtwebengine_locales/sw.pak",
    ),
    imports={
        "PySide6/QtWebEngineCore.abi3.so": [f"@rpath/{FRAMEWORK.partition('lib/')[2]}Versions/A/QtWebEngineCore"],
        f"{FRAMEWORK}Versions/A/QtWebEngineCore": ["@rpath/QtCore.framework/Versions/A/QtCore"],
    },
)
CODE = (
    ".dll",
    ".pyd",
    ".exe",
    ".so",
    ".dylib",
    "Python",
    "QtWebEngineCore",
    "QtCore",
    "QtWebEngineProcess",
    "QtDesigner",
)


@dataclass
class Evaluated:
    """What the rules have asked PyInstaller for."""

    analysis: dict[str, Any] = field(default_factory=dict)
    program: dict[str, Any] = field(default_factory=dict)
    collected: list[tuple[str, str, str]] = field(default_factory=list)
    bundle: dict[str, Any] | None = None
    system_libraries_left_out: bool = False

    @property
    def names(self) -> set[str]:
        return {name for name, *_ in self.collected}

    @property
    def data(self) -> set[str]:
        return {f"{Path(folder).as_posix()}/{Path(file).name}" for file, folder in self.analysis["datas"]}


@pytest.fixture
def evaluate(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str, FrozenSystem], Evaluated]:
    """Runs the rules as PyInstaller does, with another system's name and another system's files."""

    def run(platform: str, system: FrozenSystem) -> Evaluated:
        told = Evaluated()
        monkeypatch.setattr(sys, "path", [*sys.path])
        monkeypatch.syspath_prepend(PACKAGING)
        hatch_build = __import__("hatch_build")
        package = tmp_path / "node_modules" / "livekit-client"
        package.mkdir(parents=True)
        (package / "package.json").touch()
        monkeypatch.setattr(hatch_build, "install_page_packages", lambda _web, _folder: package.parent)

        class Analysis:
            def __init__(self, scripts: list[str], **asked: Any) -> None:
                told.analysis = {"scripts": scripts, **asked}
                found = [(name, name, "BINARY" if name.endswith(CODE) else "DATA") for name in system.kept]
                found += [(name, name, "BINARY" if name.endswith(CODE) else "DATA") for name in system.dropped]
                self.binaries = [entry for entry in found if entry[2] == "BINARY"]
                self.datas = [entry for entry in found if entry[2] == "DATA"]
                self.pure = self.scripts = list[Any]()

            def exclude_system_libraries(self, **_asked: Any) -> None:
                told.system_libraries_left_out = True

        def executable(*_parts: Any, **asked: Any) -> object:
            told.program = asked
            return object()

        def collect(_program: object, entries: list[tuple[str, str, str]], **_asked: Any) -> object:
            told.collected = entries
            return object()

        def bundle(_folder: object, **asked: Any) -> None:
            told.bundle = asked

        def imports(file: str) -> set[tuple[str, str | None]]:
            return {(name, None) for name in system.imports.get(file, ())}

        modules: dict[str, dict[str, object]] = {
            "PyInstaller": {},
            "PyInstaller.depend": {},
            "PyInstaller.depend.bindepend": {"get_imports": imports},
            "PyInstaller.utils": {},
            "PyInstaller.utils.hooks": {"copy_metadata": lambda name: [(f"/site/{name}", name)]},
        }
        for name, members in modules.items():
            module = types.ModuleType(name)
            module.__dict__.update(members)
            monkeypatch.setitem(sys.modules, name, module)
        names: dict[str, object] = {"SPECPATH": str(SPEC.parent), "Analysis": Analysis, "PYZ": list}
        names |= {"EXE": executable, "COLLECT": collect, "BUNDLE": bundle}
        code = compile(SPEC.read_text(encoding="utf-8"), str(SPEC), "exec")
        with monkeypatch.context() as there:
            there.setattr(sys, "platform", platform)
            exec(code, names)  # noqa: S102 - what PyInstaller does with it
        for made in names.values():
            if isinstance(made, TemporaryDirectory):
                made.cleanup()  # otherwise it goes with the process
        return told

    return run


@pytest.mark.parametrize(("platform", "system"), [("win32", WINDOWS), ("darwin", MACOS)])
def test_the_rules_keep_what_is_needed_there(
    evaluate: Callable[[str, FrozenSystem], Evaluated], platform: str, system: FrozenSystem
) -> None:
    told = evaluate(platform, system)
    assert told.names == set(system.kept)
    assert not told.system_libraries_left_out  # those of Linux fit each other; there Qt brings its own
    assert Path(told.analysis["scripts"][0]).is_file()
    assert {"kiosk.cli", "kiosk.audio.studio_process", "kiosk.operations.system_libraries"} <= set(
        told.analysis["hiddenimports"]
    )
    assert {
        "kiosk/window/Window.qml",
        "kiosk/resources/system-libraries.txt",
        "kiosk/resources/web/index.html",
        "kiosk/resources/web/node_modules/livekit-client/package.json",
        "kiosk/resources/schema/avatar-kiosk.schema.json",
    } <= told.data


def test_the_windows_program_has_an_icon_and_no_console(evaluate: Callable[[str, FrozenSystem], Evaluated]) -> None:
    told = evaluate("win32", WINDOWS)
    assert told.program["console"] is False
    assert Path(told.program["icon"]) == ICONS / "avatar-kiosk.ico"
    assert told.bundle is None


def test_the_mac_program_may_listen_to_visitors(evaluate: Callable[[str, FrozenSystem], Evaluated]) -> None:
    told = evaluate("darwin", MACOS)
    assert told.bundle is not None
    assert (told.bundle["name"], told.bundle["version"]) == ("Avatar Kiosk.app", __version__)
    assert Path(told.bundle["icon"]) == ICONS / "avatar-kiosk.icns"
    facts = plistlib.loads(plistlib.dumps(told.bundle["info_plist"]))
    assert facts["NSMicrophoneUsageDescription"].endswith(".")
    assert facts["NSHighResolutionCapable"] is True
    assert re.fullmatch(r"\d+\.\d+", facts["LSMinimumSystemVersion"])
    rights = plistlib.loads(Path(told.program["entitlements_file"]).read_bytes())
    assert {name for name, allowed in rights.items() if allowed} >= {
        "com.apple.security.device.audio-input",
        "com.apple.security.cs.allow-jit",
    }
    assert "com.apple.security.get-task-allow" not in rights  # a debugger's, with which Apple notarises nothing


# Icons


def test_the_windows_icon_has_every_size() -> None:
    data = (ICONS / "avatar-kiosk.ico").read_bytes()
    reserved, kind, count = struct.unpack_from("<HHH", data)
    assert (reserved, kind) == (0, 1)
    entries = [struct.unpack_from("<BBBBHHII", data, 6 + 16 * number) for number in range(count)]
    assert {entry[0] or 256 for entry in entries} >= {16, 32, 48, 256}
    assert all(offset + size <= len(data) for *_, size, offset in entries)


def test_the_mac_icon_has_every_size() -> None:
    data = (ICONS / "avatar-kiosk.icns").read_bytes()
    magic, length = struct.unpack_from(">4sI", data)
    assert (magic, length) == (b"icns", len(data))
    kinds, at = set[bytes](), 8
    while at < length:
        kind, size = struct.unpack_from(">4sI", data, at)
        kinds.add(kind)
        at += size
    assert at == length
    assert kinds >= {b"ic07", b"ic08", b"ic09", b"ic10"}  # 128, 256, 512 and 1024 pixels


# The installer of Windows


def sections(text: str) -> dict[str, list[str]]:
    """The lines of each section, without comments."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.splitlines():
        if heading := re.fullmatch(r"\[(\w+)\]", line):
            lines = found.setdefault(heading[1], [])
        elif line.strip() and not line.startswith((";", "#")):
            lines.append(line)
    return found


@pytest.fixture
def installer() -> dict[str, list[str]]:
    return sections(INSTALLER.read_text(encoding="utf-8-sig"))


def test_the_installers_letters_are_told_from_the_systems_own() -> None:
    """Without the mark older compilers read the texts in the code page of the machine they run on."""
    assert INSTALLER.read_bytes().startswith(b"\xef\xbb\xbf")


def test_the_installer_names_files_that_are_there(installer: dict[str, list[str]]) -> None:
    text = INSTALLER.read_text(encoding="utf-8-sig")
    defined = dict(re.findall(r'^#define (\w+) "(.*)"$', text, re.MULTILINE))
    assert (INSTALLER.parent / defined["Project"].replace("\\", "/")).resolve() == PROJECT
    named = re.findall(r"\{#Project\}\\([\w\\.-]+)", text)
    assert {"LICENSE", r"resources\icons\avatar-kiosk.ico"} <= set(named)
    made = {"dist"}
    assert [name for name in named if name not in made and not (PROJECT / name.replace("\\", "/")).exists()] == []


def test_the_installer_takes_and_starts_what_the_rules_make(
    installer: dict[str, list[str]], evaluate: Callable[[str, FrozenSystem], Evaluated]
) -> None:
    name = evaluate("win32", WINDOWS).program["name"]
    text = INSTALLER.read_text(encoding="utf-8-sig")
    assert f'#define Program Project + "\\dist\\{name}"' in text
    assert any(line.startswith('Source: "{#Program}\\*"') and "recursesubdirs" in line for line in installer["Files"])
    started = re.findall(r'Filename: "([^"]+)"', text)
    assert set(started) == {f"{{app}}\\{name}.exe"}
    assert len(started) == 5  # menu, desktop, log-on, after the installation, before the removal


def test_the_installer_says_everything_in_every_language(installer: dict[str, list[str]]) -> None:
    languages = {re.findall(r'Name: "(\w+)"', line)[0] for line in installer["Languages"]}
    messages = [re.fullmatch(r"(\w+)\.(\w+)=(.+)", line) for line in installer["CustomMessages"]]
    told = {(found[1], found[2]) for found in messages if found is not None}
    assert len(told) == len(messages)
    assert told == {(language, name) for language in languages for name in ("AutoStart", "NoRuntime")}
    own = set(re.findall(r"CustomMessage\('(\w+)'\)|\{cm:(AutoStart)\}", INSTALLER.read_text(encoding="utf-8-sig")))
    assert {name for pair in own for name in pair if name} == {"AutoStart", "NoRuntime"}


def test_the_installer_puts_the_kiosk_where_only_administrators_write(installer: dict[str, list[str]]) -> None:
    setup = dict(line.split("=", 1) for line in installer["Setup"])
    assert setup["PrivilegesRequired"] == "admin"
    assert setup["DefaultDirName"].startswith("{autopf}\\")
    tasks = {re.findall(r'Name: "(\w+)"', line)[0]: "unchecked" in line for line in installer["Tasks"]}
    assert tasks == {"desktopicon": False, "autostart": True}
    assert {line.rpartition("Tasks: ")[2] for line in installer["Icons"] if "Tasks" in line} == tasks.keys()


# The commands that build there


def test_the_windows_build_names_files_that_are_there() -> None:
    text = WINDOWS_BUILD.read_text(encoding="utf-8")
    named = [
        name for name in re.findall(r"'([\w.\\-]+\\[\w.\\-]+)'", text) if name.startswith(("packaging", "resources"))
    ]
    assert {r"packaging\constraints.txt", r"packaging\pyinstaller\avatar-kiosk.spec"} <= set(named)
    assert [name for name in named if not (PROJECT / name.replace("\\", "/")).is_file()] == []
    (called,) = re.findall(r"\$PSScriptRoot '([\w.]+)'", text)
    assert (WINDOWS_BUILD.parent / called).is_file()
    output = re.findall(r"^OutputBaseFilename=(.+)$", INSTALLER.read_text(encoding="utf-8-sig"), re.MULTILINE)
    assert f"{output[0].replace('{#Version}', '$Version')}.exe" in text


def test_the_mac_build_names_files_that_are_there() -> None:
    named = re.findall(r"\$PROJECT/([\w./-]+)", MACOS_BUILD.read_text(encoding="utf-8"))
    assert {"packaging/constraints.txt", "packaging/pyinstaller/entitlements.plist"} <= set(named)
    made = ("dist", "build", ".venv-build")
    assert [name for name in named if not name.startswith(made) and not (PROJECT / name).is_file()] == []


def test_the_mac_build_fits_the_shell_of_a_mac() -> None:
    """Which is bash 3.2 of 2007."""
    newer = r"mapfile|readarray|declare -A|local -n|\$\{\w+(,,|\^\^|@)|EPOCH|\|&|coproc|globstar"
    assert re.findall(newer, MACOS_BUILD.read_text(encoding="utf-8")) == []


def test_the_mac_build_says_elsewhere_that_it_needs_a_mac() -> None:
    done = subprocess.run([str(MACOS_BUILD)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "build: a Mac program is built on a Mac, not on Linux\n"


# The kiosk's own code


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_every_module_can_be_imported_there(platform: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.other_system", platform],
        cwd=PROJECT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_there_a_module_of_posix_is_missed() -> None:
    """The test above could not fail otherwise."""
    script = "from tests.support.other_system import become; become('win32'); import fcntl"
    done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert "ModuleNotFoundError" in done.stderr


def test_the_folders_of_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platformdirs, "PlatformDirs", Windows)
    monkeypatch.setattr(Windows, "user_config_dir", property(lambda asked: windows_folder("LocalAppData", asked)))
    monkeypatch.setattr(Windows, "user_data_dir", property(lambda asked: windows_folder("LocalAppData", asked)))
    monkeypatch.setattr(Windows, "user_state_dir", property(lambda asked: windows_folder("LocalAppData", asked)))
    monkeypatch.setattr(Windows, "site_config_dir", property(lambda asked: windows_folder("ProgramData", asked)))
    assert str(paths.user_config_file()) == "%LocalAppData%/avatar-kiosk/config.toml"
    assert str(paths.site_config_file("win32")) == "%ProgramData%/avatar-kiosk/config.toml"
    assert str(paths.state_folder()) == "%LocalAppData%/avatar-kiosk"
    assert str(paths.sdk_place()) == "%LocalAppData%/avatar-kiosk/sdk"


def windows_folder(known: str, asked: Windows) -> str:
    return "/".join((f"%{known}%", *(name for name in (asked.appauthor, asked.appname) if name)))


def test_the_folders_of_macos(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(platformdirs, "PlatformDirs", MacOS)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in [name for name in os.environ if name.startswith("XDG_")]:
        monkeypatch.delenv(name)
    own = tmp_path / "Library" / "Application Support" / "avatar-kiosk"
    assert paths.user_config_file() == own / "config.toml"
    assert paths.state_folder() == own
    assert paths.sdk_place() == own / "sdk"
    assert paths.site_config_file("darwin") == Path("/Library/Application Support/avatar-kiosk/config.toml")


def test_the_folders_here_stay_as_they_were() -> None:
    assert paths.site_config_file("linux") == Path("/etc/avatar-kiosk/config.toml")
