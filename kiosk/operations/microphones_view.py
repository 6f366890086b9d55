"""`avatar-kiosk microphones` for people: one row a device, the chosen one marked."""

from __future__ import annotations

from kiosk.audio.listing import DeviceEntry, MicrophoneListing
from kiosk.operations.terminal import Row, Tone

_REASONS = {
    "wanted": "chosen",
    "fallback": "chosen, because what the configuration names first is not there",
    "kept": "in use until this session ends, then the configuration's first choice returns",
}


def listing_rows(listing: MicrophoneListing) -> list[Row]:
    """All devices in Chromium's order, then those that only Qt sees; last, what is missing."""
    by_name = {entry["name"]: entry for entry in (*listing["chromium"], *listing["qt"])}
    rows = [_row(entry, listing) for entry in by_name.values()]
    if not rows:
        rows.append(Row("", "No microphone is there.", Tone.BAD))
    elif listing["choice"]["name"] is None:
        rows.append(Row("", "None of them is what the configuration asks for.", Tone.BAD))
    return rows


def _row(entry: DeviceEntry, listing: MicrophoneListing) -> Row:
    choice = listing["choice"]
    chosen = entry["name"] == choice["name"]
    sides = [
        side
        for side, entries in (("Qt", listing["qt"]), ("Chromium", listing["chromium"]))
        if any(seen["name"] == entry["name"] for seen in entries)
    ]
    facts = [
        _REASONS.get(choice["reason"], choice["reason"]) if chosen else "",
        "the system's default" if entry["default"] else "",
        f"seen by {' and '.join(sides)}" if len(sides) > 1 else f"seen by {sides[0]} only",
    ]
    return Row(entry["name"], " · ".join(fact for fact in facts if fact), Tone.GOOD if chosen else Tone.PLAIN)
