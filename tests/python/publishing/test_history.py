"""Going back to an older publication and holding it: at once, whole, and with a word about it."""

from __future__ import annotations

import errno
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, tzinfo
from pathlib import Path

import duckdb
import pytest

from orchestration import progress
from orchestration.health import look_after
from orchestration.partitions import Window
from tests.faults.failing import failing
from viaggio.cli import publications
from viaggio.landing import __main__ as landing
from viaggio.landing.load import land
from viaggio.publishing import history
from viaggio.publishing import publish as publishing
from viaggio.publishing.history import (
    HistoryError,
    hold_current,
    kept_publications,
    roll_back,
)
from viaggio.publishing.hold import release_hold, standing_hold
from viaggio.publishing.publish import (
    KEPT,
    KEPT_DAYS,
    LoadedState,
    Publication,
    PublishError,
    current,
    newest,
    publish,
)
from viaggio.workspace.lock import writer_lock
from viaggio.workspace.paths import PROJECT_DIR, DataDir
from viaggio.workspace.salt import ensure_salt

LOADED = LoadedState(None, None, None)


def add_order(data_dir: DataDir, net_revenue: str = "10.00") -> None:
    with duckdb.connect(data_dir.warehouse) as connection:
        connection.execute(f"insert into marts.fct_orders values ({net_revenue}, true)")


@pytest.fixture(scope="module")
def published_thrice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publications 1 to 3 with one, two and three orders of 10 euros each."""
    data_dir = DataDir(tmp_path_factory.mktemp("thrice"))
    data_dir.tmp.mkdir()
    ensure_salt(data_dir)
    with duckdb.connect(data_dir.warehouse) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.fct_orders (net_revenue decimal(18, 2), is_conversion boolean)"
        )
    for number in range(1, 4):
        add_order(data_dir)
        publish(data_dir, f"run-{number}", LOADED)
    return data_dir.root


@pytest.fixture
def data_dir(published_thrice: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataDir:
    """A copy of it, which the commands find."""
    shutil.copytree(published_thrice, tmp_path / "data", symlinks=True)
    monkeypatch.setenv("VIAGGIO_DATA_DIR", str(tmp_path / "data"))
    return DataDir(tmp_path / "data")


def orders_seen(data_dir: DataDir) -> int:
    assert current(data_dir) is not None, "readers see a whole publication"
    file = os.path.realpath(data_dir.published / "viaggio.duckdb")
    with duckdb.connect(file, read_only=True) as connection:
        [(orders,)] = connection.execute("select count(*) from marts.fct_orders").fetchall()
    return orders


def folder_of(data_dir: DataDir, number: int) -> Path:
    (folder,) = data_dir.publications.glob(f"p{number:08}-*")
    return folder


def states(data_dir: DataDir) -> list[str]:
    return [kept.state for kept in kept_publications(data_dir)]


def test_the_list_says_what_each_holds(
    data_dir: DataDir, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder_of(data_dir, 2) / "manifest.json").write_text("{}")
    assert publications.main(["publications", "--json"]) == 0
    first, second, third = json.loads(capsys.readouterr().out)
    assert (first["number"], first["run"], first["orders"]) == ("1", "run-1", 1)
    assert (third["net_revenue"], third["mart_rows"], third["state"]) == (30.0, 3, "current")
    assert third["changed"] == "no change", "as far as manifests tell"
    assert (second["state"], second["orders"]) == ("damaged", None)
    assert publications.main(["publications"]) == 0
    assert "30.00" in capsys.readouterr().out


def test_why_a_publication_was_made(data_dir: DataDir) -> None:
    manifest = folder_of(data_dir, 3) / "manifest.json"
    content = json.loads(manifest.read_text())
    content["rules_version"], content["version"] = "other", "9.9.9"
    content["loaded"]["until"] = "2025-03-02 04:00:00.000000"
    manifest.write_text(json.dumps(content))
    reasons = [kept.reasons for kept in kept_publications(data_dir)]
    assert reasons == ["", "no change", "files, version 9.9.9, rules"]


@pytest.mark.parametrize(("asked", "orders"), [([], 2), (["1"], 1), (["2"], 2)])
def test_a_rollback_is_seen_at_once_and_held(
    data_dir: DataDir, capsys: pytest.CaptureFixture[str], asked: list[str], orders: int
) -> None:
    assert publications.main(["rollback", *asked, "--verify", "--reason", "sums are\nwrong"]) == 0
    assert orders_seen(data_dir) == orders
    said = capsys.readouterr().out
    assert f"Readers see publication {orders} of " in said
    assert "publish nothing until `viaggio release`" in said
    hold = standing_hold(data_dir)
    assert hold is not None
    assert hold.reason == "rolled back from 3: sums are wrong"
    assert publications.main(["publications"]) == 0
    listed = capsys.readouterr().out
    assert "not published" in listed
    assert f"held since {hold.since} by {hold.by}" in listed


def test_after_a_rollback_nothing_is_published_until_the_release(
    data_dir: DataDir, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a run would publish is made all the same, so that it can be compared first."""
    roll_back(data_dir)
    assert progress.is_up_to_date(data_dir), "a run has nothing to do while the hold stands"
    add_order(data_dir)
    said: list[str] = []
    made = publish(data_dir, "run-4", LOADED, said.append)
    assert "is built, but not published: held since" in said[0]
    assert publishing.awaits_release(data_dir, "run-4")
    assert orders_seen(data_dir) == 2
    assert states(data_dir) == ["held", "not published", "not published"]

    assert publications.main(["release"]) == 0
    assert "although nothing new landed" in capsys.readouterr().out
    assert orders_seen(data_dir) == 2, "until the next run"
    assert not progress.is_up_to_date(data_dir)
    assert publish(data_dir, "run-5", LOADED).number == made.number + 1
    assert orders_seen(data_dir) == 4
    assert not publishing.awaits_release(data_dir, "run-5")
    assert progress.is_up_to_date(data_dir)
    assert publications.main(["release"]) == 0
    assert "No hold stands" in capsys.readouterr().out


