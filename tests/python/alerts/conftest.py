"""A data directory without alerts' settings of the machine, and servers that take alerts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.python.alerts.mail import PASSWORD, USER, MailServer, make_certificate, serve_mail
from tests.python.ingest.vendor import Reply, Vendor, serve
from viaggio.alerts.causes import PREFIX
from viaggio.workspace.paths import DataDir


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataDir:
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv(f"{PREFIX}TIMEOUT", "10")
    data_dir = DataDir(tmp_path / "data")
    data_dir.root.mkdir()
    monkeypatch.setenv("VIAGGIO_DATA_DIR", str(data_dir.root))
    return data_dir


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def mail(
    data_dir: DataDir, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MailServer]:
    """A server that is configured for alerts and trusted."""
    with serve_mail(certificate) as server:
        use_mail(monkeypatch, server)
        yield server


@pytest.fixture
def hook(data_dir: DataDir, monkeypatch: pytest.MonkeyPatch) -> Iterator[Vendor]:
    """A webhook that is configured for alerts; its address ends with a secret."""
    with serve(lambda _: Reply({}, 202)) as server:
        monkeypatch.setenv(f"{PREFIX}WEBHOOK_URL", f"{server.url}/hooks/s3cr3t?sig=t0k3n")
        yield server


def use_mail(monkeypatch: pytest.MonkeyPatch, server: MailServer) -> None:
    """Configure alerts for a mail server."""
    settings = {
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(server.port),
        "SMTP_USER": USER,
        "SMTP_PASSWORD": PASSWORD,
        "MAIL_FROM": "viaggio@shop.example",
        "MAIL_TO": "ops@shop.example, night@shop.example",
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"{PREFIX}{name}", value)
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
