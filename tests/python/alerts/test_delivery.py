"""Messages reach real servers, and what hinders them is said without secrets."""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.python.alerts.conftest import use_mail
from tests.python.alerts.mail import PASSWORD, USER, MailServer, serve_mail
from tests.python.ingest.vendor import Reply, Vendor
from viaggio.alerts.__main__ import main
from viaggio.alerts.causes import PREFIX, TITLES
from viaggio.alerts.message import MAX_ALERTS, OPEN, OVER, Alert, Message
from viaggio.alerts.watch import RunEnd, look
from viaggio.workspace.paths import DataDir

FAILED = RunEnd("viaggio", failed=True, reason="the salt is missing <!channel> & more.")
SECRETS = (USER, PASSWORD, "s3cr3t", "t0k3n", "ops@shop.example")


def problem(data_dir: DataDir) -> str:
    """What one failed delivery says."""
    [said] = look(data_dir, FAILED).problems
    assert not any(secret in said for secret in SECRETS)
    kept = data_dir.alerts.read_text(encoding="utf-8")
    assert not any(secret in kept for secret in SECRETS)
    return said


def test_a_letter_arrives_encrypted_at_each_address(data_dir: DataDir, mail: MailServer) -> None:
    assert look(data_dir, FAILED).problems == []

    [letter] = mail.letters
    assert mail.was_encrypted == [True]
    assert mail.recipients == ["ops@shop.example", "night@shop.example"]
    assert letter["Subject"] == "[Viaggio] Run failed"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "The job viaggio failed: the salt is missing" in letter.get_content()
    assert "docs/runbook.md#run-failed" in letter.get_content()


def test_a_webhook_gets_json(data_dir: DataDir, hook: Vendor) -> None:
    assert look(data_dir, FAILED).problems == []

    [request] = hook.asked
    assert (request.method, request.path) == ("POST", "/hooks/s3cr3t")
    assert request.headers["content-type"] == "application/json"
    [alert] = request.body["alerts"]
    assert alert["key"] == "run_failed:viaggio"
    assert (alert["kind"], alert["state"]) == ("run_failed", "open")
    assert alert["runbook"] == "docs/runbook.md#run-failed"
    assert request.body["title"] == "[Viaggio] Run failed"


def test_slack_reads_no_marks(
    data_dir: DataDir, hook: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"{PREFIX}WEBHOOK_SHAPE", "slack")

    look(data_dir, FAILED)

    assert hook.asked[0].body.keys() == {"text"}
    assert "&lt;!channel&gt; &amp; more" in hook.asked[0].body["text"]


