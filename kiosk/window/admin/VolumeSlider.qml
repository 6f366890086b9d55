// The volume, and the ceiling it never goes beyond.
import QtQuick

Item {
    id: slider

    property Ui ui
    property int value: 0
    property int ceiling: 100
    property int held: -1
    readonly property int shown: held >= 0 ? held : value
    readonly property real reach: groove.width
    signal chosen(percent: int)

    function percentAt(x: real): int {
        return Math.max(0, Math.min(ceiling, Math.round((x - groove.x) / reach * 100)));
    }
    function step(by: int) {
        const percent = Math.max(0, Math.min(ceiling, value + by));
        if (percent !== value)
            chosen(percent);
    }

    implicitHeight: head.height + ui.px(54)
    activeFocusOnTab: true
    Keys.onLeftPressed: step(-5)
    Keys.onRightPressed: step(5)
    Accessible.role: Accessible.Slider
    Accessible.name: ui.t.volume ?? ""

    Item {
        id: head
        width: parent.width
        height: name.implicitHeight
        Words { id: name; ui: slider.ui; text: slider.ui.t.volume ?? ""; weight: 600 }
        Words {
            anchors { left: name.right; leftMargin: slider.ui.px(14); right: figure.left; baseline: name.baseline }
            visible: slider.ceiling < 100
            ui: slider.ui
            text: slider.ui.fill(slider.ui.t.volume_ceiling, slider.ceiling)
            size: 15
            color: slider.ui.c.soft
        }
        Words {
            id: figure
            anchors.right: parent.right
            ui: slider.ui
            text: slider.ui.fill(slider.ui.t.volume_value, slider.shown)
            weight: 650
            font.features: ({ "tnum": 1 })
        }
    }
    Rectangle {
        id: groove
        x: knob.width / 2
        y: head.height + slider.ui.px(28)
        width: parent.width - knob.width
        height: slider.ui.px(10)
        radius: height / 2
        color: slider.ui.tint(slider.ui.c.ink, 0.14)
        Rectangle {
            width: parent.width * slider.shown / 100
            height: parent.height
            radius: height / 2
            color: slider.ui.c.accent_ink
        }
        // Beyond the ceiling.
        Rectangle {
            visible: slider.ceiling < 100
            x: parent.width * slider.ceiling / 100
            width: parent.width - x
            height: parent.height
            radius: height / 2
            color: slider.ui.c.card
            border { width: Math.max(1, slider.ui.px(1.5)); color: slider.ui.tint(slider.ui.c.ink, 0.2) }
        }
        Rectangle {
            visible: slider.ceiling < 100
            x: parent.width * slider.ceiling / 100 - width / 2
            anchors.verticalCenter: parent.verticalCenter
            width: Math.max(3, slider.ui.px(4))
            height: slider.ui.px(26)
            radius: width / 2
            color: slider.ui.c.warn
        }
    }
    Rectangle {
        id: knob
        x: groove.x + groove.width * slider.shown / 100 - width / 2
        y: groove.y + groove.height / 2 - height / 2
        width: slider.ui.px(34)
        height: width
        radius: width / 2
        color: slider.ui.c.dark ? slider.ui.c.ink : "#ffffff"
        border { width: Math.max(2, slider.ui.px(slider.activeFocus || touch.pressed ? 4 : 2)); color: slider.ui.c.accent_ink }
    }
    MouseArea {
        id: touch
        anchors { fill: parent; topMargin: head.height }
        preventStealing: true
        onPressed: mouse => slider.held = slider.percentAt(mouse.x)
        onPositionChanged: mouse => { if (pressed) slider.held = slider.percentAt(mouse.x); }
        onReleased: {
            slider.chosen(slider.held);
            slider.held = -1;
        }
        onCanceled: slider.held = -1
    }
}
