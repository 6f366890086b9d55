"""The panel's sound on a real sound server: what is heard, what is played, and what happens when a plug is pulled."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import numpy as np
import pytest

from kiosk.audio import chime
from kiosk.audio.delay_line import GAIN
from kiosk.audio.machine import RATE
from kiosk.audio.sound_check import SoundVerdict
from kiosk.audio.studio import SoundStudio
from tests.support.acoustics import add_hearing_microphone, awake, lead_around
from tests.support.pulse import PulseServer
from tests.support.sound import Sound, tone, write_wav
from tests.support.waiting import wait_until

DESK, CEILING = "Front Desk Microphone", "Ceiling Array"
LOBBY = "Lobby Speaker"
LOUDNESS = 0.05
"""Amplitude of what is played into microphones."""


@pytest.fixture
def devices(pulse: PulseServer) -> PulseServer:
    pulse.add_microphone("desk", DESK, default=True)
    pulse.add_microphone("ceiling", CEILING)
    return pulse


@pytest.fixture
async def studio(devices: PulseServer) -> AsyncIterator[SoundStudio]:
    studio = SoundStudio({**os.environ, **devices.environment})
    yield studio
    studio.close()


@pytest.fixture
def hum(tmp_path: Path) -> Path:
    return write_wav(tone(500.0, 20.0, level=LOUDNESS), tmp_path / "hum.wav")


async def until(condition: Callable[[], object], what: str, seconds: float = 20.0) -> None:
    try:
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 - what is waited for happens in other processes
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"waited {seconds:g} s for {what}") from None


async def test_every_microphone_has_its_own_level_and_plugs_may_be_pulled(
    devices: PulseServer, studio: SoundStudio, hum: Path
) -> None:
    levels: defaultdict[str, list[float]] = defaultdict(list)
    meters = studio.levels(lambda name, level: levels[name].append(level))
    await until(lambda: levels[DESK] and levels[CEILING], "the first levels")
    playing = devices.speak_into("desk", hum)
    try:
        await until(lambda: levels[DESK][-1] > 0.5 * LOUDNESS, "the level of the hum")
        loudness = pytest.approx(LOUDNESS / np.sqrt(2), rel=0.05)
        await until(lambda: levels[DESK][-1] == loudness, "the level that the hum has")
        assert max(levels[CEILING]) == 0.0
        devices.unplug("desk")  # PulseAudio moves the recording to the other microphone, and tells nobody
        await until(lambda: levels[DESK][-1] == 0.0, "the last level of the microphone that was pulled out")
        count = len(levels[DESK])
        await until(lambda: [device.name for device in studio.microphones or ()] == [CEILING], "the list without it")
    finally:
        playing.stop()
    devices.plug_in("desk")
    await until(lambda: len(levels[DESK]) > count + 10, "its levels after it was plugged in again")
    meters.close()
    await until(lambda: devices.captures() == [], "the microphones to be let go")


async def test_one_hears_oneself_a_second_later(devices: PulseServer, studio: SoundStudio, tmp_path: Path) -> None:
    word = write_wav(tone(700.0, 0.6, level=LOUDNESS), tmp_path / "word.wav")
    ended: list[str] = []
    hearing = studio.hear_yourself(DESK, LOBBY, 1.0, volume=0.5, on_end=ended.append)
    await until(lambda: devices.captures() and devices.playing(), "both devices to be open")
    # Only what comes back tells that the microphone delivers: words are said until one is heard.
    with devices.record() as heard, devices.record("desk") as said:
        for _ in range(6):
            await asyncio.to_thread(devices.play_into, "desk", word)
            if heard.so_far().dbfs > -60.0:
                break
        await asyncio.to_thread(heard.wait_for, heard.so_far().seconds + 1.5)
        back, word_said = heard.close(), said.close()
    assert ended == []
    assert back.dominant_hz == pytest.approx(700.0, abs=5.0)
    assert _loudest(back) == pytest.approx(LOUDNESS * GAIN * 0.5, rel=0.1)
    # The two recordings begin within a tenth of a second; buffers on the way take up to half of one.
    assert 0.8 < _last(back) - _last(word_said) < 1.8
    hearing.close()
    await until(lambda: devices.captures() == [] and devices.playing() == [], "both devices to be let go")


async def test_the_test_sound_is_played_on_the_speaker_that_is_named_and_on_no_other(
    devices: PulseServer, studio: SoundStudio
) -> None:
    devices.add_loudspeaker("screen", "Screen")
    with devices.record("screen.monitor") as screen, devices.record() as lobby:
        await studio.play_test("Screen", volume=0.5)
        await asyncio.to_thread(screen.wait_for, screen.so_far().seconds + 3.0)
        sounded, other = screen.close(), lobby.close()
    assert other.dbfs < -100.0
    wanted = np.frombuffer(chime.render(RATE), np.int16).astype(np.float64) / 32768 * 0.5
    assert _likeness(sounded, wanted) > 0.98
    assert _loudest(sounded) == pytest.approx(np.max(np.abs(wanted)), rel=0.05)
    await until(lambda: devices.playing() == [], "the speaker to be let go")


async def test_the_sound_check_measures_the_way_from_speaker_to_microphone(
    devices: PulseServer, studio: SoundStudio
) -> None:
    gain = -24.0
    add_hearing_microphone(devices, "stand", "On The Stand", gain_db=gain)
    with awake(devices):
        check = await studio.sound_check("On The Stand", LOBBY, volume=0.5)
    assert check.verdict is SoundVerdict.GOOD
    assert check.gain_db == pytest.approx(gain, abs=0.3)
    assert check.level_db == pytest.approx(-18.0 - 6.02 + gain, abs=0.4)
    assert check.delay_ms is not None
    assert check.delay_ms < 150.0
    assert check.echo_db is not None
    assert check.echo_db < -25.0


async def test_a_long_way_is_late(devices: PulseServer, studio: SoundStudio) -> None:
    lead_around(devices, "desk", delay=0.7)
    with awake(devices):
        check = await studio.sound_check(DESK, LOBBY, volume=0.5)
    assert check.verdict is SoundVerdict.SLOW
    assert check.delay_ms == pytest.approx(850.0, abs=350.0)


async def test_a_microphone_that_is_muted_hears_nothing(devices: PulseServer, studio: SoundStudio) -> None:
    add_hearing_microphone(devices, "stand", "On The Stand")
    devices.mute("stand")
    assert (await studio.sound_check("On The Stand", None)).verdict is SoundVerdict.NOT_HEARD


@pytest.mark.parametrize("pulled", [DESK, LOBBY])
async def test_hearing_oneself_ends_with_a_word_when_a_plug_is_pulled(
    devices: PulseServer, studio: SoundStudio, pulled: str
) -> None:
    devices.add_loudspeaker("screen", "Screen")
    ended: list[str] = []
    studio.hear_yourself(DESK, LOBBY, on_end=ended.append)
    await until(lambda: devices.captures() and devices.playing(), "both devices to be open")
    if pulled == DESK:
        devices.unplug("desk")
    else:
        devices.unplug_loudspeaker("speaker")
    await until(lambda: ended, "the word")
    assert pulled in ended[0]
    await until(lambda: devices.captures() == [] and devices.playing() == [], "the other device to be let go")


async def test_a_sound_server_that_dies_ends_nothing_but_the_sound_and_the_meters_come_back(
    devices: PulseServer, studio: SoundStudio
) -> None:
    levels: defaultdict[str, list[float]] = defaultdict(list)
    ended: list[str] = []
    studio.levels(lambda name, level: levels[name].append(level))
    await until(lambda: levels[DESK], "the first levels")
    studio.hear_yourself(DESK, LOBBY, on_end=ended.append)
    devices.kill()
    await until(lambda: ended, "the word")
    for _ in range(3):  # what would abort a process that has lost its connection
        with pytest.raises(OSError, match="sound"):
            await studio.play_test(None)
    await asyncio.to_thread(devices.start_again)
    count = len(levels[DESK])
    await until(lambda: len(levels[DESK]) > count + 10, "levels from the new sound server", 40.0)
    await studio.play_test(LOBBY)


async def test_what_is_cancelled_lets_go_of_its_devices(devices: PulseServer, studio: SoundStudio) -> None:
    check = asyncio.ensure_future(studio.sound_check(DESK, LOBBY))
    await until(lambda: devices.captures() and devices.playing(), "both devices to be open")
    check.cancel()
    await until(lambda: devices.captures() == [] and devices.playing() == [], "both devices to be let go")


KIOSK = """
import asyncio, os
import qasync
from PySide6.QtCore import QCoreApplication
from kiosk.audio.studio import SoundStudio

