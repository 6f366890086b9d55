"""Brings the window, what opens the panel, and the panel together."""

from __future__ import annotations

from PySide6.QtCore import QObject

from kiosk.window.admin.panel import AdminPanel
from kiosk.window.window import KioskWindow


class AdminCorner(QObject):
    """Opens the panel for whoever knows the gesture, and takes it away when it is closed."""

    def __init__(self, window: KioskWindow, panel: AdminPanel) -> None:
        super().__init__(window)
        self._window = window
        self._panel = panel
        window.admin_asked.connect(self._open)
        window.stirred.connect(panel.stir)
        panel.closed.connect(window.close_admin)

    def _open(self) -> None:
        self._panel.begin()
        self._window.open_admin(self._panel)
