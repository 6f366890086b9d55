// Microphones and speakers: which, in what order, how loud, and whether they work.
import QtQuick

Scroller {
    id: page

    property QtObject panel
    readonly property QtObject sound: panel.sound

    // The outcome has a place only after the next frame.
    Timer { id: laidOut; interval: 80; onTriggered: page.showEnd() }

    Columns {
        ui: page.ui
        roomFor: 1000
        first: [
            Card {
                ui: page.ui
                width: parent.width
                title: page.ui.t.microphones ?? ""
                text: page.ui.t.microphones_text ?? ""
                DeviceList { ui: page.ui; sound: page.sound; kind: "microphone"; rows: page.sound.microphones; width: parent.width }
                Trial {
                    ui: page.ui
                    width: parent.width
                    text: page.ui.t.hear_yourself_text ?? ""
                    Push {
                        objectName: "hear"
                        ui: page.ui
                        symbol: page.sound.hearing ? "stop" : "ear"
                        kind: page.sound.hearing ? "main" : "plain"
                        text: (page.sound.hearing ? page.ui.t.hear_yourself_stop : page.ui.t.hear_yourself) ?? ""
                        onTriggered: page.sound.toggle_hearing()
                    }
                }
            }
        ]
        second: [
            Card {
                ui: page.ui
                width: parent.width
                title: page.ui.t.speakers ?? ""
                text: page.ui.t.speakers_text ?? ""
                DeviceList { ui: page.ui; sound: page.sound; kind: "speaker"; rows: page.sound.speakers; width: parent.width }
                VolumeSlider {
                    objectName: "volume"
                    ui: page.ui
                    width: parent.width
                    value: page.sound.volume
                    ceiling: page.sound.ceiling
                    onChosen: percent => page.sound.set_volume(percent)
                }
                Push {
                    objectName: "test"
                    ui: page.ui
                    symbol: "play"
                    busy: page.sound.trial === "test"
                    enabled: page.sound.trial !== "check"
                    text: (page.sound.trial === "test" ? page.ui.t.playing : page.ui.t.play_test) ?? ""
                    onTriggered: page.sound.play_test()
                }
            },
            SoundCheck {
                ui: page.ui
                sound: page.sound
                width: parent.width
                onRunningChanged: if (!running) laidOut.restart()
            }
        ]
    }
}
