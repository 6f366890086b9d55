// A line drawing in a square of 24.
import QtQuick

Item {
    id: symbol

    property string name
    property color color
    property int size: 24
    property real stroke: 1.9

    readonly property var drawings: ({
        "admin": "M12 3 L19 6 V11.5 C19 16 16 19.5 12 21 C8 19.5 5 16 5 11.5 V6 Z M9 12 L11.2 14.2 L15.2 9.8",
        "close": "M6.5 6.5 L17.5 17.5 M17.5 6.5 L6.5 17.5",
        "status": "M3 12 H7 L10 5 L14 19 L17 12 H21",
        "sound": "M4 10 V14 H7.5 L12.5 18.5 V5.5 L7.5 10 Z M16 9 A4.2 4.2 0 0 1 16 15 M18.6 6.4 A8 8 0 0 1 18.6 17.6",
        "configuration": "M4 8 H12 M16.6 8 H20 M4 16 H7.4 M12 16 H20 M12 8 a2.3 2.3 0 1 0 4.6 0 a2.3 2.3 0 1 0 -4.6 0 M7.4 16 a2.3 2.3 0 1 0 4.6 0 a2.3 2.3 0 1 0 -4.6 0",
        "device": "M5.5 5 H18.5 A1.5 1.5 0 0 1 20 6.5 V14.5 A1.5 1.5 0 0 1 18.5 16 H5.5 A1.5 1.5 0 0 1 4 14.5 V6.5 A1.5 1.5 0 0 1 5.5 5 Z M8.5 20 H15.5 M12 16 V20",
        "good": "M5.5 12.5 L10 17 L18.5 7.5",
        "warn": "M12 5 L20.5 19 H3.5 Z M12 10.5 V14 M12 16.6 V16.7",
        "bad": "M12 6 V13.2 M12 17.4 V17.5",
        "busy": "M6 12 V12.1 M12 12 V12.1 M18 12 V12.1",
        "calm": "M19 14.2 A7.6 7.6 0 1 1 9.8 5 A6.2 6.2 0 0 0 19 14.2 Z",
        "up": "M6 14.5 L12 8.5 L18 14.5",
        "down": "M6 9.5 L12 15.5 L18 9.5",
        "plus": "M12 6 V18 M6 12 H18",
        "minus": "M6.5 12 H17.5",
        "microphone": "M12 4 A2.8 2.8 0 0 1 14.8 6.8 V11.2 A2.8 2.8 0 0 1 9.2 11.2 V6.8 A2.8 2.8 0 0 1 12 4 Z M5.8 11.4 A6.2 6.2 0 0 0 18.2 11.4 M12 17.6 V20.5",
        "play": "M8 5.5 L18.5 12 L8 18.5 Z",
        "stop": "M7 7 H17 V17 H7 Z",
        "ear": "M8 10 A4.6 4.6 0 1 1 17.2 10 C17.2 13.4 13.8 13.6 13.8 16.8 A3 3 0 0 1 8.4 18.4 M10.8 10.2 A1.9 1.9 0 0 1 14.6 10.2",
        "wave": "M4 10.5 V13.5 M8 7.5 V16.5 M12 4.5 V19.5 M16 7.5 V16.5 M20 10.5 V13.5",
        "renew": "M19.5 12 A7.5 7.5 0 1 1 17 6.4 M17.5 3.5 V7 H14",
        "report": "M7 3.5 H14 L18 7.5 V20.5 H7 A1 1 0 0 1 6 19.5 V4.5 A1 1 0 0 1 7 3.5 Z M9.5 12 H14.5 M9.5 16 H14.5",
        "leave": "M10 4.5 H5.5 V19.5 H10 M14.5 8 L18.5 12 L14.5 16 M18.5 12 H9.5",
        "talk": "M5 5.5 H19 A1.5 1.5 0 0 1 20.5 7 V15 A1.5 1.5 0 0 1 19 16.5 H12 L7.5 20.5 V16.5 H5 A1.5 1.5 0 0 1 3.5 15 V7 A1.5 1.5 0 0 1 5 5.5 Z",
        "back": "M9.5 6 H19 A1.5 1.5 0 0 1 20.5 7.5 V16.5 A1.5 1.5 0 0 1 19 18 H9.5 L3.5 12 Z M11.5 9.5 L16.5 14.5 M16.5 9.5 L11.5 14.5",
        "lock": "M7 11 H17 A1 1 0 0 1 18 12 V19 A1 1 0 0 1 17 20 H7 A1 1 0 0 1 6 19 V12 A1 1 0 0 1 7 11 Z M8.5 11 V8 A3.5 3.5 0 0 1 15.5 8 V11"
    })

    implicitWidth: size
    implicitHeight: size

    // A picture rather than a Shape: Qt's software renderer paints shapes over what hides them.
    Image {
        readonly property string lines: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" `
            + `stroke="${symbol.color}" stroke-width="${symbol.stroke}" stroke-linecap="round" `
            + `stroke-linejoin="round"><path d="${symbol.drawings[symbol.name] ?? ""}"/></svg>`
        anchors.fill: parent
        sourceSize: Qt.size(symbol.size, symbol.size)
        source: symbol.name && symbol.size > 0 ? "data:image/svg+xml," + encodeURIComponent(lines) : ""
    }
}
