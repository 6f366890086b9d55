"""The sound process's work, with imaginary devices and virtual time."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
import pytest

from kiosk.audio import chime
from kiosk.audio.booth import LOOK_EVERY, METERED, WAKE, Booth
from kiosk.audio.delay_line import GAIN, HOWLS_AFTER
from kiosk.audio.ear import FIRST_SOUND, STUCK_AFTER
from kiosk.audio.machine import RATE
from kiosk.audio.pcm import Samples, level, scaled
from kiosk.audio.studio_messages import Order, Report, Task
from tests.support.sound import to_pcm, tone
from tests.unit.audio.sound_room import SoundRoom, devices
from tests.unit.session.virtual_loop import run_virtual

VOICE: Samples = array("h", to_pcm(tone(300.0, 1.0, rate=RATE, level=0.05)))


class Visit:
    """A booth in a room, and what it has told."""

    def __init__(self, room: SoundRoom) -> None:
        self.room = room
        self.told: list[Report] = []
        self.answers: bool | None = True
        self.booth = Booth(room, self.told.append, lambda: self.answers)
        self._orders = 0

    def order(self, task: Task, **what: Any) -> int:
        self._orders += 1
        self.booth.order(Order(id=self._orders, task=task, **what))
        return self._orders

    def stop(self, number: int) -> None:
        self.booth.order(Order(id=number, task=Task.STOP))

    def leave(self) -> None:
        for number in range(1, self._orders + 1):
            self.stop(number)

    async def answer(self, number: int) -> Any:
        """The sentence of an order that failed, or its result."""
        while True:
            for report in self.told:
                if report.get("id") == number and "levels" not in report:
                    return report.get("failed", report.get("done"))
            await asyncio.sleep(0.01)

    def levels(self, name: str) -> list[float]:
        found: list[Any] = [report.get("levels", {}) for report in self.told]
        return [levels[name] for levels in found if name in levels]


def visit(work: Callable[[Visit], Awaitable[None]], room: SoundRoom | None = None) -> None:
    async def run() -> None:
        visit = Visit(room or SoundRoom())
        async with asyncio.timeout(100.0):
            await work(visit)
        visit.leave()
        await asyncio.sleep(0.1)

    run_virtual(run())


# Meters


def test_every_microphone_is_metered_about_fifteen_times_a_second_until_it_is_stopped() -> None:
    async def work(visit: Visit) -> None:
        visit.room.say(0, VOICE)
        number = visit.order(Task.LEVELS)
        await asyncio.sleep(3.0)
        for name in ("Desk", "Ceiling"):
            levels = visit.levels(name)
            assert len(levels) == pytest.approx(3.0 / METERED, abs=3)
            assert levels[5] == pytest.approx(level(VOICE), rel=0.05)
            assert levels[-1] == 0.0
        assert sorted(visit.room.open) == ["Ceiling-0", "Desk-0"]
        visit.stop(number)
        await asyncio.sleep(0.1)
        assert visit.room.open == []

    visit(work)


def test_a_microphone_that_is_pulled_out_falls_silent_and_one_that_is_plugged_in_is_heard() -> None:
    async def work(visit: Visit) -> None:
        visit.room.say(0, VOICE)
        visit.order(Task.LEVELS)
        await asyncio.sleep(0.5)
        assert visit.levels("Desk")[-1] > 0.0
        visit.room.inputs = devices("Ceiling", "Headset")
        await asyncio.sleep(2 * LOOK_EVERY)
        assert visit.levels("Desk")[-1] == 0.0
        assert len(visit.levels("Headset")) > 5
        assert sorted(visit.room.open) == ["Ceiling-0", "Headset-0"]

    visit(work)


def test_a_recording_that_ends_by_itself_is_begun_again() -> None:
    async def work(visit: Visit) -> None:
        visit.order(Task.LEVELS)
        await asyncio.sleep(0.5)
        visit.room.pull["Desk-0"]()
        await asyncio.sleep(3 * LOOK_EVERY)
        before = len(visit.levels("Desk"))
        await asyncio.sleep(1.0)
        assert len(visit.levels("Desk")) > before + 10
        assert sorted(visit.room.open) == ["Ceiling-0", "Desk-0"]

    visit(work)


def test_a_microphone_in_other_hands_does_not_keep_the_others_from_being_metered_and_is_tried_again() -> None:
    async def work(visit: Visit) -> None:
        visit.order(Task.LEVELS)
        await asyncio.sleep(1.5)
        assert visit.levels("Desk") == []
        assert len(visit.levels("Ceiling")) > 10
        visit.room.refuses.clear()
        await asyncio.sleep(1.5)
        assert len(visit.levels("Desk")) > 5

    visit(work, SoundRoom(refuses={"Desk-0"}))


def test_monitors_are_no_microphones_and_namesakes_are_told_apart() -> None:
    async def work(visit: Visit) -> None:
        visit.order(Task.LEVELS)
        await asyncio.sleep(0.5)
        assert set(visit.levels("USB")) == {0.0}
        assert set(visit.levels("USB #2")) == {0.0}
        assert visit.levels("Monitor of Speaker") == []

    visit(work, SoundRoom(inputs=devices("USB", "USB", "Monitor of Speaker")))


# Hearing oneself


def test_one_hears_oneself_after_the_delay_at_the_volume() -> None:
    async def work(visit: Visit) -> None:
        visit.room.say(RATE, VOICE)
        number = visit.order(Task.HEAR, microphone="Ceiling", speaker="Screen", delay=1.0, volume=0.5)
        await asyncio.sleep(4.0)
        heard = np.frombuffer(visit.room.heard_by_people, np.int16)
        sounding = np.flatnonzero(heard)
        assert sounding[0] / RATE == pytest.approx(2.0, abs=0.05)
        assert sounding[-1] / RATE == pytest.approx(3.0, abs=0.05)
        assert level(visit.room.heard_by_people[int(2.1 * RATE) : int(2.9 * RATE)]) == pytest.approx(
            level(VOICE) * GAIN * 0.5, rel=0.05
        )
        assert sorted(visit.room.open) == ["Ceiling-0", "Screen-0"]
        visit.stop(number)
        await asyncio.sleep(0.1)
        assert visit.room.open == []

    visit(work, SoundRoom(gain=0.0))


def test_a_loudspeaker_that_feeds_the_microphone_is_ended_with_a_word() -> None:
    async def work(visit: Visit) -> None:
        visit.room.say(0, VOICE)
        number = visit.order(Task.HEAR, microphone="Desk", delay=0.5)
        assert "feeds the microphone" in await visit.answer(number)
        assert visit.room.now() / RATE > HOWLS_AFTER
        assert visit.room.open == []
        loudest = np.abs(np.frombuffer(visit.room.heard_by_people, np.int16)).max()
        assert loudest < 0.3 * 32767

    visit(work, SoundRoom(gain=1.2, delay=0.05))


@pytest.mark.parametrize(
    ("inputs", "outputs", "word"),
    [
        (devices("Ceiling"), devices("Speaker", "Screen"), "Desk is gone"),
        (devices("Desk", "Ceiling"), devices("Screen"), "Speaker is gone"),
    ],
)
def test_hearing_oneself_ends_with_a_word_when_a_device_is_pulled_out(inputs: Any, outputs: Any, word: str) -> None:
    """PulseAudio would go on with another one."""

    async def work(visit: Visit) -> None:
        number = visit.order(Task.HEAR, microphone="Desk")
        await asyncio.sleep(1.0)
        visit.room.inputs, visit.room.outputs = inputs, outputs
        assert word in await visit.answer(number)
        assert visit.room.open == []

    visit(work)


def test_a_recording_that_ends_is_told_at_once() -> None:
    async def work(visit: Visit) -> None:
        number = visit.order(Task.HEAR, microphone="Desk")
        await asyncio.sleep(0.5)
        visit.room.dumb.add("Desk-0")
        visit.room.pull["Desk-0"]()
        assert "Desk is gone" in await visit.answer(number)
        assert visit.room.now() / RATE < 0.6

    visit(work)


# The test sound


def test_the_test_sound_is_the_chime_at_the_volume_and_its_end_is_told() -> None:
    async def work(visit: Visit) -> None:
        number = visit.order(Task.CHIME, volume=0.5)
        assert await visit.answer(number) is None
        wake, sound = round(WAKE * RATE), scaled(chime.render(RATE), 0.5)
        assert visit.room.heard_by_people[wake : wake + len(sound)] == sound
        assert visit.room.now() / RATE == pytest.approx(WAKE + chime.SECONDS, abs=0.05)
        assert visit.room.open == []

    visit(work)


def test_a_loudspeaker_that_is_pulled_out_under_the_test_sound_is_named() -> None:
    async def work(visit: Visit) -> None:
        number = visit.order(Task.CHIME, speaker="Screen")
        await asyncio.sleep(0.5)
        visit.room.outputs = devices("Speaker")
        visit.room.pull["Screen-0"]()
        assert await visit.answer(number) == "Screen is gone."

    visit(work)


@pytest.mark.parametrize(
    ("task", "what", "sentence"),
    [
        (Task.CHIME, {"speaker": "Nothing"}, "There is no loudspeaker Nothing."),
        (Task.CHIME, {"speaker": "Screen"}, "Screen cannot be opened."),
        (Task.CHECK, {"microphone": "Nothing"}, "There is no microphone Nothing."),
        (Task.CHECK, {"microphone": "Ceiling"}, "Ceiling cannot be opened."),
        (Task.HEAR, {"microphone": "Ceiling"}, "Ceiling cannot be opened."),
    ],
)
def test_what_cannot_be_done_is_said(task: Task, what: dict[str, str], sentence: str) -> None:
    async def work(visit: Visit) -> None:
        assert await visit.answer(visit.order(task, **what)) == sentence
        assert visit.room.open == []

    visit(work, SoundRoom(refuses={"Ceiling-0", "Screen-0"}))


def test_a_machine_without_a_loudspeaker_says_so() -> None:
    async def work(visit: Visit) -> None:
        assert await visit.answer(visit.order(Task.CHIME)) == "There is no loudspeaker."

    visit(work, SoundRoom(outputs=()))


# The sound check


@pytest.mark.parametrize(("delay", "gain"), [(0.05, 0.5), (0.3, 0.1), (1.1, 0.25)])
def test_the_sound_check_finds_the_way_through_the_room(delay: float, gain: float) -> None:
    async def work(visit: Visit) -> None:
        result = await visit.answer(visit.order(Task.CHECK, microphone="Desk", speaker="Speaker", volume=0.5))
        assert result["verdict"] == ("slow" if delay > 0.5 else "good")
        assert result["delay_ms"] == pytest.approx(1000 * delay, abs=0.5)
        assert result["gain_db"] == pytest.approx(20 * np.log10(gain), abs=0.2)
        assert result["level_db"] == pytest.approx(-18 - 6.02 + 20 * np.log10(gain), abs=0.3)
        assert visit.room.open == []

    visit(work, SoundRoom(delay=delay, gain=gain))


def test_two_sound_checks_in_a_row_find_the_same() -> None:
    async def work(visit: Visit) -> None:
        first = await visit.answer(visit.order(Task.CHECK, microphone="Desk"))
        second = await visit.answer(visit.order(Task.CHECK, microphone="Desk"))
        assert first["delay_ms"] == pytest.approx(second["delay_ms"], abs=0.1)

    visit(work)


@pytest.mark.parametrize("hole", [0.6, 0.9, 1.1])
def test_a_sweep_with_a_hole_is_played_once_more(hole: float) -> None:
    async def work(visit: Visit) -> None:
        result = await visit.answer(visit.order(Task.CHECK, microphone="Desk"))
        assert result["delay_ms"] == pytest.approx(100.0, abs=0.5)
        assert result["gain_db"] == pytest.approx(-12.04, abs=0.2)
        assert result["echo_db"] < -40.0

    visit(work, SoundRoom(holes=[hole]))


def test_it_is_not_played_for_ever() -> None:
    async def work(visit: Visit) -> None:
        await visit.answer(visit.order(Task.CHECK, microphone="Desk"))
        assert 9.0 < visit.room.now() / RATE < 12.0
        assert len(visit.room.holes) == 1

    visit(work, SoundRoom(holes=[0.9, 0.9, 0.9]))


def test_a_muted_microphone_hears_nothing_and_one_that_delivers_nothing_is_named() -> None:
    async def work(visit: Visit) -> None:
        assert (await visit.answer(visit.order(Task.CHECK, microphone="Desk")))["verdict"] == "not_heard"
        visit.room.dumb.add("Ceiling-0")
        before = visit.room.now()
        sentence = await visit.answer(visit.order(Task.CHECK, microphone="Ceiling"))
        assert sentence == "The microphone Ceiling delivers no sound."
        assert (visit.room.now() - before) / RATE == pytest.approx(FIRST_SOUND, abs=0.1)

    visit(work, SoundRoom(gain=0.0))


def test_a_sound_check_that_is_stopped_lets_go_of_both_devices() -> None:
    async def work(visit: Visit) -> None:
        number = visit.order(Task.CHECK, microphone="Desk")
        await asyncio.sleep(1.5)
        assert sorted(visit.room.open) == ["Desk-0", "Speaker-0"]
        visit.stop(number)
        await asyncio.sleep(0.1)
        assert visit.room.open == []

    visit(work)


# The sound system


def test_what_is_plugged_in_is_told_at_first_and_when_it_changes() -> None:
    async def work(visit: Visit) -> None:
        watch = asyncio.ensure_future(visit.booth.watch())
        await asyncio.sleep(3 * LOOK_EVERY)
        assert [_inputs(report) for report in visit.told] == [["Desk", "Ceiling"]]
        visit.room.inputs = devices("Desk")
        await asyncio.sleep(2 * LOOK_EVERY)
        assert [_inputs(report) for report in visit.told] == [["Desk", "Ceiling"], ["Desk"]]
        watch.cancel()

    visit(work)


def test_the_work_ends_with_the_sound_server() -> None:
    async def work(visit: Visit) -> None:
        watch = asyncio.ensure_future(visit.booth.watch())
        await asyncio.sleep(2.0)
        visit.answers = None  # it cannot be known: no reason to end
        await asyncio.sleep(2.0)
        assert not watch.done()
        visit.answers = False
        assert await watch == "The sound server is gone."

    visit(work)


def test_the_work_ends_when_a_microphone_stops_delivering_though_the_server_answers() -> None:
    async def work(visit: Visit) -> None:
        watch = asyncio.ensure_future(visit.booth.watch())
        visit.order(Task.LEVELS)
        await asyncio.sleep(2.0)
        visit.room.dumb.add("Desk-0")
        before = visit.room.now()
        assert "delivers nothing" in await watch
        assert STUCK_AFTER < (visit.room.now() - before) / RATE < STUCK_AFTER + 2 * LOOK_EVERY

    visit(work)


def test_a_microphone_that_never_delivered_does_not_end_the_work_of_the_others() -> None:
    async def work(visit: Visit) -> None:
        watch = asyncio.ensure_future(visit.booth.watch())
        visit.order(Task.LEVELS)
        await asyncio.sleep(5 * STUCK_AFTER)
        assert not watch.done()
        watch.cancel()

    visit(work, SoundRoom(dumb={"Ceiling-0"}))


def _inputs(report: Any) -> list[str]:
    return [device["label"] for device in report["devices"]["microphones"]]
