"""The PIN opens, guessing costs time, and neither a plug nor a clock nor a damaged file gives that time back."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import threading
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from kiosk.operations import pin
from kiosk.operations.pin import (
    DELAYS,
    FREE_TRIES,
    PinGate,
    Tries,
    delay_after,
    fits,
    hash_pin,
    is_hash,
    remaining,
    resumed,
    this_boot,
)

PIN, WRONG = "4826", "1111"
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PIN)
"""As cheap as argon2 allows: its real cost is none of these tests' business."""


class Machine:
    """The time since a start of the machine, and that start's name."""

    def __init__(self, state: Path) -> None:
        self.file = state / "pin.json"
        self.now = 500.0
        self.boot = "first"
        self.pin_hash: str | None = HASH

    def gate(self) -> PinGate:
        """A new process."""
        return PinGate(lambda: self.pin_hash, self.file, lambda: self.now, self.boot)

    def power_cycle(self) -> PinGate:
        self.boot += "+"
        self.now = 20.0
        return self.gate()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "state")


async def guess(gate: PinGate, machine: Machine, times: int) -> None:
    """So many wrong tries, each as soon as it is looked at."""
    for _ in range(times):
        machine.now += gate.wait()
        assert not await gate.try_pin(WRONG)


class TestPolicy:
    def test_the_first_tries_are_free_and_each_further_one_costs_more(self) -> None:
        delays = [delay_after(wrong) for wrong in range(14)]
        assert delays == [0, 0, 0, 0, 5, 15, 30, 60, 120, 300, 600, 600, 600, 600]

    @given(st.integers(0, 10**9), st.floats(0, 1e9), st.floats(0, 1e9), st.sampled_from(["this", "other"]))
    def test_no_record_locks_anybody_out_for_longer_than_its_delay(
        self, wrong: int, at: float, now: float, boot: str
    ) -> None:
        left = remaining(resumed(Tries(wrong, at, boot), now, "this"), now)
        assert 0 <= left <= delay_after(wrong) <= DELAYS[-1]

    def test_what_another_start_has_left_waits_anew(self) -> None:
        tries = Tries(FREE_TRIES + 2, at=100.0, boot="old")
        assert remaining(resumed(tries, 4000.0, "new"), 4000.0) == delay_after(tries.wrong)

    def test_a_machine_put_back_to_an_earlier_moment_waits_anew_and_not_until_then(self) -> None:
        tries = Tries(FREE_TRIES + 2, at=9000.0, boot="same")
        assert remaining(resumed(tries, 100.0, "same"), 100.0) == delay_after(tries.wrong)

    def test_within_one_start_a_new_process_goes_on_waiting(self) -> None:
        tries = Tries(FREE_TRIES + 2, at=100.0, boot="same")
        assert remaining(resumed(tries, 104.0, "same"), 104.0) == delay_after(tries.wrong) - 4


class TestHash:
    def test_a_new_hash_fits_its_pin_alone(self) -> None:
        made = hash_pin(PIN)
        assert made.startswith("$argon2id$")
        assert PIN not in made
        assert fits(PIN, made)
        assert not fits(WRONG, made)

    def test_two_kiosks_with_one_pin_do_not_show_it(self) -> None:
        assert hash_pin(PIN) != hash_pin(PIN)

    @pytest.mark.parametrize("text", ["", "$argon2id$nonsense", HASH.replace("argon2id", "argon2i"), "$2b$12$abcdef"])
    def test_what_is_no_hash_is_not_taken_for_one(self, text: str) -> None:
        assert not is_hash(text)
        assert not fits(PIN, text)

    def test_a_hash_that_was_cut_off_fits_nothing_and_is_said(self, caplog: pytest.LogCaptureFixture) -> None:
        assert not fits(PIN, HASH[:-1] + "!")
        assert "admin.pin_hash" in caplog.text


