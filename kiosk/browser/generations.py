"""Three generations of the vendor's packages do the same job under other names. No Qt in here.

Which one a site has is told by the packages that are there. It decides what the page imports by name, which of its
adapters drives the avatar (`resources/web/generations/`), and who gives the session token, if there is one. That is
all Python knows about them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kiosk.browser.importmap import LIVEKIT_CLIENT

SessionTokens = Literal["console", "api", "nobody"]
"""Who hands out the session tokens that a generation wants: the platform's console, its newer API, or nobody, for it
wants none."""


@dataclass(frozen=True, slots=True)
class Generation:
    """One generation.

    Attributes:
        number: the page has an adapter for each.
        packages: npm names of the packages that make it up; each is imported by the page.
        exports: by package, what the page uses of it. A package that lacks one of them cannot be used.
        session_tokens: where a session token for it comes from.
    """

    number: Literal[1, 2, 3]
    packages: tuple[str, ...]
    exports: Mapping[str, tuple[str, ...]]
    session_tokens: SessionTokens

    @property
    def page_imports(self) -> tuple[str, ...]:
        """Everything the page imports by name."""
        return (*self.packages, LIVEKIT_CLIENT)


FIRST = Generation(
    1,
    ("@spatialwalk/avatarkit", "@spatialwalk/avatarkit-rtc"),
    {
        "@spatialwalk/avatarkit": ("AvatarManager", "AvatarSDK", "AvatarView", "DrivingServiceMode", "Environment"),
        "@spatialwalk/avatarkit-rtc": ("AvatarPlayer", "LiveKitProvider"),
    },
    "console",
)
"""The one that the page's own, built-in avatar takes the place of."""

SECOND = Generation(
    2,
    ("@spatius/avatarkit", "@spatius/avatarkit-rtc"),
    {
        "@spatius/avatarkit": ("AvatarManager", "AvatarSDK", "AvatarView", "DrivingServiceMode"),
        "@spatius/avatarkit-rtc": ("AvatarPlayer", "LiveKitProvider"),
    },
    "nobody",
)

THIRD = Generation(3, ("@spatialreal/web-sdk",), {"@spatialreal/web-sdk": ("SpatialReal",)}, "api")

GENERATIONS = (FIRST, SECOND, THIRD)


def search_order(generation: Generation, node_modules: Path, own: Path) -> tuple[Path, ...]:
    """Where the page's packages are looked up: in the site's `node_modules` and in the kiosk's `own`.

    The third generation may bring another livekit-client for itself than the one the page is made for, so the page's
    comes first. The older two share the page's, and a site that brings another one is told so.
    """
    return (own, node_modules) if generation is THIRD else (node_modules, own)


def generation_of(node_modules: Path | Sequence[Path]) -> Generation | None:
    """The generation whose packages are in these `node_modules`.

    Of several the newest that is complete; without a complete one the newest of which there is anything, so that
    whoever needs all of it can say what is missing. None: there is none.
    """
    folders = (node_modules,) if isinstance(node_modules, Path) else tuple(node_modules)

    def there(name: str) -> bool:
        return any((folder / name / "package.json").is_file() for folder in folders)

    newest_first = GENERATIONS[::-1]
    complete = (one for one in newest_first if all(map(there, one.packages)))
    begun = (one for one in newest_first if any(map(there, one.packages)))
    return next(complete, None) or next(begun, None)
