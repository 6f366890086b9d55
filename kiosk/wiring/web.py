"""What the page is made of on this machine: its folder, the avatar's packages, the servers it may reach."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.browser import NodeModules, PackageProblem, WebRoots, connect_sources, import_map
from kiosk.config import Settings, sdk_folder
from kiosk.installation import resources_folder
from kiosk.wiring.values import site_files

log = logging.getLogger(__name__)

WEB = resources_folder() / "web"
FONT = WEB / "fonts" / "figtree-latin-wght-normal.woff2"

VENDOR_PACKAGES = ("avatarkit", "avatarkit-rtc")

ANY_SECURE_SERVER = ("https:", "wss:")
"""For addresses known only at run time: a token endpoint's answer names the LiveKit server, and the vendor's SDK
loads its avatars from hosts that its documents do not list."""
ANY_PLAIN_SERVER = ("http:", "ws:")
"""Only where the token endpoint itself is reached in the clear: a test bench, or a server on this very machine."""


@dataclass(frozen=True, slots=True)
class Web:
    """`sdk` is the avatar the import map leads to; `cause` says why it is not the configured one."""

    roots: WebRoots
    connect: tuple[str, ...]
    sdk: str
    cause: str = ""


def web_for(settings: Settings, *, demo: bool) -> Web:
    """Resolve the avatar's packages.

    Raises:
        PackageProblem: the page's own packages are missing; nothing can run without them.
    """
    wanted = "builtin" if demo else str(settings.avatar.sdk)
    sdk, cause = wanted, ""
    try:
        modules = import_map(_modules(wanted))
    except PackageProblem as problem:
        if wanted == "builtin":
            raise
        sdk, cause = "builtin", str(problem)
        log.warning("the configured avatar cannot be used, the built-in one stands in: %s", cause)
        modules = import_map(_modules("builtin"))
    roots = WebRoots(WEB, modules, site_files(settings))
    return Web(roots, _servers(settings, sdk, demo=demo), sdk, cause)


def missed_avatar(web: Web, settings: Settings) -> Web | None:
    """What the page is made of once the packages are there that `web` had to do without; None: they are not."""
    if not web.cause:
        return None
    try:
        modules = import_map(_modules(str(settings.avatar.sdk)))
    except PackageProblem:
        return None
    log.info("the configured avatar's packages are there now")
    sdk = str(settings.avatar.sdk)
    return Web(replace(web.roots, modules=modules), _servers(settings, sdk, demo=False), sdk)


def _modules(sdk: str) -> NodeModules:
    own = WEB / "node_modules"
    builtin = {name: WEB / "builtin" / name for name in VENDOR_PACKAGES}
    always = {f"kiosk-builtin/{name}": folder for name, folder in builtin.items()}
    if sdk == "builtin":
        return NodeModules((own,), {f"@spatialwalk/{name}": folder for name, folder in builtin.items()} | always)
    folder = sdk_folder() if sdk == "installed" else Path(sdk)
    return NodeModules((folder / "node_modules", own), always)


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
