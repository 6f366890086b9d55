"""The icon that `packaging/run --install-shortcut` writes, and what starts when it is opened."""

from __future__ import annotations

import configparser
import hashlib
import os
import stat
import subprocess
from pathlib import Path

import pytest

from tests.support import parts
from tests.support.desktop_clone import Clone
from tests.support.kiosk_process import PROJECT
from tests.support.waiting import wait_until

SHIPPED = PROJECT / "packaging" / "desktop" / "avatar-kiosk.desktop"
LANGUAGES = {"ar", "de", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "tr", "zh_CN"}
NASTY = 'Bob\'s "best" $HOME \\n `id` 100% %f;&|'
"""A folder's name with all that means something to a shell, to an Exec line, or to a desktop file."""


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path / "clone", tmp_path / "home")


@pytest.fixture
def nasty_clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path / NASTY / "clone", tmp_path / "home")


def test_desktop_files_are_valid(nasty_clone: Clone) -> None:
    nasty_clone.shortcut("install_shortcut", KIOSK_PYTHON="/opt/my python/bin/python3")
    for file in (SHIPPED, nasty_clone.icon, nasty_clone.in_menu):
        command = [parts.program("desktop-file-validate"), "--warn-kde", str(file)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        assert (done.returncode, done.stdout) == (0, ""), file


def test_every_text_is_in_every_language() -> None:
    file = configparser.ConfigParser(delimiters=("=",), interpolation=None)
    file.optionxform = str  # type: ignore[assignment,method-assign] # the documented way to keep capitals
    file.read(SHIPPED, encoding="utf-8")
    texts = {section: {"Name"} for section in file.sections()}
    texts["Desktop Entry"] = {"GenericName", "Comment", "Keywords"}  # the product is called the same everywhere
    for section, keys in texts.items():
        for key in keys:
            found = {option[len(key) + 1 : -1] for option in file[section] if option.startswith(f"{key}[")}
            assert found == LANGUAGES, (section, key)
    assert {f"Desktop Action {name}" for name in file["Desktop Entry"]["Actions"].strip(";").split(";")} < set(texts)


@pytest.mark.parametrize("python", ["", "/opt/my $PYTHON/bin/python3"])
def test_the_icon_starts_its_clone_whatever_that_is_called(nasty_clone: Clone, python: str) -> None:
    nasty_clone.shortcut("install_shortcut", KIOSK_PYTHON=python)
    subprocess.run([parts.program("gio"), "launch", str(nasty_clone.icon)], env=nasty_clone.environment, check=True)
    started = nasty_clone.home / "started"
    told = wait_until(lambda: started.read_text(encoding="utf-8") if started.exists() else "", "packaging/run to start")
    assert told.splitlines() == [str(nasty_clone.folder / "packaging" / "run"), python]


def test_the_icon_has_a_picture_and_offers_the_demo_and_the_end(clone: Clone) -> None:
    clone.shortcut("install_shortcut")
    lines = clone.icon.read_text(encoding="utf-8").splitlines()
    (picture,) = (Path(line.removeprefix("Icon=")) for line in lines if line.startswith("Icon="))
    assert picture.read_bytes() == (PROJECT / "resources" / "icons" / "avatar-kiosk-256.png").read_bytes()
    launch = f'Exec="{clone.folder}/packaging/desktop/launch"'
    assert [line for line in lines if line.startswith("Exec=")] == [launch, f"{launch} --demo", f"{launch} quit"]


def test_the_desktop_need_not_ask_whether_to_trust_the_icon(clone: Clone) -> None:
    if not any(Path(folder, "gvfsd-metadata").exists() for folder in ("/usr/libexec", "/usr/lib/gvfs")):
        parts.lacking("gvfs")
    said = clone.shortcut("install_shortcut")
    assert clone.icon.stat().st_mode & stat.S_IXUSR
    ask = ["dbus-run-session", "--", parts.program("gio"), "info", "-a", "metadata::*", str(clone.icon)]
    known = subprocess.run(ask, env=clone.environment, check=True, capture_output=True, text=True).stdout
    assert f"metadata::xfce-exe-checksum: {hashlib.sha256(clone.icon.read_bytes()).hexdigest()}" in known
    assert "metadata::trusted: true" in known
    assert "may ask" not in said


def test_a_desktop_without_metadata_may_ask(clone: Clone) -> None:
    clone.has("gio", "exit 1")
    assert "The desktop may ask once" in clone.shortcut("install_shortcut")


def test_installed_twice_it_is_there_once(clone: Clone) -> None:
    clone.shortcut("install_shortcut")
    once = clone.files()
    clone.shortcut("install_shortcut")
    assert clone.files() == once


def test_removed_it_leaves_nothing_of_its_own(clone: Clone) -> None:
    clone.has("pcmanfm", "")
    letter = clone.home / "Desktop" / "letter.txt"
    letter.parent.mkdir()
    letter.write_text("not ours", encoding="utf-8")
    clone.shortcut("install_shortcut")
    said = clone.shortcut("remove_shortcut")
    assert f"Removed {clone.icon}" in said
    settings = clone.home / ".config" / "libfm" / "libfm.conf"
    assert set(clone.files()) == {letter, settings}
    assert not clone.shortcut("remove_shortcut")


def test_an_icon_for_root_by_mistake_is_refused(tmp_path: Path) -> None:
    command = [str(PROJECT / "packaging" / "run"), "--install-shortcut"]
    environment = {**os.environ, "SUDO_USER": "somebody", "HOME": str(tmp_path)}
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    assert (done.returncode, list(tmp_path.iterdir())) == (1, [])
    assert "run this as somebody, without sudo" in done.stderr


def test_who_has_no_desktop_folder_gets_the_menu_entry(clone: Clone) -> None:
    config = clone.home / ".config"
    config.mkdir()
    (config / "user-dirs.dirs").write_text('XDG_DESKTOP_DIR="$HOME/"\n', encoding="utf-8")
    assert "No icon on the desktop" in clone.shortcut("install_shortcut")
    assert clone.in_menu.exists()
    assert not list(clone.home.glob("*.desktop"))


def test_the_desktop_folder_may_have_another_name(clone: Clone) -> None:
    config = clone.home / ".config"
    config.mkdir()
    (config / "user-dirs.dirs").write_text('XDG_DESKTOP_DIR="$HOME/Mein Schreibtisch"\n', encoding="utf-8")
    clone.shortcut("install_shortcut")
    assert (clone.home / "Mein Schreibtisch" / "avatar-kiosk.desktop").exists()


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (None, "[config]\nquick_exec=1\n", "without asking"),
        ("[config]\nsingle_click=0\n", "[config]\nquick_exec=1\nsingle_click=0\n", "without asking"),
        ("[ui]\nbig_icon_size=48\n", "[ui]\nbig_icon_size=48\n[config]\nquick_exec=1\n", "without asking"),
        ("[config]\nquick_exec=1\n", "[config]\nquick_exec=1\n", None),
        ("[config]\nquick_exec=0\n", "[config]\nquick_exec=0\n", "asks before it opens an icon"),
    ],
)
def test_pcmanfm_asks_only_where_somebody_wants_that(
    clone: Clone, before: str | None, after: str, told: str | None
) -> None:
    clone.has("pcmanfm", "")
    settings = clone.home / ".config" / "libfm" / "libfm.conf"
    if before is not None:
        settings.parent.mkdir(parents=True)
        settings.write_text(before, encoding="utf-8")
    said = clone.shortcut("install_shortcut")
    assert settings.read_text(encoding="utf-8") == after
    assert (told or "PCManFM") in said if told else "PCManFM" not in said


