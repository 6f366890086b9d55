"""Each room gets what it needs of the settings, and nothing that is secret."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pytest

from kiosk.audio.ranking import AudioDevice as SystemDevice
from kiosk.config import Settings, load_settings
from kiosk.session.messages import AudioDevice, encode
from kiosk.session.model import Policy
from kiosk.wiring import values
from kiosk.wiring.page import sentences
from kiosk.wiring.web import web_for

LIVEKIT = {"url": "wss://livekit.example.com", "api_key": "key", "api_secret": "a-secret-of-some-length"}
BUILTIN, USB = AudioDevice(id="1", label="Built-in"), AudioDevice(id="2", label="USB Conference")


def test_the_page_is_told_no_secret() -> None:
    settings = Settings.model_validate(
        {
            "livekit": LIVEKIT,
            "avatar": {"api_key": "avatar-secret", "app_id": "app", "avatar_id": "a", "sdk": "builtin"},
        }
    )
    text = encode(values.configure_from(settings, demo=False, sdk="builtin"))
    assert "secret" not in text
    assert LIVEKIT["url"] in text


def test_the_page_is_told_which_adapter_the_avatar_needs_and_what_it_asks_for() -> None:
    settings = Settings.model_validate({"avatar": {"region": "eu-central"}})
    configure = values.configure_from(settings, demo=False, sdk="installed", generation=2)
    assert (configure.avatar.generation, configure.avatar.region) == (2, "eu-central")


def test_the_volume_never_goes_beyond_its_ceiling() -> None:
    settings = Settings.model_validate({"speaker": {"volume": 90, "max_volume": 40}})
    assert values.configure_from(settings, demo=True, sdk="builtin").volume == 0.4


def test_the_sites_files_are_served_by_plain_names(tmp_path: Path) -> None:
    logo = tmp_path / "Our Logo.SVG"
    logo.write_text("<svg/>")
    settings = Settings.model_validate({"appearance": {"logo": str(logo)}})
    configure = values.configure_from(settings, demo=True, sdk="builtin")
    assert configure.appearance.logo == "/site/logo.svg"
    assert values.site_files(settings) == {"logo.svg": logo}


def test_the_wished_for_microphone_is_taken_and_kept_while_it_is_there() -> None:
    choose = values.chooser(("USB*", "auto"), lambda: None)
    assert choose([BUILTIN, USB], None) == USB
    assert choose([BUILTIN], None) == BUILTIN
    assert choose([BUILTIN, USB], BUILTIN) == BUILTIN
    assert choose([], None) is None


def test_auto_takes_the_systems_default() -> None:
    choose = values.chooser(("auto",), lambda: SystemDevice("pulse-name", "USB Conference", is_default=True))
    assert choose([BUILTIN, USB], None) == USB


def test_the_speaker_stays_the_systems_unless_one_is_wished_for() -> None:
    assert values.speaker_chooser(("auto",))([BUILTIN, USB], None) is None
    assert values.speaker_chooser(("usb*",))([BUILTIN, USB], None) == USB


def test_an_avatar_that_is_not_there_gives_way_to_the_builtin_one_and_says_why(tmp_path: Path) -> None:
    settings = Settings.model_validate({"livekit": LIVEKIT, "avatar": {"sdk": str(tmp_path)}})
    web = web_for(settings, demo=False)
    assert web.sdk == "builtin"
    assert "@spatialwalk/avatarkit" in web.cause


def test_only_the_configured_server_may_be_reached() -> None:
    web = web_for(Settings.model_validate({"livekit": LIVEKIT}), demo=False)
    assert web.connect == ("wss://livekit.example.com", "https://livekit.example.com")
    assert web_for(Settings(), demo=True).connect == ()


def test_the_curtain_speaks_the_plain_form_of_a_language_or_english() -> None:
    assert sentences("de-AT")["starting"] == sentences("de")["starting"]
    assert sentences("xx")["starting"] == sentences("en")["starting"]


@pytest.mark.parametrize(
    ("key", "value", "field", "seen"),
    [
        ("heartbeat_limit", "7s", "heartbeat_limit", 7.0),
        ("resume_timeout", "3s", "resume_timeout", 3.0),
        ("reconnect_timeout", "11s", "reconnect_timeout", 11.0),
        ("connect_timeout", "12s", "connect_timeout", 12.0),
        ("reload_timeout", "13s", "reload_timeout", 13.0),
        ("rebuild_timeout", "14s", "rebuild_timeout", 14.0),
        ("backoff_initial", "2s", "backoff_initial", 2.0),
        ("backoff_max", "40s", "backoff_max", 40.0),
        ("healthy_after", "45s", "healthy_after", 45.0),
        ("attempts_per_rung", 4, "attempts_per_rung", 4),
        ("restarts", 9, "restart_budget", 9),
        ("retry_max", "8m", "retry_max", 480.0),
        ("page_age", "2h", "page_age", 7200.0),
        ("page_memory", 900, "page_memory", 900_000_000),
        ("process_memory", 2000, "process_memory", 2_000_000_000),
    ],
)
def test_every_patience_of_the_file_is_the_policys(
    key: str, value: object, field: str, seen: float, tmp_path: Path
) -> None:
    """And nothing else of it changes. What the policy makes of each is in `tests/unit/session`."""
    file = tmp_path / "config.toml"
    file.write_text(f"[recovery]\n{key} = {json.dumps(value)}\n", encoding="utf-8")
    loaded = load_settings(file, {})
    assert not loaded.problems
    before, after = values.policy_from(Settings()), values.policy_from(loaded.settings)
    changed = {one.name for one in fields(Policy) if getattr(before, one.name) != getattr(after, one.name)}
    assert changed == {field}
    assert getattr(after, field) == seen
