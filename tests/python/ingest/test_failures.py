"""What may go wrong between here and a vendor: nothing is lost, half written or said aloud."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from tests.python.ingest.conftest import Place, Pulled
from tests.python.ingest.shop import TOKEN, Shop
from tests.python.ingest.vendor import Reply, Request, Vendor, serve
from viaggio.workspace.paths import PROJECT_DIR, DataDir

ALL = ["1", "2", "3"]


def says_nothing_personal(place: Place, pulled: Pulled) -> bool:
    """Neither what was printed nor what is left behind names a customer or the token."""
    files = [path for path in place.data_dir.ingest.rglob("*") if path.is_file()]
    kept = b"".join(path.read_bytes() for path in files)
    said = pulled.output.encode() + kept
    return not any(word in said for word in (b"anna", b"@example.com", TOKEN.encode()))


def test_nothing_personal_is_said_or_kept(place: Place, shopify: Vendor) -> None:
    pulled = place.pull("shopify")

    assert pulled.ids("store/order") == ALL
    assert says_nothing_personal(place, pulled)


@pytest.mark.parametrize(
    "trouble",
    [
        [Reply({"errors": "anna@example.com"}, 500)] * 3,
        [Reply(b'{"orders": [{"email": "anna@exam')] * 2,
        [Reply(b"", 502), Reply(b"<html>", 503), Reply(b"", 504)],
        [Reply({}, 429), Reply({}, 429, {"Retry-After": "2.0"})],
    ],
    ids=["500", "truncated", "gateway", "429"],
)
def test_what_passes_is_tried_again(place: Place, shopify: Vendor, trouble: list[Reply]) -> None:
    shopify.trouble.extend(trouble)

    pulled = place.pull("shopify")

    assert (pulled.code, pulled.ids("store/order")) == (0, ALL)


def test_a_vendor_s_limit_is_waited_for(place: Place, shopify: Vendor) -> None:
    shopify.trouble.append(
        Reply({"errors": "Exceeded 2 calls per second"}, 429, {"Retry-After": "2"})
    )
    began = time.monotonic()

    pulled = place.pull("shopify")

    assert time.monotonic() - began > 2
    assert (pulled.code, pulled.ids("store/order")) == (0, ALL)


FAILURES = {
    "401": (
        Reply({"errors": "anna@example.com"}, 401),
        "The token is refused: renew VIAGGIO_SHOPIFY_TOKEN",
    ),
    "403": (Reply({"errors": "anna@example.com"}, 403), "VIAGGIO_INGEST_WITHOUT=shopify.orders"),
    "404": (Reply({}, 404), "Check VIAGGIO_SHOPIFY_URL"),
    "429": (Reply({}, 429), "limit is used up"),
    "500": (Reply({"errors": "anna@example.com"}, 500), "The vendor has a problem"),
    "truncated": (Reply(b'{"orders": [{"email": "anna@exam'), "no whole JSON"),
    "another shape": (Reply({"errors": {"email": "anna@example.com"}}), "has no list `orders`"),
    "a record in another shape": (
        Reply({"orders": [{"id": 1, "email": "anna@example.com"}]}),
        "may not be as the vendor documents it",
    ),
    "redirect": (Reply({}, 302, {"Location": "http://127.0.0.1:1/"}), "status 302"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failed_feed_leaves_nothing_and_comes_whole_next_time(
    place: Place, shop: Shop, shopify: Vendor, name: str
) -> None:
    """It fails with its second page; the other feeds are pulled."""
    reply, words = FAILURES[name]
    moments = {"created_at": "2025-01-01T00:00:00Z", "updated_at": "2025-01-01T00:00:00Z"}
    shop.records["products"] = [{"id": 7, "title": "Scarpa", **moments}]

    def failing(request: Request) -> Reply:
        return reply if "page_info" in request.params else shop(request)

    shopify.api = failing
    failed = place.pull("shopify")
    shopify.api = shop
    following = place.pull("shopify")

    assert failed.code == 1
    assert "FAILED   shopify.orders: " in failed.output
    assert words in failed.output
    assert [file.parent.name for file in failed.files] == ["product"]
    assert says_nothing_personal(place, failed)
    assert (following.code, following.ids("store/order")) == (0, ALL)
    assert following.ids("store/product") == []


def test_a_vendor_that_is_away_is_named(place: Place, shop: Shop) -> None:
    with serve(shop) as vendor:
        place.set(SHOPIFY_URL=vendor.url, SHOPIFY_TOKEN=TOKEN)

    failed = place.pull("shopify")

    assert (failed.code, failed.files) == (1, [])
    assert "the API cannot be reached" in failed.output
    assert says_nothing_personal(place, failed)


def test_no_other_host_is_asked_or_given_the_token(place: Place, shop: Shop) -> None:
    with serve(shop) as vendor, serve(shop) as other:
        shop.url = other.url  # where links to next pages lead
        place.set(SHOPIFY_URL=vendor.url, SHOPIFY_TOKEN=TOKEN)

        failed = place.pull("shopify")

    assert "names a next page at another host" in failed.output
    assert other.asked == []


HOSTS_ASKED = """
import sys
def note(event, arguments):
    if event == "socket.getaddrinfo":
        print("asked", arguments[0], arguments[1], file=sys.stderr)
    if event == "socket.connect":
        print("asked", *arguments[1][:2], file=sys.stderr)
