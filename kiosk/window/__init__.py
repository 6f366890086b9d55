"""The window around the page: placement, lockdown, and the curtain that covers what must not be seen."""

from kiosk.window.admin.gesture import Opening
from kiosk.window.placement import Placement
from kiosk.window.window import CurtainLooks, KioskWindow, WindowError

__all__ = ["CurtainLooks", "KioskWindow", "Opening", "Placement", "WindowError"]
