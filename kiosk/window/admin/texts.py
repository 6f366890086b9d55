"""The panel's words in the languages it has, and how it writes moments and spans of time."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

LAST_RESORT = "en"
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


@dataclass(frozen=True, slots=True)
class Texts:
    """One language. `words`: sentence by key, with `{placeholders}`."""

    language: str
    words: Mapping[str, str]

    def say(self, key: str, **values: object) -> str:
        """The sentence with its placeholders filled in; a key nobody has written a sentence for is shown as it is."""
        return self.words.get(key, key).format_map({name: str(value) for name, value in values.items()})

    def word(self, family: str, name: str) -> str:
        """The text for one word of an open list, such as a state; a word that is newer than the texts stays as it is,
        in plain writing.
        """
        return self.words.get(f"{family}_{name}", name.replace("_", " "))

    def count(self, key: str, number: int) -> str:
        """A sentence with a number in it, as `<key>_one` or `<key>_many`."""
        return self.say(f"{key}_one" if number == 1 else f"{key}_many", number=number)

    def moment(self, at: datetime, now: datetime) -> str:
        """The time of day where the kiosk stands, with the day unless it is today's."""
        local = at.astimezone()
        clock = f"{local.hour:02d}:{local.minute:02d}"
        if local.date() == now.astimezone().date():
            return clock
        month = self.words["months"].split()[local.month - 1]
        return self.say("moment", day=local.day, month=month, time=clock)

    def span(self, seconds: float) -> str:
        """A length of time in its one or two largest units."""
        whole = max(0, int(seconds))
        if whole < _MINUTE:
            return self.say("seconds", number=whole)
        if whole < _HOUR:
            return self.say("minutes", number=whole // _MINUTE)
        if whole < _DAY:
            return self.say("hours", hours=whole // _HOUR, minutes=whole % _HOUR // _MINUTE)
        return f"{self.count('days', whole // _DAY)} {self.say('whole_hours', number=whole % _DAY // _HOUR)}"

    def number(self, value: float) -> str:
        """With one decimal, as the language writes it."""
        return f"{value:.1f}".replace(".", self.words["decimal"])


class Languages:
    """The folder of texts. Read when it is asked, for nobody needs them while the panel is closed."""

    def __init__(self, folder: Path) -> None:
        """`folder` holds one JSON file for every language, English at least."""
        self._folder = folder

    def available(self) -> list[str]:
        """The languages there are, by their code."""
        return sorted(file.stem for file in self._folder.glob("*.json"))

    def best(self, wanted: Sequence[str]) -> str:
        """The first of the wanted ones that there is, also in its plain form (`de` for `de-AT`); else English."""
        available = self.available()
        spellings = (spelling for name in wanted for spelling in (name, name.partition("-")[0]))
        return next((spelling for spelling in spellings if spelling in available), LAST_RESORT)

    def read(self, language: str) -> Texts:
        words = json.loads((self._folder / f"{language}.json").read_text(encoding="utf-8"))
        return Texts(language, words)
