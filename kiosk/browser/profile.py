"""A browser profile that forgets: one for each page, in memory only, and with every way out watched."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QUrl
from PySide6.QtWebEngineCore import QWebEngineUrlRequestInfo, QWebEngineUrlRequestInterceptor
from PySide6.QtWebEngineQuick import QQuickWebEngineDownloadRequest, QQuickWebEngineProfile

from kiosk.browser.policy import INTERNAL_SCHEMES, SCHEME, may_connect, same_origin
from kiosk.browser.scheme import SchemeHandler

Refuse = Callable[[str, QUrl], None]
"""Told what was refused, and the address it was about."""


def fresh_profile(handler: SchemeHandler, languages: Sequence[str], refuse: Refuse) -> QQuickWebEngineProfile:
    """A new off-the-record profile that serves `kiosk://` and reaches nothing but the configured servers.

    It must outlive the page that uses it. `handler` must outlive the profile.
    """
    # An empty storage name is what makes a profile keep nothing on disk.
    profile = QQuickWebEngineProfile("")
    profile.setSpellCheckEnabled(False)
    profile.setPushServiceEnabled(False)
    profile.setPersistentPermissionsPolicy(QQuickWebEngineProfile.PersistentPermissionsPolicy.AskEveryTime)
    if languages:
        profile.setHttpAcceptLanguage(",".join(languages))
    profile.installUrlSchemeHandler(SCHEME.encode(), handler)
    profile.setUrlRequestInterceptor(_Interceptor(handler, refuse, profile))

    def cancel(download: QQuickWebEngineDownloadRequest) -> None:
        download.cancel()
        refuse("download", download.url())

    profile.downloadRequested.connect(cancel)
    return profile


class _Interceptor(QWebEngineUrlRequestInterceptor):
    """The second lock behind the content security policy, on the requests themselves."""

    def __init__(self, handler: SchemeHandler, refuse: Refuse, parent: QObject) -> None:
        super().__init__(parent)
        self._handler = handler
        self._refuse = refuse

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:  # noqa: N802 - Qt's name
        url = info.requestUrl()
        if url.scheme() in INTERNAL_SCHEMES:
            return
        address = url.toString()
        if not same_origin(address) and not may_connect(address, self._handler.connect_sources):
            info.block(True)  # noqa: FBT003
            self._refuse("request", url)
