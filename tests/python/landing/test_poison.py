"""Files that would stop a careless reader: each is set aside with a reason, and the others land."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from viaggio.landing import load
from viaggio.landing.content import BadFileError, inspect
from viaggio.landing.json_text import depth
from viaggio.landing.prepare import Preparation
from viaggio.landing.settings import LandingSettings
from viaggio.workspace.ledger import Ledger
from viaggio.workspace.paths import PROJECT_DIR

from .conftest import Place, zones

GOOD = "store/visit_zone/zz-good.csv"


def nested(levels: int) -> str:
    return "[" * levels + "]" * levels


def event(**more: str) -> str:
    shown = ", ".join(f'"{key}": {value}' for key, value in more.items())
    return (
        '{"event_date": "20240501", "event_timestamp": 1714557600000000, "event_name": "x"'
        f"{', ' if shown else ''}{shown}}}\n"
    )


def lands_beside(place: Place, **settings: object) -> list[load.FileReport]:
    """Land; the good file must have landed, and what became of the others is returned."""
    place.drop(GOOD, zones(3))
    files = [file for file in place.land(**settings).files if file.source_file != GOOD]
    assert len(place.rows("store", "visit_zone")) == 3
    return files


@pytest.mark.parametrize("levels", [201, 5_000, 100_000])
def test_deep_json_is_a_bad_row(place: Place, levels: int) -> None:
    rows = event() * 300 + event(event_params=nested(levels)) + event(device=nested(levels))
    place.drop("ga4/event/a.jsonl", rows + event(extra=nested(levels)))
    (file,) = lands_beside(place)
    assert (file.outcome, file.rows_raw, file.rows_quarantined) == ("loaded", 300, 3)
    assert {reason for _, _, reason in place.quarantined()} == {"nested more than 200 deep"}


@pytest.mark.parametrize("levels", [201, 5_000, 100_000])
def test_deep_json_in_a_cell_is_a_bad_row(place: Place, levels: int) -> None:
    header = "event_date,event_timestamp,event_name,event_params,more\n"
    good = '20240501,1714557600000000,x,"[]",1\n'
    bad = f'20240501,1714557600000000,x,"{nested(levels)}",1\n'
    place.drop("ga4/event/a.csv", header + good * 300 + bad)
    (file,) = lands_beside(place)
    assert (file.outcome, file.rows_raw, file.rows_quarantined) == ("loaded", 300, 1)


def test_json_that_looks_deep_lands(place: Place) -> None:
    many = "[" + ",".join('{"key": "[[[[{{{{", "value": {}}' for _ in range(400)) + "]"
    place.drop("ga4/event/a.jsonl", event(event_params=many))
    (file,) = lands_beside(place)
    assert file.rows_raw == 1
    assert depth(many) == 3
    assert depth('{"a": "]]]", "b": ["\\"[[[[", [[1]]]}') == 4


def test_20000_columns_are_too_many(place: Place) -> None:
    names = ",".join(f"c{number}" for number in range(20_000))
    place.drop("crm/contact/a.csv", f"id,{names}\n1{',2' * 20_000}\n")
    keys = ", ".join(f'"k{number}": 1' for number in range(20_000))
    place.drop("crm/contact/b.jsonl", f'{{"id": "1", {keys}}}\n')
    columns = ", ".join(f"1 as c{number}" for number in range(3_000))
    place.drop_parquet("crm/contact/c.parquet", f"select '1' as id, {columns}")
    files = lands_beside(place)
    assert [file.outcome for file in files] == ["rejected"] * 3
    assert all("columns, more than 2,000" in (file.reason or "") for file in files)
    assert "VIAGGIO_LANDING_MAX_COLUMNS" in place.error("crm/contact/a.csv")["what_to_do"]


def test_a_bomb_is_not_unpacked(place: Place) -> None:
    place.drop("crm/contact/a.csv.gz", gzip.compress(b"\n" * (600 << 20), 1))
    (file,) = lands_beside(place)
    assert file.outcome == "rejected"
    assert "unpack to more than" in (file.reason or "")


def test_unpacking_takes_the_memory_of_a_chunk(tmp_path: Path) -> None:
    packed = tmp_path / "a.csv.gz"
    packed.write_bytes(gzip.compress(b"\n" * (200 << 20)))
    code = (
        "import resource, sys; from pathlib import Path\n"
        "from viaggio.landing.content import inspect\n"
        "from viaggio.landing.settings import LandingSettings\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "settings = LandingSettings(max_expansion=10**6)\n"
        "inspect(Path(sys.argv[1]), 'a.csv.gz', Path(sys.argv[2]), settings)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(packed), str(tmp_path / "plain")],
        cwd=PROJECT_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) < 40 << 10  # kilobytes


@pytest.mark.parametrize("size", [0, 1, 1 << 20, (1 << 20) + 1, 5_000_000])
def test_unpacking_gives_what_was_packed(tmp_path: Path, size: int) -> None:
    data = (b"a,b\n" * (size // 4 + 1))[:size] or b"x"
    packed = tmp_path / "a.gz"
    packed.write_bytes(
        gzip.compress(data[: size // 2]) + gzip.compress(data[size // 2 :]) + b"\0" * 9
    )
    content = inspect(packed, "a.gz", tmp_path / "plain", LandingSettings())
    assert content.path.read_bytes() == data
    packed.write_bytes(packed.read_bytes()[:-12])
    with pytest.raises(BadFileError, match="too early"):
        inspect(packed, "a.gz", tmp_path / "plain", LandingSettings())


def test_a_line_without_end_is_refused(place: Place) -> None:
    place.drop("crm/contact/a.csv", "id," + "x" * (9 << 20))
    place.drop("crm/contact/b.csv", 'id,"' + "x" * (9 << 20))
    files = lands_beside(place)
    assert [file.outcome for file in files] == ["rejected", "rejected"]


def test_keys_without_a_name_and_columns_called_like_duckdbs_are_kept(place: Place) -> None:
    place.drop("crm/contact/a.jsonl", '{"id": "1", "": "empty", "a.b": [1]}\n')
    query = 'select \'2\' as id, 7 as file_row_number, 8 as filename, 9 as "_reason", 1 as "x""y"'
    place.drop_parquet("crm/contact/b.parquet", query)
    assert [file.outcome for file in lands_beside(place)] == ["loaded", "loaded"]
    extras = dict(place.rows("crm", "contact", "id, _extra_columns"))
    assert json.loads(extras["1"]) == {"": "empty", "a.b": [1]}
    assert json.loads(extras["2"]) == {"file_row_number": 7, "filename": 8, "_reason": 9, 'x"y': 1}


def test_nul_characters_are_data_wherever_they_stand(place: Place) -> None:
    for number, filler in enumerate((10, 5_000)):
        rows = "".join(f"{number}-{row},x\n" for row in range(filler))
        place.drop(f"crm/contact/{number}.csv", f"id,property_email\n{rows}{number}n,a\0b\n")
    assert [file.outcome for file in lands_beside(place)] == ["loaded", "loaded"]
    place.drop("crm/contact/u.csv", "id,property_email\n1,x\n".encode("utf-16-le"))
    assert "UTF-16" in (place.land().files[0].reason or "")


def test_a_file_that_needs_too_much_memory_is_set_aside(place: Place) -> None:
    long = "".join(f'{{"id": "{number}", "x": "{"y" * 3_000_000}"}}\n' for number in range(6))
    place.drop("crm/contact/a.jsonl", long)
    (file,) = lands_beside(place, memory_limit="90MB")
    assert file.outcome == "rejected"
    assert file.reason == "needs more memory than landing may use (90MB)"
    assert "VIAGGIO_LANDING_MEMORY_LIMIT" in place.error("crm/contact/a.jsonl")["what_to_do"]
    place.drop("crm/contact/a.jsonl", long)
    assert place.land(memory_limit="1500MB").rows_raw == 6


def test_an_unforeseen_fault_is_one_files_fault(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Preparation.stage

    def stage(self: Preparation, *arguments: object) -> tuple[int, int]:
        found = real(self, *arguments)  # type: ignore[arg-type]
        if self.con.execute("select bool_or(zone = 'poison') from checked").fetchone() == (True,):
            raise KeyError("mario.rossi@example.com")
        return found

    monkeypatch.setattr(Preparation, "stage", stage)
    for name in ("a", "c"):
        place.drop(f"store/visit_zone/{name}.csv", zones(2, start=ord(name)))
    place.drop("store/visit_zone/b.csv", zones(2).replace("till", "poison"))
    report = place.land()
    assert [file.outcome for file in report.files] == ["loaded", "rejected", "loaded"]
    assert report.files[1].reason == "landing cannot read it (KeyError)"
    assert "mario" not in report.summary()


# The process ends while it reads: at once, as a parser's crash or the system's want of memory does.
CRASH = """
import os, signal, sys
from pathlib import Path
from viaggio.landing import load, prepare
from viaggio.workspace.paths import DataDir