def test_what_the_kiosk_says_is_kept(clone: Clone) -> None:
    clone.runs('echo "to stdout $*"; echo "to stderr" >&2')
    assert clone.launch("--demo") == 0
    clone.runs("echo the second time")
    assert clone.launch() == 0
    said = clone.log.read_text(encoding="utf-8").splitlines()
    assert [line for line in said if not line.startswith("--- launched ")] == [
        "to stdout --demo",
        "to stderr",
        "the second time",
    ]
    assert len(said) == 5


def test_a_log_does_not_grow_for_ever(clone: Clone) -> None:
    clone.runs("for ((line = 0; line < 5000; line++)); do printf 'line %0500d\\n' \"$line\"; done")
    assert clone.launch() == 0
    logs = sorted(clone.log.parent.iterdir())
    assert logs == [clone.log, clone.log.with_name("icon.log.1")]
    assert sum(log.stat().st_size for log in logs) < 2_100_000
    assert clone.log.read_text(encoding="utf-8").endswith("4999\n")


def test_a_failure_is_shown_in_a_window(clone: Clone) -> None:
    clone.has("zenity", 'printf "%s\\n" "$@" >"$HOME/shown"')
    clone.runs("echo an earlier time")
    clone.launch()
    clone.runs("echo 'run: npm ci failed in /somewhere' >&2; exit 1")
    assert clone.launch() == 1
    shown = (clone.home / "shown").read_text(encoding="utf-8")
    assert "an earlier time" not in shown
    assert "npm ci failed in /somewhere" in shown
    assert "exit code 1" in shown
    assert str(clone.log) in shown


@pytest.mark.parametrize("code", [0, 4, 143])
def test_no_window_is_shown_when_nothing_is_wrong(clone: Clone, code: int) -> None:
    clone.has("zenity", 'touch "$HOME/shown"')
    clone.runs(f"exit {code}")
    assert clone.launch() == code
    assert not (clone.home / "shown").exists()


def test_who_waits_for_a_preparation_is_told(clone: Clone) -> None:
    clone.has("notify-send", 'printf "%s\\n" "$@" >>"$HOME/told"')
    clone.runs("echo 'Preparing .venv; the first time takes a minute or two.' >&2; echo and more")
    clone.launch()
    told = (clone.home / "told").read_text(encoding="utf-8")
    assert told.endswith("Preparing .venv; the first time takes a minute or two.\n")
    assert "and more" not in told
