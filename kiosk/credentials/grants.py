"""The values credentials are made of."""

import secrets
from dataclasses import dataclass

from pydantic import SecretStr


@dataclass(frozen=True)
class JoinGrant:
    """Leave to join one room, once.

    Attributes:
        url: the LiveKit server.
        token: the join token; its text shows in no repr.
        room: the room's name.
        identity: who the visitor is in it.
        expires_at: unix time after which the token is no good for joining.
    """

    url: str
    token: SecretStr
    room: str
    identity: str
    expires_at: float


@dataclass(frozen=True)
class Visit:
    """What is asked for: a room and an identity of its own for one attempt, and the visitor's language."""

    room: str
    identity: str
    attempt: str
    language: str

    @property
    def attributes(self) -> dict[str, str]:
        """What the agent can read about the visitor, as attributes of the participant."""
        return {"kiosk.language": self.language, "kiosk.attempt": self.attempt}


def new_visit(room_prefix: str, identity_prefix: str, attempt: str, language: str) -> Visit:
    """A visit with names nobody can guess: whoever knows a room's name may try to get in."""
    return Visit(room_prefix + secrets.token_hex(8), identity_prefix + secrets.token_hex(4), attempt, language)
