// What a visitor sees while no page can be shown. It costs next to nothing: it moves twice a second.
import QtQuick
import QtQuick.Shapes

Rectangle {
    id: curtain

    property string organisation
    property url logo
    property string sentence
    property string contact
    property color accent
    property color ink
    property color crest
    property color glow
    property string fontFamily
    property bool busy: true

    readonly property real unit: Math.min(width, height) / 100

    function fall() {
        lifting.stop();
        visible = true;
        opacity = 1;
        words.opacity = 0;
        appearing.restart();
    }

    function lift() {
        if (visible && !lifting.running)
            lifting.start();
    }

    // Whatever is touched while the curtain is down is not meant for the page behind it. Once it lifts, the page is seen.
    MultiPointTouchArea { anchors.fill: parent; mouseEnabled: true; enabled: !lifting.running }

    // The page's backdrop, in its own terms: light from above, and a glow behind where the avatar will be.
    gradient: Gradient {
        GradientStop { position: 0.0; color: curtain.crest }
        GradientStop { position: 0.78; color: curtain.color }
    }
    Shape {
        anchors.fill: parent
        ShapePath {
            strokeWidth: -1
            fillGradient: RadialGradient {
                centerX: curtain.width * 0.5
                centerY: curtain.height * 0.36
                centerRadius: curtain.unit * 64
                focalX: centerX
                focalY: centerY
                GradientStop { position: 0.0; color: curtain.glow }
                GradientStop { position: 1.0; color: Qt.rgba(curtain.glow.r, curtain.glow.g, curtain.glow.b, 0) }
            }
            PathRectangle { width: curtain.width; height: curtain.height }
        }
    }

    // Not an OpacityAnimator: that one works in the render thread, and could still write after it was stopped.
    NumberAnimation {
        id: lifting
        target: curtain
        property: "opacity"
        to: 0
        duration: 350
        easing.type: Easing.InOutQuad
        onFinished: curtain.visible = false
    }

    // A swap that takes a tenth of a second shows a calm surface, not words that flash up.
    SequentialAnimation {
        id: appearing
        PauseAnimation { duration: 250 }
        NumberAnimation { target: words; property: "opacity"; to: 1; duration: 300; easing.type: Easing.OutQuad }
    }

    Item {
        id: words
        anchors.fill: parent

        Column {
            anchors.centerIn: parent
            anchors.verticalCenterOffset: -curtain.height * 0.04
            width: Math.min(parent.width * 0.84, curtain.unit * 110)
            spacing: curtain.unit * 4

            Image {
                anchors.horizontalCenter: parent.horizontalCenter
                source: curtain.logo
                visible: status === Image.Ready
                height: curtain.unit * 14
                width: Math.min(parent.width, implicitWidth * height / Math.max(1, implicitHeight))
                sourceSize.height: height
                fillMode: Image.PreserveAspectFit
            }
            Text {
                width: parent.width
                text: curtain.organisation
                visible: text !== ""
                color: curtain.ink
                font { family: curtain.fontFamily; pixelSize: curtain.unit * 6.4; weight: Font.DemiBold; variableAxes: { "wght": 600 } }
                horizontalAlignment: Text.AlignHCenter
                wrapMode: Text.WordWrap
                textFormat: Text.PlainText
            }
            Rectangle {
                anchors.horizontalCenter: parent.horizontalCenter
                width: curtain.unit * 9
                height: Math.max(2, curtain.unit * 0.45)
                radius: height / 2
                color: curtain.accent
            }
            Text {
                width: parent.width
                text: curtain.sentence
                color: curtain.ink
                opacity: 0.86
                font { family: curtain.fontFamily; pixelSize: curtain.unit * 3.6; variableAxes: { "wght": 450 } }
                lineHeight: 1.3
                horizontalAlignment: Text.AlignHCenter
                wrapMode: Text.WordWrap
                textFormat: Text.PlainText
            }
            Text {
                width: parent.width
                text: curtain.contact
                visible: text !== "" && !curtain.busy
                color: curtain.ink
                font { family: curtain.fontFamily; pixelSize: curtain.unit * 3.6; weight: Font.DemiBold; variableAxes: { "wght": 600 } }
                horizontalAlignment: Text.AlignHCenter
                wrapMode: Text.WordWrap
                textFormat: Text.PlainText
            }
            Row {
                id: dots
                visible: curtain.busy
                property int lit: 0
                anchors.horizontalCenter: parent.horizontalCenter
                spacing: curtain.unit * 1.6
                Repeater {
                    model: 3
                    Rectangle {
                        required property int index
                        width: curtain.unit * 1.4
                        height: width
                        radius: width / 2
                        color: curtain.ink
                        opacity: index === dots.lit ? 0.9 : 0.25
                    }
                }
                Timer {
                    interval: 500
                    repeat: true
                    running: curtain.visible && curtain.busy
                    onTriggered: dots.lit = (dots.lit + 1) % 3
                }
            }
        }

    }
}
