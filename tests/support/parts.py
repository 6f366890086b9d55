"""Parts of the machine a test cannot do without."""

from __future__ import annotations

import os
import shutil

import pytest


def lacking(what: str) -> None:
    """Give the test up for want of a part: a skip at a desk, a failure on CI.

    Raises:
        pytest.fail.Exception: on CI (`$CI` is set), where every part has to be there.
        pytest.skip.Exception: anywhere else.
    """
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing; on CI that is a failure, not a skip", pytrace=False)
    pytest.skip(f"{what} is missing; packaging/test brings it")


def program(name: str) -> str:
    """The path of a program from PATH; gives the test up when it is not installed."""
    path = shutil.which(name)
    if path is None:
        lacking(name)
    assert path is not None
    return path
