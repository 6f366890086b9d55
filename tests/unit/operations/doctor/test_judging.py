"""Every finding, good and bad, from facts that are made up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.audio.listing import microphone_listing
from kiosk.audio.ranking import AudioDevice, enumerated
from kiosk.config import Loaded, Problem, Settings
from kiosk.operations.doctor.facts import (
    Blanking,
    Disk,
    Engine,
    Gap,
    GraphicsCards,
    Hearing,
    Host,
    Obstacle,
    Output,
    Screen,
    Service,
    Way,
    WebGl,
)
from kiosk.operations.doctor.findings import Finding, Untold, Verdict, well
from kiosk.operations.doctor.judge_engine import (
    judge_blanking,
    judge_graphics,
    judge_microphone,
    judge_screen,
    judge_speaker,
    judge_transforms,
)
from kiosk.operations.doctor.judge_machine import (
    judge_configuration,
    judge_disk,
    judge_kiosk,
    judge_libraries,
    judge_service,
    judge_software,
)
from kiosk.operations.doctor.judge_network import judge_clock, judge_network, judge_way

GOOD, DOUBTFUL, BAD, UNKNOWN = Verdict.GOOD, Verdict.DOUBTFUL, Verdict.BAD, Verdict.UNKNOWN

SPEAKERS = enumerated([("alsa.hdmi", "HDMI"), ("alsa.usb", "USB Box")], default_id="alsa.usb")
ENGINE = Engine(
    platform="xcb",
    screens=(Screen("DP-1", 1080, 1920),),
    webgl2=WebGl("ANGLE (Intel, Mesa Intel(R) UHD Graphics 620)", painted=True),
    script_transform=True,
    encoded_streams=True,
    outputs=SPEAKERS,
)
CARD = GraphicsCards(("/dev/dri/renderD128",), ("/dev/dri/renderD128",))
NO_CARD = GraphicsCards((), ())
UNTOLD = Untold("the engine ends with -6: no drivers", fault=True, advice="See above.")
VISITOR = Untold("a visitor is there")


def told(finding: Finding, verdict: Verdict, text: str, advice: str = "") -> None:
    """Whether it says this. What is good needs no advice, and what is not has some."""
    assert (finding.verdict, finding.text) == (verdict, text)
    assert advice in finding.advice
    assert bool(finding.advice) is (verdict in (BAD, DOUBTFUL)) or verdict is UNKNOWN


@pytest.mark.parametrize("judge", [judge_transforms, lambda engine: judge_screen(engine, "primary")])
def test_what_could_not_be_had_is_bad_only_where_that_is_the_fault(judge: Any) -> None:
    told(judge(UNTOLD), BAD, "the engine ends with -6: no drivers", "See above.")
    told(judge(VISITOR), UNKNOWN, "a visitor is there")


def test_only_what_is_bad_makes_the_whole_bad() -> None:
    findings = [Finding("a", verdict, "") for verdict in (GOOD, DOUBTFUL, UNKNOWN)]
    assert well(findings)
    assert not well([*findings, Finding("b", BAD, "")])


class TestConfiguration:
    PROBLEM = Problem(3, 1, "livekit.url", None, "", "", "livekit.url is missing.")

    def test_none_is_the_demo(self) -> None:
        told(judge_configuration(Loaded(Settings(), None, ())), GOOD, "no file: the demo runs, which needs none")

    def test_without_problems(self) -> None:
        told(judge_configuration(Loaded(Settings(), Path("/etc/a.toml"), ())), GOOD, "/etc/a.toml")

    @pytest.mark.parametrize(("count", "words"), [(1, "1 problem"), (2, "2 problems")])
    def test_with_problems(self, count: int, words: str) -> None:
        loaded = Loaded(Settings(), Path("/etc/a.toml"), (self.PROBLEM,) * count)
        told(judge_configuration(loaded), BAD, f"/etc/a.toml has {words}", "avatar-kiosk check /etc/a.toml")

    def test_with_what_is_probably_not_meant(self) -> None:
        loaded = Loaded(Settings(), Path("/etc/a.toml"), (), (self.PROBLEM,))
        told(judge_configuration(loaded), DOUBTFUL, "/etc/a.toml has 1 warning", "avatar-kiosk check /etc/a.toml")

    def test_in_the_environment(self) -> None:
        loaded = Loaded(Settings(), None, (self.PROBLEM,))
        told(judge_configuration(loaded), BAD, "environment has 1 problem", "avatar-kiosk check")


class TestKiosk:
    @pytest.mark.parametrize(
        ("state", "sentence", "verdict", "text"),
        [
            ("idle", None, GOOD, "running, idle"),
            ("live", None, GOOD, "running, live"),
            ("closed", "Outside the hours.", GOOD, "running, closed: Outside the hours."),
            ("recovering", None, DOUBTFUL, "running, recovering"),
            ("offline", "No server.", BAD, "running, offline: No server."),
            ("faulted", "No server.", BAD, "running, faulted: No server."),
        ],
    )
    def test_by_its_own_word(self, state: str, sentence: str | None, verdict: Verdict, text: str) -> None:
        told(judge_kiosk({"state": state, "sentence": sentence}), verdict, text)

    def test_none_is_no_fault_and_a_silent_one_is(self) -> None:
        assert judge_kiosk(Untold("none is running here")).verdict is UNKNOWN
        assert judge_kiosk(Untold("it hangs", fault=True, advice="End it.")).verdict is BAD


VERSIONS = {"avatar-kiosk": "1.0", "Qt": "6.12.0", "Chromium": "140.0.1", "Python": "3.13.5", "livekit-api": None}


class TestSoftware:
    def test_a_pair_that_fits(self) -> None:
        told(judge_software(VERSIONS), GOOD, "avatar-kiosk 1.0, Qt 6.12.0, Chromium 140.0.1, Python 3.13.5")

    @pytest.mark.parametrize(("qt", "python"), [("6.11.3", "3.11.2"), ("6.12.0", "3.12.0"), ("6.13.1", "3.14.1")])
    def test_other_pairs_that_fit(self, qt: str, python: str) -> None:
        assert judge_software({**VERSIONS, "Qt": qt, "Python": python}).verdict is GOOD

    def test_the_pair_that_aborts(self) -> None:
        versions = {**VERSIONS, "Python": "3.11.2"}
        told(
            judge_software(versions),
            BAD,
            "Qt 6.12.0 under Python 3.11.2 ends by itself after some hundred signals",
            "packaging/run",
        )

    @pytest.mark.parametrize(("lack", "words"), [(("Chromium",), "Chromium"), (("Qt", "Chromium"), "Qt and Chromium")])
    def test_what_cannot_be_loaded(self, lack: tuple[str, ...], words: str) -> None:
        versions = {**VERSIONS, **dict.fromkeys(lack)}
        told(judge_software(versions), BAD, f"{words} cannot be loaded", "libraries")


class TestLibraries:
    def test_all_there(self) -> None:
        told(judge_libraries([]), GOOD, "all there")

    def test_gaps_with_the_command_that_closes_them(self) -> None:
        gaps = [Gap("libnss3.so", "libnss3"), Gap("libsmime3.so", "libnss3"), Gap("libEGL.so.1", "libegl1")]
        finding = judge_libraries(gaps)
        told(finding, BAD, "missing: libnss3.so, libsmime3.so, libEGL.so.1")
        assert finding.advice == "sudo apt-get install libegl1 libnss3"

    def test_a_gap_that_no_package_is_known_for(self) -> None:
        told(judge_libraries([Gap("libodd.so", None)]), BAD, "missing: libodd.so", "Install the packages")


class TestDisk:
    DISK = Disk("the log", "/var/log", 5_600_000_000, writable=True)

    @pytest.mark.parametrize(
        ("free", "verdict", "words"),
        [
            (5_600_000_000, GOOD, "5.6 GB"),
            (999_000_000, DOUBTFUL, "999 MB"),
            (99_000_000, BAD, "99 MB"),
            (0, BAD, "0 MB"),
        ],
    )
    def test_room(self, free: int, verdict: Verdict, words: str) -> None:
        finding = judge_disk(replace(self.DISK, free=free))
        told(finding, verdict, f"{words} free for /var/log")
        assert finding.subject == "disk for the log"

    def test_one_that_takes_nothing(self) -> None:
        told(judge_disk(replace(self.DISK, writable=False)), BAD, "/var/log cannot be written", "read-only")


class TestService:
    RUNNING = Service(
        systemd=True, running=True, notifies=True, watchdog=60, unit="avatar-kiosk.service",
        properties={"Restart": "always", "NRestarts": "0"},
    )  # fmt: skip
    WAITING = Service(
        systemd=True, running=False, unit="avatar-kiosk.service",
        properties={"UnitFileState": "enabled", "ActiveState": "inactive"},
    )  # fmt: skip

    def test_watched(self) -> None:
        told(judge_service(self.RUNNING), GOOD, "avatar-kiosk.service watches it, and would miss it after 60 s")

    def test_watched_and_started_again(self) -> None:
        service = replace(self.RUNNING, properties={"Restart": "always", "NRestarts": "4"})
        assert "started again 4 times" in judge_service(service).text

    def test_watched_by_another_manager_than_systemd(self) -> None:
        service = replace(self.RUNNING, systemd=False, unit=None, properties=None)
        told(judge_service(service), GOOD, "its service manager watches it, and would miss it after 60 s")

    def test_not_started_again(self) -> None:
        service = replace(self.RUNNING, properties={"Restart": "no"})
        told(
            judge_service(service),
            BAD,
            "avatar-kiosk.service does not start it again when it ends",
            "Restart=always",
        )

    def test_without_a_watchdog(self) -> None:
        service = replace(self.RUNNING, watchdog=None)
        told(judge_service(service), DOUBTFUL, "avatar-kiosk.service does not notice when it hangs", "WatchdogSec=60")

    def test_started_by_the_script(self) -> None:
        service = replace(self.RUNNING, notifies=False, script=True)
        told(
            judge_service(service),
            DOUBTFUL,
            "packaging/run starts it again when it asks for that, and nobody notices a hang",
            "Type=notify",
        )

    def test_started_by_hand(self) -> None:
        service = replace(self.RUNNING, notifies=False)
        told(judge_service(service), DOUBTFUL, "nobody starts it again when it ends", "Type=notify")

    def test_not_running_although_it_should(self) -> None:
        told(judge_service(self.WAITING), DOUBTFUL, "avatar-kiosk.service is there and not running", "systemctl start")

    def test_failed(self) -> None:
        service = replace(self.WAITING, properties={"UnitFileState": "enabled", "ActiveState": "failed"})
        told(judge_service(service), BAD, "avatar-kiosk.service has failed", "systemctl status avatar-kiosk.service")

    def test_not_enabled(self) -> None:
        service = replace(self.WAITING, properties={"UnitFileState": "disabled", "ActiveState": "inactive"})
        told(judge_service(service), DOUBTFUL, "avatar-kiosk.service does not start by itself", "sudo systemctl enable")
        told(
            judge_service(replace(service, user=True)),
            DOUBTFUL,
            "avatar-kiosk.service does not start by itself",
            "systemctl --user enable --now avatar-kiosk.service",
        )

    @pytest.mark.parametrize(
        ("systemd", "lack"), [(True, "no unit of systemd starts the kiosk"), (False, "systemd does not run here")]
    )
    def test_none(self, systemd: bool, lack: str) -> None:
        finding = judge_service(Service(systemd=systemd, running=False))
        told(finding, DOUBTFUL, f"{lack}: after a restart of the machine nobody does", "Type=notify")


class TestScreen:
    @pytest.mark.parametrize("wanted", ["primary", 0, "DP-1"])
    def test_there(self, wanted: int | str) -> None:
        told(judge_screen(ENGINE, wanted), GOOD, "DP-1 1080×1920")

    @pytest.mark.parametrize("wanted", [1, "HDMI-2"])
    def test_the_wrong_one(self, wanted: int | str) -> None:
        told(
            judge_screen(ENGINE, wanted),
            DOUBTFUL,
            f"display.screen = {wanted!r} is not there, only DP-1 1080×1920",
            "cable",
        )

    @pytest.mark.parametrize("engine", [replace(ENGINE, platform="offscreen"), replace(ENGINE, screens=())])
    def test_none_to_be_reached(self, engine: Engine) -> None:
        told(judge_screen(engine, "primary"), UNKNOWN, "none is to be reached from here", "DISPLAY=:0")


class TestBlanking:
    @pytest.mark.parametrize(
        ("blanking", "verdict", "text"),
        [
            (Blanking(None, dark=False), GOOD, "the screen stays on"),
            (Blanking(600, dark=False), BAD, "the screen goes dark after 10 minutes without a touch"),
            (Blanking(90, dark=False), BAD, "the screen goes dark after 1.5 minutes without a touch"),
            (Blanking(None, dark=True), BAD, "the screen is dark at this moment"),
        ],
    )
    def test_on_or_dark(self, blanking: Blanking, verdict: Verdict, text: str) -> None:
        told(judge_blanking(blanking, running=True), verdict, text)

    def test_the_kiosk_will_see_to_it(self) -> None:
        told(
            judge_blanking(Blanking(600, dark=False), running=False),
            GOOD,
            "the screen goes dark after 10 minutes without a touch; the kiosk keeps it on while it runs",
        )

    def test_not_to_be_told(self) -> None:
        told(judge_blanking(Untold("no xset"), running=True), UNKNOWN, "no xset")


class TestGraphics:
    LLVMPIPE = "ANGLE (Mesa, llvmpipe (LLVM 15.0.6 256 bits), OpenGL 4.5)"
    SOFTWARE = replace(ENGINE, webgl2=WebGl(LLVMPIPE, painted=True))

    def test_a_card(self) -> None:
        told(judge_graphics(ENGINE, CARD, "auto"), GOOD, "WebGL 2 by ANGLE (Intel, Mesa Intel(R) UHD Graphics 620)")

    def test_without_a_card_the_processor_serves(self) -> None:
        text = f"WebGL 2 by the processor ({self.LLVMPIPE})"
        told(judge_graphics(self.SOFTWARE, NO_CARD, "auto"), DOUBTFUL, text, "It serves")

    def test_as_the_configuration_has_it(self) -> None:
        text = f'WebGL 2 by the processor ({self.LLVMPIPE}), as display.gpu = "off" has it'
        told(judge_graphics(self.SOFTWARE, CARD, "off"), GOOD, text)

    def test_a_card_without_its_driver(self) -> None:
        text = f"WebGL 2 by the processor ({self.LLVMPIPE}), although there is /dev/dri/renderD128"
        told(judge_graphics(self.SOFTWARE, CARD, "auto"), DOUBTFUL, text, "libgl1-mesa-dri")

    def test_a_card_without_the_right_to_use_it(self) -> None:
        cards = replace(CARD, usable=())
        assert "groups render and video" in judge_graphics(self.SOFTWARE, cards, "auto").advice
        assert "groups render and video" in judge_graphics(replace(ENGINE, webgl2=None), cards, "auto").advice

    def test_no_webgl(self) -> None:
        told(judge_graphics(replace(ENGINE, webgl2=None), CARD, "auto"), BAD, "WebGL 2 is not there", "driver")

    def test_a_webgl_that_paints_nothing(self) -> None:
        engine = replace(ENGINE, webgl2=WebGl("Odd", painted=False))
        told(judge_graphics(engine, CARD, "auto"), BAD, "WebGL 2 draws nothing (Odd)", "driver")

    def test_none_without_a_screen_proves_nothing(self) -> None:
        engine = replace(ENGINE, webgl2=None, platform="offscreen")
        told(judge_graphics(engine, CARD, "auto"), UNKNOWN, "WebGL 2 is not there, tried without a screen", "screen")

    def test_the_processor_without_a_screen_proves_nothing_either(self) -> None:
        engine = replace(self.SOFTWARE, platform="offscreen")
        text = f"WebGL 2 by the processor ({self.LLVMPIPE}), tried without a screen"
        told(judge_graphics(engine, CARD, "auto"), UNKNOWN, text, "screen")
        assert "groups render and video" in judge_graphics(engine, replace(CARD, usable=()), "auto").advice


class TestTransforms:
    def test_both(self) -> None:
        told(judge_transforms(ENGINE), GOOD, "RTCRtpScriptTransform works, and createEncodedStreams")

    def test_the_standard_one_alone(self) -> None:
        told(judge_transforms(replace(ENGINE, encoded_streams=False)), GOOD, "RTCRtpScriptTransform works")

    def test_the_older_one_alone(self) -> None:
        engine = replace(ENGINE, script_transform=False)
        told(judge_transforms(engine), DOUBTFUL, "only createEncodedStreams is there, the older way")

    def test_none(self) -> None:
        engine = replace(ENGINE, script_transform=False, encoded_streams=False)
        told(judge_transforms(engine), BAD, "this engine has none: the vendor's avatar cannot move")


class TestMicrophone:
    INPUTS = enumerated([("alsa.desk", "Desk"), ("alsa.head", "Headset")], default_id="alsa.desk")

    def hearing(
        self,
        wish: str | list[str] = "auto",
        qt: tuple[AudioDevice, ...] = INPUTS,
        chromium: tuple[AudioDevice, ...] = INPUTS,
        **facts: Any,
    ) -> Hearing:
        known = {"problem": None, "state": None, "server": True, **facts}
        return Hearing(microphone_listing(wish, qt, chromium), **known)

    @pytest.mark.parametrize("state", [None, "off", "live"])
    def test_the_one_that_is_meant(self, state: str | None) -> None:
        told(judge_microphone(self.hearing("Headset", state=state)), GOOD, "Headset")

    def test_a_stand_in(self) -> None:
        finding = judge_microphone(self.hearing(["Røde", "auto"]))
        told(finding, DOUBTFUL, "Desk stands in for what microphone.device names first", "plug")

    def test_none_that_is_meant(self) -> None:
        told(judge_microphone(self.hearing("Røde")), BAD, "the configuration asks for none of Desk, Headset", "auto")

    def test_none_there(self) -> None:
        told(judge_microphone(self.hearing(qt=(), chromium=())), BAD, "none is there", "Plug one in")

    def test_no_sound_server(self) -> None:
        finding = judge_microphone(self.hearing(qt=(), chromium=(), server=False))
        told(finding, BAD, "none is there, because no sound server answers", "PipeWire")

    def test_hidden_from_chromium(self) -> None:
        finding = judge_microphone(self.hearing(chromium=()))
        told(finding, BAD, "Chromium sees none, only Qt does: Desk, Headset", "Restart")

    def test_one_that_cannot_be_opened(self) -> None:
        finding = judge_microphone(self.hearing(problem="NotReadableError"))
        told(finding, BAD, "Desk cannot be opened (NotReadableError)", "holds it")

    @pytest.mark.parametrize("state", ["missing", "silent"])
    def test_one_that_hears_nothing(self, state: str) -> None:
        told(judge_microphone(self.hearing(state=state)), BAD, f"Desk is {state}", "switch")

    def test_muted_with_the_command_that_ends_it(self) -> None:
        finding = judge_microphone(self.hearing("Headset", state="muted"))
        told(finding, BAD, "Headset is muted", "pactl set-source-mute alsa.head 0")

    def test_not_to_be_told(self) -> None:
        told(judge_microphone(UNTOLD), BAD, UNTOLD.why)


class TestSpeaker:
    def test_the_one_that_is_meant(self) -> None:
        told(judge_speaker(ENGINE, "HDMI", Output(muted=False, volume=70), server=True), GOOD, "HDMI, 70 %")

    def test_a_mixer_that_does_not_say(self) -> None:
        told(judge_speaker(ENGINE, "auto", None, server=None), GOOD, "USB Box")

    def test_muted_with_the_command_that_ends_it(self) -> None:
        finding = judge_speaker(ENGINE, "auto", Output(muted=True, volume=70), server=True)
        told(finding, BAD, "USB Box is muted in the system's mixer", "pactl set-sink-mute alsa.usb 0")

    def test_too_faint(self) -> None:
        finding = judge_speaker(ENGINE, "auto", Output(muted=False, volume=9), server=True)
        told(finding, BAD, "USB Box, 9 %: nobody hears it", "pactl set-sink-volume alsa.usb 80%")

    def test_a_stand_in(self) -> None:
        finding = judge_speaker(ENGINE, ["Big*", "auto"], Output(muted=False, volume=70), server=True)
        told(finding, DOUBTFUL, "USB Box, 70 % stands in for what speaker.device names first", "plug")

    def test_none_that_is_meant(self) -> None:
        finding = judge_speaker(ENGINE, "Big*", None, server=True)
        told(finding, BAD, "the configuration asks for none of HDMI, USB Box", "speaker.device")

    @pytest.mark.parametrize(
        ("server", "text"),
        [(True, "none is there"), (None, "none is there"), (False, "none is there, because no sound server answers")],
    )
    def test_none_there(self, server: bool | None, text: str) -> None:
        told(judge_speaker(replace(ENGINE, outputs=()), "auto", None, server), BAD, text)

    def test_not_to_be_told(self) -> None:
        told(judge_speaker(UNTOLD, "auto", None, server=True), BAD, UNTOLD.why)


class TestNetwork:
    HOST = Host("LiveKit", "livekit.example.com", 443, secure=True)
    WAY = Way(HOST, lookup=0.012, connection=0.02, handshake=0.035)

    def test_all_the_way(self) -> None:
        finding = judge_way(self.WAY)
        told(finding, GOOD, "livekit.example.com:443: name 12 ms, connection 20 ms, TLS 35 ms")
        assert finding.subject == "network, LiveKit"

    def test_in_the_clear(self) -> None:
        way = Way(Host("LiveKit", "::1", 7880, secure=False), lookup=0.0, connection=0.001)
        told(judge_way(way), GOOD, "[::1]:7880: name 0 ms, connection 1 ms")

    def test_slow(self) -> None:
        way = replace(self.WAY, lookup=3.0)
        told(judge_way(way), DOUBTFUL, "livekit.example.com:443: name 3000 ms, connection 20 ms, TLS 35 ms", "slow")

    @pytest.mark.parametrize("obstacle", Obstacle)
    def test_every_obstacle_has_a_sentence_and_an_advice(self, obstacle: Obstacle) -> None:
        finding = judge_way(replace(self.WAY, obstacle=obstacle))
        assert finding.verdict is BAD
        assert finding.text.startswith("livekit.example.com:443: ")
        assert finding.advice

    def test_an_obstacle_in_the_system_s_words(self) -> None:
        way = replace(self.WAY, obstacle=Obstacle.NOT_TRUSTED, detail="certificate has expired")
        told(
            judge_way(way),
            BAD,
            "livekit.example.com:443: its certificate is not trusted (certificate has expired)",
            "clock",
        )

    def test_each_server_has_its_line_and_none_has_one_too(self) -> None:
        assert len(judge_network([self.WAY, self.WAY])) == 2
        assert judge_network(Untold("no server")) == [Finding("network", UNKNOWN, "no server")]


class TestClock:
    WAY = TestNetwork.WAY

    @pytest.mark.parametrize(
        ("lead", "verdict", "text"),
        [
            (0.4, GOOD, "agrees with livekit.example.com"),
            (-9.0, GOOD, "agrees with livekit.example.com"),
            (30.0, DOUBTFUL, "30 s behind livekit.example.com"),
            (-30.0, DOUBTFUL, "30 s ahead of livekit.example.com"),
            (600.0, BAD, "10 min behind livekit.example.com"),
            (-7300.0, BAD, "2 h ahead of livekit.example.com"),
            (1e9, BAD, "11574 days behind livekit.example.com"),
        ],
    )
    def test_beside_a_server(self, lead: float, verdict: Verdict, text: str) -> None:
        told(judge_clock([replace(self.WAY, lead=lead)]), verdict, text, "timedatectl" if verdict is not GOOD else "")

    def test_the_first_that_says(self) -> None:
        other = Way(Host("token endpoint", "example.com", 443, secure=True), lead=100.0)
        told(judge_clock([self.WAY, other, self.WAY]), BAD, "100 s behind example.com")

    @pytest.mark.parametrize("ways", [[], [TestNetwork.WAY]])
    def test_nobody_says(self, ways: list[Way]) -> None:
        told(judge_clock(ways), UNKNOWN, "no server of the configuration says what time it is")

    def test_nobody_there(self) -> None:
        told(judge_clock(Untold("not checked: the demo")), UNKNOWN, "not checked: the demo")
