"""How well unknown exports are understood: `python benchmarks/draft_adapter.py [--all]`.

Makes exports from `draft_exports.yml`: each of its files in six versions (English, renamed,
Italian, German, French, Spanish), columns shuffled, dates and decimals as that country writes them.
A draft is proposed for each, without a person to answer, and compared with the truth: precision,
recall and F1 of the pairs (column of the export, column of the contract). A question is a pair not
found. `wrong` counts what must not happen: a column of money, time or identity mapped wrongly, or
its units. Files that are `held_out` were written last (docs/adapters.md).
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from adapters.draft.evidence import GUARDED, kind_of
from adapters.draft.profile import profile
from adapters.draft.propose import Draft, propose
from adapters.draft.words import vocabulary
from viaggio.workspace.contract import Contract, load_contract

EXPORTS_FILE = Path(__file__).with_name("draft_exports.yml")
APART = {"receipts with their time apart", "tickets with their times apart"}
CALLS = {"calls", "tasks of a call centre"}
ROWS = 40
FIRST_DAY = datetime(2025, 1, 3, tzinfo=UTC)
DAYS = 300


@dataclass(frozen=True)
class Version:
    """How one version of an export writes its values."""

    name: str
    clock: str
    day: str
    comma: bool = False
    unclear_days: bool = False  # unless some day is after the 12th


VERSIONS = (
    Version("en", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d"),
    Version("renamed", "%m/%d/%Y %I:%M %p", "%m/%d/%Y", unclear_days=True),
    Version("it", "%d/%m/%Y %H:%M", "%d/%m/%Y", comma=True, unclear_days=True),
    Version("de", "%d.%m.%Y %H:%M", "%d.%m.%Y", comma=True, unclear_days=True),
    Version("fr", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y", comma=True, unclear_days=True),
    Version("es", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d", comma=True),
)


@dataclass
class Export:
    """An export and its truth."""

    name: str
    version: Version
    held_out: bool
    tables: list[str]
    headings: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    truth: set[tuple[str, str]] = field(default_factory=set)
    either_way: set[tuple[str, str]] = field(default_factory=set)
    ambiguous_days: bool = False


class Values:
    """Invented values of one export."""

    def __init__(self, seed: str, version: Version, *, ambiguous: bool) -> None:
        """Values that depend on `seed` alone; `ambiguous` dates have no day after the 12th."""
        self.random = random.Random(seed)  # noqa: S311 - sample values, no secrets
        self.version = version
        self.ambiguous = ambiguous
        self.moments = [self._moment() for _ in range(ROWS)]

    def _moment(self) -> datetime:
        moment = FIRST_DAY + timedelta(minutes=self.random.randrange(DAYS * 24 * 60))
        return moment.replace(day=1 + moment.day % 12) if self.ambiguous else moment

    def number(self, low: float, high: float, decimals: int = 2) -> str:
        text = f"{self.random.uniform(low, high):,.{decimals}f}"
        if self.version.comma:
            return text.translate(str.maketrans(",.", ".,"))
        return text.replace(",", "")

    def pick(self, *words: str) -> str:
        return self.random.choice(words)

    def time(self, row: int, hours: int = 0, form: str | None = None) -> str:
        moment = self.moments[row] + timedelta(hours=0 if self.ambiguous else hours)
        return moment.strftime(form or self.version.clock)

    def code(self, prefix: str, row: int, many: int | None = None) -> str:
        return f"{prefix}{1000 + (self.random.randrange(many) if many else row * 7)}"

    def person(self) -> str:
        return f"{self.first()} {self.last()}"

    def first(self) -> str:
        return self.pick("Giulia", "Marco", "Anna", "Jonas", "Claire", "Lucía", "Emma")

    def last(self) -> str:
        return self.pick("Rossi", "Bianchi", "Schmidt", "Dubois", "García", "Brown")

    def email(self) -> str:
        return f"{plain_name(self.last())}{self.random.randrange(999)}@example.com"

    def phone(self) -> str:
        return f"+39 3{self.random.randrange(10, 99)} {self.random.randrange(1000000, 9999999)}"

    def sentence(self) -> str:
        words = [
            "the",
            "parcel",
            "came",
            "late",
            "but",
            "the",
            "shoes",
            "are",
            "lovely",
            "and",
            "the",
            "size",
            "is",
            "right",
        ]
        return " ".join(self.random.sample(words, 7)) + "."

    def uneven(self, value: str, share: float = 0.6) -> str:
        """The value in some rows only."""
        return value if self.random.random() < share else ""


def plain_name(name: str) -> str:
    return name.lower().replace("í", "i")


def generators(values: Values) -> dict[str, Callable[[int], str]]:
    """How to invent the values of a column, by its name in the contract or by its kind."""
    v = values
    events = ("SENT", "OPEN", "CLICK", "BOUNCE")
    return {
        "id": lambda row: v.code("A-", row),
        "name": lambda row: v.code("#", row),
        "order_id": lambda row: v.uneven(v.code("A-", row, 200), 0.8),
        "customer_id": lambda _: v.uneven(v.code("C", 0, 300), 0.9),
        "contact_id": lambda _: v.uneven(v.code("K", 0, 300), 0.9),
        "product_id": lambda _: v.code("SKU-", 0, 30),
        "location_id": lambda _: v.pick("MI01", "RM02", "TO01"),
        "staff_id": lambda _: v.pick("S07", "S11", "S12"),
        "owner_id": lambda _: v.pick("S07", "S11", "S12"),
        "campaign_id": lambda _: v.code("23", 0, 9),
        "refund_id": lambda row: v.code("R", row // 2),
        "deal_id": lambda row: v.code("D", row),
        "engagement_id": lambda row: v.code("E", row),
        "loyalty_card": lambda row: v.uneven(v.code("98000", row, 50), 1),
        "email": lambda _: v.email(),
        "recipient": lambda _: v.email(),
        "author_email": lambda _: v.email(),
        "property_email": lambda _: v.email(),
        "phone": lambda _: v.uneven(v.phone()),
        "property_phone": lambda _: v.uneven(v.phone()),
        "first_name": lambda _: v.first(),
        "property_firstname": lambda _: v.first(),
        "last_name": lambda _: v.last(),
        "property_lastname": lambda _: v.last(),
        "author_name": lambda _: v.person(),
        "person": lambda _: v.person(),
        "company": lambda _: f"{v.last()} Srl",
        "city": lambda _: v.pick("Milano", "Berlin", "Lyon", "Sevilla"),
        "postcode": lambda _: f"{v.random.randrange(10000, 99999)}",
        "date": lambda row: v.time(row, form=v.version.day),
        "clock": lambda row: v.time(row, form="%I:%M %p" if "%p" in v.version.clock else "%H:%M"),
        "time": lambda row: v.uneven(v.time(row, 30), 0.9),
        "updated_at": lambda row: v.time(row, 50),
        "property_lastmodifieddate": lambda row: v.time(row, 50),
        "property_closed_date": lambda row: v.uneven(v.time(row, 70)),
        "property_first_agent_reply_date": lambda row: v.uneven(v.time(row, 3)),
        "completed_at": lambda row: v.uneven(v.time(row, 9), 0.3),
        "delivered_at": lambda row: v.uneven(v.time(row, 60)),
        "promised_at": lambda row: v.time(row, 72),
        "currency": lambda _: "EUR",
        "total_price": lambda _: v.number(20, 1400),
        "total_shipping": lambda _: v.pick(v.number(4, 9), v.number(0, 0)),
        "total_discounts": lambda _: v.pick(v.number(2, 30), v.number(0, 0)),
        "money": lambda _: v.number(5, 90),
        "rate": lambda _: v.number(0, 1, 4),
        "count": lambda _: str(v.random.randrange(60)),
        "quantity": lambda _: str(v.random.randrange(1, 4)),
        "points": lambda _: str(v.random.randrange(-50, 200)),
        "impressions": lambda _: str(v.random.randrange(500, 9000)),
        "clicks": lambda _: str(v.random.randrange(5, 200)),
        "leads": lambda _: str(v.random.randrange(9)),
        "helpful_votes": lambda _: str(v.random.randrange(9)),
        "duration_ms": lambda _: str(v.random.randrange(9000, 900000)),
        "rating": lambda _: str(v.random.randrange(1, 6)),
        "value": lambda _: str(v.random.randrange(11)),
        "title": lambda _: v.pick("Trail shoe Alba", "Rain jacket Nord", "Wool socks"),
        "campaign_name": lambda _: v.pick("Spring sale", "Brand search", "Retargeting"),
        "product_type": lambda _: v.pick("Shoes", "Jackets", "Socks"),
        "vendor": lambda _: v.pick("Alba", "Nord", "Monti"),
        "language": lambda _: v.pick("it", "de", "en"),
        "text": lambda _: v.uneven(v.sentence()),
        "body": lambda _: v.sentence(),
        "content": lambda _: v.uneven(v.sentence(), 0.9),
        "property_content": lambda _: v.sentence(),
        "property_subject": lambda _: v.pick("Late parcel", "Wrong size", "Invoice please"),
        "reason": lambda _: v.pick("size", "defect", "changed mind"),
        "error_code": lambda _: v.uneven("card_declined", 0.2),
        "url": lambda _: v.uneven("https://shop.example/p/12", 0.5),
        "user_agent": lambda _: "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0)",
        "ip_address": lambda _: f"192.0.2.{v.random.randrange(255)}",
        "word": lambda _: v.pick("open", "closed"),
        "call": lambda _: v.pick("CALL", "MEETING"),
        "type": lambda _: v.pick(*events),
        "kind": lambda _: v.pick("sale", "refund"),
        "status": lambda _: v.pick("success", "failure"),
        "gateway": lambda _: v.pick("stripe", "paypal"),
        "payment_method": lambda _: v.pick("card", "cash", "paypal"),
        "financial_status": lambda _: v.pick("paid", "pending"),
        "tier": lambda _: v.pick("silver", "gold"),
        "direction": lambda _: v.pick("INBOUND", "OUTBOUND"),
        "outcome": lambda _: v.pick("CONNECTED", "NO_ANSWER"),
        "property_hs_ticket_priority": lambda _: v.pick("LOW", "HIGH"),
        "property_hs_ticket_category": lambda _: v.pick("delivery", "invoice"),
        "property_source_type": lambda _: v.pick("EMAIL", "PHONE"),
        "property_lifecyclestage": lambda _: v.pick("lead", "customer"),
        "property_hs_lead_status": lambda _: v.pick("NEW", "CONNECTED"),
        "last_step": lambda _: v.pick("contact", "shipping", "payment"),
        "code": lambda row: v.code("1Z", row),
        "boolean": lambda _: v.pick("true", "false"),
    }


def make(entry: dict[str, Any], at: int, contract: Contract) -> Export:
    """One version of one file of `draft_exports.yml`."""
    version = VERSIONS[at]
    ambiguous = entry.get("dates") == "ambiguous"
    tables = entry["tables"]
    export = Export(
        entry["name"],
        version,
        bool(entry.get("held_out")),
        tables,
        ambiguous_days=ambiguous and version.unclear_days,
    )
    values = Values(f"{entry['name']} {version.name}", version, ambiguous=ambiguous)
    made = generators(values)
    columns: list[tuple[str, list[str]]] = []
    for spec, headings in entry["headings"].items():
        heading = headings[at]
        first, *more = spec.lstrip("-?*").split()
        generator = first
        if spec[0] not in "-?":
            pairs = {(heading, full(one, tables)) for one in spec.lstrip("*").split(" + ")}
            (export.either_way if spec[0] == "*" else export.truth).update(pairs)
            generator = first.rpartition(".")[2]
        elif spec[0] == "?":
            generator = more[0]
        kind = made.get(special(entry["name"], generator)) or made.get(generator)
        if kind is None:
            kind = made[kind_by_contract(full(first, tables), contract)]
        columns.append((heading, [kind(row) for row in range(ROWS)]))
    if len(tables) > 1:
        columns = lines_of_orders(columns, export.truth, tables)
    values.random.shuffle(columns)
    export.headings = [heading for heading, _ in columns]
    export.rows = [list(row) for row in zip(*(cells for _, cells in columns), strict=True)]
    return export


def special(name: str, column: str) -> str:
    """Kinds of words that differ from table to table."""
    if name in CALLS and column == "type":
        return "call"
    if name in APART and column in ("created_at", "property_createdate", "property_closed_date"):
        return "date"
    return column


def full(column: str, tables: list[str]) -> str:
    return column if "." in column else f"{tables[0]}.{column}"


def kind_by_contract(target: str, contract: Contract) -> str:
    source, table, column = target.split(".")
    found = contract.tables[(source, table)]
    return kind_of(found, found.column(column))


def lines_of_orders(
    columns: list[tuple[str, list[str]]], truth: set[tuple[str, str]], tables: list[str]
) -> list[tuple[str, list[str]]]:
    """Two rows of each order: what is the order's is the same in both."""
    of_order = {heading for heading, target in truth if target.startswith(f"{tables[0]}.")}
    return [
        (heading, [cells[row - row % 2] for row in range(ROWS)] if heading in of_order else cells)
        for heading, cells in columns
    ]


