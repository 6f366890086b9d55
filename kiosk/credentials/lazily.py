"""Parts that are made when they are first needed."""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Lazily(Generic[T]):
    """Makes one part, in a thread, the first time somebody asks for it.

    The libraries of LiveKit and AvatarKit take a third of a second to import: too long for the start of the kiosk, and
    for the event loop that draws its window.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._making: asyncio.Task[T] | None = None

    async def get(self) -> T:
        """The part; everybody who asks gets the same one."""
        if self._making is None:
            self._making = asyncio.create_task(asyncio.to_thread(self._make))
        return await asyncio.shield(self._making)

    def made(self) -> T | None:
        """The part, if it has been made."""
        making = self._making
        return making.result() if making and making.done() and not making.cancelled() else None
