"""The quick part of the fault matrix: each fault is struck for real, and the kiosk comes back by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.catalogue import FAULTS
from tests.faults.fault import Fault, Scene
from tests.faults.play import play

QUICK = [
    pytest.param(fault, scene, id=f"{fault.family}: {fault.name}, {scene}") for fault in FAULTS for scene in fault.quick
]

DARK = 4.0
"""Seconds in which the screen may show nothing: while a process starts again."""


@pytest.mark.parametrize(("fault", "scene"), QUICK)
def test_it_comes_back_by_itself(fault: Fault, scene: Scene, tmp_path: Path) -> None:
    result = play(fault, scene, tmp_path)
    assert result.recovered, f"{result.outcome}\n{result.story}\n" + "\n".join(result.log)
    assert result.restarts or result.dark < DARK, f"the screen showed nothing for {result.dark:.1f} s: {result.story}"


def test_every_fault_has_its_own_name() -> None:
    names = [(fault.family, fault.name) for fault in FAULTS]
    assert len(set(names)) == len(names)
    assert all(fault.name and set(fault.quick) <= set(fault.scenes) for fault in FAULTS)
