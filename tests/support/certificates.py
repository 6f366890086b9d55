"""Certificates, good and bad, made with openssl, and a server's TLS that changes between them."""

from __future__ import annotations

import ssl
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from tests.support import parts

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Certificate:
    """Two PEM files."""

    certificate: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        """A server that shows it."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context


_SIGNING = """
[ca]
default_ca = lobby
[lobby]
database = {folder}/signed.txt
new_certs_dir = {folder}
rand_serial = yes
unique_subject = no
default_md = sha256
policy = any
[any]
commonName = supplied
"""

_NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-sha256")


class Authority:
    """A certificate authority of the test's own, and what it has signed."""

    def __init__(self, folder: Path) -> None:
        """Make it; `folder` takes all files."""
        self._folder = folder
        self._openssl_program = parts.program("openssl")
        folder.mkdir(parents=True)
        folder.joinpath("signed.txt").touch()
        folder.joinpath("signing.conf").write_text(_SIGNING.format(folder=folder), encoding="utf-8")
        self.own = self._files("authority")
        extensions = ("basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign")
        self._make_self_signed(self.own, "The Lobby's Own Authority", *extensions)

    def signed(self, name: str, host: str = HOST, *, expired: bool = False) -> Certificate:
        """A certificate for a host's name or IPv4 address; one that was good until yesterday if `expired`."""
        made = self._files(name)
        request, extensions = self._folder / f"{name}.request", self._folder / f"{name}.extensions"
        extensions.write_text("\n".join((*_of_a_server(host), "authorityKeyIdentifier=keyid")), encoding="utf-8")
        subject = ("-subj", f"/CN={host}")
        self._openssl("req", "-new", *_NEW_KEY, *subject, "-keyout", str(made.key), "-out", str(request))
        now = datetime.now(UTC)
        begins, ends = now - timedelta(days=8), now + timedelta(days=-1 if expired else 7)
        self._openssl(
            *("ca", "-batch", "-notext", "-config", str(self._folder / "signing.conf")),
            *("-cert", str(self.own.certificate), "-keyfile", str(self.own.key), "-extfile", str(extensions)),
            *("-startdate", f"{begins:%Y%m%d%H%M%SZ}", "-enddate", f"{ends:%Y%m%d%H%M%SZ}"),
            *("-in", str(request), "-out", str(made.certificate)),
        )
        return made

    @cached_property
    def sibling(self) -> Authority:
        """Another authority, known to those alone who are told."""
        return Authority(self._folder / "sibling")

    def self_signed(self, host: str = HOST) -> Certificate:
        """One that nobody vouches for."""
        made = self._files("self-signed")
        self._make_self_signed(made, host, *_of_a_server(host))
        return made

    def trust_in_chromium(self, home: Path) -> None:
        """Let the browser of the user with this home trust the authority."""
        store = home / ".pki" / "nssdb"
        store.mkdir(parents=True)
        certutil = [parts.program("certutil"), "-d", f"sql:{store}"]
        for arguments in (
            ["-N", "--empty-password"],
            ["-A", "-t", "C,,", "-n", "lobby", "-i", str(self.own.certificate)],
        ):
            subprocess.run([*certutil, *arguments], check=True, capture_output=True)

    @property
    def environment(self) -> dict[str, str]:
        """Lets Python trust the authority, and no other."""
        return {"SSL_CERT_FILE": str(self.own.certificate)}

    def _files(self, name: str) -> Certificate:
        return Certificate(self._folder / f"{name}.pem", self._folder / f"{name}.key")

    def _make_self_signed(self, made: Certificate, subject: str, *extensions: str) -> None:
        self._openssl(
            *("req", "-x509", *_NEW_KEY, "-subj", f"/CN={subject}", "-days", "7"),
            *(word for extension in extensions for word in ("-addext", extension)),
            *("-keyout", str(made.key), "-out", str(made.certificate)),
        )

    def _openssl(self, *arguments: str) -> None:
        done = subprocess.run([self._openssl_program, *arguments], check=False, capture_output=True, text=True)
        assert done.returncode == 0, f"openssl {arguments[0]}: {done.stderr.strip()}"


def _of_a_server(host: str) -> tuple[str, ...]:
    kind = "IP" if host[0].isdigit() else "DNS"
    return "basicConstraints=CA:FALSE", f"subjectAltName={kind}:{host}", "extendedKeyUsage=serverAuth"


class ChangingTls:
    """A server's TLS whose certificate is exchanged while it runs."""

    def __init__(self, certificate: Certificate) -> None:
        self.context = certificate.context()
        # A resumed session shows no certificate: it would stand on the one shown before.
        self.context.options |= ssl.OP_NO_TICKET
        self.context.num_tickets = 0
        self._shown = self.context
        self.context.sni_callback = self._choose

    def show(self, certificate: Certificate) -> ssl.SSLContext:
        """Show this one in every handshake that begins from now on; returns what stands for it in `Way.accepted`."""
        self._shown = certificate.context()
        return self._shown

    def _choose(self, connection: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
        connection.context = self._shown
