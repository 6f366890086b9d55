"""Three generations of the vendor's packages do the same job under other names. No Qt in here.

Which one a site has is told by the packages that are there. It decides what the page imports by name, which of its
adapters drives the avatar (`resources/web/generations/`), and who gives the session token, if there is one. That is
all Python knows about them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from kiosk.browser.importmap import LIVEKIT_CLIENT


class SessionTokens(Enum):
    """Who hands out the session tokens that a generation wants."""

    CONSOLE = "console"
    API = "api"
    NOBODY = "nobody"
    """It wants none: its server knows its visitors by their LiveKit tokens."""


@dataclass(frozen=True, slots=True)
class Generation:
    """One generation.

    Attributes:
        number: 1, 2 or 3; the page has an adapter for each.
        packages: npm names of the packages that make it up; each is imported by the page.
        exports: by package, what the page uses of it. A package that lacks one of them cannot be used.
        session_tokens: where a session token for it comes from.
    """

    number: int
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
    SessionTokens.CONSOLE,
)
"""The one that the page's own, built-in avatar takes the place of."""

SECOND = Generation(
    2,
    ("@spatius/avatarkit", "@spatius/avatarkit-rtc"),
    {
        "@spatius/avatarkit": ("AvatarManager", "AvatarSDK", "AvatarView", "DrivingServiceMode"),
        "@spatius/avatarkit-rtc": ("AvatarPlayer", "LiveKitProvider"),
    },
    SessionTokens.NOBODY,
)

THIRD = Generation(3, ("@spatialreal/web-sdk",), {"@spatialreal/web-sdk": ("SpatialReal",)}, SessionTokens.API)

GENERATIONS = (FIRST, SECOND, THIRD)


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
