"""Twenty faults of the campaign, others each day; and the campaign says what goes wrong."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest

from tests.faults.campaign import BEGIN, END, PAGE, Tally, command, read, run, seeds_of, table
from tests.faults.kinds import KINDS, Kind, Trial, Worlds, try_fault
from viaggio.landing import load
from viaggio.workspace.paths import DataDir

FAULTS = 20
QUICK = [of for of in KINDS.values() if of.is_quick]


def drawn_today() -> list[tuple[str, int]]:
    """Kinds, each about as often, with seeds that no day has twice."""
    chance = random.Random(date.today().toordinal())  # noqa: S311 (nothing secret hangs on it)
    names = [of.name for of in QUICK]
    chosen = chance.sample(names, min(FAULTS, len(names)))
    chosen += chance.choices(names, k=FAULTS - len(chosen))
    # Kinds of one world together.
    return sorted((name, chance.randint(1, 10**6)) for name in chosen)


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Worlds:
    return Worlds(tmp_path_factory.mktemp("worlds"))


@pytest.mark.parametrize(("name", "seed"), drawn_today())
def test_what_must_hold_holds_after_a_fault(worlds: Worlds, name: str, seed: int) -> None:
    result = try_fault(worlds, KINDS[name], seed)
    assert not result.wrong, f"{command(name, seed=seed)}: {result.wrong}; {result.told}"


def test_rows_that_a_fault_loses_are_found(worlds: Worlds, monkeypatch: pytest.MonkeyPatch) -> None:
    """Landing that forgets what a stopped one had committed."""
    of = KINDS["landing-operation-fails"]
    monkeypatch.setattr(load, "recover", lambda _: 0)
    monkeypatch.setattr(load, "finish", lambda *_: None)
    result = try_fault(worlds, of, 1)
    assert result.wrong


def make(data_dir: DataDir) -> str:
    (data_dir.root / "file").write_text("whole")
    return "whole"


def breaks_on_the_second(trial: Trial) -> None:
    trial.struck, trial.looks = True, 3
    path = trial.data_dir.root / "file"
    assert path.read_text() == trial.clean, "a trial begins with the world as it was made"
    path.write_text("broken")
    trial.tell("was broken")
    assert trial.chance.random() != random.Random("planted 2").random(), "two is unlucky"  # noqa: S311


def test_a_campaign_counts_and_names_what_went_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = Kind("planted", "a file", "it is whole", make, breaks_on_the_second, 10)
    monkeypatch.setitem(KINDS, "planted", planted)
    said: list[str] = []
    results = tmp_path / "results.jsonl"
    (tally,) = run([planted], lambda _: range(1, 4), results=results, say=said.append)
    assert (tally.tried, tally.struck, tally.looks) == (3, 3, 9)
    assert [each.seed for each in tally.wrong] == [2]
    assert "make faults KIND=planted SEED=2" in said[0]
    assert "two is unlucky" in said[0]
    assert "3 tried" in said[1]
    assert read(results) == [tally]
    assert "| a file | it is whole | 3 | 3 | 1 | 9 | `make faults KIND=planted N=3` |" in table(
        [tally]
    )
    (late,) = run([planted], lambda _: range(1, 4), minutes=-1, say=said.append)
    assert late == Tally("planted")


def test_a_campaign_of_a_thousand_has_each_kind() -> None:
    seeds = [seeds_of(of, 1000) for of in KINDS.values()]
    assert all(seeds)
    assert 1000 <= sum(map(len, seeds)) < 1000 + len(KINDS)


def test_the_page_has_a_line_for_each_kind() -> None:
    page = PAGE.read_text(encoding="utf-8")
    kept = page.partition(BEGIN)[2].partition(END)[0]
    missing = [name for name in KINDS if command(name) not in kept]
    assert not missing
