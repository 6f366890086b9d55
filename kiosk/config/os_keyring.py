# ruff: noqa: PLC0415 - importing keyring looks for every keyring there might be, which only those who use one shall wait for
"""Secrets from the keyring of the operating system, where ``keyring set avatar-kiosk NAME`` has put them."""

import queue
import re
import shlex
import threading
from collections.abc import Callable

SERVICE = "avatar-kiosk"
"""What the entries belong to; the name in the configuration is the entry's user name."""

_NAME = re.compile(r"[\w.@:/ -]{1,31}")
"""Short: so that a secret that somebody writes here by mistake is not taken for a name, and repeated."""

_PATIENCE = 3.0
"""Seconds. A locked keyring asks for its password on a screen where nobody answers."""

ReadKeyring = Callable[[str], str]
"""Takes a name, returns the secret; raises `NoSecretError`."""


class NoSecretError(Exception):
    """The secret cannot be had. ``what`` and ``advice`` are sentences without secrets."""

    def __init__(self, what: str, advice: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.advice = advice


class OsKeyring:
    """Reads entries. Once the keyring has not answered it is not asked again: every question would cost the same time.

    Args:
        patience: seconds for one answer.
    """

    def __init__(self, patience: float = _PATIENCE) -> None:
        self._patience = patience
        self._silent = False

    def __call__(self, name: str) -> str:
        """The secret called ``name``.

        Raises:
            NoSecretError: there is none, or no keyring, or it is locked or silent.
        """
        if not _NAME.fullmatch(name):
            raise NoSecretError(
                "This is not the name of a keyring's entry.",
                f"A name has at most 31 letters and digits; the secret itself goes into: keyring set {SERVICE} NAME",
            )
        store = f"Store it as the kiosk's user with: keyring set {SERVICE} {shlex.quote(name)}"
        if self._silent:
            raise NoSecretError("The keyring does not answer.", "Unlock it first.")
        answers: queue.SimpleQueue[str | NoSecretError | None] = queue.SimpleQueue()
        # A daemon: a keyring that waits for a password would otherwise keep the process from ending.
        threading.Thread(target=lambda: answers.put(_ask(name)), name="keyring", daemon=True).start()
        try:
            answer = answers.get(timeout=self._patience)
        except queue.Empty:
            self._silent = True
            raise NoSecretError(
                "The keyring does not answer; it may be locked and wait for its password.", "Unlock it first."
            ) from None
        if isinstance(answer, NoSecretError):
            raise NoSecretError(answer.what, f"{answer.advice} {store}".strip())
        if not answer:
            raise NoSecretError("The keyring holds no such secret.", store)
        return answer


def _ask(name: str) -> str | NoSecretError | None:
    """On a thread of its own. Backends raise what they like; none of their texts is repeated."""
    import keyring
    from keyring.errors import InitError, KeyringLocked, NoKeyringError

    try:
        return keyring.get_password(SERVICE, name)
    except NoKeyringError:
        return NoSecretError("This machine has no keyring.", "Install one, or put the secret into a file.")
    except (KeyringLocked, InitError):
        return NoSecretError("The keyring is locked.", "Unlock it first.")
    except Exception as error:  # noqa: BLE001 - see above
        return NoSecretError(f"The keyring fails ({type(error).__name__}).")
