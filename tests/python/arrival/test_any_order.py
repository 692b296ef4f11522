"""However files arrive, the last run leaves what one run over all of them makes.

A small world's files are dealt into batches at random, days mixed; some come twice, under another
name; some come last; of some, half comes first and the whole takes its place. After each batch
everything is landed and built. Then they come day by day, as they should, and a build in between
stops halfway.
"""

from __future__ import annotations

import random
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.python.conftest import once, run_module
from tests.python.drawn import drawn
from tests.python.parity.arrival import unequal_relations
from tests.python.parity.batches import selection
from tests.python.parity.conftest import build, new_data_dir
from viaggio.landing.load import land
from viaggio.workspace.ledger import Ledger
from viaggio.workspace.paths import DataDir

pytestmark = pytest.mark.slow

SHARE_TWICE = 0.1
SHARE_LAST = 0.1
SHARE_HALF = 0.2


@dataclass(frozen=True)
class Delivery:
    """A file of the world, or its first half; where it is dropped and with which batch."""

    file: Path
    dropped_as: Path
    batch: int
    is_half: bool = False


def deal(files: list[Path], batches: int, seed: int) -> list[Delivery]:
    """Deal files, given by their paths below the landing folder, into batches at random."""
    chance = random.Random(seed)  # noqa: S311 (nothing secret hangs on it)
    deliveries = []
    for file in sorted(files):
        is_delayed = chance.random() < SHARE_LAST
        batch = batches - 1 if is_delayed else chance.randrange(batches)
        deliveries.append(Delivery(file, file, batch))
        if batch and file.suffix in (".csv", ".jsonl") and chance.random() < SHARE_HALF:
            earlier = chance.randrange(batch)
            deliveries.append(Delivery(file, file, earlier, is_half=True))
        elif chance.random() < SHARE_TWICE:
            again = file.with_name(f"again_{file.name}")
            deliveries.append(Delivery(file, again, chance.randrange(batches)))
    return deliveries


def drop_and_build(
    data_dir: DataDir, world: Path, deliveries: list[Delivery], run_id: str, *selected: str
) -> None:
    for delivery in deliveries:
        dropped = data_dir.landing / delivery.dropped_as
        dropped.parent.mkdir(parents=True, exist_ok=True)
        if delivery.is_half:
            lines = (world / delivery.file).read_bytes().splitlines(keepends=True)
            dropped.write_bytes(b"".join(lines[: len(lines) // 2 + 1]))
        else:
            shutil.copyfile(world / delivery.file, dropped)
    report = land(data_dir)
    assert not report.failed_in_part, report.summary()
    build(data_dir, "ci", run_id, *selected)


@pytest.fixture(scope="session")
def at_once(tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    """Two weeks of few persons, a file a day and table; landed and built in one run."""
    return DataDir(once(tmp_path_factory, "at_once", _build_at_once))


def _build_at_once(folder: Path) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        data_dir = new_data_dir(folder, monkeypatch)
        generated = run_module(
            data_dir,
            "sample_data",
            *("--days", "14", "--persons", "600", "--daily"),
            *("--set", "duplicates=0.02", "late=0.02", "test_orders=0.1", "broken=0"),
        )
        assert generated.code == 0, generated.output
        drop_and_build(data_dir, data_dir.landing, [], "once")


@pytest.mark.parametrize(("batches", "seed"), drawn([(3, 1), (2, 2), (3, 3), (2, 4)], 4))
def test_the_order_of_arrival_does_not_matter(
    at_once: DataDir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batches: int, seed: int
) -> None:
    world = at_once.landing
    files = [path.relative_to(world) for path in world.rglob("*") if path.is_file()]
    deliveries = deal(files, batches, seed)
    data_dir = new_data_dir(tmp_path, monkeypatch)
    for batch in range(batches):
        arrived = [delivery for delivery in deliveries if delivery.batch == batch]
        drop_and_build(data_dir, world, arrived, str(batch), *selection(batch, batches))
    with Ledger(data_dir.ledger_db) as ledger:
        assert ledger.count("withdrawn") > 5
    compared, unequal = unequal_relations(data_dir, at_once)
    assert compared > len({file.parent for file in files})
    assert not unequal, "\n".join(map(str, unequal))


def test_a_build_of_the_last_days_may_stop_halfway(
    at_once: DataDir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the first of two days the build ends with int_journeys__segmented, before its readers."""
    world = at_once.landing
    last_days = sorted({day for file in world.rglob("*") for day in days_of(file)})[-2:]
    deliveries: list[list[Delivery]] = [[], [], []]
    for file in (path.relative_to(world) for path in world.rglob("*") if path.is_file()):
        batch = sum(max(days_of(file), default="") >= day for day in last_days)
        deliveries[batch].append(Delivery(file, file, batch))

    data_dir = new_data_dir(tmp_path, monkeypatch)
    drop_and_build(data_dir, world, deliveries[0], "days", *selection(0, 3))
    stopped = ("--select", "+int_journeys__segmented", "--exclude", "resource_type:seed")
    drop_and_build(data_dir, world, deliveries[1], "stopped", *stopped)
    drop_and_build(data_dir, world, deliveries[2], "healed", *selection(2, 3))

    compared, unequal = unequal_relations(data_dir, at_once)
    assert compared > 60
    assert not unequal, "\n".join(map(str, unequal))


def days_of(file: Path) -> list[str]:
    """The days in a file's name, as year, month and day."""
    return re.findall(r"\d{8}", file.name)
