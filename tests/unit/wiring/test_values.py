"""Each room gets what it needs of the settings, and nothing that is secret."""

from __future__ import annotations

from pathlib import Path

from kiosk.audio.ranking import AudioDevice as SystemDevice
from kiosk.config import Settings
from kiosk.session.messages import AudioDevice, encode
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
