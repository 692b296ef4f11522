"""What a kind of fault is, the worlds that trials start from, and one trial.

A kind is a function that breaks something in a data directory, lets the next run go on, and raises
whatever is wrong then. It draws from `Trial.chance` only, so that kind and seed reproduce it: an
operation that fails and a file that is damaged are the same ones again. A kill at a moment strikes
at the same share of the time that the undisturbed work takes, which is near the same place.
"""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.reader import Reader
from viaggio.workspace.paths import DataDir


@dataclass(frozen=True)
class World:
    """A data directory that trials start from, and what it must become."""

    start: DataDir
    clean: Any


Make = Callable[[DataDir], Any]


class Worlds:
    """The worlds made so far, each once, below one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, World] = {}

    def get(self, make: Make) -> World:
        """The world that a function makes: it fills the directory and returns what is clean."""
        name = f"{make.__module__.rpartition('.')[2]}-{make.__name__}"
        if name not in self._made:
            place = self.place(name)
            place.root.mkdir(parents=True)
            clean = make(place)
            # Where trials take place too, as dbt parses all again in a folder of another name.
            start = place.root.with_name("start")
            place.root.rename(start)
            self._made[name] = World(DataDir(start), clean)
        return self._made[name]

    def place(self, name: str) -> DataDir:
        return DataDir(self._folder / name / "data")

    def copy(self, world: World) -> DataDir:
        """The world once more, in place of the trial before."""
        data_dir = DataDir(world.start.root.with_name("data"))
        shutil.rmtree(data_dir.root, ignore_errors=True)
        copied(world.start, data_dir)
        return data_dir


def copied(origin: DataDir, target: DataDir) -> DataDir:
    """The same files, with the inodes that the ledger knows; others copied."""
    shutil.copytree(origin.root, target.root, copy_function=_link_or_copy, symlinks=True)
    return target


def _link_or_copy(source: str, target: str) -> None:
    """Landed files are only replaced, databases and logs are written in place."""
    if "/landing/" in source or source.endswith(".parquet"):
        os.link(source, target)
    else:
        shutil.copy2(source, target)


@dataclass
class Trial:
    """One fault: where it strikes, what it draws from, and what it has met.

    Attributes:
        data_dir: A copy of the world, to be broken.
        clean: What the world must become.
        chance: All that is drawn.
        struck: Whether the fault struck in the middle; a kill may come too late.
        looks: How often a reader looked.
        told: What was done, for a reader who reproduces it.
    """

    data_dir: DataDir
    clean: Any
    chance: random.Random
    struck: bool = False
    looks: int = 0
    told: list[str] = field(default_factory=list)

    def tell(self, what: str) -> None:
        self.told.append(what)

    def heard(self, reader: Reader) -> None:
        """Count a reader's looks; what it saw wrong is wrong."""
        self.looks += reader.looks
        assert not reader.wrong, f"a reader saw: {reader.wrong[:3]}"


@dataclass(frozen=True)
class Kind:
    """A kind of fault.

    Attributes:
        name: As the command line takes it.
        broken: What is broken, for the table.
        holds: What must hold afterwards, for the table.
        make: Makes its world.
        trial: Tries one fault; raises what is wrong.
        share: How many of 1,000 faults are of this kind.
        is_quick: Whether a trial takes about a second, so that `make test` may draw it.
    """

    name: str
    broken: str
    holds: str
    make: Make
    trial: Callable[[Trial], None]
    share: int
    is_quick: bool = True


KINDS: dict[str, Kind] = {}


def kind(
    name: str, broken: str, holds: str, *, make: Make, share: int, is_quick: bool = True
) -> Callable[[Callable[[Trial], None]], Callable[[Trial], None]]:
    """Register a function as the trial of a kind."""

    def register(trial: Callable[[Trial], None]) -> Callable[[Trial], None]:
        assert name not in KINDS, f"two kinds are called {name}"
        KINDS[name] = Kind(name, broken, holds, make, trial, share, is_quick)
        return trial

    return register


@dataclass(frozen=True)
class Result:
    """What became of a trial; `wrong` is empty where all held."""

    kind: str
    seed: int
    struck: bool
    looks: int
    seconds: float
    wrong: str
    told: list[str]


def try_fault(worlds: Worlds, of: Kind, seed: int) -> Result:
    """Try one fault; whatever it raises is a finding."""
    world = worlds.get(of.make)
    trial = Trial(worlds.copy(world), world.clean, random.Random(f"{of.name} {seed}"))  # noqa: S311
    started = time.monotonic()
    wrong = ""
    try:
        of.trial(trial)
    except Exception as error:
        wrong = f"{type(error).__name__}: {str(error)[:600]}"
    seconds = time.monotonic() - started
    return Result(of.name, seed, trial.struck, trial.looks, seconds, wrong, trial.told)
