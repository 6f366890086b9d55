"""The icon that task bars and window lists show for the kiosk."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QIcon


def window_icon(folder: Path) -> QIcon:
    """The pictures `avatar-kiosk-<pixels>.png` of a folder, as one icon; an empty one when there are none."""
    icon = QIcon()
    for picture in sorted(folder.glob("avatar-kiosk-*.png")):
        icon.addFile(str(picture))
    return icon
