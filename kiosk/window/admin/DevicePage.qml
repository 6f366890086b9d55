// The machine, the program, what it went through, and the ways to end it.
import QtQuick

Scroller {
    id: page

    property QtObject panel
    readonly property var device: panel.device
    readonly property var recoveries: device.recoveries ?? []

    Columns {
        ui: page.ui
        first: [
            Card {
                ui: page.ui
                width: parent.width
                title: page.ui.t.about ?? ""
                gap: 18
                Facts { ui: page.ui; entries: page.device.versions ?? [] }
            }
        ]
        second: [
            Card {
                ui: page.ui
                width: parent.width
                Column {
                    width: parent.width
                    Fact {
                        ui: page.ui
                        first: true
                        label: page.ui.t.addresses ?? ""
                        value: page.device.addresses ?? ""
                        tone: page.device.connected ? "" : "bad"
                    }
                    Fact { ui: page.ui; label: page.ui.t.uptime ?? ""; value: page.device.uptime ?? ""; last: true }
                }
            },
            Card {
                ui: page.ui
                width: parent.width
                title: page.ui.t.recoveries ?? ""
                gap: 14
                Words {
                    visible: page.recoveries.length === 0
                    ui: page.ui
                    width: parent.width
                    text: page.ui.t.recoveries_none ?? ""
                    color: page.ui.c.soft
                }
                Repeater {
                    model: page.recoveries.length
                    Row {
                        id: recovery
                        required property int index
                        readonly property var entry: page.recoveries[index] ?? ({})
                        width: parent.width
                        spacing: page.ui.px(14)
                        Sign { id: mark; ui: page.ui; tone: recovery.entry.tone ?? "good"; size: 34 }
                        Column {
                            width: parent.width - mark.width - parent.spacing
                            Words { ui: page.ui; width: parent.width; text: recovery.entry.why ?? ""; size: 16.5; weight: 550 }
                            Words {
                                ui: page.ui
                                width: parent.width
                                text: `${recovery.entry.when ?? ""} · ${recovery.entry.outcome ?? ""}`
                                size: 15
                                color: page.ui.c.soft
                            }
                        }
                    }
                }
            }
        ]
    }
    Columns {
        ui: page.ui
        first: [
            Card {
                ui: page.ui
                width: parent.width
                title: page.ui.t.report ?? ""
                text: page.ui.t.report_text ?? ""
                Push {
                    objectName: "export"
                    ui: page.ui
                    width: parent.width
                    symbol: "report"
                    busy: page.panel.exporting
                    text: (page.panel.exporting ? page.ui.t.exporting : page.ui.t.export_report) ?? ""
                    onTriggered: page.panel.export_report()
                }
                Words {
                    objectName: "reportPath"
                    visible: text !== ""
                    ui: page.ui
                    width: parent.width
                    text: page.panel.report
                    size: 15
                    font.family: "monospace"
                    wrapMode: Text.WrapAnywhere
                }
            }
        ]
        second: [
            Card {
                ui: page.ui
                width: parent.width
                title: page.ui.t.power ?? ""
                text: page.ui.t.power_text ?? ""
                Flow {
                    id: power
                    width: parent.width
                    spacing: page.ui.px(12)
                    readonly property real each: width < page.ui.px(460) ? width : (width - spacing) / 2
                    Push {
                        objectName: "restart"
                        ui: page.ui
                        width: power.each
                        symbol: "renew"
                        text: page.ui.t.restart ?? ""
                        onTriggered: page.panel.ask("restart")
                    }
                    Push {
                        objectName: "leave"
                        ui: page.ui
                        width: power.each
                        symbol: "leave"
                        text: page.ui.t.leave ?? ""
                        onTriggered: page.panel.ask("leave")
                    }
                }
            }
        ]
    }
}
