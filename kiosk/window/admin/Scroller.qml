// A page that may be longer than the screen.
import QtQuick

Flickable {
    id: scroller

    property Ui ui
    default property alias content: column.data
    property alias spacing: column.spacing

    // What has just appeared below the others is shown.
    function showEnd() {
        showing.to = Math.max(0, contentHeight - height);
        showing.restart();
    }

    NumberAnimation { id: showing; target: scroller; property: "contentY"; duration: 250; easing.type: Easing.OutCubic }

    contentWidth: width
    contentHeight: column.implicitHeight + ui.px(32)
    boundsBehavior: Flickable.StopAtBounds
    clip: true

    Column {
        id: column
        width: Math.min(scroller.width, scroller.ui.px(1240))
        x: Math.round((scroller.width - width) / 2)
        spacing: scroller.ui.px(18)
    }
    Rectangle {
        parent: scroller
        visible: scroller.contentHeight > scroller.height + 1
        anchors.right: parent.right
        anchors.rightMargin: -scroller.ui.px(12)
        y: scroller.visibleArea.yPosition * scroller.height
        width: scroller.ui.px(5)
        height: scroller.visibleArea.heightRatio * scroller.height
        radius: width / 2
        color: scroller.ui.tint(scroller.ui.c.ink, 0.28)
    }
}