def test_a_run_compares_with_what_was_built_not_with_what_readers_see(data_dir: DataDir) -> None:
    """The clock was ahead when the newest publication was made, and is not any more.

    Tables hold instants that no file has now. The publication that readers see does not tell.
    """
    ahead = LoadedState("2125-03-02 04:00:00.000000", "2025-01-01", "2025-03-01")
    publish(data_dir, "run-4", ahead)
    roll_back(data_dir)
    assert progress.rows_vanished(data_dir)


def test_each_day_is_pending_once_whatever_readers_see(data_dir: DataDir) -> None:
    """Files of three days: the first is published, the second rolled back, the third held."""
    files = [
        data_dir.landing / "reference" / "exchange_rate" / f"{number}.csv" for number in range(3)
    ]
    files[0].parent.mkdir(parents=True)

    def arrives(number: int) -> None:
        day = f"2025-01-0{number + 1}"
        files[number].write_text(f"date,currency,rate_to_eur\n{day},SEK,0.09\n")
        land(data_dir)

    def publish_as(run_id: str) -> None:
        publish(data_dir, run_id, progress.loaded_state(data_dir))
        assert progress.pending_days(data_dir) == {}

    arrives(0)
    assert progress.pending_days(data_dir) is None, "what was published before knows no files"
    publish_as("first")
    arrives(1)
    publish_as("second")
    roll_back(data_dir)
    assert progress.pending_days(data_dir) == {}, "the warehouse has the second day"
    arrives(2)
    third = {("reference", "exchange_rate"): [date(2025, 1, 3)]}
    assert progress.pending_days(data_dir) == third
    with_backfill = {("reference", "exchange_rate"): [date(2025, 1, 1), date(2025, 1, 3)]}
    window = Window.parse("2024-12-01:2025-01-01")
    assert progress.pending_days(data_dir, window) == with_backfill
    publish_as("third")
    assert progress.is_up_to_date(data_dir)

    assert landing.main(["retract", "reference/exchange_rate/1.csv", "--reason", "wrong"]) == 0
    assert progress.rows_vanished(data_dir)
    publish_as("without the second")
    assert not progress.rows_vanished(data_dir), "not built whole again by each held run"
    release_hold(data_dir)
    assert not progress.is_up_to_date(data_dir)
    publish_as("released")
    assert progress.is_up_to_date(data_dir)


