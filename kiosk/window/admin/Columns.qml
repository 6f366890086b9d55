// Two groups, beside each other where there is room, else one below the other.
import QtQuick

Item {
    id: columns

    property Ui ui
    property real roomFor: 760
    property alias first: leftColumn.data
    property alias second: rightColumn.data
    readonly property bool beside: width >= ui.px(roomFor)
    readonly property real half: beside ? Math.floor((width - ui.px(18)) / 2) : width

    width: parent ? parent.width : 0
    implicitHeight: beside ? Math.max(leftColumn.implicitHeight, rightColumn.implicitHeight)
                           : leftColumn.implicitHeight + ui.px(18) + rightColumn.implicitHeight

    Column { id: leftColumn; width: columns.half; spacing: columns.ui.px(18) }
    Column {
        id: rightColumn
        x: columns.beside ? columns.width - width : 0
        y: columns.beside ? 0 : leftColumn.implicitHeight + columns.ui.px(18)
        width: columns.half
        spacing: columns.ui.px(18)
    }
}
