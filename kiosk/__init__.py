"""Avatar Kiosk: a lobby screen on which a visitor talks with a life-like avatar."""

__version__ = "0.1.0"
