"""Small parts of a day become one; large ones, other days and the rows stay as they are."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.python.landing.conftest import Place, zones
from tests.python.landing.test_runs import CHILD
from viaggio.landing import merge
from viaggio.landing.load import recover
from viaggio.landing.merge import PARTS_TO_MERGE
from viaggio.workspace.paths import PROJECT_DIR

# As many files as make the day that all of them have rows of worth merging.
FILES = PARTS_TO_MERGE


def visits(number: int) -> str:
    """CSV of one visit of 1 May 2024, and one of a day of its own."""
    header, first, second = zones(2, start=9 * number).splitlines()
    return "\n".join([header, first, second.replace("2024-05-02", f"2024-06-{1 + number:02}")])


def drop_days(place: Place, first: int, last: int) -> None:
    for number in range(first, last):
        place.drop(f"store/visit_zone/{number}.csv", visits(number))


def parts(place: Place, day: str, table: str = "store/visit_zone") -> list[Path]:
    folder = place.data_dir.raw / table / f"event_day={day}"
    return sorted(folder.glob("*.parquet"))


def test_small_parts_of_a_day_are_merged_and_no_row_changes(place: Place) -> None:
    drop_days(place, 0, FILES - 1)
    place.land()
    before = place.rows("store", "visit_zone")
    single = parts(place, "2024-06-01")
    assert len(parts(place, "2024-05-01")) == FILES - 1
    drop_days(place, FILES - 1, FILES)
    place.land()

    after = place.rows("store", "visit_zone")
    assert [part.name[:7] for part in parts(place, "2024-05-01")] == ["merged_"]
    assert parts(place, "2024-06-01") == single
    assert len(after) == len(set(after)) == 2 * FILES
    assert set(before) < set(after)
    # The files count as landed, and what was merged is merged again with what comes later.
    assert place.land().files == ()
    drop_days(place, FILES, 2 * FILES - 1)
    place.land()
    assert len(parts(place, "2024-05-01")) == 1
    assert len(place.rows("store", "visit_zone")) == 2 * (2 * FILES - 1)


def test_days_of_the_same_files_are_merged_apart(place: Place) -> None:
    for number in range(FILES):
        place.drop(f"store/visit_zone/{number}.csv", zones(9, start=9 * number))
    place.land()
    for day in range(1, 10):
        assert len(parts(place, f"2024-05-0{day}")) == 1
    days = place.rows("store", "visit_zone", "entered_at::date, event_day")
    assert len(days) == 9 * FILES
    assert all(entered == day for entered, day in days)


def test_large_parts_and_the_table_s_description_stay(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merge, "SMALL_BYTES", 1)
    drop_days(place, 0, FILES)
    place.land()
    assert len(parts(place, "2024-05-01")) == FILES
    monkeypatch.undo()
    for number in range(FILES):
        place.drop(
            f"crm/engagement_contact/{number}.csv", f"engagement_id,contact_id\n{number},1\n"
        )
    place.land()
    of_no_day = parts(place, "1970-01-01", "crm/engagement_contact")
    assert [part.name[:6] for part in of_no_day] == ["merged", "schema"]
    assert len(place.rows("crm", "engagement_contact")) == FILES


# Landing itself deletes files of its own; the first of a raw table is the one to look for.
FIRST_PART = """
real = Path.unlink
def unlink(path, **named):
    real(path, **named)
    if "/raw/" in str(path):
        os.kill(os.getpid(), signal.SIGKILL)
Path.unlink = unlink
"""
# Each file has two parts to rename, then come the copies: the day that all have in common.
KILLS = {
    "before the copy is noted": "before(Ledger, 'note_moves')",
    "after it is noted": "after(Ledger, 'note_moves')",
    "after it is renamed": f"after(moves, '_rename', call={2 * FILES + 1})",
    "after a part is deleted": FIRST_PART,
    "before the ledger forgets it": f"before(Ledger, 'clear_moves', call={FILES + 1})",
}


@pytest.mark.parametrize("moment", KILLS)
def test_a_kill_while_parts_are_merged_loses_and_duplicates_nothing(
    place: Place, moment: str
) -> None:
    drop_days(place, 0, FILES)
    child = subprocess.run(
        [sys.executable, "-c", CHILD, str(place.data_dir.root), KILLS[moment]],
        cwd=PROJECT_DIR,
        check=False,
    )
    assert child.returncode == -signal.SIGKILL
    recover(place.data_dir)
    assert len(place.rows("store", "visit_zone")) == 2 * FILES
    drop_days(place, FILES, FILES + 1)
    place.land()
    rows = place.rows("store", "visit_zone")
    assert len(rows) == len(set(rows)) == 2 * (FILES + 1)
    assert len(parts(place, "2024-05-01")) <= 2
