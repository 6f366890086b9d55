// One line: what it is, and how it is. Where both do not fit beside each other, one stands below the other.
import QtQuick

Item {
    id: fact

    property Ui ui
    property string label
    property string value
    property string tone
    property bool first: false
    property bool last: false
    readonly property real above: first ? 0 : ui.px(12)
    readonly property bool stacked: width < ui.px(330)

    width: parent ? parent.width : 0
    implicitHeight: (stacked ? name.height + what.height + ui.px(3) : Math.max(name.height, what.height)) + above + (last ? 0 : ui.px(12))

    Words {
        id: name
        ui: fact.ui
        y: fact.above
        width: fact.stacked ? fact.width : Math.round(fact.width * 0.40)
        text: fact.label
        size: fact.stacked ? 15 : 17
        color: fact.ui.c.soft
    }
    Words {
        id: what
        ui: fact.ui
        x: fact.stacked ? 0 : Math.round(fact.width * 0.40)
        y: fact.stacked ? name.y + name.height + fact.ui.px(3) : fact.above
        width: fact.width - x
        text: fact.value
        weight: 550
        color: fact.tone ? fact.ui.tone(fact.tone) : fact.ui.c.ink
        wrapMode: Text.Wrap
    }
    Rectangle {
        visible: !fact.last
        anchors.bottom: parent.bottom
        width: parent.width
        height: Math.max(1, fact.ui.px(1))
        color: fact.ui.c.line
    }
}
