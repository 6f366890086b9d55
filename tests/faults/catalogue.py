"""Every fault of the matrix, family by family."""

from __future__ import annotations

from tests.faults import agent, credentials, files, machine, network, page, process, room, server, signalling, sound
from tests.faults.fault import Fault, Scene

FAMILIES = (server, signalling, network, room, credentials, agent, page, sound, process, machine, files)

FAULTS: tuple[Fault, ...] = tuple(fault for family in FAMILIES for fault in family.FAULTS)

ORDER = [(fault.family, fault.name, scene.value) for fault in FAULTS for scene in fault.scenes]
"""Family, fault and scene of every row of the table."""


def chosen(words: list[str], scene: str | None) -> list[tuple[Fault, Scene]]:
    """The faults of these families and those whose name contains one of the other words; all of them without words."""
    families = {fault.family for fault in FAULTS}

    def wanted(fault: Fault) -> bool:
        return not words or any(word == fault.family if word in families else word in fault.name for word in words)

    return [(fault, at) for fault in FAULTS if wanted(fault) for at in fault.scenes if scene in (None, at.value)]
