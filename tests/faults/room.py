"""Faults of the family `room`: what the server does to the kiosk's own place in its room."""

from __future__ import annotations

from collections.abc import Iterator

from tests.faults.fault import Fault, Scene
from tests.faults.stage import Stage
from tests.support.impostor import Impostor


def rooms(stage: Stage) -> Iterator[str]:
    """The kiosk's room, and the peer's."""
    yield stage.kiosk.status()["session"]["room"]
    if stage.peer is not None:
        yield stage.peer.room


def visitors(stage: Stage) -> Iterator[tuple[str, str]]:
    """Room and identity of the kiosk, and of the peer."""
    for room in rooms(stage):
        for identity in stage.server.participants(room):
            if not identity.startswith("agent-"):
                yield room, identity


class RoomFault(Fault):
    family = "room"
    scenes = (Scene.LIVE,)
    peer = True


class Removed(RoomFault):
    """Somebody meant it: the conversation ends kindly, and the next visitor is served."""

    name = "participant removed by the server's API"
    over = True

    def strike(self, stage: Stage) -> None:
        for room, identity in list(visitors(stage)):
            stage.server.remove_participant(room, identity)


class Deleted(RoomFault):
    """Somebody meant this, too."""

    name = "room deleted by the server's API"
    quick = (Scene.LIVE,)
    over = True

    def strike(self, stage: Stage) -> None:
        for room in rooms(stage):
            stage.server.delete_room(room)


class SameIdentity(RoomFault):
    """The server throws the kiosk out for somebody else; its visitor meant nothing of the kind and goes on."""

    name = "the same identity joins elsewhere"

    def strike(self, stage: Stage) -> None:
        for room, identity in list(visitors(stage)):
            stage.keep(Impostor(stage.server, room, identity))


FAULTS: tuple[Fault, ...] = (Removed(), Deleted(), SameIdentity())