def test_teams_gets_an_adaptive_card(
    data_dir: DataDir, hook: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"{PREFIX}WEBHOOK_SHAPE", "teams")

    look(data_dir, FAILED)

    body = hook.asked[0].body
    assert body["type"] == "message"
    [attachment] = body["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert attachment["content"]["type"] == "AdaptiveCard"
    assert attachment["content"]["body"][0]["text"] == "[Viaggio] Run failed"
    assert "the salt is missing" in attachment["content"]["body"][1]["text"]


def test_the_largest_message_fits_a_chat() -> None:
    alerts = [Alert(f"warned:{n}", "warned", OPEN, "x" * 600, "2026-12-01T00:00:00Z")
              for n in range(500)]  # fmt: skip
    message = Message(alerts, "2026-12-01T00:00:00Z")
    assert len(json.dumps(message.for_teams())) < 28_000
    assert f"{500 - MAX_ALERTS} more" in message.text
    assert message.title == "[Viaggio] Warned (500)"


def test_a_command_gets_json_without_a_shell_and_without_our_secrets(
    data_dir: DataDir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "tell me.py"
    script.write_text(
        "import json, os, sys; "
        "json.dump([sys.argv[1:], json.load(sys.stdin), dict(os.environ)], open('told', 'w'))"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VIAGGIO_HASH_SALT", "salz")
    monkeypatch.setenv("PAGER_KEY", "theirs")
    monkeypatch.setenv(f"{PREFIX}COMMAND", f"{sys.executable} '{script}' $HOME;touch x `id`")

    assert look(data_dir, FAILED).problems == []

    arguments, body, environment = json.loads((tmp_path / "told").read_text())
    assert arguments == ["$HOME;touch", "x", "`id`"]
    assert not (tmp_path / "x").exists()
    assert body["alerts"][0]["key"] == "run_failed:viaggio"
    assert environment["PAGER_KEY"] == "theirs"
    assert not any(name.startswith("VIAGGIO_") for name in environment)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (f"{sys.executable} -c 'import sys; sys.exit(7)'", "the command ended with 7"),
        ("/no/such/program", "the command cannot be started (No such file or directory)"),
        ("'", "VIAGGIO_ALERT_COMMAND cannot be read: No closing quotation"),
    ],
)
def test_a_command_that_fails(
    data_dir: DataDir, monkeypatch: pytest.MonkeyPatch, command: str, words: str
) -> None:
    monkeypatch.setenv(f"{PREFIX}COMMAND", command)
    assert (
        problem(data_dir) == f"No alert by command: {words}. It is tried again with the next run."
    )


def test_a_command_that_hangs_is_ended(data_dir: DataDir, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}TIMEOUT", "0.5")
    monkeypatch.setenv(f"{PREFIX}COMMAND", "sleep 30")
    began = time.monotonic()
    assert "it did not answer in time" in problem(data_dir)
    assert time.monotonic() - began < 5


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def test_servers_that_are_down(
    data_dir: DataDir, mail: MailServer, hook: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are told later, once each."""
    nobody = str(free_port())
    with monkeypatch.context() as down:
        down.setenv(f"{PREFIX}SMTP_PORT", nobody)
        down.setenv(f"{PREFIX}WEBHOOK_URL", f"http://127.0.0.1:{nobody}/s3cr3t")
        problems = look(data_dir, FAILED).problems
        assert len(problems) == 2
        assert all("no connection (Connection refused)" in said for said in problems)

    assert look(data_dir).problems == []
    assert look(data_dir).problems == []

    assert len(mail.letters) == len(hook.asked) == 1


def test_a_channel_that_fails_does_not_hinder_another(
    data_dir: DataDir, mail: MailServer, hook: Vendor
) -> None:
    hook.trouble.extend([Reply({}, 500)] * 2)

    for _ in range(4):
        look(data_dir, FAILED)

    assert len(mail.letters) == 1
    assert len(hook.asked) == 3


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply({"error": "s3cr3t"}, 500), "the server answers 500"),
        (Reply({}, 401), "the server answers 401"),
        (Reply({}, 302, {"Location": "/elsewhere"}), "the server answers 302"),
    ],
)
def test_what_a_webhook_refuses(data_dir: DataDir, hook: Vendor, reply: Reply, words: str) -> None:
    hook.trouble.append(reply)
    assert words in problem(data_dir)
    assert len(hook.asked) == 1


def test_a_slow_webhook_is_given_up(
    data_dir: DataDir, hook: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"{PREFIX}TIMEOUT", "0.5")

    def wait(_: object) -> Reply:
        time.sleep(4)
        return Reply()

    hook.api = wait
    began = time.monotonic()
    assert "it did not answer in time" in problem(data_dir)
    assert time.monotonic() - began < 4


def test_a_webhook_that_answers_byte_by_byte_is_given_up(
    data_dir: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"{PREFIX}TIMEOUT", "0.5")
    end = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv(
            f"{PREFIX}WEBHOOK_URL", f"http://127.0.0.1:{server.getsockname()[1]}/s3cr3t"
        )

        def drip() -> None:
            client, _ = server.accept()
            with client:
                while not end.wait(0.1):
                    client.sendall(b"H")

        thread = threading.Thread(target=drip)
        thread.start()
        began = time.monotonic()
        assert "it did not answer in time" in problem(data_dir)
        assert time.monotonic() - began < 4
        end.set()
        thread.join()


def test_a_slow_mail_server_is_given_up(
    data_dir: DataDir, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve_mail(certificate, silent_seconds=4) as server:
        use_mail(monkeypatch, server)
        monkeypatch.setenv(f"{PREFIX}TIMEOUT", "0.5")
        assert "it did not answer in time" in problem(data_dir)
        assert server.letters == []


def test_without_starttls_nothing_is_sent(
    data_dir: DataDir, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve_mail(certificate, offers_starttls=False) as server:
        use_mail(monkeypatch, server)
        assert "the server offers no STARTTLS" in problem(data_dir)
        assert server.letters == []


def test_a_certificate_that_nobody_vouches_for_is_refused(
    data_dir: DataDir, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    assert "no secure connection (CERTIFICATE_VERIFY_FAILED)" in problem(data_dir)
    assert mail.letters == []


def test_a_wrong_password_is_said_without_it(
    data_dir: DataDir, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"{PREFIX}SMTP_PASSWORD", "falsch-9Z")
    said = problem(data_dir)
    assert "the server refuses the user or the password (535)" in said
    assert "falsch" not in said
    assert mail.letters == []


def test_no_password_goes_over_an_open_line(
    data_dir: DataDir, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"{PREFIX}SMTP_SECURITY", "none")
    assert "no password is sent without encryption" in problem(data_dir)


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("MAIL_TO=", "set VIAGGIO_ALERT_MAIL_TO"),
        ("SMTP_SECURITY=ssl", "VIAGGIO_ALERT_SMTP_SECURITY must be one of starttls, tls, none"),
        ("SMTP_PORT=smtp", "VIAGGIO_ALERT_SMTP_PORT must be a number above zero"),
        ("TIMEOUT=0", "VIAGGIO_ALERT_TIMEOUT must be a number above zero"),
        ("MAIL_FROM=a@b.example\nBcc: all@b.example", "cannot be read"),
    ],
)
def test_settings_that_do_not_do(
    data_dir: DataDir, mail: MailServer, monkeypatch: pytest.MonkeyPatch, setting: str, words: str
) -> None:
    name, _, value = setting.partition("=")
    monkeypatch.setenv(f"{PREFIX}{name}", value)
    assert words in problem(data_dir)
    assert mail.letters == []


def test_a_webhook_opens_no_file(data_dir: DataDir, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}WEBHOOK_URL", "file:///etc/passwd")
    assert "must begin with https://" in problem(data_dir)


def test_the_command_sends_a_test_and_prints_what_is_open(
    data_dir: DataDir, hook: Vendor, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--test"]) == 0
    assert hook.asked[0].body["alerts"] == []
    assert "This is a test" in hook.asked[0].body["text"]
    hook.trouble.append(Reply({}, 500))
    assert main(["--test"]) == 1
    look(data_dir, FAILED)
    assert main([]) == 0
    said = capsys.readouterr().out
    assert "Sent by webhook at 127.0.0.1, shape json." in said
    assert "No alert by webhook: the server answers 500." in said
    assert "Run failed: The job viaggio failed: the salt is missing" in said
    assert "1 open." in said
    assert not any(secret in said for secret in SECRETS)


def test_without_channels_a_test_fails(
    data_dir: DataDir, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--test"]) == 1
    assert "No channel is configured" in capsys.readouterr().out
    assert main([]) == 0


@pytest.mark.parametrize("kind", TITLES)
@pytest.mark.parametrize("state", [OPEN, OVER])
def test_each_alert_leads_to_its_section_of_the_runbook(kind: str, state: str) -> None:
    alert = Alert(kind, kind, state, "text", "2026-12-01T00:00:00Z")
    page, _, section = alert.runbook.partition("#")
    lines = Path(page).read_text(encoding="utf-8").splitlines()
    headings = [line.lstrip("# ").lower().replace(" ", "-") for line in lines if line[:1] == "#"]
    assert headings.count(section) == 1
    message = Message([alert], alert.since)
    for told in (message.text, json.dumps(message.for_slack()), json.dumps(message.for_teams())):
        assert alert.runbook in told
    assert message.as_json()["alerts"][0]["runbook"] == alert.runbook


def test_the_runbook_may_lie_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}RUNBOOK", "https://wiki.example/viaggio")
    alert = Alert("warned:x", "warned", OPEN, "x", "2026-12-01T00:00:00Z")
    assert alert.runbook == "https://wiki.example/viaggio#warned"
