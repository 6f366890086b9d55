"""Shows a text in a window and waits until it is closed. It may know no more than Qt: the kiosk may be what is broken.

Usage: show_message.py TEXT
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QMessageBox

ICON = Path(__file__).resolve().parents[2] / "resources" / "icons" / "avatar-kiosk-256.png"


def main() -> None:
    application = QApplication(sys.argv[:1])
    application.setDesktopFileName("avatar-kiosk")
    application.setWindowIcon(QIcon(str(ICON)))
    box = QMessageBox(QMessageBox.Icon.Critical, "Avatar Kiosk", sys.argv[1], QMessageBox.StandardButton.Close)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.exec()


if __name__ == "__main__":
    main()
