"""`python -m kiosk.audio.studio_process`: the admin panel's sound, in a process of its own.

Qt keeps one connection to the sound server for as long as a process lives. While that server is away, opening a device
aborts the process (an assertion in libpulse); when it comes back after more than three seconds, the lists of devices
stay as they were for ever (Qt 6.12). A kiosk must not end for a level meter, so it leaves that to this process, which
reads orders from stdin, writes reports to stdout (`kiosk.audio.studio_messages`), and ends with its stdin.
"""

from __future__ import annotations

import asyncio
import os
import sys
import traceback

import qasync
from PySide6.QtCore import QCoreApplication, QMessageLogContext, QtMsgType, qInstallMessageHandler

from kiosk.audio.booth import Booth
from kiosk.audio.qt_machine import QtMachine
from kiosk.audio.server import sound_server_answers
from kiosk.audio.studio_messages import Report, read_order, report_line

STDIN, STDOUT = 0, 1


class Process:
    """Orders in, reports out, until stdin ends or the sound system breaks off."""

    def __init__(self) -> None:
        self._received = bytearray()
        self._ended = asyncio.Event()
        self._booth = Booth(QtMachine(), self.tell, lambda: sound_server_answers(os.environ))

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: self.tell({"log": str(context)}))
        # Nobody reads stderr, where PySide leaves what is raised in a slot.
        sys.excepthook = lambda *raised: self.tell({"log": "".join(traceback.format_exception(*raised))})
        qInstallMessageHandler(self._qt_says)
        loop.add_reader(STDIN, self._read)
        watch = asyncio.ensure_future(self._booth.watch())
        ended = asyncio.ensure_future(self._ended.wait())
        await asyncio.wait((watch, ended), return_when=asyncio.FIRST_COMPLETED)
        if watch.done():
            self.tell({"lost": watch.result()})

    def tell(self, report: Report) -> None:
        """Write a report. Who does not read it any more has gone: nobody is left to play for."""
        line = report_line(report)
        try:
            while line:
                line = line[os.write(STDOUT, line) :]
        except OSError:
            self._ended.set()

    def _read(self) -> None:
        received = os.read(STDIN, 65536)
        if not received:
            self._ended.set()
        self._received += received
        *lines, rest = self._received.split(b"\n")
        self._received = rest
        for line in lines:
            self._booth.order(read_order(bytes(line)))

    def _qt_says(self, _kind: QtMsgType, _where: QMessageLogContext, text: str) -> None:
        self.tell({"log": text})


def main() -> None:
    """Until the end; then at once: Qt's destructors have nothing to save, and a sound server may hold them up."""
    application = QCoreApplication(sys.argv[:1])
    application.setApplicationName("avatar-kiosk")
    with qasync.QEventLoop(application) as loop:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(Process().run())
        os._exit(0)


if __name__ == "__main__":
    main()
