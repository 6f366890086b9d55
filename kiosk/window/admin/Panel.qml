// The admin panel: covers everything, takes all input, and shows one of its three faces.
import QtQuick

FocusScope {
    id: root

    required property QtObject panel
    property var colours: ({})
    property string fontFamily

    Ui {
        id: style
        wide: root.width > root.height * 1.15
        // In an upright picture there is room for larger letters, and people stand further away.
        scale: Math.max(0.75, Math.min(root.width, root.height) / (wide ? 800 : 740))
        c: root.colours
        t: root.panel.texts
        family: root.fontFamily
    }

    focus: true
    opacity: 0
    Component.onCompleted: appearing.start()
    NumberAnimation { id: appearing; target: root; property: "opacity"; to: 1; duration: 160; easing.type: Easing.OutQuad }

    Rectangle {
        anchors.fill: parent
        gradient: Gradient {
            GradientStop { position: 0.0; color: style.c.crest }
            GradientStop { position: 0.6; color: style.c.ground }
        }
    }
    // Whatever is touched here is not meant for the page behind it: fingers, the mouse, its wheel.
    MultiPointTouchArea { anchors.fill: parent }
    MouseArea {
        anchors.fill: parent
        acceptedButtons: Qt.AllButtons
        hoverEnabled: true
        cursorShape: Qt.ArrowCursor
        onWheel: wheel => wheel.accepted = true
    }

    TopBar {
        id: bar
        ui: style
        panel: root.panel
        width: parent.width
    }
    Loader {
        anchors { top: bar.bottom; bottom: parent.bottom; left: parent.left; right: parent.right }
        focus: true
        sourceComponent: ({ pin: pinFace, advice: adviceFace, panel: pagesFace })[root.panel.view] ?? null
    }
    Question { anchors.fill: parent; ui: style; panel: root.panel }
    Component { id: pinFace; PinPage { ui: style; panel: root.panel } }
    Component { id: adviceFace; AdvicePage { ui: style; panel: root.panel } }
    Component { id: pagesFace; Pages { ui: style; panel: root.panel } }
}
