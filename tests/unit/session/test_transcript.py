"""What people say is logged only where the configuration asks for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

import pytest

from kiosk.session import messages
from kiosk.session.controller import Controller
from kiosk.session.messages import AudioDevice
from kiosk.session.model import Policy
from kiosk.session.ports import Equipment
from tests.unit.session.test_controller import FakeCredentials, FakeObserver, FakePage
from tests.unit.session.virtual_loop import run_virtual


class Listener(FakeObserver):
    def __init__(self, *, transcripts: bool) -> None:
        super().__init__()
        self.transcripts = transcripts

    def configuration(self) -> messages.Configure:
        return messages.Configure(demo=False, transcripts=self.transcripts)


def no_device(devices: Sequence[AudioDevice], current: AudioDevice | None) -> AudioDevice | None:
    return None


@pytest.mark.parametrize("transcripts", [True, False])
def test_words_are_in_the_log_only_where_they_are_asked_for(
    transcripts: bool, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene() -> None:
        page = FakePage()
        equipment = Equipment(FakeCredentials(), no_device, no_device, Policy())
        page.controller = Controller(
            page=page, observer=Listener(transcripts=transcripts), equipment=equipment, boot="boot"
        )
        page.controller.begin()
        await asyncio.sleep(1)
        page.say("said", speaker="visitor", text="Where is the lift?")
        await page.controller.shutdown()

    with caplog.at_level(logging.DEBUG):
        run_virtual(scene())
    assert ("visitor: Where is the lift?" in caplog.text) is transcripts
