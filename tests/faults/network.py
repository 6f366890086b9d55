"""Faults of the family `network`: the cable, the line, names and certificates between the kiosk and its server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.faults.fault import MOVING, Fault, Scene
from tests.faults.stage import Plan, Stage
from tests.support.certificates import Authority, Certificate, ChangingTls
from tests.support.dns_server import Answer, DnsServer
from tests.support.line import Condition
from tests.support.network_namespace import NetworkNamespace
from tests.support.way import Passage, Way

NAMESPACE, DNS, WAY, TLS, AUTHORITY, TOLD = "namespace", "dns", "way", "tls", "authority", "told"
BAD = "bad"
NAME = "livekit.lobby.test"


class VisitorMayCome(Fault):
    """In the idle scene a visitor taps while it is broken; being served counts as well as being ready to serve."""

    def well(self, status: dict[str, Any], scene: Scene) -> bool:
        if scene is Scene.IDLE and status["state"] == "live":
            return (status["avatar"]["frames_per_second"] or 0.0) > MOVING
        return super().well(status, scene)


class OverTheLine(VisitorMayCome):
    """The kiosk lives in a network of its own; a line of the test's leads to the server."""

    family = "network"
    named = False
    """The server is reached by a name, and not by its address."""

    def arrange(self, plan: Plan) -> None:
        namespace = plan.keep(NetworkNamespace(nameserver=self.named))
        plan.things[NAMESPACE] = namespace
        plan.server.move(str(namespace.near), namespace.near_device)
        plan.wrapper = namespace.wrapper
        plan.url = f"ws://{NAME if self.named else namespace.near}:{plan.server.port}"

    def set_line(self, stage: Stage, condition: Condition) -> None:
        """From now on packets fare like this."""
        stage.things[NAMESPACE].line.condition = condition

    def mend(self, stage: Stage) -> None:
        self.set_line(stage, Condition())


class BadLine(OverTheLine):
    """The line is cut or bad for a while; in the idle scene a visitor comes in the midst of it."""

    peer = True

    def __init__(self, what: str, condition: Condition, lasts: float, *, quick: tuple[Scene, ...] = ()) -> None:
        self.name = f"{what} for {lasts:.0f} s"
        self.condition = condition
        self.lasts = lasts
        self.quick = quick
        # Twenty seconds is what a visitor is asked to wait.
        self.over = lasts > 15

    def strike(self, stage: Stage) -> None:
        self.set_line(stage, self.condition)
        if stage.scene is Scene.IDLE:
            stage.kiosk.command("start")


class NoNames(OverTheLine):
    """Names cannot be resolved. Connections that stand go on, so a running conversation must, too."""

    named = True
    lasts = 80.0  # a kiosk at rest looks after its server once a minute

    def __init__(self, what: str, answer: Answer, words: str, scenes: tuple[Scene, ...]) -> None:
        self.name = f"DNS fails ({what}) for {self.lasts:.0f} s"
        self.answer = answer
        self.words = words
        self.scenes = scenes

    def arrange(self, plan: Plan) -> None:
        super().arrange(plan)
        plan.configuration.setdefault("session", {})["idle_timeout"] = "5m"  # nobody says a word meanwhile
        near = plan.things[NAMESPACE].near
        plan.things[DNS] = plan.keep(DnsServer(near, {NAME: near}))

    def strike(self, stage: Stage) -> None:
        stage.things[DNS].answer = self.answer

    def mend(self, stage: Stage) -> None:
        stage.things[TOLD] = stage.kiosk.status()
        stage.things[DNS].answer = Answer.RIGHT

    def prove(self, stage: Stage) -> None:
        if stage.scene is Scene.IDLE:
            assert_told(stage, self.words)
        else:
            assert stage.things[TOLD]["state"] == "live", "the conversation needed no name"
        super().prove(stage)


