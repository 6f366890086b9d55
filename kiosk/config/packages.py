"""npm packages at exact versions, as ``avatar.packages`` names them. Pure."""

import re
from dataclasses import dataclass
from typing import Any

from kiosk.config.rules import Rule, UnfitError, read_text

_NAME = r"(?:@[a-z0-9][a-z0-9._~-]*/)?[a-z0-9][a-z0-9._~-]*"
_VERSION = r"[0-9]+\.[0-9]+\.[0-9]+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?"
_MOST = 230
"""npm's own limit for a name is 214 characters; the rest is for the version."""

LIVEKIT_CLIENT = "livekit-client"


@dataclass(frozen=True)
class NpmPackages(Rule):
    """One npm package, or a list of them, each as ``name@version``; read as a tuple.

    Ranges and tags are refused, because what runs in the lobby must not change by itself; addresses and paths too:
    ``avatar-kiosk sdk install --from`` is for those.
    """

    @property
    def expected(self) -> str:
        return 'a list of npm packages with their exact versions, such as ["@scope/name@1.2.3"]'

    @property
    def json_schema(self) -> dict[str, Any]:
        item = {"type": "string", "pattern": f"^{_NAME}@{_VERSION}$", "maxLength": _MOST}
        return {"anyOf": [item, {"type": "array", "items": item, "minItems": 1}]}

    def read(self, written: object) -> tuple[str, ...]:
        items = written if isinstance(written, list | tuple) else [written]
        if not items:
            raise UnfitError
        packages = tuple(_read_one(read_text(item)) for item in items)
        names = [split_package(package)[0] for package in packages]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise UnfitError(f"{twice} is named twice.")
        return packages


def split_package(text: str) -> tuple[str, str]:
    """Name and version of ``name@version``, as `NpmPackages` has read it."""
    name, _, version = text.rpartition("@")
    return name, version


def _read_one(text: str) -> str:
    if len(text) > _MOST:
        raise UnfitError
    if re.search(r"://|^git\+|^file:|^[./~\\]", text):
        raise UnfitError("Packages that lie elsewhere are installed with: avatar-kiosk sdk install --from")
    name, version = split_package(text)
    if re.fullmatch(_NAME, text):
        raise UnfitError(f'Write the version behind it: "{text}@1.2.3".')
    if re.fullmatch(_NAME, name) and not re.fullmatch(_VERSION, version):
        raise UnfitError("The version is exact: three numbers, without ^, ~, x or a word such as latest.")
    if not re.fullmatch(_NAME, name):
        raise UnfitError
    if name == LIVEKIT_CLIENT:
        raise UnfitError(f"Take {LIVEKIT_CLIENT} out: the kiosk adds the one version that fits.")
    return text
