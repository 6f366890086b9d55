"""The browser's page as the controller's port, and the curtain that covers it while there is nothing to see."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

from kiosk.audio.server import sound_server_answers
from kiosk.browser.host import PageHost
from kiosk.session.messages import Command, encode
from kiosk.session.model import PageStage, Phase, Reason, State
from kiosk.window import KioskWindow
from kiosk.wiring.web import WEB

LOCALES = WEB / "locales"


class CurtainedPage:
    """Lets the curtain fall with every load, and lifts it when the page has painted."""

    def __init__(self, host: PageHost, window: KioskWindow, say: Callable[[str], str]) -> None:
        """`say` turns the key of a sentence into the visitor's words."""
        self._host = host
        self._window = window
        self._say = say
        self._words = ("starting", True)

    def send(self, command: Command) -> None:
        self._host.send(encode(command))

    def reload(self) -> None:
        self._cover()
        self._host.reload()

    def rebuild(self, *, kill: bool) -> None:
        self._cover()
        self._host.rebuild(kill=kill)

    def renew_sound(self) -> bool:
        # Without a server Chromium would make do with the bare devices, and stay with them.
        if sound_server_answers(os.environ) is False:
            return False
        self._host.renew_sound()
        return True

    def follow(self, state: State) -> None:
        """What the curtain says from now on; and where there is no page to say what is wrong, the curtain does."""
        if state.phase.in_session:
            self._words = ("recovering", True)
        elif state.exhausted:
            self._words = (Reason.RECOVERY_EXHAUSTED.value, False)
        else:
            self._words = ("starting", True)
        if state.phase is Phase.FAULTED and state.page.stage is not PageStage.READY:
            self._cover()

    def painted(self) -> None:
        self._window.lift_curtain()

    def _cover(self) -> None:
        key, busy = self._words
        more = "" if busy else self._say(f"{key}_detail")
        self._window.show_curtain("\n".join(filter(None, (self._say(key), more))), busy=busy)


def sentences(language: str, locales: Path = LOCALES) -> dict[str, str]:
    """The visitor's sentences in `language`, in its plain form (`de` for `de-AT`), else in English."""
    for name in (language, language.partition("-")[0], "en"):
        file = locales / f"{name}.json"
        if file.is_file():
            words: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
            return words
    return {}
