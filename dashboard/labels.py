"""What codes and columns of the marts are called, and how their values are written."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from dashboard import data, formats, queries
from dashboard.formats import Kind, Language
from dashboard.texts import TEXTS, code_text, text

# Dimensions that name codes: the table, its code and its order.
# Columns that hold codes, and the domain that names them.
_DOMAINS = {
    "aspect": "aspect",
    "cause": "cause",
    "channel": "channel",
    "device_category": "device",
    "evidence": "evidence",
    "from_channel": "end",
    "kind": "kind",
    "layer": "layer",
    "location_id": "location",
    "model": "model",
    "persona": "persona",
    "platform": "platform",
    "purchase_mode": "mode",
    "reason": "reason",
    "severity": "severity",
    "signal": "signal",
    "stage": "stage",
    "step": "step",
    "to_channel": "end",
    "touchpoint_type": "touchpoint_type",
}

_KINDS: dict[str, Kind] = {
    "assistance_effect": "points",
    "assistance_effect_high": "points",
    "assistance_effect_low": "points",
    "average_touchpoints": "decimal",
    "balanced": "yes_no",
    "bounce_rate": "percent",
    "ci_high": "points",
    "ci_low": "points",
    "continued_rate": "percent",
    "conversion_rate": "percent",
    "conversion_share": "percent",
    "conversions": "decimal",
    "corrected_mean_sentiment": "score",
    "corrected_negative_share": "percent",
    "cpa": "price",
    "credit_conversions": "decimal",
    "credit_revenue": "money",
    "dwell_seconds": "seconds",
    "effect": "points",
    "estimated_revenue": "money",
    "exit_rate": "percent",
    "is_claimed": "yes_no",
    "last_touch_revenue": "money",
    "leaked_revenue": "money",
    "lift": "times",
    "loss": "points",
    "loss_high": "points",
    "loss_low": "points",
    "lost_value": "money",
    "mean_hours": "hours",
    "mean_rating": "score",
    "mean_sentiment": "score",
    "median_dwell_seconds": "seconds",
    "median_duration_hours": "hours",
    "month": "month",
    "negative_share": "percent",
    "net_revenue": "money",
    "pain_score": "score",
    "payment_failure_rate": "percent",
    "order_conversions": "decimal",
    "order_revenue": "money",
    "q_value": "percent",
    "rate_of_start": "percent",
    "recorded_share": "percent",
    "recovery_rate": "percent",
    "removal_effect": "percent",
    "reported_revenue": "money",
    "revenue": "money",
    "revenue_share": "percent",
    "roas": "times",
    "seconds_per_interaction": "seconds",
    "sentiment": "score",
    "spend": "money",
    "truth_score": "score",
    "zones_per_visit": "decimal",
}

# Columns whose texts are names, or are written by the shop itself: they stay as they are.
VERBATIM = frozenset(
    {
        "campaign_name", "city", "expectation", "most_frequent_zone_path",
        "most_touched_product_name", "observed", "page", "source_name", "table_name", "tool",
        "topic",
    }
)  # fmt: skip


def codes(domain: str) -> list[str]:
    """The codes of a dimension, in its order."""
    return list(queries.ask("names", domain=domain)["code"])


def name(domain: str, code: str | None, language: Language) -> str:
    """The name of a code; of none, the sign for no value."""
    if code is None or pd.isna(code):
        return formats.NO_VALUE
    if domain == "end":
        domain = "end" if f"end.{code}" in TEXTS else "channel"
    return _names(domain, language, data.version()).get(code) or code_text(domain, code, language)


def path(value: str, language: Language) -> str:
    """A path with the channels by name: `Email > Store(2)` as `E-mail → Negozio (2)`."""
    steps = []
    for step in value.split(" > "):
        channel, bracket, count = step.partition("(")
        known = name("channel", channel, language)
        steps.append(f"{known} ({count}" if bracket else known)
    return " → ".join(steps)


@lru_cache(maxsize=64)  # asked for every cell of every table
def _names(domain: str, language: Language, version: data.Version) -> dict[str, str]:
    found = queries.ask("names", domain=domain)
    return dict(zip(found["code"], found[f"name_{language}"], strict=True))


def column(column_name: str, language: Language) -> str:
    """What a column is called."""
    known = code_text("column", column_name, language)
    return known[:1].upper() + known[1:]


def explained(column_name: str, language: Language) -> str | None:
    """What a column means, where its name does not say it."""
    key = f"explain.{column_name}"
    return text(key, language) if key in TEXTS else None


def flaws(reason: str, language: Language) -> str:
    """Why a row was kept out: `ordered_at: in the future` in the reader's language."""
    told = []
    for flaw in reason.split("; "):
        column_name, colon, words = flaw.partition(": ")
        if not colon:
            told.append(flaw)
        elif f"flaw.{words}" not in TEXTS and words.startswith("not a "):
            told.append(f"{column_name}: {text('not_a', language, type=words[6:])}")
        else:
            told.append(f"{column_name}: {code_text('flaw', words, language)}")
    return "; ".join(told)


def kind(column_name: str, values: pd.Series) -> Kind:
    """How a column's values are written: as listed, else by their type."""
    listed = _KINDS.get(column_name)
    if listed == "decimal" and pd.api.types.is_integer_dtype(values):
        return "integer"
    if listed:
        return listed
    guesses: list[tuple[bool, Kind]] = [
        (pd.api.types.is_bool_dtype(values), "yes_no"),
        (pd.api.types.is_integer_dtype(values), "integer"),
        (pd.api.types.is_datetime64_any_dtype(values), "month"),
        (column_name.endswith(("_rate", "_share")), "percent"),
        (column_name.endswith("_seconds"), "seconds"),
        (column_name.endswith("_hours"), "hours"),
        (pd.api.types.is_float_dtype(values), "decimal"),
    ]
    return next((guess for fits, guess in guesses if fits), "text")


def named(frame: pd.DataFrame, language: Language) -> pd.DataFrame:
    """The same rows with names in place of codes."""
    result = frame.copy()
    for column_name in frame.columns:
        domain = _DOMAINS.get(column_name)
        if domain and not pd.api.types.is_numeric_dtype(frame[column_name]):
            result[column_name] = [name(domain, code, language) for code in frame[column_name]]
        elif column_name == "flaw":
            result[column_name] = [flaws(value, language) for value in frame[column_name]]
        elif column_name == "path":
            result[column_name] = [path(value, language) for value in frame[column_name]]
    return result
