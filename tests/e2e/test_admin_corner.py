"""The admin corner on the real window, with a real pointer and a real keyboard."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import StartKiosk
from tests.support.kiosk_process import PROJECT, KioskProcess, bare_environment
from tests.support.pulse import PulseServer
from tests.support.virtual_screen import Pixels, VirtualScreen, changed_share
from tests.support.waiting import wait_until

PIN = "7391"


def with_pin(folder: Path, text: str) -> str:
    """This configuration with a PIN, set as an operator sets it."""
    file = folder / "with-pin.toml"
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)
    command = [sys.executable, "-m", "kiosk", "set-pin", "--stdin", str(file)]
    environment = bare_environment(folder, folder)
    done = subprocess.run(
        command, input=f"{PIN}\n", env=environment, cwd=PROJECT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return file.read_text(encoding="utf-8")


def open_by_taps(screen: VirtualScreen) -> None:
    screen.click(screen.width - 12, 12, times=5)


def close(screen: VirtualScreen) -> None:
    """The button in the upper right."""
    screen.click(screen.width - 60, 36)


def lobby_page(screen: VirtualScreen) -> Pixels:
    """What the screen shows once the curtain has lifted: a face has many colours, a curtain few."""
    last = screen.pixels()

    def lifted() -> tuple[Pixels] | None:
        nonlocal last
        before, last = last, screen.pixels()
        face = last[screen.height // 5 : screen.height // 2, screen.width // 4 : 3 * screen.width // 4]
        return (last,) if face.std() > 30 and changed_share(before, last) < 0.05 else None

    return wait_until(lifted, "the face", 15, every=0.4)[0]


def covered(screen: VirtualScreen, before: Pixels) -> Pixels:
    """What the screen shows once something else covers all of it."""

    def met() -> tuple[Pixels] | None:
        pixels = screen.pixels()
        return (pixels,) if changed_share(before, pixels, threshold=4) > 0.35 else None

    return wait_until(met, "the panel to cover the page", 10, every=0.2)[0]


@pytest.fixture
def lobby(start_kiosk: StartKiosk, screen: VirtualScreen, tmp_path: Path) -> KioskProcess:
    kiosk = start_kiosk(with_pin(tmp_path, '# Our lobby\n[appearance]\ntheme = "light"\n'))
    kiosk.allow("a wrong PIN")
    kiosk.wait_for_state("idle")
    return kiosk


def test_the_corner_opens_to_whoever_knows_the_pin(lobby: KioskProcess, screen: VirtualScreen) -> None:
    page = lobby_page(screen)
    open_by_taps(screen)
    keypad = covered(screen, page)
    lobby.wait_for_state("idle", timeout=10)
    for wrong in "1111":
        screen.key(wrong)
    screen.key("Return")
    lobby.wait_for_log("a wrong PIN, 1 in a row")
    for digit in PIN:
        screen.key(digit)
    screen.key("Return")
    lobby.wait_for_log("the PIN was entered")
    wait_until(lambda: changed_share(keypad, screen.pixels()) > 0.05, "the panel behind the keypad", 10, every=0.2)
    close(screen)
    wait_until(lambda: changed_share(page, screen.pixels()) < 0.2, "the lobby again", 10, every=0.2)
    screen.tap()
    lobby.wait_for_state("connecting", "live")


def test_a_microphone_chosen_in_the_panel_is_used_and_stands_in_the_file(
    start_kiosk: StartKiosk, screen: VirtualScreen, pulse: PulseServer, tmp_path: Path
) -> None:
    """The places of the buttons are those of this screen's size: the tabs at the bottom, "Use" at the right."""
    pulse.add_microphone("desk", "Front Desk Microphone", default=True)
    pulse.add_microphone("spare", "Spare Microphone")
    kiosk = start_kiosk(with_pin(tmp_path, '# Our lobby\n[appearance]   # looks\ntheme = "light"\n'))
    kiosk.wait_for_state("idle")
    before = kiosk.config_path.read_text(encoding="utf-8")
    page = lobby_page(screen)
    screen.key("ctrl+alt+shift+a")
    keypad = covered(screen, page)
    for digit in PIN:
        screen.key(digit)
    screen.key("Return")
    kiosk.wait_for_log("the PIN was entered")
    wait_until(lambda: changed_share(keypad, screen.pixels()) > 0.05, "the panel", 10, every=0.2)
    status_page = screen.pixels()
    screen.click(206, 925)
    wait_until(lambda: changed_share(status_page, screen.pixels()) > 0.05, "the page about sound", 10, every=0.2)

    def chosen() -> list[str] | None:
        screen.click(466, 337)
        settings = tomllib.loads(kiosk.config_path.read_text(encoding="utf-8"))
        return settings.get("microphone", {}).get("device")

    wish = wait_until(chosen, "the choice in the file", 10, every=1.0)
    assert "Spare Microphone" in wish
    assert kiosk.config_path.read_text(encoding="utf-8").startswith(before.rstrip())
    kiosk.wait_for_status("it to be wished for", lambda status: "Spare Microphone" in status["microphone"]["wanted"])


def test_the_chord_opens_it_too_and_three_seconds_of_rest_do(lobby: KioskProcess, screen: VirtualScreen) -> None:
    page = lobby_page(screen)
    screen.key("ctrl+alt+shift+a")
    covered(screen, page)
    close(screen)
    wait_until(lambda: changed_share(page, screen.pixels()) < 0.2, "the lobby again", 10, every=0.2)
    screen.press(screen.width - 12, 12)
    covered(screen, page)
    screen.release()


def test_without_a_pin_it_only_says_how_to_set_one(start_kiosk: StartKiosk, screen: VirtualScreen) -> None:
    kiosk = start_kiosk({"appearance": {"theme": "light"}})
    kiosk.wait_for_state("idle")
    page = lobby_page(screen)
    screen.key("ctrl+alt+shift+a")
    covered(screen, page)
    for digit in PIN:
        screen.key(digit)
    screen.key("Return")
    assert "the PIN was entered" not in kiosk.process.output()
    close(screen)
    wait_until(lambda: changed_share(page, screen.pixels()) < 0.2, "the lobby again", 10, every=0.2)


def test_the_configured_corner_is_the_only_one_and_it_closes_by_itself(
    start_kiosk: StartKiosk, screen: VirtualScreen
) -> None:
    admin: dict[str, Any] = {"corner": "bottom-left", "gesture": "taps", "keys": "", "close_after": "10s"}
    kiosk = start_kiosk({"admin": admin, "appearance": {"theme": "light"}})
    kiosk.wait_for_state("idle")
    page = lobby_page(screen)
    screen.key("ctrl+alt+shift+a")
    screen.click(12, screen.height - 12, times=5)
    covered(screen, page)
    wait_until(lambda: changed_share(page, screen.pixels()) < 0.2, "it to close", 16, every=0.2)


def test_what_set_pin_writes_is_all_it_changes(tmp_path: Path) -> None:
    before = '# Our lobby\n[appearance]  # looks\ntheme = "light"\n'
    after = with_pin(tmp_path, before)
    assert after.startswith(before)
    assert tomllib.loads(after)["admin"]["pin_hash"].startswith("$argon2id$")
    assert PIN not in after
