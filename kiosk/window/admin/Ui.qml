// What every part of the panel is drawn with: its measure, colours, typeface and words.
import QtQuick

QtObject {
    property real scale: 1
    property bool wide: false
    property var c: ({})
    property var t: ({})
    property string family

    // Lengths are meant for a picture some 800 high or wide, whichever is less.
    function px(length: real): real { return Math.round(length * scale); }
    function tone(name: string): color {
        const colours = { good: c.good, warn: c.warn, bad: c.bad, busy: c.accent_ink, calm: c.soft };
        return colours[name] ?? c.ink;
    }
    function tint(colour: color, share: real): color { return Qt.rgba(colour.r, colour.g, colour.b, share); }
    function fill(text: string, number: int): string { return text ? text.replace("{number}", number) : ""; }
}
