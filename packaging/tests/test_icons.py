"""The pictures of the icon: all that systems ask for, each what the drawing gives."""

from __future__ import annotations

import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtGui import QImage

from tests.support.kiosk_process import PROJECT

ICONS = PROJECT / "resources" / "icons"
MAKE = PROJECT / "packaging" / "desktop" / "make_icons.py"
PNG = b"\x89PNG"

NEAR = 3.0
"""Of 255; how far the pictures of two renderers may differ on average. Another drawing differs by tens."""

Picture = npt.NDArray[np.int16]
"""Rows, columns, blue-green-red-alpha; the colours times alpha, as a clear pixel has none that is seen."""


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with everything drawn anew."""
    folder = tmp_path_factory.mktemp("icons")
    shutil.copy(ICONS / "avatar-kiosk.svg", folder)
    subprocess.run([sys.executable, MAKE, folder], check=True)
    return folder


def picture(data: bytes) -> Picture:
    """What a PNG file shows."""
    image = QImage.fromData(data).convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    assert not image.isNull()
    return np.array(image.constBits(), dtype=np.int16).reshape(image.height(), image.width(), 4)


def bitmap(data: bytes) -> Picture:
    """What a bitmap of an .ico file shows, which lies upside down."""
    _, width, height, _, bits = struct.unpack_from("<IiiHH", data)
    assert (height, bits) == (2 * width, 32)
    rows = np.frombuffer(data, np.uint8, count=width * width * 4, offset=40).reshape(width, width, 4)[::-1]
    alpha = rows[:, :, 3:].astype(np.int32)
    return np.concatenate([rows[:, :, :3] * alpha // 255, alpha], axis=2).astype(np.int16)


def in_ico(file: Path) -> Iterator[tuple[int, Picture]]:
    """Size and picture of every entry of a Windows icon."""
    data = file.read_bytes()
    reserved, kind, count = struct.unpack_from("<HHH", data)
    assert (reserved, kind) == (0, 1)
    for entry in range(count):
        width, height, _, _, _, bits, length, offset = struct.unpack_from("<BBBBHHII", data, 6 + 16 * entry)
        assert (width, bits) == (height, 32)
        content = data[offset : offset + length]
        yield width or 256, picture(content) if content.startswith(PNG) else bitmap(content)


def in_icns(file: Path) -> Iterator[tuple[str, Picture]]:
    """Type and picture of every entry of a macOS icon."""
    data = file.read_bytes()
    magic, length = struct.unpack_from(">4sI", data)
    assert (magic, length) == (b"icns", len(data))
    offset = 8
    while offset < len(data):
        kind, length = struct.unpack_from(">4sI", data, offset)
        yield kind.decode(), picture(data[offset + 8 : offset + length])
        offset += length


def assert_alike(shipped: Picture, drawn: Picture) -> None:
    assert shipped.shape == drawn.shape
    assert float(np.abs(shipped - drawn).mean()) < NEAR
    assert float(shipped[:, :, 3].mean()) > 150  # not a blank one, twice


@pytest.mark.parametrize("size", [16, 24, 32, 48, 128, 256])
def test_a_picture_for_every_place_on_a_desktop(size: int, drawn: Path) -> None:
    shipped = picture((ICONS / f"avatar-kiosk-{size}.png").read_bytes())
    assert shipped.shape == (size, size, 4)
    assert_alike(shipped, picture((drawn / f"avatar-kiosk-{size}.png").read_bytes()))


def test_the_icon_of_windows(drawn: Path) -> None:
    shipped, again = dict(in_ico(ICONS / "avatar-kiosk.ico")), dict(in_ico(drawn / "avatar-kiosk.ico"))
    assert list(shipped) == list(again) == [16, 24, 32, 48, 64, 128, 256]
    for size, content in shipped.items():
        assert content.shape == (size, size, 4)
        assert_alike(content, again[size])
    assert_alike(shipped[32], picture((ICONS / "avatar-kiosk-32.png").read_bytes()))


def test_the_icon_of_macos(drawn: Path) -> None:
    shipped, again = dict(in_icns(ICONS / "avatar-kiosk.icns")), dict(in_icns(drawn / "avatar-kiosk.icns"))
    sizes = {"icp4": 16, "icp5": 32, "ic07": 128, "ic08": 256, "ic09": 512, "ic10": 1024}
    sizes |= {"ic11": 32, "ic12": 64, "ic13": 256, "ic14": 512}
    assert {kind: len(content) for kind, content in shipped.items()} == sizes
    for kind, content in shipped.items():
        assert float(np.abs(content - again[kind]).mean()) < NEAR
    margin = np.flatnonzero(shipped["ic10"][:, 512, 3])[[0, -1]]
    assert margin == pytest.approx([100, 923], abs=2)  # Apple's grid


def test_small_pictures_stay_legible() -> None:
    """The eyes are dark on light skin even in a title bar, and no fine detail smears them."""
    small = picture((ICONS / "avatar-kiosk-16.png").read_bytes())[:, :, :3].mean(axis=2)
    left_eye, nose, right_eye = (float(small[8, column]) for column in (5, 7, 10))
    assert nose - max(left_eye, right_eye) > 100
