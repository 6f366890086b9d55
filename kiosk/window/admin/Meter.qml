// How loud it is, and how loud it was a moment ago.
import QtQuick

Item {
    id: meter

    property Ui ui
    property real level: 0
    property real peak: 0

    onLevelChanged: {
        if (level >= peak) {
            peak = level;
            fall.restart();
        }
    }
    implicitHeight: ui.px(14)

    Rectangle {
        id: groove
        anchors.verticalCenter: parent.verticalCenter
        width: parent.width
        height: meter.ui.px(8)
        radius: height / 2
        color: meter.ui.tint(meter.ui.c.ink, 0.12)

        Rectangle {
            width: Math.max(meter.level > 0.01 ? height : 0, parent.width * meter.level)
            height: parent.height
            radius: height / 2
            color: meter.level > 0.95 ? meter.ui.c.bad : meter.level > 0.85 ? meter.ui.c.warn : meter.ui.c.good
            Behavior on width { SmoothedAnimation { duration: 90; velocity: -1 } }
        }
        Rectangle {
            visible: meter.peak > 0.02
            x: Math.min(parent.width - width, parent.width * meter.peak)
            width: Math.max(2, meter.ui.px(3))
            height: parent.height
            radius: width / 2
            color: meter.ui.c.ink
            opacity: 0.75
        }
    }
    SequentialAnimation {
        id: fall
        PauseAnimation { duration: 900 }
        NumberAnimation { target: meter; property: "peak"; to: 0; duration: 1200; easing.type: Easing.InQuad }
    }
}
