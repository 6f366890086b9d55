// The whole window: the stage for the page, the curtain before it, and the admin panel before both. All turn together.
import QtQuick

Item {
    id: root

    property int turn: 0
    property string fontFamily
    // What the admin panel shows, and in which colours. While there is none, nothing of it is loaded.
    property QtObject panel: null
    property var colours: ({})
    // Plain items, because Python knows no types that QML makes up.
    readonly property Item stage: stageItem
    readonly property Item curtain: curtainItem
    readonly property Item admin: adminItem

    onPanelChanged: {
        if (panel) {
            adminItem.setSource("admin/Panel.qml", {
                panel: panel,
                colours: Qt.binding(() => root.colours),
                fontFamily: root.fontFamily
            });
            adminItem.forceActiveFocus();
        } else {
            adminItem.setSource("");
            stageItem.forceActiveFocus();
        }
    }

    Item {
        anchors.centerIn: parent
        width: root.turn % 180 ? root.height : root.width
        height: root.turn % 180 ? root.width : root.height
        rotation: root.turn

        Loader {
            id: stageItem
            anchors.fill: parent
            focus: true
            // Each new page takes the keyboard, unless it may not have it.
            enabled: root.panel === null
        }

        Curtain {
            id: curtainItem
            anchors.fill: parent
        }

        Loader {
            id: adminItem
            anchors.fill: parent
        }
    }
}
