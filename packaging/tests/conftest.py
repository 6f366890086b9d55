"""Tests of what is installed, not of what runs from a clone. The long ones are for releases."""

from __future__ import annotations

import os

import pytest

ALL = "KIOSK_TEST_ALL"
"""Set by `packaging/test --all`."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if os.environ.get(ALL):
        return
    for item in items:
        if item.get_closest_marker("release"):
            item.add_marker(pytest.mark.skip(reason="takes minutes: packaging/test --all runs it"))
