"""npm packages made up for a test: as folders, and as the tarballs that npm makes of them."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

KIT = "@spatialwalk/avatarkit"
RTC = "@spatialwalk/avatarkit-rtc"
CLIENT = "livekit-client"


@dataclass(frozen=True)
class NpmPackage:
    """One package. `fields`: what its package.json says beside name and version. `files`: by their path."""

    name: str
    version: str = "1.0.0"
    fields: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str | bytes] = field(default_factory=lambda: {"index.js": "export const here = true;\n"})

    @classmethod
    def of(cls, folder: Path) -> Self:
        """What lies in `folder`, packages inside it left out."""
        fields = json.loads((folder / "package.json").read_text(encoding="utf-8"))
        files = {
            name: file.read_bytes()
            for file in folder.rglob("*")
            if file.is_file() and (name := file.relative_to(folder).as_posix()) != "package.json"
            if not name.startswith("node_modules/")
        }
        return cls(fields["name"], fields["version"], fields, files)

    @property
    def spec(self) -> str:
        return f"{self.name}@{self.version}"

    @property
    def manifest(self) -> dict[str, Any]:
        return {"type": "module", **self.fields, "name": self.name, "version": self.version}

    def put_into(self, modules: Path) -> Path:
        """Lay it out as a folder in a `node_modules`."""
        folder = modules / self.name
        for name, content in self._contents():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        return folder

    def packed(self) -> bytes:
        """Its tarball, the same for the same package."""
        return tarball([(f"package/{name}", content) for name, content in self._contents()])

    def pack_into(self, folder: Path) -> Path:
        """Write the tarball, named as npm would."""
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{self.name.removeprefix('@').replace('/', '-')}-{self.version}.tgz"
        file.write_bytes(self.packed())
        return file

    def _contents(self) -> Iterator[tuple[str, bytes]]:
        for name, content in sorted({**self.files, "package.json": json.dumps(self.manifest)}.items()):
            yield name, content.encode() if isinstance(content, str) else content


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
