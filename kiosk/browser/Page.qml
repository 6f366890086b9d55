// One web page, locked down. Every request a page can make of its surroundings is answered here, and but for the two
// that `gate` may grant, the answer is no. A request without a handler would get Qt's own dialog: the engine tests
// compare this list with what the installed Qt can ask.
import QtQuick
import QtWebChannel
import QtWebEngine

WebEngineView {
    id: page

    required property QtObject gate
    required property QtObject bridge
    required property string bridgeName
    required property string hardening

    signal failed(string cause)
    signal died(string cause)
    signal wandered(url address)

    anchors.fill: parent
    focus: true

    webChannel: WebChannel { id: channel }
    Component.onCompleted: channel.registerObject(bridgeName, bridge)

    userScripts.collection: [{
        name: "hardening",
        sourceCode: page.hardening,
        injectionPoint: WebEngineScript.DocumentCreation,
        worldId: WebEngineScript.ApplicationWorld,
        runsOnSubFrames: true
    }]

    settings {
        playbackRequiresUserGesture: false
        focusOnNavigationEnabled: true
        webGLEnabled: true
        showScrollBars: false

        allowGeolocationOnInsecureOrigins: false
        allowRunningInsecureContent: false
        allowWindowActivationFromJavaScript: false
        autoLoadIconsForPage: false
        backForwardCacheEnabled: false
        dnsPrefetchEnabled: false
        errorPageEnabled: false
        fullScreenSupportEnabled: false
        hyperlinkAuditingEnabled: false
        javascriptCanAccessClipboard: false
        javascriptCanOpenWindows: false
        javascriptCanPaste: false
        localContentCanAccessFileUrls: false
        localContentCanAccessRemoteUrls: false
        navigateOnDropEnabled: false
        pdfViewerEnabled: false
        pluginsEnabled: false
        screenCaptureEnabled: false
        touchIconsEnabled: false
        unknownUrlSchemePolicy: WebEngineSettings.DisallowUnknownUrlSchemes
    }

    onNavigationRequested: request => {
        if (gate.admitsNavigation(request.url, request.isMainFrame))
            request.accept();
        else
            request.reject();
    }
    onPermissionRequested: permission => {
        if (gate.grantsPermission(permission.origin, permission.permissionType))
            permission.grant();
        else
            permission.deny();
    }

    onNewWindowRequested: request => gate.refuse("new window", request.requestedUrl)
    onFullScreenRequested: request => { request.reject(); gate.refuse("full screen", request.origin); }
    onJavaScriptDialogRequested: request => {
        request.accepted = true;
        // The page is only ever left on our own command: its wish to be asked first must not hold that up.
        if (request.type === JavaScriptDialogRequest.DialogTypeBeforeUnload) {
            request.dialogAccept();
        } else {
            request.dialogReject();
            gate.refuse("dialog", request.securityOrigin);
        }
    }
    onAuthenticationDialogRequested: request => {
        request.accepted = true;
        request.dialogReject();
        gate.refuse("authentication dialog", request.url);
    }
    onColorDialogRequested: request => {
        request.accepted = true;
        request.dialogReject();
        gate.refuse("colour dialog", page.url);
    }
    onFileDialogRequested: request => {
        request.accepted = true;
        request.dialogReject();
        gate.refuse("file dialog", page.url);
    }
    onContextMenuRequested: request => { request.accepted = true; gate.refuse("context menu", page.url); }
    onTouchSelectionMenuRequested: request => { request.accepted = true; }
    onTooltipRequested: request => { request.accepted = true; }
    onCertificateError: error => { error.rejectCertificate(); gate.distrust(error.url); }
    onSelectClientCertificate: selection => { selection.selectNone(); gate.refuse("client certificate", page.url); }
    onDesktopMediaRequested: request => { request.cancel(); gate.refuse("screen capture", page.url); }
    onFileSystemAccessRequested: request => { request.reject(); gate.refuse("file system access", request.origin); }
    onQuotaRequested: request => { request.reject(); gate.refuse("storage quota", request.origin); }
    onRegisterProtocolHandlerRequested: request => {
        request.reject();
        gate.refuse("protocol handler", request.origin);
    }
    onWebAuthUxRequested: request => { request.cancel(); gate.refuse("security key", page.url); }
    onPrintRequested: gate.refuse("print", page.url)
    onPrintRequestedByFrame: gate.refuse("print", page.url)
    onGeometryChangeRequested: gate.refuse("window geometry", page.url)
    onWindowCloseRequested: gate.refuse("window close", page.url)

    onJavaScriptConsoleMessage: (level, message, line, source) => gate.console(level, message, line, source)

    onLoadingChanged: info => {
        if (info.status === WebEngineView.LoadFailedStatus)
            page.failed(info.errorString || "error " + info.errorCode);
    }
    onRenderProcessTerminated: (status, exitCode) => {
        const names = ["ended normally", "ended abnormally", "crashed", "was killed"];
        page.died((names[status] || "ended") + " (exit code " + exitCode + ")");
    }
    // `location = "about:blank"` and the history API never ask for navigation; they are noticed here.
    onUrlChanged: page.wandered(page.url)
}
