"""The asking side of the control socket: no Qt where there are sockets, so that `avatar-kiosk status` answers at once.

One JSON object a line. Asked `{"command": "status"}`, the kiosk answers `{"ok": true, "status": {…}}`, or
`{"ok": false, "error": "<a sentence>"}`.

    ControlError
    ├── NoKioskError          nobody listens on the socket
    ├── NoAnswerError         somebody does, but gave no whole answer in time
    └── CommandRefusedError   the kiosk says no; the text is its sentence
"""

from __future__ import annotations

import json
import os
import socket
import stat
import tempfile
import time
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from kiosk.operations.local_socket import PipeConnection, new_connection

SOCKET_VARIABLE = "AVATAR_KIOSK_SOCKET"
LINE_LIMIT = 1024 * 1024
"""Longest line either side reads, in bytes: a status with hundreds of configuration problems fits."""


class ControlError(Exception):
    """The running kiosk could not be asked; the text is a sentence for the operator."""


class NoKioskError(ControlError):
    """Nobody listens on the socket."""


class NoAnswerError(ControlError):
    """Somebody listens, but gave no whole answer in time."""


class CommandRefusedError(ControlError):
    """The kiosk understood and says no; the text is its sentence."""


class ControlCommand(StrEnum):
    """What a running kiosk can be asked."""

    STATUS = "status"
    START = "start"
    STOP = "stop"
    RELOAD = "reload"
    QUIT = "quit"
    RAISE = "raise"
    MICROPHONES = "microphones"
    REPORT = "report"


def socket_path(environ: Mapping[str, str]) -> Path:
    """Where this user's kiosk listens: `$AVATAR_KIOSK_SOCKET`, else one place per user.

    `$XDG_RUNTIME_DIR` is taken only if it is this user's: `sudo -u kiosk avatar-kiosk status` may carry another's.
    Without it the usual folder is still looked for, so that a shell that logged in differently finds the kiosk.
    """
    explicit = environ.get(SOCKET_VARIABLE)
    if explicit:
        return Path(explicit)
    if not hasattr(os, "getuid"):  # Windows, where the folder for temporary files is each user's own
        return Path(tempfile.gettempdir()) / "avatar-kiosk" / "control.sock"
    user = os.getuid()
    for folder in (environ.get("XDG_RUNTIME_DIR", ""), f"/run/user/{user}"):
        if folder and _belongs_to(Path(folder), user):
            return Path(folder) / "avatar-kiosk" / "control.sock"
    return Path(tempfile.gettempdir()) / f"avatar-kiosk-{user}" / "control.sock"


def request(
    path: Path, command: ControlCommand, timeout: float = 5.0, *, until_closed: bool = False
) -> dict[str, object]:
    """Ask the running kiosk and return its answer without `ok`.

    Args:
        path: its socket.
        command: what to ask.
        timeout: seconds for everything together, connecting included.
        until_closed: after the answer wait, within the same time, until the kiosk has closed the connection,
            which it does when it leaves.

    Raises:
        NoKioskError, NoAnswerError, CommandRefusedError: see the module.
    """
    deadline = time.monotonic() + timeout
    with new_connection() as connection:
        connection.settimeout(timeout)
        try:
            connection.connect(os.fspath(path))
        except TimeoutError:
            raise _silent(timeout) from None
        except OSError as error:
            raise NoKioskError(f"No kiosk is running here ({path}: {error.strerror or error}).") from None
        try:
            connection.sendall(json.dumps({"command": command.value}).encode() + b"\n")
            line = _read_line(connection, deadline)
            answer = _parse(line)
            if until_closed:
                _wait_for_close(connection, deadline)
        except TimeoutError:
            raise _silent(timeout) from None
        except OSError as error:
            raise NoAnswerError(f"The kiosk broke off the conversation ({error.strerror or error}).") from None
    return answer


def _belongs_to(folder: Path, user: int) -> bool:
    try:
        found = folder.stat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == user


def _silent(timeout: float) -> NoAnswerError:
    return NoAnswerError(f"A kiosk is running but did not answer within {timeout:g} s.")


def _receive(connection: socket.socket | PipeConnection, deadline: float) -> bytes:
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise TimeoutError
    connection.settimeout(remaining)
    return connection.recv(64 * 1024)


def _read_line(connection: socket.socket | PipeConnection, deadline: float) -> bytes:
    received = bytearray()
    while b"\n" not in received:
        chunk = _receive(connection, deadline)
        if not chunk:
            raise NoAnswerError("The kiosk closed the connection without an answer; it may just be leaving.")
        received += chunk
        if len(received) > LINE_LIMIT:
            raise NoAnswerError(f"The kiosk's answer is longer than {LINE_LIMIT} bytes.")
    return bytes(received.partition(b"\n")[0])


def _wait_for_close(connection: socket.socket | PipeConnection, deadline: float) -> None:
    try:
        while _receive(connection, deadline):
            pass
    except ConnectionError:
        return  # a process that ends with unread bytes resets the connection: closed is closed


def _parse(line: bytes) -> dict[str, object]:
    try:
        answer = json.loads(line)
    except ValueError:
        raise NoAnswerError("What listens on the socket does not speak the kiosk's protocol.") from None
    if not isinstance(answer, dict) or not isinstance(answer.get("ok"), bool):
        raise NoAnswerError("What listens on the socket does not speak the kiosk's protocol.")
    if not answer.pop("ok"):
        raise CommandRefusedError(str(answer.get("error", "The kiosk refused without a reason.")))
    return answer