real = prepare.read

def read(con, content, table, settings):
    if b"poison" in content.path.read_bytes():
        os.kill(os.getpid(), int(sys.argv[2]))
    return real(con, content, table, settings)

prepare.read = read
load.land(DataDir(Path(sys.argv[1])), settings=load.LandingSettings(settle_seconds=0, threads=1))
"""


@pytest.mark.parametrize("signal_number", [signal.SIGSEGV, signal.SIGKILL])
def test_a_file_that_ends_the_process_is_set_aside_at_the_next_start(
    place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, signal_number: int
) -> None:
    for number in range(6):
        place.drop(f"store/visit_zone/{number}.csv", zones(2, start=number * 10))
    place.drop("store/visit_zone/2-bad.csv", zones(2, start=90).replace("till", "poison"))
    child = subprocess.run(
        [sys.executable, "-c", CRASH, str(place.data_dir.root), str(int(signal_number))],
        cwd=PROJECT_DIR,
        capture_output=True,
        check=False,
    )
    assert child.returncode == -signal_number
    # In the other process the file still crashes; here it would, too.
    hook = tmp_path / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(
        "import os, sys\n"
        "if 'viaggio.landing.trial' in sys.orig_argv:\n"
        "    from pathlib import Path\n"
        "    from viaggio.landing import prepare\n"
        "    real = prepare.read\n"
        "    def read(con, content, table, settings):\n"
        "        if b'poison' in content.path.read_bytes():\n"
        f"            os.kill(os.getpid(), {int(signal_number)})\n"
        "        return real(con, content, table, settings)\n"
        "    prepare.read = read\n"
    )
    monkeypatch.setenv("PYTHONPATH", f"{hook}:{PROJECT_DIR}")
    report = place.land()
    outcomes = {file.source_file.split("/")[-1]: file for file in report.files}
    bad = outcomes.pop("2-bad.csv")
    assert bad.outcome == "rejected"
    assert bad.reason == f"reading it ends the program ({signal.Signals(signal_number).name})"
    assert all(file.outcome == "loaded" for file in outcomes.values())
    assert len(place.rows("store", "visit_zone")) == 12
    with Ledger(place.data_dir.ledger_db) as ledger:
        assert ledger.interrupted() == set()


def test_a_parquet_file_that_lies_is_refused(place: Place) -> None:
    good = place.drop_parquet(
        "crm/contact/a.parquet", "select range::varchar as id from range(500)"
    )
    data = bytearray(good.read_bytes())
    for position in range(4, len(data) - 8, 7):
        data[position] ^= 0x55
    good.write_bytes(data)
    (file,) = lands_beside(place)
    assert file.outcome == "rejected"
    assert duckdb.sql("select 1").fetchall() == [(1,)]
