"""Why packages cannot be installed."""

from enum import StrEnum


class Kind(StrEnum):
    """What kind of trouble it is; each asks for another remedy."""

    NO_NPM = "no npm"
    NOT_FOUND = "not found"
    """The registry has no such package, or not in this version."""
    NO_NETWORK = "no network"
    NO_ACCESS = "no access"
    """The registry wants to know who asks."""
    DAMAGED = "damaged"
    """A package is not what its checksum says, or has none."""
    UNFIT = "unfit"
    """The packages do not go together, or the page does not know them."""
    UNUSABLE = "unusable"
    """What was named holds no packages, or none that may be unpacked."""
    MISSING = "missing"
    """Packages are missing that others need."""
    DOES_NOT_LOAD = "does not load"
    BUSY = "busy"
    """Another installation is under way."""
    STORAGE = "storage"
    """The disk is full, or the folder may not be written."""
    NOTHING_KEPT = "nothing kept"
    """There is none to go back to."""
    FAILED = "failed"
    """npm says something else."""


class SdkError(Exception):
    """The installation ends; what was there is untouched. The text says what went wrong and what to do."""

    def __init__(self, kind: Kind, sentence: str) -> None:
        super().__init__(sentence)
        self.kind = kind
