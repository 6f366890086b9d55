"""Which settings are in force, and when a saved file becomes them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from kiosk.config import Loaded, Problem, Settings, changed_tables, load_settings, needs_restart
from kiosk.config.editing import NotWritableError, Value, save
from kiosk.config.fields import KeyName, all_keys
from kiosk.wiring.report import utc_now

log = logging.getLogger(__name__)

LIVE_TABLES = frozenset({"appearance", "speaker"})
"""Looks and loudness: shown at once, a visitor may be there or not."""


class SettingsKeeper:
    """Holds the settings in force.

    A save without problems changes the looks at once, and all else when `apply_pending` is called: between two
    visitors. A broken save changes nothing, its problems are kept for status.
    """

    def __init__(self, loaded: Loaded, environ: Mapping[str, str], on_looks: Callable[[], None]) -> None:
        self._environ = environ
        self._on_looks = on_looks
        self._waiting: Settings | None = None
        self._held: dict[KeyName, object] = {}
        self.path: Path | None = loaded.path
        self.settings = loaded.settings
        self.usable = loaded.usable
        self.problems: tuple[Problem, ...] = loaded.problems
        self.warnings: tuple[Problem, ...] = ()
        self.loaded: datetime = utc_now()
        self.restart_needed: tuple[str, ...] = ()
        self._log_problems()
        self._take_warnings(loaded.warnings)

    @property
    def demo(self) -> bool:
        return self.usable and self.settings.demo

    @property
    def pending(self) -> bool:
        """Settings wait for the visitor to leave."""
        return self._waiting is not None

    @property
    def waiting(self) -> tuple[str, ...]:
        """The keys that count once the present visitor has left."""
        if self._waiting is None:
            return ()
        before, after = self.settings, self._waiting
        names = (key.name for key in all_keys())
        return tuple(".".join(name) for name in names if _value(before, name) != _value(after, name))

    def choose(self, file: Path | None, changes: Mapping[KeyName, Value]) -> str | None:
        """Somebody has chosen these values: save them in `file`, and count with them as after any save.

        Returns:
            None when they are saved; else a sentence that says why not. Then they hold until the process ends.
        """
        sentence = None
        if file is None:
            sentence = "There is no configuration file: this is demo mode."
        else:
            try:
                save(file, changes)
            except NotWritableError as error:
                sentence = error.sentence
        for name, value in changes.items():
            self._held.pop(name, None)
            if sentence is not None:
                self._held[name] = tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
        return sentence

    def read_again(self) -> bool:
        """The file has changed, or somebody asks. Returns whether it may be run."""
        loaded = load_settings(self.path, self._environ)
        loaded = replace(loaded, settings=_with(loaded.settings, self._held))
        if loaded.usable and loaded.settings.demo and self.usable and not self.settings.demo:
            loaded = replace(loaded, problems=(_no_server(self.path),))
        self.problems = loaded.problems
        self._take_warnings(loaded.warnings)
        if not loaded.usable:
            log.error("the changed configuration is not applied: %d problem(s)", len(loaded.problems))
            self._log_problems()
            return False
        self.restart_needed = needs_restart(self.settings, loaded.settings) if self.usable else ()
        changed = changed_tables(self.settings, loaded.settings)
        if not changed and self.usable:
            self._waiting = None
            log.info("configuration read again: nothing has changed")
            return True
        log.info("configuration changed: %s", ", ".join(sorted(changed)) or "it can be read now")
        if self.usable and changed & LIVE_TABLES:
            looks = {name: getattr(loaded.settings, name) for name in LIVE_TABLES}
            self.settings = self.settings.model_copy(update=looks)
            self.loaded = utc_now()
            self._on_looks()
        self._waiting = loaded.settings if changed - LIVE_TABLES or not self.usable else None
        return True

    def apply_pending(self) -> bool:
        """Between two visitors: put what waits in force. Returns whether anything did."""
        if self._waiting is None:
            return False
        self.settings, self._waiting = self._waiting, None
        self.usable = True
        self.loaded = utc_now()
        for key in self.restart_needed:
            log.warning("%s has changed and counts from the next start on", key)
        return True

    def _take_warnings(self, warnings: tuple[Problem, ...]) -> None:
        for warning in warnings:
            if warning not in self.warnings:
                log.warning("configuration %s: %s", self.path or "", warning)
        self.warnings = warnings

    def _log_problems(self) -> None:
        for problem in self.problems:
            log.error("configuration %s: %s", self.path or "", problem)


def _with(settings: Settings, held: Mapping[KeyName, object]) -> Settings:
    """The settings with these keys of their tables at other values, which are known to fit."""
    for (table, key), value in held.items():
        settings = settings.model_copy(
            update={table: getattr(settings, table).model_copy(update={key: value})},
        )
    return settings


def _value(settings: Settings, name: KeyName) -> object:
    value: object = settings
    for part in name:
        value = getattr(value, part)
    return value


def _no_server(path: Path | None) -> Problem:
    """A file that a full disk or a broken-off save has emptied would be the configuration of a demo, and visitors
    would talk to nobody."""
    what = f"{path or 'The configuration'} names no LiveKit server any more; a running kiosk does not become a demo."
    suggestion = "Put [livekit] back, or start the demo with: avatar-kiosk --demo"
    expected = "[livekit] with url or token_endpoint"
    return Problem(None, None, "livekit", None, expected, suggestion, f"{what} Expected: {expected}. {suggestion}")
