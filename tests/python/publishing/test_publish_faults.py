"""Every file operation of publishing fails once: readers have all of the old or of the new one."""

from __future__ import annotations

import itertools
import os
import shutil
from pathlib import Path

import duckdb
import pytest

from tests.faults.failing import ERRNOS, failing
from viaggio.publishing.publish import LoadedState, PublishError, current, publish
from viaggio.workspace.paths import DataDir

LOADED = LoadedState(None, None, None)
# Fewer would mean that the injector has stopped reaching them.
LEAST_OPERATIONS = 55


@pytest.fixture(scope="module")
def published_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse that was published four times and has got a row since."""
    data_dir = DataDir(tmp_path_factory.mktemp("before"))
    data_dir.tmp.mkdir()
    with duckdb.connect(data_dir.warehouse) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.fct_orders as select range as n from range(10)")
    for number in range(4):
        publish(data_dir, f"run-{number}", LOADED)
    with duckdb.connect(data_dir.warehouse) as connection:
        connection.execute("insert into marts.fct_orders values (10)")
    return data_dir.root


def rows_seen(data_dir: DataDir) -> int:
    assert current(data_dir) is not None
    file = data_dir.published / "viaggio.duckdb"
    with duckdb.connect(os.path.realpath(file), read_only=True) as connection:
        [(rows,)] = connection.execute("select count(*) from marts.fct_orders").fetchall()
    return rows


@pytest.mark.parametrize("is_lasting", [False, True])
def test_whatever_fails_readers_have_a_whole_publication_and_the_next_run_publishes(
    published_before: Path, tmp_path: Path, is_lasting: bool
) -> None:
    outcomes = {"failed": 0, "published": 0}
    for nth in itertools.count(1):
        data_dir = DataDir(tmp_path / str(nth))
        shutil.copytree(published_before, data_dir.root, symlinks=True)
        said: list[str] = []
        failure: Exception | None = None
        code = ERRNOS[nth % len(ERRNOS)]
        with failing(nth, code, below=data_dir.root, is_lasting=is_lasting) as fault:
            try:
                publish(data_dir, "run-4", LOADED, said.append)
            except (PublishError, OSError) as error:
                failure = error
        if not fault.happened:
            break
        operation = fault.operations[nth - 1]
        if failure:
            outcomes["failed"] += 1
            assert rows_seen(data_dir) == 10, (operation, failure, fault.operations)
            assert os.strerror(code) in str(failure), operation
            if isinstance(failure, PublishError):
                assert "readers keep what they had" in str(failure)
        else:
            outcomes["published"] += 1
            assert rows_seen(data_dir) == 11, operation
            # A folder that exists needs not be made.
            assert said or operation.startswith("mkdir"), operation
            assert all("is published, but" in words for words in said), operation

        healed = publish(data_dir, "run-5", LOADED)
        assert current(data_dir) == healed
        assert rows_seen(data_dir) == 11, operation
        assert not list(data_dir.publications.glob(".building-*")), operation
        assert len(list(data_dir.publications.iterdir())) == 3, operation
        shutil.rmtree(data_dir.root)
    assert sum(outcomes.values()) >= LEAST_OPERATIONS, outcomes
    assert min(outcomes.values()) > 5, outcomes