@dataclass
class Score:
    """How a draft compares with the truth."""

    right: int = 0
    false: int = 0
    missed: int = 0
    wrong: list[str] = field(default_factory=list)
    questions: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(
            self.right + other.right,
            self.false + other.false,
            self.missed + other.missed,
            self.wrong + other.wrong,
            self.questions + other.questions,
        )

    @property
    def precision(self) -> float:
        return self.right / max(self.right + self.false, 1)

    @property
    def recall(self) -> float:
        return self.right / max(self.right + self.missed, 1)

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def pairs_of(draft: Draft) -> dict[tuple[str, str], str]:
    """The kind of each pair that a draft has made; the clock of a time is a pair of its own."""
    pairs = {(one.source.heading, one.target): one.kind for one in draft.choices if one.source}
    clocks = [(one.clock, one) for one in draft.choices if one.clock]
    return pairs | {(clock.heading, f"clock {one.target}"): one.kind for clock, one in clocks}


def compare(export: Export, draft: Draft) -> Score:
    """Count pairs; name what is wrong and nobody was asked about."""
    pairs = pairs_of(draft)
    score = Score(
        right=len(export.truth & set(pairs)),
        missed=len(export.truth - set(pairs)),
        questions=len(draft.questions),
    )
    for (heading, target), kind in pairs.items():
        if (heading, target) not in export.truth | export.either_way:
            score.false += 1
            if kind in GUARDED:
                score.wrong.append(f"{heading} is not {target}")
    asked = {one.key for one in draft.questions}
    if not export.version.clock.endswith("Z") and "time_zone" not in asked and moments(draft):
        score.wrong.append("the time zone was not asked for")
    if export.ambiguous_days and "day_first" not in asked and moments(draft):
        score.wrong.append("the place of the day was not asked for")
    return score


