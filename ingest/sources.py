"""The sources that can be pulled and the environment variables that configure them.

A source is a module of this room with a function `feeds`. It is imported when it is pulled, since
only pulling needs the extra `ingest`.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from viaggio.workspace.paths import PROJECT_DIR, DataDir

if TYPE_CHECKING:
    from ingest.feeds import Feed

LIBRARY = "dlt"
# Feeds that the shop does not want, or that its token may not read: `hubspot.notes,...`.
WITHOUT = "VIAGGIO_INGEST_WITHOUT"


class IngestError(Exception):
    """A source could not be pulled; the message says what, where and what to do.

    It holds no value of a record, no token and no query string.
    """


@dataclass(frozen=True)
class Setting:
    """An environment variable of a source; required unless it has a default."""

    variable: str
    words: str
    default: str | None = None


@dataclass(frozen=True)
class Source:
    """A vendor, database or bucket, and the sources of the raw contract it fills."""

    name: str
    words: str
    fills: tuple[str, ...]
    settings: tuple[Setting, ...]

    def values(self) -> dict[str, str]:
        """The value of each variable; empty where it is neither set nor has a default."""
        return {
            setting.variable: os.environ.get(setting.variable, "").strip() or setting.default or ""
            for setting in self.settings
        }

    def missing(self) -> list[str]:
        """Required variables that are not set."""
        return [
            setting.variable
            for setting in self.settings
            if setting.default is None and not os.environ.get(setting.variable, "").strip()
        ]

    def feeds(self, stack: ExitStack) -> list[Feed]:
        """What is pulled, one feed after the other; the stack closes their connections.

        Raises:
            IngestError: A variable is missing, the extra is not installed, or the source is not
                as it should be.
        """
        if not is_installed():
            raise IngestError(INSTALL)
        if missing := self.missing():
            raise IngestError(f"{self.name} is not configured: set {', '.join(missing)}.")
        be_quiet(DataDir.from_env())
        module = importlib.import_module(f"ingest.{self.name}")
        feeds: dict[str, Feed] = {
            f"{self.name}.{feed.name}": feed for feed in module.feeds(self.values(), stack)
        }
        unwanted = {name.strip() for name in os.environ.get(WITHOUT, "").split(",")}
        ours = {name for name in unwanted if name.startswith(f"{self.name}.")}
        if unknown := ours - feeds.keys():
            raise IngestError(
                f"{WITHOUT} names {', '.join(sorted(unknown))}, but there is only"
                f" {', '.join(feeds)}."
            )
        return [feed for name, feed in feeds.items() if name not in unwanted]


def _token(vendor: str, words: str) -> Setting:
    return Setting(f"VIAGGIO_{vendor}_TOKEN", words)


def _url(vendor: str, default: str) -> Setting:
    return Setting(f"VIAGGIO_{vendor}_URL", "address of the API, or of a proxy", default)


SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        Source(
            "shopify",
            "Shopify, Admin REST API",
            ("store",),
            (
                Setting("VIAGGIO_SHOPIFY_URL", "address of the shop: https://SHOP.myshopify.com"),
                _token("SHOPIFY", "access token of a custom app"),
            ),
        ),
        Source(
            "hubspot",
            "HubSpot, CRM API",
            ("crm",),
            (
                _token("HUBSPOT", "access token of a private app"),
                _url("HUBSPOT", "https://api.hubapi.com"),
            ),
        ),
        Source(
            "klaviyo",
            "Klaviyo, API by revision",
            ("email",),
            (
                _token("KLAVIYO", "private API key"),
                _url("KLAVIYO", "https://a.klaviyo.com"),
            ),
        ),
        Source(
            "stripe",
            "Stripe, payments",
            ("store",),
            (
                _token("STRIPE", "restricted key that reads charges"),
                _url("STRIPE", "https://api.stripe.com"),
            ),
        ),
        Source(
            "sql",
            "any SQL database that SQLAlchemy reads",
            (),
            (
                Setting("VIAGGIO_SQL_URL", "SQLAlchemy's address: postgresql+psycopg://..."),
                Setting("VIAGGIO_SQL_SCHEMA", "schema of the views", ""),
            ),
        ),
        Source(
            "files",
            "a folder or bucket of exports, such as GA4's",
            (),
            (Setting("VIAGGIO_FILES_URL", "folder or bucket: /mnt/exports, s3://bucket/exports"),),
        ),
    )
}
INSTALL = (
    "Pulling needs the extra `ingest`. Install it with"
    f" `{PROJECT_DIR}/.venv/bin/python -m pip install --constraint constraints.txt -e '.[ingest]'`"
    f" in {PROJECT_DIR}."
)


def be_quiet(data_dir: DataDir) -> None:
    """Have dlt, before it is imported, keep to the data directory and tell nobody anything.

    It sends no telemetry, logs nothing, since a warning could hold a value, looks for settings
    and secrets in no folder but its own, and keeps no copy of what was written.
    """
    os.environ.update(
        RUNTIME__DLTHUB_TELEMETRY="false",
        RUNTIME__LOG_LEVEL="CRITICAL",
        LOAD__DELETE_COMPLETED_JOBS="true",
        DLT_DATA_DIR=str(data_dir.ingest),
        DLT_PROJECT_DIR=str(data_dir.ingest),
    )


def is_installed() -> bool:
    """Whether the extra `ingest` is installed."""
    return importlib.util.find_spec(LIBRARY) is not None


def configured() -> list[Source]:
    """Sources that have all they need; none without the extra."""
    return [each for each in SOURCES.values() if is_installed() and not each.missing()]
