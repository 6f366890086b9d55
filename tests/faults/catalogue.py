"""Every fault of the matrix, family by family."""

from __future__ import annotations

from tests.faults import agent, credentials, files, machine, network, page, process, room, server, signalling, sound
from tests.faults.fault import Fault, Scene

FAMILIES = (server, signalling, network, room, credentials, agent, page, sound, process, machine, files)

FAULTS: tuple[Fault, ...] = tuple(fault for family in FAMILIES for fault in family.FAULTS)

ORDER = [(fault.family, fault.name, scene.value) for fault in FAULTS for scene in fault.scenes]
"""Family, fault and scene of every row of the table."""


def chosen(words: list[str], scene: str | None) -> list[tuple[Fault, Scene]]:
    """The faults whose family is, or whose name contains, one of the words; all of them without words."""
    return [
        (fault, at)
        for fault in FAULTS
        for at in fault.scenes
        if (scene is None or at.value == scene)
        and (not words or any(word == fault.family or word in fault.name for word in words))
    ]
