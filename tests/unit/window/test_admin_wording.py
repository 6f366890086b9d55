"""What the pages of the admin panel say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.window.admin.desk import ConfigFile, ConfigProblem, Device, Recovery
from kiosk.window.admin.texts import Languages, Texts
from kiosk.window.admin.wording import check_view, config_view, device_view, status_view
from tests.qt.made_up_kiosk import BROKEN, NOW, WELL, Outcome

LOCALES = Path(__file__).parents[3] / "resources" / "admin" / "locales"


@pytest.fixture
def texts() -> Texts:
    return Languages(LOCALES).read("en")


def values(view: dict[str, object]) -> dict[str, tuple[str, str]]:
    """The facts of a page: value and tone by label."""
    facts = view["facts"]
    assert isinstance(facts, list)
    return {fact["label"]: (fact["value"], fact["tone"]) for fact in facts}


def test_all_is_well(texts: Texts) -> None:
    view = status_view(WELL, texts, NOW)
    assert (view["tone"], view["title"], view["reason"]) == ("good", "In a conversation", "Everything works.")
    assert view["talking"] is True
    assert values(view)["Conversation"] == ("for 3 min, the agent is listening", "")
    assert values(view)["Microphone"] == ("Jabra Speak 510 Mono", "")
    assert values(view)["Settings"] == ("no problems", "")
    assert values(view)["Last recovery"][0].endswith(" · The avatar's picture stood still.")


def test_much_is_wrong(texts: Texts) -> None:
    view = status_view(replace(BROKEN, sentence="Look at line 4."), texts, NOW)
    assert (view["tone"], view["title"]) == ("bad", "Needs a person")
    assert str(view["reason"]).startswith("The configuration file has problems")
    assert view["sentence"] == "Look at line 4."
    assert values(view)["Microphone"] == ("not found", "bad")
    assert values(view)["Settings"] == ("2 problems, 1 warning", "bad")


@pytest.mark.parametrize(
    ("state", "reason", "tone", "says"),
    [
        ("idle", None, "good", "Everything works."),
        ("idle", "avatar_fallback", "warn", "The chosen avatar cannot be used. The built-in one stands in."),
        ("recovering", "stalled", "busy", "The avatar's picture stood still."),
        ("starting", None, "busy", "Nothing needs to be done."),
        ("closed", None, "calm", "It is outside the opening hours."),
        ("offline", "brand_new", "warn", "brand new"),
        ("brand_new", None, "busy", "Nothing needs to be done."),
    ],
)
def test_states(texts: Texts, state: str, reason: str | None, tone: str, says: str) -> None:
    view = status_view(replace(WELL, state=state, reason=reason), texts, NOW)
    assert (view["tone"], view["reason"]) == (tone, says)


def test_problems_have_their_places(texts: Texts) -> None:
    problems = (
        ConfigProblem(line=4, column=7, key="livekit.url", message="Wrong."),
        ConfigProblem(line=9, message="Odd.", severity="warning"),
        ConfigProblem(message="Unreadable."),
        ConfigProblem(key="livekit.api_secret", message="From the environment."),
    )
    view = config_view(ConfigFile(path=Path("/etc/k.toml"), problems=problems), texts, NOW)
    listed = view["problems"]
    assert isinstance(listed, list)
    assert [one["place"] for one in listed] == ["Line 4, column 7", "Line 9", "The whole file", ""]
    assert [one["tone"] for one in listed] == ["bad", "warn", "bad", "bad"]
    assert view["summary"] == "3 problems, 1 warning"
    assert view["about"] == "It cannot be written. Choices made here hold until the next start."


def test_warnings_alone_are_no_problem(texts: Texts) -> None:
    warning = ConfigProblem(line=1, message="Odd.", severity="warning")
    view = config_view(ConfigFile(path=Path("k.toml"), problems=(warning,), writable=True), texts, NOW)
    assert (view["tone"], view["summary"]) == ("warn", "1 warning")
    assert view["advice"] == "These keep nothing from working."


def test_a_demo_has_no_file(texts: Texts) -> None:
    view = config_view(ConfigFile(), texts, NOW)
    assert (view["path"], view["tone"], view["loaded"]) == ("", "good", "")
    assert "demo" in str(view["about"])


def test_recoveries(texts: Texts) -> None:
    recoveries = (
        Recovery(at=NOW, reason="server_unreachable"),
        Recovery(at=NOW - timedelta(days=3), reason="stalled", seconds=2.14),
        Recovery(at=NOW - timedelta(days=3), reason="stalled", rung="rebuild", seconds=2.14),
    )
    listed = device_view(replace(WELL, recoveries=recoveries * 4), texts, NOW)["recoveries"]
    assert isinstance(listed, list)
    assert len(listed) == 6, "the newest ones"
    assert [one["outcome"] for one in listed[:3]] == [
        "not well yet",
        "well again after 2.1 s",
        "well again after 2.1 s: rebuilt the browser",
    ]
    assert listed[0]["why"] == "The LiveKit server cannot be reached.", "without the advice"


def test_a_machine_without_a_network_says_so(texts: Texts) -> None:
    view = device_view(BROKEN, texts, NOW)
    assert (view["addresses"], view["connected"]) == ("not connected", False)


def test_a_sound_check_in_words(texts: Texts) -> None:
    view = check_view(Outcome(), texts)
    assert (view["tone"], view["title"]) == ("good", "Sounds good")
    assert values(view) == {"Level": ("−24 dB", ""), "Delay": ("87 ms", ""), "Echo": ("−31 dB", "")}
    silent = check_view(Outcome(None, None, None, "not_heard"), texts)
    assert (silent["tone"], silent["title"]) == ("bad", "Nothing heard")
    assert values(silent)["Delay"] == ("not heard", "")
    assert check_view(Outcome(verdict="noisy"), texts)["tone"] == "warn"


def test_no_speaker_in_use_is_said(texts: Texts) -> None:
    view = status_view(replace(WELL, speakers=(Device(name="HDMI"),)), texts, NOW)
    assert values(view)["Speaker"] == ("not found", "bad")
