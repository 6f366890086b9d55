// The least that shows a page in QtWebEngine and lets it use the microphone.
import QtQuick
import QtQuick.Window
import QtWebEngine

Window {
    id: window

    required property url address
    required property QtObject reporter

    function reload() {
        view.reload();
    }

    function tap() {
        view.runJavaScript("document.body.click()");
    }

    visible: true
    flags: Qt.FramelessWindowHint
    width: Screen.width
    height: Screen.height

    WebEngineView {
        id: view

        anchors.fill: parent
        url: window.address
        settings.playbackRequiresUserGesture: false
        profile: WebEngineProfile { offTheRecord: true }
        onPermissionRequested: permission => permission.grant()
        onJavaScriptConsoleMessage: (level, message) => window.reporter.said(message)
        onLoadingChanged: window.reporter.rendered_by(view.renderProcessPid)
    }
}
