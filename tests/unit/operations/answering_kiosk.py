"""A process that answers on a control socket as the kiosk does: `python answering_kiosk.py SOCKET`.

A process of its own, because a `QLocalServer` on qasync's loop needs an application, of which there is one a process.
It prints "listening" when it does, and the outcome of the slow command when asked to quit.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Mapping
from pathlib import Path

import qasync
from PySide6.QtCore import QCoreApplication
from PySide6.QtNetwork import QLocalSocket

from kiosk.operations.control import CommandRefusedError, ControlServer
from kiosk.operations.single_instance import SingleInstance


async def main(socket: Path) -> int:
    leaving = asyncio.Event()
    released = asyncio.Event()

    async def handle(command: str, arguments: Mapping[str, object]) -> Mapping[str, object]:
        match command:
            case "status":
                return {"status": {"state": "idle", "arguments": dict(arguments)}}
            case "start":
                raise CommandRefusedError("A session is running already.")
            case "stop":
                await released.wait()
                return {"stopped": True}
            case "raise":
                released.set()
                return {}
            case "reload":
                raise RuntimeError("a defect")
            case "microphones":
                return {"filler": "x" * 300_000}
            case "report":
                return {"sockets": sum(isinstance(thing, QLocalSocket) for thing in gc.get_objects())}
            case _:
                leaving.set()
                return {}

    instance = SingleInstance(socket)
    if not instance.acquire():
        return 4
    server = ControlServer(socket, handle)
    server.listen()
    print("listening", flush=True)
    await leaving.wait()
    await server.close()
    instance.release()
    return 0


if __name__ == "__main__":
    application = QCoreApplication(sys.argv)
    with qasync.QEventLoop(application) as loop:
        asyncio.set_event_loop(loop)
        code = loop.run_until_complete(main(Path(sys.argv[1])))
    sys.exit(code)
