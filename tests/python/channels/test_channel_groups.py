"""The default channel group, asked as the models ask it, in a database of the seeds alone."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from tests.python.conftest import run_command
from viaggio.workspace.dbt_project import DBT
from viaggio.workspace.paths import PROJECT_DIR, DataDir

Visit = tuple[str | None, str | None, str | None]

CASES = PROJECT_DIR.parent / "shared" / "data" / "channels" / "default_channel_cases.csv"
SOURCES = PROJECT_DIR / "seeds" / "channels" / "traffic_sources.csv"
CAMPAIGNS = PROJECT_DIR / "sample_data" / "reference" / "sources.csv"

# The definitions have another name for it.
OTHER_NAMES = {"Mobile Push Notifications": "Mobile Push"}
# Cases that contradict the definitions; docs/decisions/channels.md says why.
NOT_AS_THE_CASES = {("alibaba", None, None): "Organic Shopping"}

LEAST_SITES = {"search": 100, "shopping": 50, "social": 300, "video": 30, "ai_assistant": 15}
UNPAID_CHANNELS = {
    "search": "Organic Search",
    "shopping": "Organic Shopping",
    "social": "Organic Social",
    "video": "Organic Video",
    "ai_assistant": "AI Assistant",
}
PAID_CHANNELS = {
    "search": "Paid Search",
    "shopping": "Paid Shopping",
    "social": "Paid Social",
    "video": "Paid Video",
    "ai_assistant": "Paid Other",
}


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def visit_of(row: dict[str, str], campaign: str = "campaign") -> Visit:
    return row["source"] or None, row["medium"] or None, row[campaign] or None


def cases() -> dict[Visit, str]:
    """The cases given, by the names and rules of the definitions; none where not at hand."""
    if not CASES.is_file():
        return {}
    given = {visit_of(row): row["expected_channel"] for row in read(CASES)}
    return {visit: OTHER_NAMES.get(name, name) for visit, name in given.items()} | NOT_AS_THE_CASES


def sample_world() -> dict[Visit, str]:
    return {visit_of(row, "campaign_name"): row["channel_group"] for row in read(CAMPAIGNS)}


def forms_of(row: dict[str, str]) -> list[str]:
    """What a visit may call a listed source: its name, its domain, hosts of this domain."""
    source = row["source"]
    if row["matching"] == "site":
        hosts = [f"{source}.com", f"{source}.it", f"{source}.co.uk", f"host.{source}.com.br"]
        return hosts if "." in source else [source, *hosts]
    if row["matching"] == "brand":
        return [source, f"{source}.com", f"{source}.co.jp", f"it.{source}.com"]
    if row["matching"] == "domain":
        return [source, f"www.{source}", f"host.{source}"]
    return [source, source.replace(" ", "-"), source.replace(" ", "_"), f" {source.title()} "]


def listed_sources() -> dict[Visit, str]:
    """Each listed source in all its forms, unpaid and paid."""
    listed = {
        form: row["source_kind"]
        for row in read(SOURCES)
        if row["source_kind"] in UNPAID_CHANNELS
        for form in forms_of(row)
    }
    unpaid = {(s, "referral", None): UNPAID_CHANNELS[kind] for s, kind in listed.items()}
    return unpaid | {(s, "cpc", None): PAID_CHANNELS[kind] for s, kind in listed.items()}


def names_of_advertising() -> dict[Visit, str]:
    """The name of a known source with a word for advertising is paid, whatever the medium."""
    names = {
        "yt-ads yt_ads youtube-ads youtube_ads YouTube~Ads vimeo-ads": "Paid Video",
        "fb-ads fbads facebook-ads facebook_ads facebookads Facebook~Ads meta-ads instagram_ads "
        "ig-ads tiktok-ads linkedin_ads linkedinads pinterest-ads snapchat_ads twitter-ads "
        "reddit-ads facebook_paid fb-adv paid_facebook facebook-cpc": "Paid Social",
        "google-ads google_ads googleads Google~Ads google_adwords google-ppc bing-ads bingads "
        "microsoft~bing~ads yandex_ads": "Paid Search",
        "amazon-ads amazon_ads google-shopping-ads idealo_ads ebay-ads": "Paid Shopping",
    }
    return {
        (name.replace("~", " "), medium, None): channel
        for listed, channel in names.items()
        for name in listed.split()
        for medium in (None, "(not set)", "ads", "social", "cpc")
    }


def decided_by_hand() -> dict[Visit, str]:
    """Visits on which lists and rules were once wrong, and what is near them."""
    referrals = {
        "Organic Shopping": "shopify.com apps.shopify.com shopping.naver.com amazon.com.br "
        "amazon.com.be cart.ebay.co.uk fr.aliexpress.com mercadolibre.com.ar rakuten.co.jp "
        "olx.pl shopee.com.my etsy.com com.amazon.mshop.android.shopping",
        "Organic Search": "ntp.msn.com cn.bing.com search.aol.co.uk suche.aol.de lite.qwant.com "
        "lens.google.com images.google.it google.com.tr yahoo.com.hk it.yahoo.com "
        "nz.search.yahoo.com tr.search.yahoo.com m.baidu.com wap.sogou.com m.search.naver.com "
        "start.duckduckgo.com ricerca.virgilio.it yandex.com.tr websearch.rakuten.co.jp "
        "android-app://com.google.android.googlequicksearchbox/",
        "Organic Social": "tripadvisor trustpilot yelp stackoverflow flickr meetup goodreads "
        "disqus digg wordpress tripadvisor.co.uk it.trustpilot.com yelp.ie old.reddit.com "
        "blog.example.wordpress.com tieba.baidu.com cafe.naver.com news.ycombinator.com "
        "com.facebook.katana com.linkedin.android mastodon.social threads",
        "Organic Video": "rakuten.tv it.youtube.com vimeo player.vimeo.com twitch dailymotion",
        "AI Assistant": "chatgpt chat-gpt chat.openai.com gemini.google.com claude.ai "
        "copilot.microsoft.com copilot m365.copilot.com perplexity labs.perplexity.ai "
        "chat.deepseek.com chat.mistral.ai grok.com meta.ai notebooklm.google.com",
        "Referral": "mail.google.com mail.yahoo.com mail.libero.it docs.google.com "
        "ads.google.com google.example.com notfacebook.com facebook.example.com aws.amazon.com "
        "com.google.android.gm reads downloads partner-ads threads-of-wool.example.com",
    }
    return {
        (source, "referral", None): channel
        for channel, sources in referrals.items()
        for source in sources.split()
    } | {
        ("(not set)", "(not set)", None): "Unassigned",
        ("(not set)", None, None): "Unassigned",
        ("(direct)", "(not set)", None): "Direct",
        (None, "(not set)", None): "Direct",
        ("partner-ads", None, None): "Unassigned",
        ("google", "pmax", None): "Cross-network",
        ("google", "PMax", None): "Cross-network",
        ("google", "p-max", "estate"): "Cross-network",
        ("google", "performance_max", None): "Cross-network",
        ("bing", "performance max", "shopping_estate"): "Cross-network",
        ("google", "max", None): "Organic Search",
        ("tripadvisor", "cpc", None): "Paid Social",
        ("facebook-ads", "display", None): "Paid Social",
        ("partner-ads", "display", None): "Display",
    }


@pytest.fixture(scope="module")
def channels(tmp_path_factory: pytest.TempPathFactory) -> dict[Visit, str]:
    """What dbt finds for all visits of this file, each as (source, medium, campaign)."""
    data_dir = DataDir(tmp_path_factory.mktemp("channels"))
    seeded = run_command(data_dir, DBT, "seed", "-q", "-s", "path:seeds/channels")
    assert seeded.code == 0, seeded.output
    visits = (
        cases() | sample_world() | listed_sources() | names_of_advertising() | decided_by_hand()
    )
    with duckdb.connect(str(data_dir.warehouse)) as connection:
        connection.execute(
            "create table visits (source varchar, medium varchar, campaign varchar, "
            "ad_network_channel varchar, visit_date date)"
        )
        connection.executemany(
            "insert into visits values (?, ?, ?, null, date '2025-01-15')", list(visits)
        )
    query = "{{ channels_of('main.visits') }}"
    shown = run_command(
        data_dir, DBT, "show", "-q", "--inline", query, "--limit", "-1", "--output", "json"
    )
    assert shown.code == 0, shown.output
    rows = json.loads(shown.output[shown.output.index("{") :])["show"]
    return {(row["source"], row["medium"], row["campaign"]): row["channel"] for row in rows}


def differences(expected: dict[Visit, str], found: dict[Visit, str]) -> dict[Visit, str | None]:
    return {visit: found.get(visit) for visit in expected if found.get(visit) != expected[visit]}


@pytest.mark.slow
@pytest.mark.skipif(not CASES.is_file(), reason="the cases are not at hand (../shared/data)")
def test_the_cases_given(channels: dict[Visit, str]) -> None:
    assert len(cases()) == 30
    assert differences(cases(), channels) == {}


@pytest.mark.slow
def test_every_source_of_the_sample_world(channels: dict[Visit, str]) -> None:
    assert differences(sample_world(), channels) == {}


@pytest.mark.slow
def test_names_that_say_advertising(channels: dict[Visit, str]) -> None:
    assert differences(names_of_advertising(), channels) == {}


@pytest.mark.slow
def test_what_was_decided_by_hand(channels: dict[Visit, str]) -> None:
    assert differences(decided_by_hand(), channels) == {}


@pytest.mark.slow
def test_every_listed_source_is_found(channels: dict[Visit, str]) -> None:
    """As name, domain and host alike, no entry hiding another; paying moves it to the paid kind."""
    assert differences(listed_sources(), channels) == {}


def test_the_lists_are_long_enough_and_clean() -> None:
    rows = read(SOURCES)
    names = [row["source"] for row in rows]
    assert len(set(names)) == len(names)
    assert [name for name in names if name != name.strip().lower()] == []
    # Plain words are no sites.
    sites = Counter(row["source_kind"] for row in rows if row["matching"] != "exact")
    assert {kind: sites[kind] for kind, least in LEAST_SITES.items() if sites[kind] < least} == {}
    endings = ("brand", "site")
    assert [
        r["source"] for r in rows if r["matching"] in endings and r["source"].endswith(".com")
    ] == []
    assert [r["source"] for r in rows if r["matching"] == "domain" and "." not in r["source"]] == []
