"""Everything about the generated world that can be turned up, down or off."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields, replace


@dataclass(frozen=True)
class Settings:
    """One world. Shares are between 0 and 1 and 0 switches the oddity off; strengths are factors.

    `seed`, `start`, `days` and `persons` say which world and how much of it. A longer window only
    adds days: what happened on a day never depends on `days`.
    """

    seed: int = 7
    start: dt.date = dt.date(2025, 1, 1)
    days: int = 180
    persons: int = 20_000

    # Visitors and identifiers
    consent_refusals: float = 0.14  # persons whose web events carry neither cookie nor session id
    careless_tags: float = 0.10  # refused sessions whose events carry all identifiers nevertheless
    cookie_resets: float = 0.25  # devices whose cookie is renewed every 20 to 90 days
    shared_devices: float = 0.04  # couples that share a tablet
    kiosks: float = 0.04  # store visits with a session on the store's kiosk
    call_centre_phones: float = 0.35  # phone orders that carry the call centre's own number
    second_emails: float = 0.08  # persons who also use another e-mail address
    contact_merges: float = 0.04  # contacts with doubles that the CRM merges, some in a chain
    erasures: float = 0.002  # contacts who ask to be forgotten
    empty_values: float = 0.25  # missing e-mails, phones and keys as texts that say nothing
    key_spellings: float = 0.10  # keys written as another system writes them (7000.0, gid://...)
    wrapped_emails: float = 0.03  # e-mails in brackets, with `mailto:` or invisible characters
    corrected_emails: float = 0.04  # persons whose address changes, in the CRM with a new version
    standing_customer: float = 0.50  # till purchases booked on the till's standing customer
    company_accounts: float = 0.02  # persons who buy online on the account of their company

    # Traffic that is no customer
    bots: float = 0.02  # bot sessions, as a share of human sessions
    internal: float = 0.004  # employees' sessions, as a share of human sessions
    test_orders: float = 0.004  # test orders, as a share of orders
    machine_opens: float = 0.35  # mailboxes whose images a machine fetches (Apple MPP, proxies)
    scanners: float = 0.02  # mailboxes whose links a security scanner clicks
    bounces: float = 0.01  # dead mailboxes
    unconfirmed: float = 0.10  # e-mail campaigns of which no DELIVERED is exported
    machine_counting_reports: float = 0.5  # e-mail campaigns whose report counts machines as people
    clock_differences: float = 0.02  # machine opens that the e-mail tool dates before the delivery

    # Rows
    duplicates: float = 0.003  # GA4 sessions some of whose events are exported twice in one file
    reexports: float = 0.03  # days of which half the GA4 sessions come again in another file
    late: float = 0.004  # GA4 sessions whose tail comes in a later file
    stale_rows: float = 0.01  # rows of orders and contacts exported again unchanged, a day later
    broken: float = 0.001  # bad rows added, on faulty days of 125 rows or more; at most 0.008
    broken_files: int = 0  # unreadable files added (truncated gzip, a required column missing)
    without_last_click: float = 0.10  # sessions without GA4's session_traffic_source_last_click
    not_set: float = 0.30  # sessions whose missing campaign fields say "(not set)"
    intraday: float = 0.03  # days of which GA4's intraday copy landed, too
    shared_batches: float = 0.10  # sessions all of whose events of a page have one time
    repeated_purchases: float = 0.03  # web orders whose thank-you page is loaded again
    payment_referrals: float = 0.50  # orders paid on another site, which GA4 takes for a source
    second_orders: float = 0.03  # web orders paid at once that another follows in the same visit

    # Money
    foreign_currency: float = 0.02  # persons who live abroad and pay in CHF, GBP or USD
    payment_failures: float = 0.06  # web checkouts whose first payment fails
    returns: float = 0.09  # orders with something sent or brought back
    late_deliveries: float = 0.10  # shipments that arrive after the promised day
    cancellations: float = 0.01  # web orders cancelled
    gift_cards: float = 0.01  # carts with a gift card beside the goods
    tips: float = 0.02  # web orders with a tip
    duties: float = 0.3  # web orders from abroad with customs duties
    shipping_refunds: float = 0.30  # late parcels whose shipping is paid back
    missing_rates: float = 1.0  # days of weekends without exchange rates

    # Opinions
    reviews: float = 1.0  # factor on how often orders are reviewed
    competitor_reviews: float = 0.05  # reviews about another brand, per review of ours
    unread_languages: float = 0.02  # reviews in a language that no list covers
    encoded_texts: float = 0.05  # reviews whose accents are HTML entities

    # Cause and effect
    channel_strength: float = 1.0  # factor on every channel's effect on the odds of an order
    pain_strength: float = 1.0  # factor on every planted pain point; 0 plants none
    moment_strength: float = 1.0  # factor on every planted moment of truth; 0 plants none

    def __post_init__(self) -> None:
        if self.days < 1 or self.persons < 1:
            raise ValueError("days and persons must be at least 1")
        if self.end > dt.date(2026, 1, 1) or self.start < dt.date(2003, 1, 1):
            raise ValueError(
                f"the world {self.start}..{self.end} must lie between 2003 and the end of 2025: "
                "choose another start or fewer days"
            )
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, float) and value < 0:
                raise ValueError(f"setting {field.name} must not be negative, got {value}")
            if isinstance(value, float) and field.name in SHARES and value > 1:
                raise ValueError(f"setting {field.name} is a share of at most 1, got {value}")

    @property
    def end(self) -> dt.date:
        """The first day after the window."""
        return self.start + dt.timedelta(days=self.days)

    def with_text(self, assignments: list[str]) -> Settings:
        """Settings changed by `name=value` texts, as the command line gives them."""
        types = {field.name: type(getattr(self, field.name)) for field in fields(self)}
        changes: dict[str, object] = {}
        for assignment in assignments:
            name, _, text = assignment.partition("=")
            if name not in types or not text:
                raise ValueError(
                    f"cannot set {assignment!r}: write name=value with one of {', '.join(types)}"
                )
            as_type = dt.date.fromisoformat if types[name] is dt.date else types[name]
            changes[name] = as_type(text)
        return replace(self, **changes)

    def plain(self) -> Settings:
        """The same world without any oddity: every share that only makes trouble is 0."""
        return replace(self, broken_files=0, **dict.fromkeys(ODDITIES, 0.0))


STRENGTHS = ("reviews", "channel_strength", "pain_strength", "moment_strength")
SHARES = tuple(
    field.name
    for field in fields(Settings)
    if field.type == "float" and field.name not in STRENGTHS
)
ODDITIES = (
    "consent_refusals", "careless_tags", "cookie_resets", "shared_devices", "kiosks",
    "call_centre_phones", "second_emails", "contact_merges", "erasures", "bots", "internal",
    "test_orders",
    "machine_opens", "scanners", "bounces", "duplicates", "reexports", "late", "stale_rows",
    "broken", "without_last_click", "foreign_currency", "empty_values", "key_spellings",
    "wrapped_emails", "corrected_emails", "standing_customer", "not_set", "intraday",
    "shared_batches", "repeated_purchases", "payment_referrals", "tips", "shipping_refunds",
    "gift_cards", "duties", "missing_rates", "unconfirmed", "clock_differences",
    "machine_counting_reports",
    "unread_languages", "encoded_texts", "company_accounts", "second_orders",
)  # fmt: skip
