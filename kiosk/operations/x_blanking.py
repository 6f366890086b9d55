"""What an X server does to the screen by itself when nobody touches it, and how it is told not to. Pure.

Its screen saver paints the screen black after some minutes, and DPMS switches the monitor off. A desktop may rule over
both, a bare server follows its own times: ten minutes where nobody has set any. The way to ask and tell it is `xset`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

ASK = ("xset", "q")


@dataclass(frozen=True, slots=True)
class XBlanking:
    """What the server has been told.

    Attributes:
        timeout: seconds until its screen saver; 0: never.
        cycle: seconds between two pictures of that one. Only kept, to be given back.
        dpms: whether it switches the monitor off.
    """

    timeout: int
    cycle: int
    dpms: bool

    @property
    def to_switch_off(self) -> tuple[str, ...]:
        """The command after which the screen stays on, and is on; empty where nothing is to be done."""
        if not (self.timeout or self.dpms):
            return ()
        return ("xset", "s", "off", "s", "reset", *(("-dpms",) if self.dpms else ()))

    @property
    def to_restore(self) -> tuple[str, ...]:
        """The command that brings this back; empty where nothing was done."""
        if not (self.timeout or self.dpms):
            return ()
        return ("xset", "s", str(self.timeout), str(self.cycle), *(("+dpms",) if self.dpms else ()))


def read_x_blanking(answer: str) -> XBlanking | None:
    """From what `xset q` prints in English; None: it says nothing about a screen saver."""
    saver = re.search(r"timeout:\s+(\d+)\s+cycle:\s+(\d+)", answer)
    if saver is None:
        return None
    return XBlanking(int(saver[1]), int(saver[2]), "DPMS is Enabled" in answer)
