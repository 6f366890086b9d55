"""What a fault is: how it is arranged, struck and mended, and what counts as being well again."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.faults.stage import Plan, Stage

MOVING = 5.0
"""Pictures a second from which on the avatar counts as moving."""


class Scene(StrEnum):
    """What the kiosk is doing when the fault strikes."""

    IDLE = "idle"
    LIVE = "live"


class Fault:
    """One thing that breaks. Subclasses say what; whatever they start belongs to the stage (`stage.keep`).

    An instance may be used on several stages, one after the other or side by side: it keeps nothing of them.
    """

    name = ""
    """What broke, as the table says it: "server killed, back after 5 s"."""
    family = ""
    """The module's theme: server, signalling, network, room, credentials, agent, page, sound, process, machine or
    files."""
    scenes: tuple[Scene, ...] = (Scene.IDLE, Scene.LIVE)
    """Where it makes sense."""
    quick: tuple[Scene, ...] = ()
    """The scenes in which `packaging/test` runs it too: those that teach most in least time."""
    peer = False
    """Whether the documents' handler gets the same fault in the same run (in a live scene)."""
    lasts = 0.0
    """Seconds from `strike` to `mend`; 0 for what breaks in an instant and is whole outside from then on."""
    limit = 90.0
    """Seconds after `mend` within which everything must be well again."""
    settle = 8.0
    """Seconds after `mend` during which trouble may still begin: being well counts only after that."""
    over = False
    """Whether the conversation is over by design when this strikes a live one: then the next visitor's counts."""
    person = ""
    """Why nothing but a person can mend it and what that person must do; empty: it must be survived without one."""

    def arrange(self, plan: Plan) -> None:
        """Before anything of the kiosk starts: change its configuration, environment or surroundings."""

    def prepare(self, stage: Stage) -> None:
        """Just before it is struck: what has to be going on then, somebody's speech for example."""

    def strike(self, stage: Stage) -> None:
        """Break it. Returns at once; what goes on breaking is undone by `mend`."""
        raise NotImplementedError

    def mend(self, stage: Stage) -> None:
        """The outside is whole again. Nothing to do for what breaks in an instant."""

    def well(self, status: dict[str, Any], scene: Scene) -> bool:
        """Whether a status is that of a kiosk that has survived; `scene` is where it has to get to.

        Where it was idle a visitor may have come meanwhile: to be live is as good then.
        """
        if scene is Scene.IDLE and status["state"] == "idle":
            return True
        return status["state"] == "live" and (status["avatar"]["frames_per_second"] or 0.0) > MOVING

    def prove(self, stage: Stage) -> None:
        """Show that it really works again, beyond the status; raises AssertionError when it does not.

        Usually: visitor and agent hear each other, in this conversation or in the next visitor's.
        """
        stage.prove_conversation()

    def prove_peer(self, stage: Stage) -> None:
        """Show that the peer works again where an avatar that moves does not say so yet; raises AssertionError."""

    def __repr__(self) -> str:
        return self.name
