#!/usr/bin/env python3
"""Proves that this Python and its PySide6 can carry the kiosk; exits 0, or dies the way the kiosk would.

PySide6 6.12 under Python 3.11 drops one reference to True with every emitted signal and aborts after 500 to 1,100
of them, and only a run shows it: both versions install and import without complaint.
"""

from __future__ import annotations

import PySide6.QtWebEngineCore  # noqa: F401 - the import is the proof
from PySide6.QtCore import QObject, Signal

EMITS = 5_000


class Probe(QObject):
    """Something that can emit."""

    fired = Signal(object)


if __name__ == "__main__":
    probe = Probe()
    for number in range(EMITS):
        probe.fired.emit(number)