def test_a_hold_placed_while_tables_are_copied_counts(
    data_dir: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare = publishing._prepare

    def hold_meanwhile(*arguments: object) -> object:
        prepared = prepare(*arguments)
        hold_current(data_dir, "stop")
        return prepared

    monkeypatch.setattr(publishing, "_prepare", hold_meanwhile)
    add_order(data_dir)
    publish(data_dir, "run-4", LOADED)
    assert orders_seen(data_dir) == 3


def test_a_hold_says_who_and_why_and_stands_once(
    data_dir: DataDir, capsys: pytest.CaptureFixture[str]
) -> None:
    with writer_lock(data_dir):  # as a run has it, in another process or in this one
        assert publications.main(["hold", "--reason", "month end"]) == 0
    assert "month end" in capsys.readouterr().out
    assert publications.main(["hold"]) == 1
    assert "`viaggio release` ends it" in capsys.readouterr().err
    assert states(data_dir)[-1] == "held"


def test_without_a_publication_there_is_nothing_to_hold_or_to_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VIAGGIO_DATA_DIR", str(tmp_path))
    for command in ("hold", "publications", "rollback"):
        assert publications.main([command]) == 1
    said = capsys.readouterr().err
    assert said.count("Nothing is published yet") == 2
    assert "No publication is kept that is older" in said
    assert standing_hold(DataDir(tmp_path)) is None


def cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def garble(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)


@pytest.mark.parametrize(
    ("asked", "spoil", "expected"),
    [
        (["2"], cut, "is damaged"),
        ([], cut, "is damaged"),
        (["2", "--verify"], garble, "as its hashes show"),
        (["7"], None, "Publication 7 is not kept. Kept: 1, 2, 3."),
        (["3"], None, "Readers see publication 3 already"),
    ],
)
def test_a_rollback_that_is_refused_changes_nothing(
    data_dir: DataDir,
    capsys: pytest.CaptureFixture[str],
    asked: list[str],
    spoil: Callable[[Path], None] | None,
    expected: str,
) -> None:
    if spoil:
        spoil(folder_of(data_dir, 2) / "parquet" / "fct_orders.parquet")
    assert publications.main(["rollback", *asked]) == 1
    assert expected in capsys.readouterr().err
    assert orders_seen(data_dir) == 3
    assert standing_hold(data_dir) is None


def test_who_sees_the_oldest_cannot_go_back_but_can_go_forward(data_dir: DataDir) -> None:
    roll_back(data_dir, "1")
    with pytest.raises(HistoryError, match="No publication is kept that is older"):
        roll_back(data_dir)
    roll_back(data_dir, "3")
    assert orders_seen(data_dir) == 3


def test_a_rollback_waits_for_the_run_that_writes(
    data_dir: DataDir, capsys: pytest.CaptureFixture[str]
) -> None:
    script = (
        "import sys, time; from pathlib import Path; from viaggio.workspace.lock import *; "
        "from viaggio.workspace.paths import DataDir\n"
        "with writer_lock(DataDir(Path(sys.argv[1]))): print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(data_dir.root)],
        cwd=PROJECT_DIR, stdout=subprocess.PIPE, text=True,
    ) as other:  # fmt: skip
        assert other.stdout is not None and other.stdout.readline() == "held\n"
        assert publications.main(["rollback"]) == 1
        other.kill()
    assert "is writing to this data directory" in capsys.readouterr().err
    assert orders_seen(data_dir) == 3


KILLED_AT = """
import os, signal, sys
from viaggio.cli import publications
from viaggio.landing import __main__ as landing
from viaggio.landing.load import land
from viaggio.publishing import history, publish
from pathlib import Path
def die(*_): os.kill(os.getpid(), signal.SIGKILL)
module, name = sys.argv[1].split(":")
setattr({"history": history, "publish": publish, "path": Path}[module], name, die)
publications.main(["rollback"])
"""


def kill_rollback_at(data_dir: DataDir, moment: str) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_AT, moment], cwd=PROJECT_DIR, check=False,
        env={**os.environ, "VIAGGIO_DATA_DIR": str(data_dir.root)},
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL


# Before the hold, between hold and link, and with the new link beside the old one.
@pytest.mark.parametrize("moment", ["history:place_hold", "history:show", "path:symlink_to"])
@pytest.mark.parametrize("command", ["rollback", "run", "publish"])
def test_a_killed_rollback_is_finished_or_was_never_begun(
    data_dir: DataDir, capsys: pytest.CaptureFixture[str], moment: str, command: str
) -> None:
    kill_rollback_at(data_dir, moment)
    assert orders_seen(data_dir) == 3
    was_begun = standing_hold(data_dir) is not None
    assert was_begun == (moment != "history:place_hold")
    if command == "rollback":
        assert publications.main(["rollback"]) == 0
        assert ("interrupted rollback is finished" in capsys.readouterr().out) == was_begun
        assert orders_seen(data_dir) == 2, "one publication back, not two"
    elif command == "run":
        said: list[str] = []
        look_after(data_dir, said.append)
        assert orders_seen(data_dir) == (2 if was_begun else 3)
        assert len(said) == was_begun
        assert not (data_dir.root / ".published.new").is_symlink()
    else:
        add_order(data_dir)
        publish(data_dir, "run-4", LOADED)
        assert orders_seen(data_dir) == (2 if was_begun else 4)


