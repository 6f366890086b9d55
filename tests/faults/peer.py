"""The documents' own `stalled` handler on a page, in a view like the kiosk's: what the matrix is compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.livekit_server import LiveKitServer
from tests.support.voice_agent import VoiceAgent


class Peer:
    """A program of the kiosk's engine that shows the documents' complete example, as it is written there."""

    def __init__(
        self,
        folder: Path,
        server: LiveKitServer,
        agent: VoiceAgent,
        *,
        url: str,
        room_prefix: str,
        environment: Mapping[str, str],
        wrapper: Sequence[str] = (),
    ) -> None:
        raise NotImplementedError

    agent: VoiceAgent
    room = ""
    """The room it is in."""

    def go_live(self) -> None:
        """Tap it, and wait until its avatar moves."""

    @property
    def moving(self) -> bool:
        """Whether pictures of the avatar's motion arrive just now."""
        return False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        pass