class BadCertificate(VisitorMayCome):
    """The server shows a certificate that must not be accepted, then a right one again."""

    family = "network"
    peer = True
    settle = 4.0

    reason = ("offline", "server_unreachable")
    """State and reason while it is shown."""

    def __init__(self, what: str, words: str, lasts: float, scene: Scene, *, quick: bool = False) -> None:
        self.name = f"TLS certificate {what} for {lasts:.0f} s"
        self.what = what
        self.words = words
        self.lasts = lasts
        self.scenes = (scene,)
        self.quick = (scene,) if quick else ()
        self.over = scene is Scene.LIVE

    def certificate(self, authority: Authority) -> Certificate:
        """The one that must not be accepted."""
        match self.what:
            case "expired":
                return authority.signed("old", expired=True)
            case "self-signed":
                return authority.self_signed()
        return authority.signed("elsewhere", "elsewhere.example")

    def trusted(self, authority: Authority, _folder: Path) -> dict[str, str]:
        """The environment that lets Python trust the right certificates."""
        return authority.environment

    def arrange(self, plan: Plan) -> None:
        authority = Authority(plan.folder / "certificates")
        home = plan.folder / "trusting"
        authority.trust_in_chromium(home)
        plan.environment.update(self.trusted(authority, plan.folder))
        # For the peer as well: it has an environment of its own.
        plan.wrapper = ["env", f"HOME={home}"]
        tls = ChangingTls(authority.signed("good"))
        way = plan.keep(Way(plan.server.port, tls=tls.context))
        plan.url = way.url
        plan.things.update({AUTHORITY: authority, TLS: tls, WAY: way})

    def strike(self, stage: Stage) -> None:
        stage.things[BAD] = stage.things[TLS].show(self.certificate(stage.things[AUTHORITY]))
        stage.things[WAY].set(Passage.OPEN, drop=True)
        if stage.scene is Scene.IDLE:
            stage.kiosk.command("start")

    def mend(self, stage: Stage) -> None:
        stage.things[TOLD] = stage.kiosk.status()
        stage.things[TLS].show(stage.things[AUTHORITY].signed("renewed"))

    def prove(self, stage: Stage) -> None:
        # A conversation whose sound and motion still arrive goes on without its signalling.
        if stage.scene is Scene.IDLE or stage.things[TOLD]["state"] != "live":
            assert_told(stage, self.words, self.reason)
        self.prove_refused(stage.things[WAY].accepted(stage.things[BAD]))
        super().prove(stage)

    def prove_refused(self, accepted: int) -> None:
        assert accepted == 0, f"the bad certificate was accepted {accepted} times"


class BrowserDistrusts(BadCertificate):
    """An authority that the system knows and the browser does not: only the page finds out."""

    reason = ("faulted", "certificate_refused")
    person = (
        "Chromium does not read the system's list of authorities. Add the authority for the kiosk's user with "
        "`certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n lobby -i authority.pem`, or use one that browsers know."
    )

    def __init__(self) -> None:
        super().__init__("of an authority only the system knows", "the browser, too", 10.0, Scene.IDLE)

    def certificate(self, authority: Authority) -> Certificate:
        return authority.sibling.signed("good")

    def prove_refused(self, accepted: int) -> None:
        """The system accepts it, and only that the page does not is to be seen in the state."""

    def trusted(self, authority: Authority, folder: Path) -> dict[str, str]:
        both = folder / "both.pem"
        both.write_bytes(b"".join(one.own.certificate.read_bytes() for one in (authority, authority.sibling)))
        return {"SSL_CERT_FILE": str(both)}


def assert_told(stage: Stage, words: str, reason: tuple[str, str] = ("offline", "server_unreachable")) -> None:
    """At the end of the fault the kiosk was out of service, and told its operator why."""
    told = stage.things[TOLD]
    assert (told["state"], told["reason"]) == reason, f"it was {told['state']} ({told['reason']})"
    assert words in (told["sentence"] or ""), f"the operator was told: {told['sentence']}"


EXPIRED = "its certificate has expired"

FAULTS: tuple[Fault, ...] = (
    BadLine("cable cut", Condition(whole=False), 5.0, quick=(Scene.LIVE,)),
    BadLine("cable cut", Condition(whole=False), 30.0),
    BadLine("cable cut", Condition(whole=False), 120.0),
    BadLine("30 % of all packets lost", Condition(loss=0.3), 30.0),
    BadLine("packets take 2 s", Condition(delay=2.0), 30.0),
    NoNames("the name does not exist", Answer.NXDOMAIN, "there is none like it", (Scene.IDLE,)),
    NoNames("the name server fails", Answer.SERVFAIL, "no name server gives an answer", (Scene.IDLE,)),
    NoNames("no answer", Answer.NONE, "no name server gives an answer", (Scene.IDLE, Scene.LIVE)),
    BadCertificate("expired", EXPIRED, 6.0, Scene.IDLE, quick=True),
    BadCertificate("expired", EXPIRED, 35.0, Scene.LIVE),
    BadCertificate("self-signed", "its certificate is self-signed", 6.0, Scene.IDLE),
    BadCertificate("self-signed", "its certificate is self-signed", 35.0, Scene.LIVE),
    BadCertificate("for another name", "its certificate is for another", 6.0, Scene.IDLE),
    BadCertificate("for another name", "its certificate is for another", 35.0, Scene.LIVE),
    BrowserDistrusts(),
)