class TestGate:
    async def test_the_pin_opens(self, machine: Machine) -> None:
        gate = machine.gate()
        assert gate.is_set()
        assert await gate.try_pin(PIN)

    @pytest.mark.parametrize("pin_hash", [None, "$argon2id$nonsense"])
    async def test_without_a_pin_nothing_opens_and_nothing_counts(self, machine: Machine, pin_hash: str | None) -> None:
        machine.pin_hash = pin_hash
        gate = machine.gate()
        assert not gate.is_set()
        assert not await gate.try_pin(PIN)
        assert not machine.file.exists()

    async def test_a_pin_that_was_changed_meanwhile_is_the_one_asked_for(self, machine: Machine) -> None:
        gate = machine.gate()
        machine.pin_hash = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("7305")
        assert not await gate.try_pin(PIN)
        assert await gate.try_pin("7305")

    async def test_while_one_waits_even_the_pin_is_not_looked_at(self, machine: Machine) -> None:
        gate = machine.gate()
        await guess(gate, machine, FREE_TRIES + 1)
        assert gate.wait() == DELAYS[0]
        assert not await gate.try_pin(PIN)
        machine.now += DELAYS[0] - 0.1
        assert not await gate.try_pin(PIN)
        machine.now += 0.2
        assert gate.wait() == 0
        assert await gate.try_pin(PIN)

    async def test_a_try_that_is_not_looked_at_costs_nothing(self, machine: Machine) -> None:
        gate = machine.gate()
        await guess(gate, machine, FREE_TRIES + 1)
        for _ in range(5):
            await gate.try_pin(WRONG)
        assert gate.wait() == DELAYS[0]

    async def test_the_pin_wipes_the_slate_for_good(self, machine: Machine) -> None:
        gate = machine.gate()
        await guess(gate, machine, FREE_TRIES)
        assert await gate.try_pin(PIN)
        await guess(machine.gate(), machine, FREE_TRIES)
        assert machine.gate().wait() == 0

    async def test_guesses_at_the_same_moment_are_looked_at_one_by_one(self, machine: Machine) -> None:
        gate = machine.gate()
        await guess(gate, machine, FREE_TRIES)
        assert await asyncio.gather(*(gate.try_pin(guessed) for guessed in (WRONG, WRONG, PIN))) == [False] * 3
        assert gate.wait() == DELAYS[0]

    async def test_the_screen_goes_on_while_a_pin_is_compared(
        self, machine: Machine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        gate = machine.gate()
        compared = threading.Event()

        def slow(_pin: str, _hash: str) -> bool:
            return compared.wait(10)

        monkeypatch.setattr(pin, "fits", slow)
        trying = asyncio.create_task(gate.try_pin(PIN))
        asyncio.get_running_loop().call_later(0.05, compared.set)  # never, if the loop were held up
        assert await trying

    async def test_neither_the_log_nor_the_disk_knows_what_was_tried(
        self, machine: Machine, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("DEBUG")
        gate = machine.gate()
        await gate.try_pin("835172")
        await gate.try_pin(PIN)
        assert "a wrong PIN, 1 in a row" in caplog.text
        for told in (caplog.text, machine.file.read_text()):
            assert "835172" not in told
            assert PIN not in told


class TestRestart:
    async def test_a_new_process_goes_on_counting_and_waiting(self, machine: Machine) -> None:
        await guess(machine.gate(), machine, FREE_TRIES + 2)
        machine.now += 4
        gate = machine.gate()
        assert gate.wait() == DELAYS[1] - 4
        await guess(gate, machine, 1)
        assert gate.wait() == DELAYS[2]

    async def test_pulling_the_plug_waits_the_whole_time_again(self, machine: Machine) -> None:
        await guess(machine.gate(), machine, FREE_TRIES + 3)
        assert machine.power_cycle().wait() == DELAYS[2]

    async def test_a_kiosk_that_crashes_again_and_again_does_not_begin_anew_each_time(self, machine: Machine) -> None:
        await guess(machine.gate(), machine, FREE_TRIES + 4)
        machine.power_cycle()
        machine.now += 45
        assert machine.gate().wait() == DELAYS[3] - 45

    async def test_the_plug_pulled_while_a_pin_is_compared_has_counted(
        self, machine: Machine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await guess(machine.gate(), machine, FREE_TRIES)

        def plug(_pin: str, _hash: str) -> bool:
            raise SystemError("the power is gone")

        monkeypatch.setattr(pin, "fits", plug)
        with pytest.raises(SystemError):
            await machine.gate().try_pin(PIN)
        assert machine.power_cycle().wait() == DELAYS[0]

    async def test_it_is_on_the_disk_before_the_pin_is_compared(
        self, machine: Machine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        synced: list[int] = []
        seen: list[tuple[int, int]] = []
        monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(stat.S_IFMT(os.fstat(descriptor).st_mode)))

        def look(_pin: str, _hash: str) -> bool:
            seen.append((json.loads(machine.file.read_text())["wrong"], len(synced)))
            return False

        monkeypatch.setattr(pin, "fits", look)
        await machine.gate().try_pin(WRONG)
        assert seen == [(1, 2)]
        assert synced == [stat.S_IFREG, stat.S_IFDIR]

    def test_the_machine_names_its_start(self) -> None:
        assert len(this_boot()) > 20
        assert this_boot() == this_boot()

    def test_where_it_does_not_each_process_waits_for_itself(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pin, "_BOOT_ID", tmp_path / "none")
        assert this_boot() != this_boot()


class TestRecord:
    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"{",
            b"\xff\x00",
            b"[]",
            b"null",
            b"[" * 900,
            b'{"wrong": "many", "at": 0, "boot": ""}',
            b'{"wrong": 0}',
            b'{"wrong": -1, "at": 0, "boot": "first"}',
            b'{"wrong": 4000, "at": 0, "boot": "first"}',
            b'{"wrong": 1e400, "at": 1, "boot": "first"}',
            b'{"wrong": 0, "at": NaN, "boot": "first"}',
            b'{"wrong": 0, "at": -1e300, "boot": "first"}',
        ],
    )
    async def test_a_damaged_one_opens_nothing_and_locks_nobody_out_for_good(
        self, machine: Machine, content: bytes
    ) -> None:
        machine.file.parent.mkdir()
        machine.file.write_bytes(content)
        gate = machine.gate()
        assert gate.wait() == DELAYS[-1]
        machine.now += 100
        assert machine.gate().wait() == DELAYS[-1] - 100  # mended by the first process that saw it
        machine.now += DELAYS[-1]
        assert await gate.try_pin(PIN)
        assert machine.gate().wait() == 0

    async def test_a_pipe_in_its_place_holds_nobody_up(self, machine: Machine) -> None:
        machine.file.parent.mkdir()
        os.mkfifo(machine.file)
        assert machine.gate().wait() == DELAYS[-1]

    async def test_only_its_owner_reads_it(self, machine: Machine) -> None:
        await machine.gate().try_pin(WRONG)
        assert stat.S_IMODE(machine.file.stat().st_mode) == 0o600
        assert [path.name for path in machine.file.parent.iterdir()] == ["pin.json"]

    async def test_a_disk_that_takes_nothing_is_said_once_and_the_waits_hold(
        self, machine: Machine, caplog: pytest.LogCaptureFixture
    ) -> None:
        gate = machine.gate()
        machine.file.parent.write_text("a file where the folder should be")
        await guess(gate, machine, FREE_TRIES + 2)
        assert gate.wait() == DELAYS[1]
        assert caplog.text.count("wrong PINs are forgotten") == 1
