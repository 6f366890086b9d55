"""Draws the icon in the sizes and files that Linux, Windows and macOS ask for.

Usage: make_icons.py FOLDER

The folder holds avatar-kiosk.svg; the pictures are written beside it. Qt is the only renderer needed, and nothing is
shown on a screen.
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

NAME = "avatar-kiosk"
SVG = "{http://www.w3.org/2000/svg}"

PNG_SIZES = (16, 24, 32, 48, 128, 256)
"""Pixels. Menus and panels take the small ones, desktops the middle ones, dialogs the large one."""
ICO_SIZES = (16, 24, 32, 48, 64, 128, 256)
"""Pixels; what Explorer, the task bar and the Start menu show at 100 to 400 %."""
ICNS_TYPES = {
    b"icp4": 16,
    b"icp5": 32,
    b"ic07": 128,
    b"ic08": 256,
    b"ic09": 512,
    b"ic10": 1024,  # 512 at 2x
    b"ic11": 32,  # 16 at 2x
    b"ic12": 64,
    b"ic13": 256,
    b"ic14": 512,
}
"""Type of an entry of an .icns file → pixels. All of these hold PNG."""

COARSE_UP_TO = 32
"""Pixels. So small a picture has no room for fine detail, nor for a margin."""
WHOLE = QRectF(0, 0, 256, 256)
WITHOUT_MARGIN = QRectF(8, 8, 240, 240)
APPLE_GRID = QRectF(-21.2, -21.2, 298.4, 298.4)
"""Apple's icons fill 824 of 1024 pixels; larger, ours would stand out among its neighbours in the Dock."""


class Drawing:
    """The icon as it was drawn."""

    def __init__(self, svg: Path) -> None:
        root = ElementTree.parse(svg).getroot()  # noqa: S314 - our own file
        self._full = _renderer(root)
        root[:] = [element for element in root if element.get("id") != "fine"]
        self._coarse = _renderer(root)

    def picture(self, size: int, part: QRectF = WHOLE) -> QImage:
        """A square picture.

        Args:
            size: its side in pixels.
            part: what of the drawing fills it. A small picture of the whole leaves the margin out.
        """
        coarse = size <= COARSE_UP_TO
        renderer = self._coarse if coarse else self._full
        renderer.setViewBox(WITHOUT_MARGIN if coarse and part == WHOLE else part)
        image = QImage(size, size, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        renderer.render(painter)
        painter.end()
        return image


def png(image: QImage) -> bytes:
    """The picture as a PNG file."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload] # the stubs want bytes, PySide takes text
    return bytes(data.data())


def ico(pictures: Mapping[int, QImage]) -> bytes:
    """A Windows icon: the largest picture as PNG, the others as bitmaps, which every version of Windows reads."""
    entries = [(size, png(image) if size >= 256 else _bitmap(image)) for size, image in sorted(pictures.items())]
    directory, offset = struct.pack("<HHH", 0, 1, len(entries)), 6 + 16 * len(entries)
    for size, data in entries:
        directory += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(data), offset)
        offset += len(data)
    return directory + b"".join(data for _, data in entries)


def icns(pictures: Mapping[bytes, QImage]) -> bytes:
    """A macOS icon, from the type of each entry and its picture."""
    entries = [(kind, png(image)) for kind, image in pictures.items()]
    body = b"".join(kind + struct.pack(">I", len(data) + 8) + data for kind, data in entries)
    return b"icns" + struct.pack(">I", len(body) + 8) + body


def draw(folder: Path) -> None:
    """Write every picture of avatar-kiosk.svg in this folder.

    Raises:
        OSError: the drawing cannot be read, or a picture not be written.
    """
    drawing = Drawing(folder / f"{NAME}.svg")
    for size in PNG_SIZES:
        (folder / f"{NAME}-{size}.png").write_bytes(png(drawing.picture(size)))
    (folder / f"{NAME}.ico").write_bytes(ico({size: drawing.picture(size) for size in ICO_SIZES}))
    apple = {kind: drawing.picture(size, APPLE_GRID) for kind, size in ICNS_TYPES.items()}
    (folder / f"{NAME}.icns").write_bytes(icns(apple))


def _renderer(root: ElementTree.Element) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(ElementTree.tostring(root)))


def _bitmap(image: QImage) -> bytes:
    """The picture as an icon's bitmap: header, rows from the bottom up, and a mask that the alpha channel outdoes."""
    size = image.width()
    header = struct.pack("<IiiHHIIiiII", 40, size, size * 2, 1, 32, 0, 0, 0, 0, 0, 0)
    upside_down = image.flipped(Qt.Orientation.Vertical)
    return header + bytes(upside_down.constBits()) + bytes(size * (-(-size // 32) * 4))


def main() -> None:
    application = QGuiApplication(sys.argv)
    draw(Path(sys.argv[1]))
    application.quit()


if __name__ == "__main__":
    main()
