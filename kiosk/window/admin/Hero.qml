// How the kiosk is, in words that are read from afar.
import QtQuick

Card {
    id: hero

    property var status: ({})

    Row {
        width: parent.width
        spacing: hero.ui.px(20)
        Sign { id: mark; ui: hero.ui; tone: hero.status.tone ?? "busy"; size: 68 }
        Column {
            width: parent.width - mark.width - parent.spacing
            anchors.verticalCenter: said.visible ? undefined : parent.verticalCenter
            spacing: hero.ui.px(5)
            Words { objectName: "state"; ui: hero.ui; width: parent.width; text: hero.status.title ?? ""; size: 29; weight: 650; lineHeight: 1.1 }
            Words { ui: hero.ui; width: parent.width; text: hero.status.since ?? ""; size: 15.5; color: hero.ui.c.soft }
            Words {
                objectName: "reason"
                ui: hero.ui
                width: parent.width
                topPadding: hero.ui.px(6)
                text: hero.status.reason ?? ""
                visible: text !== ""
                size: 18
            }
            Words {
                id: said
                ui: hero.ui
                width: parent.width
                topPadding: hero.ui.px(6)
                text: hero.status.sentence ?? ""
                visible: text !== ""
                size: 15.5
                color: hero.ui.c.soft
            }
        }
    }
}
