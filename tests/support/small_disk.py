"""A disk of a few megabytes that can be filled to the last byte."""

from __future__ import annotations

import errno
import os
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

MEGABYTE = 1024 * 1024


class SmallDisk:
    """Mounted on a folder from the start to the end; only root may do that, anybody else gives the test up."""

    def __init__(self, folder: Path, megabytes: int = 24) -> None:
        if os.geteuid() != 0:
            pytest.skip("only root may mount a disk to fill")
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._filling = folder / "filling"
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "tmpfs", str(folder)],
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"mount: {done.stderr.strip()}"

    def fill(self) -> None:
        """Leave not one byte; what is freed by others meanwhile stays free."""
        with self._filling.open("ab", buffering=0) as file:
            for size in (MEGABYTE, 4096, 1):
                try:
                    while True:
                        file.write(b"\0" * size)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise

    def free(self) -> None:
        """Take away what filled it."""
        self._filling.unlink(missing_ok=True)

    def make_read_only(self) -> bool:
        """As a kernel does with a disk that has errors; False: somebody writes to it just now."""
        remount = ["mount", "-o", "remount,ro", str(self.folder)]
        return subprocess.run(remount, check=False, capture_output=True).returncode == 0

    def make_writable(self) -> None:
        subprocess.run(["mount", "-o", "remount,rw", str(self.folder)], check=True, capture_output=True)

    def stop(self) -> None:
        """Lazily: somebody may still have a file open."""
        subprocess.run(["umount", "--lazy", str(self.folder)], check=False, capture_output=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