def moments(draft: Draft) -> bool:
    """Whether the draft maps a time of a zone."""
    return any(
        one.column.data_type == "timestamp" and one.source and "UTC" not in one.source.heading
        for one in draft.choices
    )


def exports(contract: Contract) -> list[Export]:
    """All exports, each with its truth."""
    entries = yaml.safe_load(EXPORTS_FILE.read_text(encoding="utf-8"))
    return [make(entry, at, contract) for entry in entries for at in range(len(VERSIONS))]


def measure(
    contract: Contract, exports: Iterable[Export], *, table_known: bool = False
) -> list[tuple[Export, Draft, Score]]:
    """A draft for each export, and how good it is.

    With `table_known`, somebody answers the question which table it is, and no other.
    """
    measured = []
    for export in exports:
        answers = {"table": " + ".join(export.tables)} if table_known else {}
        draft = propose(profile(export.headings, export.rows), contract, answers)
        measured.append((export, draft, compare(export, draft)))
    return measured


def unlisted(exports: Iterable[Export]) -> tuple[int, int]:
    """Distinct headings, and how many of them have a word that the vocabulary lacks."""
    headings = {heading for export in exports for heading in export.headings}
    read = vocabulary().read
    return len(headings), sum(any(not word for word in read(one)) for one in headings)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="say of each export what was missed")
    parser.add_argument("--tuned", action="store_true", help="leave out the files held out")
    options = parser.parse_args()
    contract = load_contract()
    made = [one for one in exports(contract) if not (options.tuned and one.held_out)]
    measured = measure(contract, made)
    print(f"{'export':34} {'version':8} {'precision':>9} {'recall':>7} {'F1':>6} {'asks':>5} wrong")
    for export, draft, score in measured:
        mark = "*" if export.held_out else " "
        print(
            f"{export.name + mark:34} {export.version.name:8} {score.precision:9.2f}"
            f" {score.recall:7.2f} {score.f1:6.2f} {score.questions:5} {'; '.join(score.wrong)}"
        )
        if options.all:
            pairs = set(pairs_of(draft))
            for heading, target in sorted(export.truth - pairs):
                print(f"    missed {heading} -> {target}")
            for heading, target in sorted(pairs - export.truth - export.either_way):
                print(f"    false  {heading} -> {target}")
            for question in draft.questions:
                print(f"    asks   {question.key}: {question.text[:90]} {question.options}")
    helped = measure(contract, made, table_known=True)
    for words, held_out in (("made with these in view", {False}), ("held out (*)", {True}),
                            ("all", {False, True})):  # fmt: skip
        chosen = [one for one in measured if one[0].held_out in held_out]
        if chosen:
            count, new = unlisted(export for export, _, _ in chosen)
            print(f"{words}: {len(chosen)} exports; {new} of {count} headings have an unknown word")
            print(f"  nobody to ask:       {total_of(chosen)}")
            told = [one for one in helped if one[0].held_out in held_out]
            print(f"  the table is known:  {total_of(told)}")


def total_of(measured: Iterable[tuple[Export, Draft, Score]]) -> str:
    """All scores as one, in words."""
    total = sum((score for _, _, score in measured), Score())
    return (
        f"precision {total.precision:.3f}, recall {total.recall:.3f}, F1 {total.f1:.3f},"
        f" silently wrong {len(total.wrong)}, questions {total.questions}"
    )


if __name__ == "__main__":
    main()
