"""What the page is made of on this machine: its folder, the avatar's packages, the servers it may reach."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.browser import NodeModules, PackageProblem, WebRoots, connect_sources, import_map
from kiosk.browser.generations import FIRST, Generation, generation_of, search_order
from kiosk.config import Settings
from kiosk.installation import resources_folder
from kiosk.wiring.packages import packages_folder
from kiosk.wiring.values import site_files

log = logging.getLogger(__name__)

WEB = resources_folder() / "web"
FONT = WEB / "fonts" / "figtree-latin-wght-normal.woff2"

OWN_PACKAGES = WEB / "node_modules"
"""livekit-client and what it needs."""

_BUILTIN = {name: WEB / "builtin" / name for name in ("avatarkit", "avatarkit-rtc")}
_STAND_INS = {f"kiosk-builtin/{name}": folder for name, folder in _BUILTIN.items()}
"""The built-in avatar has names of its own beside a vendor's, to stand in for it."""

ANY_SECURE_SERVER = ("https:", "wss:")
"""For addresses known only at run time: a token endpoint's answer names the LiveKit server, and the vendor's SDK
loads its avatars from hosts that its documents do not list."""
ANY_PLAIN_SERVER = ("http:", "ws:")
"""Only where the token endpoint itself is reached in the clear: a test bench, or a server on this very machine."""


@dataclass(frozen=True, slots=True)
class Web:
    """What the page is made of.

    Attributes:
        roots: the folders and files.
        connect: the servers it may reach, as sources of a content security policy.
        sdk: the avatar that the import map leads to.
        generation: of the packages that `sdk` names.
        folder: where they really lie, all links followed; None: they are the built-in ones.
        cause: why it is not the configured avatar; empty: it is.
    """

    roots: WebRoots
    connect: tuple[str, ...]
    sdk: str
    generation: Generation = FIRST
    folder: Path | None = None
    cause: str = ""


def web_for(settings: Settings, *, demo: bool) -> Web:
    """Resolve the avatar's packages.

    Raises:
        PackageProblem: the page's own packages are missing; nothing can run without them.
    """
    if demo or settings.avatar.sdk == "builtin":
        return _builtin(settings, demo=demo)
    try:
        return _configured(settings)
    except PackageProblem as problem:
        log.warning("the configured avatar cannot be used, the built-in one stands in: %s", problem)
        return replace(_builtin(settings, demo=False), cause=str(problem))


def newer_avatar(web: Web, settings: Settings) -> Web | None:
    """What the page is made of once the packages are there that `web` had to do without, or once others have been put
    in the place of its own; None: all is as it was, or what is there now cannot be used."""
    folder = packages_folder(settings)
    replaced = folder is not None and web.folder is not None and folder.resolve() != web.folder
    if not web.cause and not replaced:
        return None
    try:
        found = _configured(settings)
    except PackageProblem:
        return None
    log.info("other packages are used for the configured avatar" if replaced else "the avatar's packages are there now")
    return found


def _configured(settings: Settings) -> Web:
    folder = packages_folder(settings)
    if folder is None:
        return _builtin(settings, demo=False)
    # Links are followed first: packages that are replaced meanwhile are replaced as a whole, or not at all.
    folder = folder.resolve()
    generation = generation_of(folder / "node_modules") or FIRST
    modules = NodeModules(search_order(generation, folder / "node_modules", OWN_PACKAGES), _STAND_INS)
    found = import_map(modules, generation.page_imports)
    sdk = str(settings.avatar.sdk)
    servers = _servers(settings, sdk, demo=False)
    return Web(WebRoots(WEB, found, site_files(settings)), servers, sdk, generation, folder)


def _builtin(settings: Settings, *, demo: bool) -> Web:
    packages = {f"@spatialwalk/{name}": folder for name, folder in _BUILTIN.items()}
    modules = import_map(NodeModules((OWN_PACKAGES,), packages | _STAND_INS))
    return Web(WebRoots(WEB, modules, site_files(settings)), _servers(settings, "builtin", demo=demo), "builtin")


def _servers(settings: Settings, sdk: str, *, demo: bool) -> tuple[str, ...]:
    if demo:
        return ()
    livekit = settings.livekit
    sources = connect_sources(livekit.url) if livekit.url else ()
    if livekit.token_endpoint is not None or sdk != "builtin":
        sources += ANY_SECURE_SERVER
    if livekit.token_endpoint is not None and livekit.token_endpoint.startswith("http:"):
        sources += ANY_PLAIN_SERVER
    return sources
