"""Memory follows what is open at once: rows of many days land within 512 MiB, process and all."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from viaggio.workspace.paths import PROJECT_DIR, DataDir

from .conftest import Place

LIMIT = 512 << 20
FIRST = date(2012, 1, 1)
LAND = """
import json, re, sys
from pathlib import Path
from viaggio.landing.load import LandingSettings, land
from viaggio.workspace.paths import DataDir

settings = LandingSettings(settle_seconds=0, memory_limit=sys.argv[2], threads=2)
report = land(DataDir(Path(sys.argv[1])), settings=settings)
# Of this program alone: what `getrusage` says begins with what the process was before.
peak = int(re.search("VmHWM:[^0-9]*([0-9]+)", Path("/proc/self/status").read_text())[1]) << 10
print(json.dumps([report.rows_raw, len(report.with_outcome("loaded")), peak]))
"""


def events(days: int, rows: int) -> str:
    lines = []
    for number in range(rows):
        day = FIRST + timedelta(days=number % days)
        params = [{"key": f"p{each}", "value": {"string_value": f"v{number}"}} for each in range(8)]
        lines.append(
            json.dumps(
                {
                    "event_date": f"{day:%Y%m%d}",
                    "event_timestamp": 1_325_376_000_000_000 + number % days * 86_400_000_000,
                    "event_name": "page_view",
                    "user_pseudo_id": str(number),
                    "event_params": params,
                    "device": {"category": "mobile", "web_info": {"browser": "Chrome"}},
                }
            )
        )
    return "\n".join(lines) + "\n"


def orders(days: int) -> str:
    lines = ["id,created_at,currency,total_price,source_name"]
    lines += [f"o{n},{FIRST + timedelta(days=n)} 10:00:00,EUR,10.00,web" for n in range(days)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("files", "rows"),
    [
        ({"ga4/event/a.jsonl": events(850, 850)}, 850),
        ({f"ga4/event/{n}.jsonl": events(366, 13_831 + n) for n in range(2)}, 27_663),
        ({"store/order/a.csv": orders(4_000)}, 4_000),
    ],
    ids=["850 days", "two files of a year", "4,000 days"],
)
def test_rows_of_many_days_land_within_512_mib(
    place: Place, tmp_path: Path, files: dict[str, str], rows: int
) -> None:
    for name, text in files.items():
        place.drop(name, text)
    done = subprocess.run(
        [sys.executable, "-c", LAND, str(tmp_path), "300MB"],
        cwd=PROJECT_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    landed, loaded, peak = json.loads(done.stdout)
    assert (landed, loaded) == (rows, len(files))
    assert peak < LIMIT, f"{peak >> 20} MiB"


def test_parts_of_many_days_are_one_for_each_day(place: Place) -> None:
    place.drop("ga4/event/a.jsonl", events(100, 400))
    report = place.land(memory_limit="200MB")
    assert report.rows_raw == 400
    folder = DataDir(place.data_dir.root).raw / "ga4" / "event"
    parts = [path for path in folder.glob("*/*.parquet") if path.name != "schema.parquet"]
    assert len(parts) == 100
    assert len({path.parent for path in parts}) == 100