async def main():
    studio = SoundStudio(os.environ)
    print((await studio.sound_check("On The Stand", None)).verdict, flush=True)
    await studio.play_test(None)
    studio.levels(lambda name, level: print(name, flush=True))
    await asyncio.sleep(60)

application = QCoreApplication([])
with qasync.QEventLoop(application) as loop:
    asyncio.set_event_loop(loop)
    loop.run_until_complete(main())
"""
"""What matters here of a kiosk: its loop is Qt's."""


def test_it_works_on_the_loop_of_the_kiosk_and_the_sound_process_does_not_outlive_it(devices: PulseServer) -> None:
    add_hearing_microphone(devices, "stand", "On The Stand", gain_db=-10.0)
    kiosk = subprocess.Popen(
        [sys.executable, "-c", KIOSK], env={**os.environ, **devices.environment}, stdout=subprocess.PIPE, text=True
    )
    assert kiosk.stdout is not None
    assert kiosk.stdout.readline().strip() == "good"
    assert kiosk.stdout.readline().strip() in (DESK, CEILING, "On The Stand")
    children = Path(f"/proc/{kiosk.pid}/task/{kiosk.pid}/children").read_text().split()
    assert len(children) == 1
    kiosk.send_signal(signal.SIGKILL)
    kiosk.communicate()
    wait_until(lambda: not Path(f"/proc/{children[0]}").exists(), "the sound process to end")
    wait_until(lambda: devices.captures() == [], "the microphones to be let go")


def _loudest(sound: Sound) -> float:
    return float(np.max(np.abs(sound.samples)))


def _last(sound: Sound) -> float:
    """Seconds until the end of what can be heard."""
    return float(np.flatnonzero(np.abs(sound.samples) > 0.2 * _loudest(sound))[-1]) / sound.rate


def _likeness(heard: Sound, wanted: np.ndarray) -> float:
    """How much of what was heard is what was wanted, 0..1, wherever it begins."""
    size = 1 << (len(heard.samples) + len(wanted)).bit_length()
    spectrum = np.fft.rfft(heard.samples.astype(np.float64), size) * np.conj(np.fft.rfft(wanted, size))
    best = float(np.max(np.abs(np.fft.irfft(spectrum, size))))
    return best / float(np.linalg.norm(heard.samples) * np.linalg.norm(wanted))
