"""npm packages made up for a test: as folders, and as the tarballs that npm makes of them."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

KIT = "@spatialwalk/avatarkit"
RTC = "@spatialwalk/avatarkit-rtc"
CLIENT = "livekit-client"


@dataclass(frozen=True)
class NpmPackage:
    """One package. `fields`: what its package.json says beside name and version. `files`: by their path."""

    name: str
    version: str = "1.0.0"
    fields: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=lambda: {"index.js": "export const here = true;\n"})

    @property
    def spec(self) -> str:
        return f"{self.name}@{self.version}"

    @property
    def manifest(self) -> dict[str, Any]:
        return {"name": self.name, "version": self.version, "type": "module", **self.fields}

    def put_into(self, modules: Path) -> Path:
        """Lay it out as a folder in a `node_modules`."""
        folder = modules / self.name
        for name, text in {**self.files, "package.json": json.dumps(self.manifest)}.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        return folder

    def packed(self) -> bytes:
        """Its tarball, the same for the same package."""
        texts = {**self.files, "package.json": json.dumps(self.manifest)}
        return tarball([(f"package/{name}", text.encode()) for name, text in sorted(texts.items())])

    def pack_into(self, folder: Path) -> Path:
        """Write the tarball, named as npm would."""
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{self.name.removeprefix('@').replace('/', '-')}-{self.version}.tgz"
        file.write_bytes(self.packed())
        return file


def tarball(members: Sequence[tuple[str | tarfile.TarInfo, bytes]]) -> bytes:
    """A gzipped archive of files, or of whatever a `TarInfo` says; the same for the same members."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for named, content in members:
            info = tarfile.TarInfo(named) if isinstance(named, str) else named
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return gzip.compress(stream.getvalue(), mtime=0)


def integrity(content: bytes, algorithm: str = "sha512") -> str:
    return f"{algorithm}-{base64.b64encode(hashlib.new(algorithm, content).digest()).decode()}"


def first_generation(kit: str = "1.0.0-beta.84", rtc: str = "1.0.0-beta.7") -> tuple[NpmPackage, ...]:
    """The vendor's two packages with one dependency, exporting what the page uses."""
    names = ("AvatarManager", "AvatarSDK", "AvatarView", "DrivingServiceMode", "Environment")
    return (
        NpmPackage(KIT, kit, {"dependencies": {"small-part": "^2.0.0"}}, {"index.js": exports(names)}),
        NpmPackage(
            RTC,
            rtc,
            {"peerDependencies": {KIT: "*", CLIENT: "2.16.1"}},
            {"index.js": exports(("AvatarPlayer", "LiveKitProvider"))},
        ),
        NpmPackage("small-part", "2.1.0"),
    )


def client(version: str = "2.16.1") -> NpmPackage:
    """A livekit-client in name only."""
    return NpmPackage(CLIENT, version)


def exports(names: Sequence[str]) -> str:
    return "".join(f"export const {name} = {{}};\n" for name in names)


def lock(packages: Mapping[str, NpmPackage], **changed: Any) -> str:
    """The text of a package-lock.json. `packages`: by their places; `changed`: fields that every entry has besides."""
    entries = {
        place: {"version": one.version, "integrity": integrity(one.packed()), **changed}
        for place, one in packages.items()
    }
    return json.dumps({"lockfileVersion": 3, "packages": {"": {}, **entries}})
