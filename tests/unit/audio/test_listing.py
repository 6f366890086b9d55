"""The answer of `avatar-kiosk microphones`."""

from __future__ import annotations

from kiosk.audio.listing import microphone_listing
from kiosk.audio.ranking import enumerated

QT = enumerated([("desk", "Desk"), ("usb-1", "Headset"), ("usb-2", "Headset")], default_id="usb-2")
CHROMIUM = enumerated([("default", ""), ("f1", "Desk"), ("f2", "Headset"), ("f3", "Headset")])


def test_chromium_learns_the_default_from_qt_and_its_view_decides() -> None:
    listing = microphone_listing("auto", QT, CHROMIUM)
    assert [entry["default"] for entry in listing["chromium"]] == [False, False, True]
    assert listing["choice"] == {
        "name": "Headset #2",
        "reason": "wanted",
        "candidates": ["Headset #2", "Desk", "Headset"],
    }


def test_a_device_that_only_qt_sees_cannot_be_chosen() -> None:
    listing = microphone_listing("Headset", QT, CHROMIUM[:1])
    assert [entry["name"] for entry in listing["qt"]] == ["Desk", "Headset", "Headset #2"]
    assert listing["choice"] == {"name": None, "reason": "none", "candidates": []}


def test_a_running_session_names_what_it_holds() -> None:
    listing = microphone_listing("Headset", QT, CHROMIUM, current=CHROMIUM[0])
    assert (listing["choice"]["name"], listing["choice"]["reason"]) == ("Desk", "kept")
