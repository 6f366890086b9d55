"""The panel's words: the same in every language, and there for everything the kiosk may say about itself."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.audio.sound_check import SoundVerdict
from kiosk.session.model import Phase, Reason, Rung
from kiosk.window.admin.panel import PAGES
from kiosk.window.admin.texts import Languages, Texts

ROOT = Path(__file__).parents[3]
LOCALES = ROOT / "resources" / "admin" / "locales"
SOURCES = ROOT / "kiosk" / "window" / "admin"
LANGUAGES = ("de", "en")
PLACEHOLDER = re.compile(r"\{(\w+)\}")


@pytest.fixture
def languages() -> Languages:
    return Languages(LOCALES)


def words(language: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((LOCALES / f"{language}.json").read_text(encoding="utf-8"))
    return found


def test_the_languages(languages: Languages) -> None:
    assert languages.available() == list(LANGUAGES)


def test_every_language_has_every_sentence() -> None:
    english = words("en")
    for language in LANGUAGES:
        other = words(language)
        assert list(other) == list(english), language
        empty = [key for key, text in other.items() if not text.strip()]
        assert not empty, language
        for key, text in english.items():
            assert sorted(PLACEHOLDER.findall(other[key])) == sorted(PLACEHOLDER.findall(text)), (language, key)


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_words_for_all_that_may_happen(language: str) -> None:
    known = words(language)
    wanted = {f"state_{phase.value}" for phase in Phase} | {f"reason_{reason.value}" for reason in Reason}
    wanted |= {"reason_avatar_fallback"} | {f"rung_{rung.word}" for rung in Rung}
    wanted |= {f"agent_{state}" for state in ("initializing", "idle", "listening", "thinking", "speaking")}
    wanted |= {f"verdict_{verdict.value}{more}" for verdict in SoundVerdict for more in ("", "_text")}
    wanted |= {f"page_{page}" for page in PAGES}
    wanted |= {f"{question}{more}" for question in ("restart", "leave") for more in ("", "_title", "_text")}
    assert wanted - set(known) == set()


def test_every_sentence_the_pictures_ask_for_is_there_and_none_is_left_over() -> None:
    pictures = "".join(file.read_text(encoding="utf-8") for file in SOURCES.glob("*.qml"))
    code = "".join(file.read_text(encoding="utf-8") for file in SOURCES.glob("*.py"))
    named = set(re.findall(r"[\"'](\w+)[\"']", code))
    asked = set(re.findall(r"\bt\.(\w+)", pictures))
    assert asked - set(words("en")) == set()
    families = ("state_", "reason_", "rung_", "agent_", "verdict_", "page_", "version_", "restart_", "leave_")
    for key in words("en"):
        stem = re.sub(r"_(one|many)$", "", key)
        used = key in asked or stem in named or key.startswith(families)
        assert used, f"nobody says {key}"


def test_the_first_language_that_is_there_is_spoken(languages: Languages) -> None:
    assert languages.best(["fr", "de-AT", "en"]) == "de"
    assert languages.best(["en-GB", "de"]) == "en"
    assert languages.best(["fr"]) == "en"
    assert languages.best([]) == "en"


def test_a_word_without_a_sentence_is_shown_as_it_is() -> None:
    texts = Texts("en", {})
    assert texts.word("reason", "brand_new_trouble") == "brand new trouble"
    assert texts.say("nothing") == "nothing"


@pytest.mark.parametrize(
    ("seconds", "english", "german"),
    [
        (0, "0 s", "0 s"),
        (59.9, "59 s", "59 s"),
        (60, "1 min", "1 min"),
        (3599, "59 min", "59 min"),
        (3660, "1 h 1 min", "1 h 1 min"),
        (86400, "1 day 0 h", "1 Tag 0 h"),
        (276_900, "3 days 4 h", "3 Tage 4 h"),
        (-5, "0 s", "0 s"),
    ],
)
def test_spans(languages: Languages, seconds: float, english: str, german: str) -> None:
    assert languages.read("en").span(seconds) == english
    assert languages.read("de").span(seconds) == german


def test_moments_are_the_kiosks_own_time_of_day_and_carry_the_day_unless_it_is_today(languages: Languages) -> None:
    now = datetime(2026, 3, 12, 20, 0).astimezone()
    assert languages.read("en").moment(now.replace(hour=8, minute=5).astimezone(UTC), now) == "08:05"
    assert languages.read("en").moment(now.replace(day=9, hour=18), now) == "9 Mar, 18:00"
    assert languages.read("de").moment(now.replace(day=9, hour=18), now) == "9. März, 18:00"


def test_numbers(languages: Languages) -> None:
    assert languages.read("en").number(2.14) == "2.1"
    assert languages.read("de").number(2.14) == "2,1"
