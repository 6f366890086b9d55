# ruff: noqa: PLC0415 - argon2 is imported with the first try: nobody waits for it when the kiosk starts
"""Who knows the admin corner's PIN, and how long one who guesses has to wait.

A PIN has few digits, so what protects it is the time that tries take. Every try is on the disk as a wrong one before it
is looked at: whoever pulls the plug, at whatever moment, has one wrong try more. Time is the machine's time since its
start, never the clock on the wall, so that it helps nobody to set that clock; a try of before the machine's start waits
its whole time again. The longest wait is ten minutes: nobody is locked out for good.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kiosk.config.reading import read_start
from kiosk.credentials.server_clock import steady_time

logger = logging.getLogger(__name__)

FREE_TRIES = 3
"""Wrong tries that cost nothing: a slip of the finger, and the PIN of the other site."""

DELAYS = (5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0)
"""Seconds after each further one, the last for all that follow: some 150 tries a day of the 10,000 with four digits."""

_MOST = FREE_TRIES + len(DELAYS)
"""More wrong tries than these are not told apart."""

_LONGEST_RECORD = 1000
"""Bytes; it has about a hundred."""

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Tries:
    """`wrong` tries in a row; `at`: the last one, in seconds since the start of the machine that `boot` names."""

    wrong: int = 0
    at: float = 0.0
    boot: str = ""


def delay_after(wrong: int) -> float:
    """Seconds until the next try, after so many wrong ones in a row."""
    costly = min(wrong, _MOST) - FREE_TRIES
    return DELAYS[costly - 1] if costly > 0 else 0.0


def remaining(tries: Tries, now: float) -> float:
    """Seconds of that which are left at `now`, on the clock of `tries.at`."""
    return max(0.0, delay_after(tries.wrong) - (now - tries.at))


def resumed(tries: Tries, now: float, boot: str) -> Tries:
    """`tries` as a process takes them over that finds them on the disk.

    What another start of the machine has left, or what lies in the future of this one (a virtual machine that was put
    back), says nothing about the time that has passed: it waits anew, from now on.
    """
    return tries if tries.boot == boot and tries.at <= now else Tries(tries.wrong, now, boot)


def hash_pin(pin: str) -> str:
    """What `admin.pin_hash` holds for this PIN. Takes up to a second, and 64 MB."""
    from argon2 import PasswordHasher

    return PasswordHasher().hash(pin)


def is_hash(text: str) -> bool:
    """Whether a PIN can be compared with it at all."""
    from argon2 import Type, extract_parameters
    from argon2.exceptions import InvalidHashError

    try:
        return extract_parameters(text).type is Type.ID
    except InvalidHashError:
        return False


def fits(pin: str, pin_hash: str) -> bool:
    """Whether it is the PIN behind the hash. As slow as `hash_pin`: call it in a thread."""
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

    try:
        return PasswordHasher().verify(pin_hash, pin)
    except VerifyMismatchError:
        return False
    except (InvalidHashError, VerificationError) as error:
        logger.warning("the PIN cannot be compared with admin.pin_hash (%s); set it again", type(error).__name__)
        return False


def this_boot() -> str:
    """Names this start of the machine; where the system has no name for it, this process."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return secrets.token_hex(16)


class PinGate:
    """Lets in who knows the PIN, one try at a time."""

    def __init__(
        self,
        pin_hash: Callable[[], str | None],
        file: Path,
        now: Callable[[], float] = steady_time,
        boot: str | None = None,
    ) -> None:
        """Take over what the last process has left.

        Args:
            pin_hash: the settings' present `admin.pin_hash`; asked at every try.
            file: where wrong tries are kept, `pin.json` in the state folder.
            now: seconds since the machine's start.
            boot: names that start; None: `this_boot`.
        """
        self._pin_hash = pin_hash
        self._now = now
        self._boot = this_boot() if boot is None else boot
        self._record = _Record(file)
        self._one_at_a_time = asyncio.Lock()
        left = self._record.read()
        self._tries = resumed(left, now(), self._boot)
        if self._tries != left and left.wrong:
            self._record.write(self._tries)

    def is_set(self) -> bool:
        """Whether there is a PIN; a hash that is none counts as none, and is to be set again."""
        pin_hash = self._pin_hash()
        return pin_hash is not None and is_hash(pin_hash)

    def wait(self) -> float:
        """Seconds until a try is looked at, 0 to 600."""
        return remaining(self._tries, self._now())

    async def try_pin(self, pin: str) -> bool:
        """Whether it is the PIN. False, without a look at it, while there is a `wait`, or no PIN."""
        async with self._one_at_a_time:
            pin_hash = self._pin_hash()
            if pin_hash is None or not is_hash(pin_hash) or self.wait() > 0:
                return False
            self._tries = Tries(min(self._tries.wrong + 1, _MOST), self._now(), self._boot)
            await asyncio.to_thread(self._record.write, self._tries)
            if not await asyncio.to_thread(fits, pin, pin_hash):
                logger.warning("a wrong PIN, %d in a row; the next may come in %.0f s", self._tries.wrong, self.wait())
                return False
            self._tries = Tries(0, self._now(), self._boot)
            await asyncio.to_thread(self._record.write, self._tries)
            logger.info("the PIN was entered")
            return True


class _Record:
    """The tries on the disk. What cannot be written is said once: the waits of this process hold all the same."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._told = False

    def read(self) -> Tries:
        """What is damaged counts as all the tries there are: a power cut is no way around them."""
        try:
            record = json.loads(read_start(self._file, _LONGEST_RECORD))
            tries = Tries(int(record["wrong"]), float(record["at"]), str(record["boot"]))
        except FileNotFoundError:
            return Tries()
        except (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
            logger.warning("the record of wrong PINs, %s, cannot be read and counts as full: %s", self._file, error)
            return Tries(_MOST)
        return tries if 0 <= tries.wrong <= _MOST and tries.at >= 0 else Tries(_MOST)

    def write(self, tries: Tries) -> None:
        """On the disk when this returns, not only on its way there."""
        draft = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
                json.dump({"wrong": tries.wrong, "at": tries.at, "boot": tries.boot}, stream)
                stream.flush()
                os.fsync(stream.fileno())
            draft.replace(self._file)
            self._sync_folder()
        except OSError as error:
            if not self._told:
                logger.warning("wrong PINs are forgotten when the kiosk ends: %s", error)
            self._told = True

    def _sync_folder(self) -> None:
        if os.name != "posix":
            return  # Windows opens no folder, and writes names at once
        folder = os.open(self._file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
