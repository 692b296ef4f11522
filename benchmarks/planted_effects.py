"""Do the pain points and moments of truth that were planted come out, and nothing else?

    python benchmarks/planted_effects.py                      the default demo, with its effects
    python benchmarks/planted_effects.py --nothing --seeds 50 worlds in which nothing has an effect

First: a world with the planted effects is generated and built; prints what is claimed, in the
order of the marts, beside what was planted. Second: worlds with other seeds, in which neither pain
points nor moments of truth nor channels change anybody's mind; prints how many claims each makes.
With nothing to find every claim is false, so the false-discovery rate is the share of worlds with
a claim.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path
from typing import Any

import duckdb
from worlds import generate_and_build

from viaggio.workspace.paths import DataDir
from viaggio.workspace.sql import file_to_write

NOTHING = ("pain_strength=0", "moment_strength=0", "channel_strength=0")
MARTS = ("+mart_pain_points", "+mart_moments_of_truth")

# Where each planted effect shows in the marts, by its touchpoint type in the truth.
SHOWN_AS = {
    "payment_failure": ("mart_pain_points", "payment_failure", "refused"),
    "empty_search": ("mart_pain_points", "site_search", "no_results"),
    "unanswered_call": ("mart_pain_points", "call", "unanswered"),
    "late_delivery": ("mart_pain_points", "order_delivery", "late"),
    "store_demo": ("mart_moments_of_truth", "store_demo", "tried"),
    "quick_chat": ("mart_moments_of_truth", "chat", "answered_at_once"),
    "workshop": ("mart_moments_of_truth", "event_attendance", "attended"),
    "smooth_pickup": ("mart_moments_of_truth", "order_pickup", "early"),
}

FOUND = """
    select '{mart}' as mart, touchpoint_type, signal, stage, persona, persons, effect, ci_low,
        ci_high, q_value, estimated_revenue, rank, is_claimed
    from warehouse.marts.{mart}
    where q_value is not null
"""


def found(data_dir: DataDir) -> list[dict[str, Any]]:
    """Every effect that was tested, as a row of its mart; claims first, by rank."""
    marts = " union all ".join(
        FOUND.format(mart=mart) for mart in ("mart_pain_points", "mart_moments_of_truth")
    )
    with duckdb.connect() as connection:
        connection.execute(f"attach {file_to_write(data_dir.warehouse)} as warehouse (read_only)")
        rows = connection.execute(f"{marts} order by mart desc, rank nulls last, q_value")
        names = [column[0] for column in rows.description]
        return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]


def key_of(row: dict[str, Any]) -> tuple[object, ...]:
    """Mart, touchpoint type and signal of a row, as in `SHOWN_AS`."""
    return row["mart"], row["touchpoint_type"], row["signal"]


def told(row: dict[str, Any]) -> str:
    """One line of the report."""
    return (
        f"{row['touchpoint_type'] + ' ' + row['signal']:<36}{row['stage']:<12}{row['persona']:<22}"
        f"{row['persons']:>8,}{row['effect']:>+9.3f} [{row['ci_low']:+.3f}, {row['ci_high']:+.3f}]"
        f"{row['q_value']:>9.4f}{row['estimated_revenue'] or 0:>12,.0f} EUR"
    )


def report_planted(data_dir: DataDir) -> None:
    """Print the claims by rank, and where each planted effect stands among all that was tested."""
    rows = found(data_dir)
    for mart in ("mart_pain_points", "mart_moments_of_truth"):
        claimed = [row for row in rows if row["mart"] == mart and row["is_claimed"]]
        print(f"\n{mart}: {len(claimed)} claimed of {sum(r['mart'] == mart for r in rows)} tested")
        for row in claimed:
            print(f"{row['rank']:>3} {told(row)}")
    print("\nplanted")
    for effect, shown_as in SHOWN_AS.items():
        cells = [row for row in rows if key_of(row) == shown_as]
        claimed = sum(bool(row["is_claimed"]) for row in cells)
        best = min(cells, key=lambda row: row["q_value"], default=None)
        print(f"{effect:<18}{claimed:>3} claims; best: {told(best) if best else 'not tested'}")
    planted = set(SHOWN_AS.values())
    others = [row for row in rows if row["is_claimed"] and key_of(row) not in planted]
    print(f"\nclaimed but not planted: {len(others)}")
    for row in others:
        print(f"    {row['mart']} {told(row)}")


def clear(data_dir: DataDir) -> None:
    """Delete a world, but not what dbt knows of the project, which takes long to read."""
    for each in data_dir.root.iterdir():
        if each.name != "target":
            shutil.rmtree(each) if each.is_dir() else each.unlink()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=20_000)
    parser.add_argument("--days", type=int, default=180)
    parser.add_argument("--nothing", action="store_true", help="plant nothing, count the claims")
    parser.add_argument("--seeds", type=int, default=50, help="with --nothing: how many worlds")
    parser.add_argument("--first-seed", type=int, default=1001)
    parser.add_argument("--data-dir", type=Path, help="a world that is built already")
    args = parser.parse_args()
    if args.data_dir:
        report_planted(DataDir(args.data_dir))
        return
    worlds_with_claims = 0
    seeds = range(args.first_seed, args.first_seed + args.seeds) if args.nothing else [7]
    with tempfile.TemporaryDirectory() as folder:
        data_dir = DataDir(Path(folder))
        for number, seed in enumerate(seeds, 1):
            clear(data_dir)
            plants = ("--set", *NOTHING) if args.nothing else ()
            generate_and_build(
                data_dir, args.persons, args.days, MARTS, "--seed", str(seed), *plants
            )
            if not args.nothing:
                report_planted(data_dir)
                return
            rows = found(data_dir)
            claims = [row for row in rows if row["is_claimed"]]
            worlds_with_claims += bool(claims)
            print(
                f"seed {seed}: {len(claims)} claimed of {len(rows)} tested;"
                f" {worlds_with_claims} of {number} worlds with a claim",
                flush=True,
            )
            for row in claims:
                print(f"    {row['mart']} {told(row)}", flush=True)


if __name__ == "__main__":
    main()