sys.addaudithook(note)
from ingest.__main__ import main
sys.exit(main(["shopify"]))
"""


def test_nobody_but_the_vendor_is_asked(place: Place, shopify: Vendor) -> None:
    """Neither telemetry nor anything else of a whole process."""
    done = subprocess.run(
        [sys.executable, "-c", HOSTS_ASKED],
        cwd=PROJECT_DIR,
        env=os.environ.copy(),
        capture_output=True,
        text=True,
        check=True,
    )

    asked = {line for line in done.stderr.splitlines() if line.startswith("asked")}
    assert asked == {f"asked 127.0.0.1 {shopify.url.rpartition(':')[2]}"}


def test_rows_that_cannot_be_written_wait_for_the_next_pull(
    place: Place, shop: Shop, shopify: Vendor
) -> None:
    """The cursor is already behind them: they are written first, before anything is asked."""
    blocked = place.data_dir.landing / "store" / "order"
    blocked.parent.mkdir(parents=True)
    blocked.touch()  # a file in the folder's place
    failed = place.pull("shopify")
    blocked.unlink()
    shopify.api = lambda _: Reply({}, 401)

    following = place.pull("shopify")

    assert failed.code == 1
    assert "Nothing is lost: pull again" in failed.output
    assert following.ids("store/order") == ALL
    assert says_nothing_personal(place, following)


def test_a_killed_pull_leaves_nothing_and_comes_whole_next_time(
    place: Place, shop: Shop, shopify: Vendor
) -> None:
    pulling: list[subprocess.Popen[bytes]] = []

    def killing(request: Request) -> Reply:
        if "page_info" in request.params:
            pulling[0].kill()
        return shop(request)

    shopify.api = killing
    command = [sys.executable, "-m", "viaggio", "ingest", "shopify"]
    with subprocess.Popen(command, cwd=PROJECT_DIR, env=os.environ.copy()) as process:
        pulling.append(process)
        code = process.wait(timeout=120)
    shopify.api = shop

    assert code == -signal.SIGKILL
    assert place.landing() == set()
    assert place.pull("shopify").ids("store/order") == ALL


def test_a_source_is_pulled_once_at_a_time(place: Place, shopify: Vendor) -> None:
    other = DataDir(place.data_dir.ingest / "shopify")
    other.root.mkdir(parents=True)
    command = [sys.executable, "-c", "import sys; from pathlib import Path\n"
               "from viaggio.workspace.lock import writer_lock\n"
               "from viaggio.workspace.paths import DataDir\n"
               "with writer_lock(DataDir(Path(sys.argv[1]))):\n"
               "    print('held', flush=True); sys.stdin.read()", str(other.root)]  # fmt: skip
    with subprocess.Popen(
        command, cwd=PROJECT_DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        refused = place.pull("shopify")
        holder.communicate()

    assert (refused.code, shopify.asked) == (1, [])
    assert "Wait for it to end" in refused.output
    assert place.pull("shopify").ids("store/order") == ALL


def test_files_that_were_archived_are_not_pulled_again(place: Place, shopify: Vendor) -> None:
    place.pull("shopify")
    shutil.rmtree(place.data_dir.landing)

    assert place.pull("shopify").files == []