def test_each_file_operation_of_a_rollback_fails_once(
    data_dir: DataDir, capsys: pytest.CaptureFixture[str]
) -> None:
    """Readers see one whole publication or the other, and the same command again succeeds."""
    seen = set()
    for nth in itertools.count(1):
        with failing(nth, errno.EIO, below=data_dir.root) as fault:
            code = publications.main(["rollback", "2"])
        capsys.readouterr()
        if not fault.happened:
            assert code == 0
            break
        seen.add(orders_seen(data_dir))
        with writer_lock(data_dir):
            publishing.settle(data_dir)
            if orders_seen(data_dir) == 3:
                roll_back(data_dir, "2")
        assert orders_seen(data_dir) == 2, fault.operations
        assert standing_hold(data_dir) is not None, fault.operations
        release_hold(data_dir)
        publishing.show(data_dir, folder_of(data_dir, 3).name)
    assert seen == {2, 3}
    assert nth > 8, "the injector reaches them"


def test_a_damaged_hold_keeps_runs_from_publishing(data_dir: DataDir) -> None:
    data_dir.hold.write_text("{")
    said: list[str] = []
    look_after(data_dir, said.append)
    add_order(data_dir)
    publish(data_dir, "run-4", LOADED, said.append)
    assert "hold.json is damaged" in said[0]
    assert orders_seen(data_dir) == 3
    assert release_hold(data_dir) is not None
    publish(data_dir, "run-5", LOADED)
    assert orders_seen(data_dir) == 4


def test_what_heals_a_lost_link_keeps_to_the_hold(data_dir: DataDir) -> None:
    roll_back(data_dir, "2")
    data_dir.published.unlink()
    said: list[str] = []
    look_after(data_dir, said.append)
    assert orders_seen(data_dir) == 2
    for number in (1, 2):
        (folder_of(data_dir, number) / "manifest.json").unlink()
    said.clear()
    look_after(data_dir, said.append)
    assert "no publication is whole that is as old as the one held since" in said[0]
    assert publications.main(["rollback", "3"]) == 0
    assert orders_seen(data_dir) == 3


def test_what_readers_see_and_what_is_held_is_never_removed(data_dir: DataDir) -> None:
    roll_back(data_dir, "1")
    for number in range(4, 8):
        publish(data_dir, f"run-{number}", LOADED)
    assert [each.name[:9] for each in publishing.publication_folders(data_dir)] == [
        f"p{number:08}" for number in (1, 5, 6, 7)
    ]
    assert orders_seen(data_dir) == 1


def publish_on(
    monkeypatch: pytest.MonkeyPatch, data_dir: DataDir, day: int, run_id: str
) -> Publication:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime(2125, 6, day, 12, tzinfo=tz)

    monkeypatch.setattr(publishing, "datetime", Clock)
    return publish(data_dir, run_id, LOADED)


def test_the_newest_are_kept_and_the_last_of_each_of_the_latest_days(
    data_dir: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEPT, "2")
    monkeypatch.setenv(KEPT_DAYS, "1")
    made = [
        publish_on(monkeypatch, data_dir, day, f"{day}-{number}")
        for day in (1, 2, 3)
        for number in range(3)
    ]
    kept = [each.name for each in publishing.publication_folders(data_dir)]
    assert kept == [made[5].id, made[7].id, made[8].id], "the 2nd's last, and two of the 3rd"


@pytest.mark.parametrize(("name", "value"), [(KEPT, "0"), (KEPT, "many"), (KEPT_DAYS, "-1")])
def test_a_setting_that_makes_no_sense_is_said_before_anything_is_made(
    data_dir: DataDir, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(PublishError, match=name):
        publish(data_dir, "run-4", LOADED)
    made = newest(data_dir)
    assert made is not None
    assert made.number == 3


def test_history_reads_what_a_former_version_published(data_dir: DataDir) -> None:
    """Its publications were named by their time and had no number."""
    former = folder_of(data_dir, 1).rename(data_dir.publications / "20250301T040000000000-aaaa")
    content = json.loads((former / "manifest.json").read_text())
    del content["number"], content["build_notes"]
    content["id"] = former.name
    (former / "manifest.json").write_text(json.dumps(content))
    assert history.find(data_dir, former.name)[0] == former
    roll_back(data_dir, former.name)
    assert orders_seen(data_dir) == 1
