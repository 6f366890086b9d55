"""The window's icon, in every size that is shipped."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QGuiApplication

from kiosk.installation import resources_folder
from kiosk.window.icon import window_icon


def test_the_window_has_every_size(qapp: QGuiApplication) -> None:
    icon = window_icon(resources_folder() / "icons")
    assert {size.width() for size in icon.availableSizes()} == {16, 24, 32, 48, 128, 256}


def test_without_pictures_there_is_no_icon(qapp: QGuiApplication, tmp_path: Path) -> None:
    assert window_icon(tmp_path).isNull()
