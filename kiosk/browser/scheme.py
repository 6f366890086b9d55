"""The `kiosk://` scheme: registered as a secure origin, answered from disk."""

from __future__ import annotations

import logging

from PySide6.QtCore import QBuffer, QByteArray, QFile, QIODevice, QObject
from PySide6.QtWebEngineCore import (
    QWebEngineUrlRequestJob,
    QWebEngineUrlScheme,
    QWebEngineUrlSchemeHandler,
)
from PySide6.QtWebEngineQuick import QtWebEngineQuick

from kiosk.browser.policy import HOST, SCHEME, content_security_policy, permissions_policy
from kiosk.browser.resources import MIME_TYPES, QWEBCHANNEL_PATH, NotServedError, Resource, WebRoots, resolve

log = logging.getLogger(__name__)

_QWEBCHANNEL_RESOURCE = ":/qtwebchannel/qwebchannel.js"


def register_scheme() -> None:
    """Make `kiosk://` known to Chromium, and Chromium to Qt Quick. Once, before the application object is made."""
    QtWebEngineQuick.initialize()
    scheme = QWebEngineUrlScheme(SCHEME.encode())
    scheme.setSyntax(QWebEngineUrlScheme.Syntax.Host)
    # Secure: getUserMedia and WebAssembly streaming need a secure context. Cors and Fetch: modules and fetch().
    scheme.setFlags(
        QWebEngineUrlScheme.Flag.SecureScheme
        | QWebEngineUrlScheme.Flag.CorsEnabled
        | QWebEngineUrlScheme.Flag.FetchApiAllowed
    )
    QWebEngineUrlScheme.registerScheme(scheme)


class SchemeHandler(QWebEngineUrlSchemeHandler):
    """Answers every request to the kiosk's own origin. Whatever goes wrong, the request is refused, never hung."""

    def __init__(self, roots: WebRoots, connect: tuple[str, ...], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.roots = roots
        self.connect_sources = connect
        """Servers the page may reach, as CSP source expressions. Counts from the next load on."""

    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:  # noqa: N802 - Qt's name
        try:
            self._answer(job)
        except NotServedError as error:
            log.debug("not served: %s: %s", job.requestUrl().toDisplayString(), error)
            job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)
        except Exception:  # a request without an answer would hang the page
            log.exception("failed to serve %s", job.requestUrl().toDisplayString())
            job.fail(QWebEngineUrlRequestJob.Error.RequestFailed)

    def _answer(self, job: QWebEngineUrlRequestJob) -> None:
        url = job.requestUrl()
        if bytes(job.requestMethod().data()) != b"GET" or url.host() != HOST:
            job.fail(QWebEngineUrlRequestJob.Error.RequestDenied)
            return
        if url.path() == QWEBCHANNEL_PATH:
            self._reply(job, MIME_TYPES[".js"], QFile(_QWEBCHANNEL_RESOURCE, job))
            return
        resource = resolve(self.roots, url.path(url.ComponentFormattingOption.FullyEncoded))
        self._reply(job, resource.mime, _open(resource, job), resource)

    def _reply(
        self, job: QWebEngineUrlRequestJob, mime: str, device: QIODevice, resource: Resource | None = None
    ) -> None:
        if not device.open(QIODevice.OpenModeFlag.ReadOnly):
            raise NotServedError(f"cannot be read: {device.errorString()}")
        nonce = resource.script_nonce if resource is not None else None
        headers = {
            "Content-Security-Policy": content_security_policy(connect=self.connect_sources, script_nonce=nonce),
            "Permissions-Policy": permissions_policy(),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store" if resource is not None and resource.is_document else "no-cache",
        }
        # Qt takes a multimap here, a list for each name; the stubs know only one value.
        job.setAdditionalResponseHeaders(
            {QByteArray(name.encode()): [QByteArray(value.encode())] for name, value in headers.items()}  # type: ignore[misc]
        )
        job.reply(QByteArray(mime.encode()), device)


def _open(resource: Resource, job: QWebEngineUrlRequestJob) -> QIODevice:
    """The device to read the answer from. The job owns it: it reads after this call has returned."""
    if resource.content is None:
        return QFile(str(resource.path), job)
    buffer = QBuffer(job)
    buffer.setData(QByteArray(resource.content))
    return buffer
