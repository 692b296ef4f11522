"""What the command says of sources that are not configured, unknown or not installed."""

from __future__ import annotations

from datetime import datetime

import pytest

from ingest import sources
from ingest.feeds import as_text, utc
from ingest.sources import SOURCES
from tests.python.ingest.conftest import Place
from viaggio.workspace.contract import load_contract
from viaggio.workspace.paths import PROJECT_DIR


def test_the_list_names_what_is_missing_and_no_value(place: Place) -> None:
    place.set(STRIPE_TOKEN="rk_secret", SHOPIFY_URL="https://shop.example")  # noqa: S106

    listed = place.pull("list")

    assert listed.code == 0
    lines = dict(line.split(maxsplit=1) for line in listed.output.splitlines())
    assert lines.keys() == SOURCES.keys()
    assert lines["stripe"].endswith(": configured")
    assert lines["shopify"].endswith(": set VIAGGIO_SHOPIFY_TOKEN")
    assert "rk_secret" not in listed.output


def test_a_source_that_is_not_configured_says_what_to_set(place: Place) -> None:
    failed = place.pull("shopify")

    assert (failed.code, failed.files) == (1, [])
    assert "set VIAGGIO_SHOPIFY_URL, VIAGGIO_SHOPIFY_TOKEN" in failed.output


def test_without_the_extra_the_command_says_how_to_install_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "LIBRARY", "a_library_that_is_not_installed")

    listed, failed = place.pull("list"), place.pull("shopify")

    assert (listed.code, failed.code) == (0, 1)
    assert ".[ingest]" in listed.output
    assert ".[ingest]" in failed.output


@pytest.mark.parametrize(
    "arguments", [(), ("spotify",), ("shopify", "--since", "yesterday")], ids=str
)
def test_wrong_arguments_are_refused(place: Place, arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as ended:
        place.pull(*arguments)

    assert ended.value.code == 2


def test_the_page_names_each_variable_and_table() -> None:
    page = (PROJECT_DIR / "docs" / "ingest.md").read_text("utf-8")
    for source in SOURCES.values():
        assert f"`{source.name}`" in page
        for setting in source.settings:
            assert f"`{setting.variable}`" in page
    tables = {".".join(key) for key in load_contract().tables}
    named = {word for word in page.split("`")[1::2] if word.partition(".")[0] in
             ("crm", "email", "store", "ga4") and word.count(".") == 1}  # fmt: skip
    assert len(named) > 15
    assert named <= tables


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2025-03-01T10:00:00+01:00", "2025-03-01T09:00:00.000000Z"),
        ("2025-03-01T09:00:00.5Z", "2025-03-01T09:00:00.500000Z"),
        ("2025-03-01 09:00:00", "2025-03-01T09:00:00.000000Z"),
        (1740819600, "2025-03-01T09:00:00.000000Z"),
        (1740819600000, "2025-03-01T09:00:00.000000Z"),
        (datetime(2025, 3, 1, 9), "2025-03-01T09:00:00.000000Z"),
    ],
    ids=str,
)
def test_moments_have_one_form(value: object, expected: str) -> None:
    assert utc(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("", ""),
        ("  x ", "  x "),
        (True, "true"),
        (12345678901234567890, "12345678901234567890"),
        (0.1, "0.1"),
        ({"a": ["è"]}, '{"a": ["è"]}'),
    ],
    ids=str,
)
def test_values_pass_unchanged_as_text(value: object, expected: str | None) -> None:
    assert as_text(value) == expected
