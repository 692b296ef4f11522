"""Files of a folder or bucket: copied byte for byte, each version once."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from tests.python.ingest.conftest import Place

EVENT = (
    b'{"event_date": "20250301", "event_timestamp": 1740823200000000, "event_name": "page_view"}\n'
)


@pytest.fixture
def exports(place: Place, tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    place.set(FILES_URL=str(folder))
    drop(folder / "ga4" / "event" / "2025" / "events_20250301.jsonl.gz", gzip.compress(EVENT), 1)
    drop(folder / "store" / "order" / "june.csv", b"id\n1\n", 2)
    return folder


def drop(path: Path, content: bytes, moment: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (1_740_000_000 + moment, 1_740_000_000 + moment))
    return path


def test_files_are_copied_as_they_are(place: Place, exports: Path) -> None:
    pulled = place.pull("files")

    assert pulled.code == 0
    copies = {path.relative_to(place.data_dir.landing) for path in pulled.files}
    assert copies == {Path("ga4/event/2025/events_20250301.jsonl.gz"), Path("store/order/june.csv")}
    for copy in copies:
        assert (place.data_dir.landing / copy).read_bytes() == (exports / copy).read_bytes()
        taken, given = (place.data_dir.landing / copy).stat(), (exports / copy).stat()
        assert taken.st_mtime == given.st_mtime


def test_a_version_is_copied_once_and_a_newer_one_replaces_it(place: Place, exports: Path) -> None:
    place.pull("files")
    nothing = place.pull("files")
    drop(exports / "store" / "order" / "june.csv", b"id\n1\n2\n", 3)
    drop(exports / "store" / "order" / "july.csv", b"id\n3\n", 3)

    pulled = place.pull("files")

    assert "written" not in nothing.output
    assert [file.name for file in pulled.files] == ["july.csv"]
    june = place.data_dir.landing / "store" / "order" / "june.csv"
    assert june.read_bytes() == b"id\n1\n2\n"


def test_a_late_file_with_an_old_time_is_copied_too(place: Place, exports: Path) -> None:
    place.pull("files")
    drop(exports / "store" / "order" / "may.csv", b"id\n0\n", 0)

    assert [file.name for file in place.pull("files").files] == ["may.csv"]


def test_files_since_a_day_are_copied_again(place: Place, exports: Path) -> None:
    place.pull("files")
    june = place.data_dir.landing / "store" / "order" / "june.csv"
    june.unlink()

    later = place.pull("files", "--since", "2025-02-20")
    since = place.pull("files", "--since", "2025-02-19")

    assert later.files == []
    assert since.files == [june]


@pytest.mark.parametrize(
    "name",
    [
        "store/order/june.csv.tmp",
        "store/order/june.csv.partial",
        "store/june.csv",
        "store/unknown/june.csv",
        "readme.txt",
    ],
)
def test_what_is_unfinished_or_of_no_table_is_left_alone(
    place: Place, tmp_path: Path, name: str
) -> None:
    drop(tmp_path / "exports" / name, b"id\n1\n", 1)
    place.set(FILES_URL=str(tmp_path / "exports"))

    pulled = place.pull("files")

    assert (pulled.code, pulled.files) == (0, [])


@pytest.mark.parametrize("url", ["/nowhere/at/all", "s3://bucket/exports", "{exports}[1]"])
def test_an_address_that_leads_nowhere_is_explained(place: Place, exports: Path, url: str) -> None:
    (exports.parent / "exports[1]").mkdir()
    place.set(FILES_URL=url.format(exports=exports))

    failed = place.pull("files")

    assert (failed.code, failed.files) == (1, [])
    assert "VIAGGIO_FILES_URL names no folder" in failed.output or "not installed" in failed.output


def test_a_copy_that_fails_leaves_nothing_and_is_made_next_time(
    place: Place, exports: Path
) -> None:
    blocked = place.data_dir.landing / "store" / "order"
    blocked.parent.mkdir(parents=True)
    blocked.touch()  # a file in the folder's place
    failed = place.pull("files")
    blocked.unlink()

    following = place.pull("files")

    assert failed.code == 1
    assert (place.data_dir.landing / "store" / "order" / "june.csv") in following.files
