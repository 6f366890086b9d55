"""`avatar-kiosk set-pin`: asks, hashes, keeps, and says where."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from getpass import getpass
from pathlib import Path
from typing import TextIO

from kiosk.operations.pin import hash_pin
from kiosk.operations.set_pin import NotKeptError, ask_twice, first_line, keep
from kiosk.operations.terminal import Row, Tone, show


def set_pin_in(file: Path | None, environ: Mapping[str, str], script: TextIO | None) -> None:
    """Set the PIN.

    Args:
        file: the configuration; None: the one a kiosk would take.
        environ: the environment.
        script: gives the PIN; None: a person at the terminal does.

    Raises:
        PinError: none was set. If only the file is in the way, stdout has the line to write into it.
    """
    pin = ask_twice(getpass) if script is None else first_line(script)
    try:
        kept = keep(hash_pin(pin), file, environ)
    except NotKeptError as error:
        print(error.line)
        raise
    show([Row("", f"The PIN is set in {kept.path}. A running kiosk takes it over between two visitors.", Tone.GOOD)])
    show([Row("", remark, Tone.DOUBTFUL) for remark in kept.remarks], sys.stderr)
