"""The kiosk's side of the panel's sound, with a sound process that does as it is told."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from kiosk.audio import studio as studio_module
from kiosk.audio.ranking import AudioDevice
from kiosk.audio.sound_check import SoundVerdict
from kiosk.audio.studio import BROKE_OFF, NO_ANSWER, NO_SERVER, SoundStudio

SCRIPT = Path(__file__).with_name("scripted_process.py")


@pytest.fixture
def server() -> Iterator[Path]:
    """A socket that takes connections, as a sound server's does."""
    with tempfile.TemporaryDirectory(prefix="sound-") as folder, socket.socket(socket.AF_UNIX) as listening:
        path = Path(folder) / "native"
        listening.bind(str(path))
        listening.listen(50)
        yield path


@pytest.fixture
def diary(tmp_path: Path) -> Path:
    return tmp_path / "diary"


@pytest.fixture
async def studio(server: Path, diary: Path) -> AsyncIterator[SoundStudio]:
    environ = {**os.environ, "PULSE_SERVER": f"unix:{server}", "NOTIFY_SOCKET": "secret"}
    studio = SoundStudio(environ, command=(sys.executable, str(SCRIPT), str(diary)), linger=0.3)
    yield studio
    studio.close()


async def until(condition: Callable[[], object], seconds: float = 15.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in another process
            await asyncio.sleep(0.01)


def entries(diary: Path) -> list[str]:
    return diary.read_text(encoding="utf-8").splitlines() if diary.exists() else []


def starts(diary: Path) -> list[int]:
    return [int(line.split()[1]) for line in entries(diary) if line.startswith("started")]


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


async def test_levels_come_by_name_until_they_are_closed(studio: SoundStudio, diary: Path) -> None:
    heard: list[tuple[str, float]] = []
    meters = studio.levels(lambda name, level: heard.append((name, level)))
    await until(lambda: len(heard) == 2)
    assert heard == [("Desk", 0.25), ("Ceiling", 0.0)]
    assert studio.microphones == (AudioDevice("desk", "Desk", is_default=True),)
    assert studio.speakers == ()
    meters.close()
    meters.close()
    await until(lambda: "stop 1" in entries(diary))
    assert entries(diary).count("stop 1") == 1


async def test_who_is_told_a_level_may_close_the_meters_at_once(studio: SoundStudio) -> None:
    heard: list[str] = []

    def on_level(name: str, _level: float) -> None:
        heard.append(name)
        meters.close()

    meters = studio.levels(on_level)
    await until(lambda: heard)
    await asyncio.sleep(0)
    assert heard == ["Desk"]


async def test_a_test_sound_is_over_when_it_is_over(studio: SoundStudio, diary: Path) -> None:
    await studio.play_test(None, volume=0.5)
    assert any(entry.startswith("chime") for entry in entries(diary))


async def test_a_sound_check_tells_what_was_measured(studio: SoundStudio) -> None:
    check = await studio.sound_check("Desk", None)
    assert check.verdict is SoundVerdict.SLOW
    assert (check.level_db, check.delay_ms, check.echo_db) == (-30.5, 640.0, -20.0)


async def test_what_fails_says_why(studio: SoundStudio) -> None:
    with pytest.raises(OSError, match=r"It is broken\."):
        await studio.play_test("broken")
    with pytest.raises(OSError, match=r"It is broken\."):
        await studio.sound_check("broken", None)
    ended: list[str] = []
    studio.hear_yourself("broken", None, on_end=ended.append)
    await until(lambda: ended)
    assert ended == ["It is broken."]


@pytest.mark.parametrize(("name", "sentence"), [("deadly", "The sound server is gone."), ("crash", BROKE_OFF)])
async def test_a_process_that_ends_takes_its_work_with_it_and_the_next_one_works(
    studio: SoundStudio, diary: Path, name: str, sentence: str
) -> None:
    ended: list[str] = []
    studio.hear_yourself("Desk", None, on_end=ended.append)
    with pytest.raises(OSError, match=sentence):
        await studio.play_test(name)
    assert ended == [sentence]
    assert studio.microphones is None
    await studio.play_test(None)
    assert len(starts(diary)) == 2
    assert not alive(starts(diary)[0])


async def test_meters_go_on_with_the_next_process(studio: SoundStudio, diary: Path) -> None:
    heard: list[str] = []
    studio.levels(lambda name, _: heard.append(name))
    await until(lambda: len(heard) == 2)
    studio.hear_yourself("crash", None)
    await until(lambda: len(heard) == 4)
    assert len(starts(diary)) == 2
    assert entries(diary).count("levels 1") == 2


async def test_other_work_brings_the_meters_back_sooner(studio: SoundStudio) -> None:
    heard: list[str] = []
    studio.levels(lambda name, _: heard.append(name))
    await until(lambda: len(heard) == 2)
    with pytest.raises(OSError, match=BROKE_OFF):
        await studio.play_test("crash")
    await studio.play_test(None)
    assert len(heard) == 4


async def test_nobody_is_told_of_an_end_after_closing(studio: SoundStudio, diary: Path) -> None:
    ended: list[str] = []
    studio.hear_yourself("Desk", None, on_end=ended.append).close()
    with pytest.raises(OSError, match=BROKE_OFF):
        await studio.play_test("crash")
    assert ended == []
    assert "stop 1" in entries(diary)


async def test_what_is_cancelled_is_stopped(studio: SoundStudio, diary: Path) -> None:
    check = asyncio.ensure_future(studio.sound_check("mute", None))
    await until(lambda: any(entry.startswith("check") for entry in entries(diary)))
    check.cancel()
    with pytest.raises(asyncio.CancelledError):
        await check
    await until(lambda: "stop 1" in entries(diary))


async def test_a_process_that_hangs_is_ended(studio: SoundStudio, diary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await studio.play_test(None)
    monkeypatch.setattr(studio_module, "TEST_LIMIT", 0.2)
    with pytest.raises(OSError, match=NO_ANSWER):
        await studio.play_test("mute")
    assert not alive(starts(diary)[0])
    monkeypatch.undo()
    await studio.play_test(None)


async def test_the_process_is_kept_for_a_while_and_not_longer(studio: SoundStudio, diary: Path) -> None:
    await studio.play_test(None)
    await studio.play_test(None)
    (pid,) = starts(diary)
    await until(lambda: not alive(pid))
    assert studio.microphones is None


async def test_closing_ends_the_process_and_whoever_waits_for_it(studio: SoundStudio, diary: Path) -> None:
    heard: list[str] = []
    studio.levels(lambda name, _: heard.append(name))
    check = asyncio.ensure_future(studio.sound_check("mute", None))
    await until(lambda: any(entry.startswith("check") for entry in entries(diary)))
    studio.close()
    assert not alive(starts(diary)[0])
    with pytest.raises(OSError, match=BROKE_OFF):
        await check
    heard.clear()
    await studio.play_test(None)  # it may be used again; the meters were closed
    assert heard == []
    studio.close()
    studio.close()


async def test_without_a_sound_server_everything_says_so_and_the_meters_wait_for_one(server: Path, diary: Path) -> None:
    away = server.with_name("away")
    os.rename(server, away)  # noqa: PTH104 - one call of the kernel, which no loop needs to be spared
    studio = SoundStudio(
        {**os.environ, "PULSE_SERVER": f"unix:{server}"}, command=(sys.executable, str(SCRIPT), str(diary))
    )
    heard: list[str] = []
    try:
        studio.levels(lambda name, _: heard.append(name))
        with pytest.raises(OSError, match=NO_SERVER):
            await studio.play_test(None)
        with pytest.raises(OSError, match=NO_SERVER):
            await studio.sound_check("Desk", None)
        with pytest.raises(OSError, match=NO_SERVER):
            studio.hear_yourself("Desk", None)
        assert starts(diary) == []
        os.rename(away, server)  # noqa: PTH104 - the same
        await until(lambda: heard)
    finally:
        studio.close()


async def test_a_process_that_cannot_be_started_is_an_error_with_a_sentence(server: Path, tmp_path: Path) -> None:
    studio = SoundStudio({"PULSE_SERVER": f"unix:{server}"}, command=(str(tmp_path / "nothing"),))
    with pytest.raises(OSError, match="cannot be started"):
        await studio.play_test(None)


async def test_the_process_gets_nothing_that_the_service_manager_meant_for_the_kiosk(
    studio: SoundStudio, diary: Path
) -> None:
    await studio.play_test(None)
    assert "secret" not in "".join(entries(diary))


async def test_what_the_process_says_out_of_turn_is_logged_and_does_no_harm(
    studio: SoundStudio, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        await studio.play_test("mad")
    assert "Assertion failed" in caplog.text
    assert "a word for the log" in caplog.text


@pytest.mark.parametrize(("asked", "ordered"), [(0.5, 0.5), (7.0, 1.0), (-1.0, 0.0)])
async def test_a_volume_is_never_more_than_everything(
    studio: SoundStudio, monkeypatch: pytest.MonkeyPatch, asked: float, ordered: float
) -> None:
    sent = []
    monkeypatch.setattr(studio_module.StudioLine, "order", lambda _line, order: sent.append(order.volume))
    studio.hear_yourself("Desk", None, volume=asked)
    assert sent == [ordered]
