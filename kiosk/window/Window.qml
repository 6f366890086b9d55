// The whole window: the stage for the page, and the curtain before it. Both turn together.
import QtQuick

Item {
    id: root

    property int turn: 0
    // Plain items, because Python knows no types that QML makes up.
    readonly property Item stage: stageItem
    readonly property Item curtain: curtainItem

    Item {
        anchors.centerIn: parent
        width: root.turn % 180 ? root.height : root.width
        height: root.turn % 180 ? root.width : root.height
        rotation: root.turn

        Loader {
            id: stageItem
            anchors.fill: parent
            focus: true
        }

        Curtain {
            id: curtainItem
            anchors.fill: parent
        }
    }
}
