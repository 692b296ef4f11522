"""A mail server on this machine: STARTTLS, a login, and the letters that it took."""

from __future__ import annotations

import base64
import datetime
import ipaddress
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "shop", "geheim-7Q"


@dataclass
class MailServer:
    """What the server is like, and what it got."""

    port: int = 0
    certificate: Path | None = None
    offers_starttls: bool = True
    silent_seconds: float = 0
    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    was_encrypted: list[bool] = field(default_factory=list)


def make_certificate(folder: Path) -> Path:
    """A certificate of 127.0.0.1 that vouches for itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "mail.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


@contextmanager
def serve_mail(certificate: Path, **settings: object) -> Iterator[MailServer]:
    """A mail server on a free port, until the end of the block."""
    mail = MailServer(certificate=certificate, **settings)

    class Handler(socketserver.StreamRequestHandler):
        encrypted: ssl.SSLSocket | None = None

        def say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

        def handle(self) -> None:
            time.sleep(mail.silent_seconds)
            is_encrypted, is_known = False, False
            self.say("220 mail.example")
            while line := self.rfile.readline().decode().strip():
                match line.partition(" ")[0].upper(), is_known:
                    case "EHLO" | "HELO", _:
                        offered = ["AUTH PLAIN"] if is_encrypted else []
                        offered += ["STARTTLS"] if mail.offers_starttls else []
                        lines = ["mail.example", *offered]
                        for each in lines[:-1]:
                            self.say(f"250-{each}")
                        self.say(f"250 {lines[-1]}")
                    case "STARTTLS", _ if mail.offers_starttls:
                        self.say("220 go on")
                        self.encrypt()
                        is_encrypted = True
                    case "AUTH", _:
                        given = base64.b64decode(line.split()[2]).decode().split("\0")[1:]
                        is_known = given == [USER, PASSWORD]
                        self.say("235 welcome" if is_known else f"535 {' '.join(given)} is wrong")
                    case "MAIL", True:
                        self.say("250 ok")
                    case "RCPT", True:
                        mail.recipients.append(line.partition("<")[2].partition(">")[0])
                        self.say("250 ok")
                    case "DATA", True:
                        self.say("354 go on")
                        letter = b"".join(iter(self.rfile.readline, b".\r\n"))
                        mail.letters.append(message_from_bytes(letter, policy=policy.default))
                        mail.was_encrypted.append(is_encrypted)
                        self.say("250 taken")
                    case "QUIT", _:
                        self.say("221 bye")
                        return
                    case _, False:
                        self.say("530 who are you?")
                    case _:
                        self.say("500 what?")

        def encrypt(self) -> None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(mail.certificate)
            self.encrypted = context.wrap_socket(self.request, server_side=True)
            self.rfile = self.encrypted.makefile("rb")
            self.wfile = self.encrypted.makefile("wb", buffering=0)

        def finish(self) -> None:
            with suppress(OSError):
                super().finish()
            if self.encrypted:
                self.encrypted.close()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A client that hangs up is part of the test."""

    with Server(("127.0.0.1", 0), Handler) as server:
        mail.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield mail
        finally:
            server.shutdown()
            thread.join()
