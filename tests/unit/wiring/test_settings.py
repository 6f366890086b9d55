"""A save counts when it should, and a broken one never."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.config import load_settings
from kiosk.wiring.settings import SettingsKeeper

SERVER = '[livekit]\nurl = "wss://livekit.example.com"\napi_key = "key"\napi_secret = "a-secret-of-some-length"\n'


class Site:
    def __init__(self, folder: Path, text: str) -> None:
        self.file = folder / "config.toml"
        self.save(text)
        self.looks_shown = 0
        self.keeper = SettingsKeeper(load_settings(self.file, {}), {}, self._show)

    def save(self, text: str) -> None:
        self.file.write_text(text, encoding="utf-8")
        self.file.chmod(0o600)

    def _show(self) -> None:
        self.looks_shown += 1


def test_looks_count_at_once_and_the_rest_between_visitors(tmp_path: Path) -> None:
    site = Site(tmp_path, SERVER)
    site.save(SERVER + '[appearance]\norganisation = "Example"\n[session]\nidle_timeout = "30s"\n')
    assert site.keeper.read_again()
    assert site.looks_shown == 1
    assert site.keeper.settings.appearance.organisation == "Example"
    assert site.keeper.settings.session.idle_timeout == 60
    assert site.keeper.pending
    assert site.keeper.apply_pending()
    assert site.keeper.settings.session.idle_timeout == 30
    assert not site.keeper.pending


def test_looks_alone_leave_nothing_pending(tmp_path: Path) -> None:
    site = Site(tmp_path, SERVER)
    site.save(SERVER + "[speaker]\nvolume = 30\n")
    assert site.keeper.read_again()
    assert not site.keeper.pending
    assert site.keeper.settings.speaker.volume == 30


def test_a_broken_save_changes_nothing_and_says_what_is_wrong(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    site = Site(tmp_path, SERVER)
    before = site.keeper.settings
    site.save(SERVER + '[session]\nidel_timeout = "30s"\n[appearance]\naccent = "blau"\n')
    assert not site.keeper.read_again()
    assert site.keeper.settings == before
    assert len(site.keeper.problems) == 2
    assert "idle_timeout" in caplog.text
    site.save(SERVER)
    assert site.keeper.read_again()
    assert site.keeper.problems == ()


def test_a_broken_file_at_start_runs_no_session_until_it_is_mended(tmp_path: Path) -> None:
    site = Site(tmp_path, "[livekit]\nurl = 7\n")
    assert not site.keeper.usable
    assert not site.keeper.demo, "a broken configuration must not turn into a demo"
    site.save(SERVER)
    assert site.keeper.read_again()
    assert site.keeper.apply_pending()
    assert site.keeper.usable


def test_what_needs_a_restart_says_so(tmp_path: Path) -> None:
    site = Site(tmp_path, SERVER)
    site.save(SERVER + '[display]\ngpu = "off"\n')
    site.keeper.read_again()
    assert site.keeper.restart_needed == ("display.gpu",)


@pytest.mark.parametrize("left", ["", "# [livekit]\n", '[appearance]\norganisation = "Example"\n'])
def test_a_file_without_its_server_makes_no_demo_of_a_running_kiosk(tmp_path: Path, left: str) -> None:
    """An emptied file would be a demo's at the start."""
    site = Site(tmp_path, SERVER)
    site.save(left)
    assert not site.keeper.read_again()
    (problem,) = site.keeper.problems
    assert problem.key == "livekit"
    assert not site.keeper.demo
    assert not site.keeper.pending
    site.save(SERVER)
    assert site.keeper.read_again()
    assert site.keeper.problems == ()


def test_a_demo_may_become_a_kiosk(tmp_path: Path) -> None:
    site = Site(tmp_path, "")
    assert site.keeper.demo
    site.save(SERVER)
    assert site.keeper.read_again()
    assert site.keeper.apply_pending()
    assert not site.keeper.demo


def test_a_choice_is_saved_in_the_file_and_counts(tmp_path: Path) -> None:
    site = Site(tmp_path, f"# The lobby\n{SERVER}")
    assert (
        site.keeper.choose(site.file, {("speaker", "volume"): 35, ("microphone", "device"): ["Jabra*", "auto"]}) is None
    )
    assert site.file.read_text(encoding="utf-8").startswith(f"# The lobby\n{SERVER}")
    assert site.keeper.read_again()
    assert site.keeper.settings.speaker.volume == 35
    assert site.keeper.waiting == ("microphone.device",)
    assert site.keeper.apply_pending()
    assert site.keeper.settings.microphone.device == ("Jabra*", "auto")


def test_a_choice_that_cannot_be_saved_holds_until_the_end_of_the_process(tmp_path: Path) -> None:
    site = Site(tmp_path, SERVER)
    nowhere = tmp_path / "no folder of that name" / "config.toml"
    nowhere.parent.write_text("")
    sentence = site.keeper.choose(nowhere, {("speaker", "volume"): 35})
    assert sentence is not None
    assert str(nowhere) in sentence
    for _ in range(2):
        assert site.keeper.read_again()
        assert site.keeper.settings.speaker.volume == 35
    assert site.keeper.choose(site.file, {("speaker", "volume"): 20}) is None
    assert site.keeper.read_again()
    assert site.keeper.settings.speaker.volume == 20, "what was saved later wins"


def test_a_choice_in_a_demo_without_a_file_holds_too() -> None:
    keeper = SettingsKeeper(load_settings(None, {}), {}, lambda: None)
    assert "demo" in (keeper.choose(None, {("microphone", "device"): ["Desk*"]}) or "")
    assert keeper.read_again()
    assert keeper.apply_pending()
    assert keeper.settings.microphone.device == ("Desk*",)
    assert keeper.demo


def test_a_warning_is_told_once_and_keeps_nothing_from_counting(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    doubtful = SERVER + "[speaker]\nvolume = 90\nmax_volume = 40\n"
    site = Site(tmp_path, SERVER)
    site.save(doubtful)
    assert site.keeper.read_again()
    assert site.keeper.settings.speaker.max_volume == 40
    (warning,) = site.keeper.warnings
    assert caplog.text.count(warning.message) == 1
    assert site.keeper.read_again()
    assert caplog.text.count(warning.message) == 1
    site.save(SERVER)
    assert site.keeper.read_again()
    assert not site.keeper.warnings
