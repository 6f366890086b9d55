"""Where the configured avatar's packages lie, and which generation of the vendor's they are. No Qt in here."""

from __future__ import annotations

from pathlib import Path

from kiosk.browser.generations import FIRST, Generation, generation_of
from kiosk.config import Settings, sdk_folder


def packages_folder(settings: Settings) -> Path | None:
    """The folder with the `node_modules` of the configured avatar; None: it is the built-in one."""
    sdk = settings.avatar.sdk
    if sdk == "builtin":
        return None
    return sdk_folder() if sdk == "installed" else Path(sdk)


def generation_for(settings: Settings) -> Generation:
    """The generation that the configured avatar is of. The built-in one is like the first, and what is missing is
    missed as the first."""
    folder = packages_folder(settings)
    return (generation_of(folder / "node_modules") if folder is not None else None) or FIRST
