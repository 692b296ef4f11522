"""`make attribute`: what a file of paths may hold, what is refused, and what comes out."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import duckdb
import pytest

from tests.python.conftest import run_module
from viaggio.attribution.attribute import attribute
from viaggio.attribution.path_tables import (
    DECIMALS,
    MOST_CHANNELS,
    PathTable,
    PathTableError,
    read_paths,
)
from viaggio.workspace import sql_macros
from viaggio.workspace.paths import PROJECT_DIR, DataDir

# Model and channel, and what the channel gets: effect, effect on value, conversions, value.
Models = dict[tuple[str, str], list[float | None]]

WORKED = "path,conversions,nulls\nA > B,2,0\nA,0,1\nB,1,1\nB > A,1,2\n"
MODELS = {"first", "last", "last_non_direct", "linear", "position", "markov", "shapley"}


def table_of(folder: Path, text: str, separator: str = ">") -> PathTable:
    file = folder / "paths.csv"
    file.write_text(text, "utf-8", newline="")
    return read_paths(file, separator)


def models_of(folder: Path, text: str, separator: str = ">", **variables: int) -> Models:
    written = attribute(table_of(folder, text, separator), {"markov_order": 1} | variables)
    rows = list(csv.reader(io.StringIO(written, newline="")))[1:]
    found = {
        (model, channel): [float(cell) if cell else None for cell in cells]
        for model, channel, *cells in rows
    }
    assert len(found) == len(rows)
    return found


def totals_of(models: Models) -> dict[str, tuple[float, float]]:
    totals: dict[str, list[float]] = defaultdict(lambda: [0, 0])
    for (model, _), (_, _, conversions, value) in models.items():
        totals[model][0] += conversions
        totals[model][1] += value
    return {model: tuple(sums) for model, sums in totals.items()}


def test_a_file_of_paths_from_the_command_line(tmp_path: Path) -> None:
    file = tmp_path / "it's paths.csv"
    # A channel that a spreadsheet would run: it is text in what comes out.
    file.write_text(WORKED.replace("B", "=B"), "utf-8")
    output = tmp_path / "models.csv"
    done = run_module(
        DataDir(tmp_path / "data"),
        *("viaggio.attribution.attribute", str(file), "--out", str(output)),
    )
    assert done.code == 0, done.output
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"select model || ' ' || channel, credit_conversions from '{output}'"
        ).fetchall()
    credits = dict(rows)
    assert credits["markov A"] == pytest.approx(104 / 75, abs=1e-9)
    assert credits["markov '=B"] == pytest.approx(196 / 75, abs=1e-9)
    assert credits["position A"] == 1.5
    assert sum(credits.values()) == pytest.approx(7 * 4)
    assert not (tmp_path / "data").exists()


def test_what_the_command_refuses_ends_it_with_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "paths.csv"
    for text in ("path,conversions\nA,two\n", "", WORKED):
        file.write_text(text, "utf-8")
        out = tmp_path / "no such folder" / "out.csv"
        done = run_module(
            DataDir(tmp_path), "viaggio.attribution.attribute", str(file), "--out", str(out)
        )
        assert done.code == 1
        assert len(done.output.splitlines()) == 1, done.output


def test_the_command_needs_no_dbt() -> None:
    """dbt and pandas take seconds before they do anything."""
    heavy = "{'dbt', 'pandas', 'dagster'} & {name.split('.')[0] for name in sys.modules}"
    script = f"import sys, viaggio.attribution.attribute; print({heavy})"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT_DIR, capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"


def test_the_command_follows_the_rules_as_they_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("macros", "models"):
        shutil.copytree(PROJECT_DIR / folder, tmp_path / folder)
    shutil.copy(PROJECT_DIR / "dbt_project.yml", tmp_path)
    monkeypatch.setattr(sql_macros, "PROJECT_DIR", tmp_path)
    text = "path,conversions\nA > B > C,10\n"
    assert models_of(tmp_path, text)["position", "A"][2] == 4
    rule = tmp_path / "macros" / "rules" / "attribution.sql"
    changed = rule.read_text("utf-8").replace("then 2 * (", "then 4 * (")
    rule.write_text(changed, "utf-8")
    assert models_of(tmp_path, text)["position", "A"][2] == pytest.approx(40 / 9)
    model = tmp_path / "models" / "intermediate" / "attribution" / "int_rule_credits__summed.sql"
    changed = model.read_text("utf-8").replace("sum(share * conv", "sum(2 * share * conv")
    model.write_text(changed, "utf-8")
    assert models_of(tmp_path, text)["position", "A"][2] == pytest.approx(80 / 9)


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("", "line 1", "the file is empty"),
        ("\n\n", "line 1", "the file is empty"),
        ("path,nulls\nA,1\n", "line 1, column conversions", "the header lacks it"),
        ("conversions\n1\n", "line 1, column path", "the header lacks it"),
        ("path;conversions\nA;1\n", "line 1", "separated by semicolons"),
        ("path\tconversions\nA\t1\n", "line 1", "separated by tabs"),
        ("path,conversions,conversions\nA,1,2\n", "line 1, column conversions", "twice"),
        ("path,Value,conversions, value\nA,1,2,3\n", "line 1, column value", "twice"),
        ("path,conversions\nA,two\n", "line 2, column conversions", "'two' is no number"),
        ("path,conversions\nA,-1\n", "line 2, column conversions", "'-1' is no number"),
        ('path,conversions\nA,"1,5"\n', "line 2, column conversions", "'1,5' is no number"),
        ("path,conversions\nA,1_000\n", "line 2, column conversions", "'1_000' is no number"),
        ("path,conversions\nA,٣\n", "line 2, column conversions", "is no number"),
        ("path,conversions,nulls\nA,1,nan\n", "line 2, column nulls", "'nan' is no number"),
        ("path,conversions,nulls\nA,1,inf\n", "line 2, column nulls", "'inf' is no number"),
        ("path,conversions\nA,1e13\n", "line 2, column conversions", "'1e13' is too large"),
        ("path,conversions\nA,1e9999\n", "line 2, column conversions", "too large"),
        ("path,conversions\nA,1e-9999\n", "line 2, column conversions", "more than 18 decimals"),
        ("path,conversions\nA,1.0000000000000000001\n", "line 2, column conversions", "18"),
        ("path,conversions\nA,1\n ,1\n", "line 3, column path", "the path is empty"),
        ("path,conversions\nA,1\n > ,1\n", "line 3, column path", "the path is empty"),
        ("path,conversions\nA >  > B,1\n", "line 2, column path", "step 2 of the path is empty"),
        ("path,conversions\nA > B > ,1\n", "line 2, column path", "step 3 of the path is empty"),
        ("path,conversions\n> A,1\n", "line 2, column path", "step 1 of the path is empty"),
        ("path,conversions\nA\n", "line 2, column conversions", "is 1 and not 2"),
        ("path,conversions\nA,B,1\n", "line 2, column 3", "is 3 and not 2"),
        ("path,conversions\nA,1,\n", "line 2, column 3", "is 3 and not 2"),
        (
            "path,conversions,nulls,value\nA,1,0,5\nC,0,0,9\n",
            "line 3, column value",
            "9 is a value without conversion",
        ),
        (
            "path,conversions,nulls,value\nA,1,0,5\nC,0,7,0.5\n",
            "line 3, column value",
            "0.5 is a value without conversion",
        ),
        ("path,conversions\nA,0\n", "all lines, column conversions", "nothing to attribute"),
        ("path,conversions\n", "all lines, column conversions", "nothing to attribute"),
        ('path,conversions\n"A,1\nB,2\n', "line 2", "a quote is not closed"),
        ('path,conversions\n"A" > B,1\n', "line 2", "text follows"),
        ('path,conversions\n"A\nB",1\nC,x\n', "line 4, column conversions", "'x' is no number"),
        ("path,conversions\n\n\nA,x\n", "line 4, column conversions", "'x' is no number"),
    ],
)
def test_what_is_no_table_of_paths_is_refused(
    tmp_path: Path, text: str, where: str, what: str
) -> None:
    with pytest.raises(PathTableError) as refused:
        table_of(tmp_path, text)
    message = str(refused.value)
    assert message.startswith(f"{tmp_path / 'paths.csv'}, {where}: ")
    assert what in message
    # What is wrong; what to do.
    assert re.fullmatch(r"[^;\n]+; [^;\n]+\.", message)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "paths.csv"
    file.write_bytes("path,conversions\nA,1\nCaffè,1\n".encode("latin-1"))
    with pytest.raises(PathTableError, match="line 3, column 1: this is not UTF-8"):
        read_paths(file)
    file.write_bytes("path,conversions\nA,1\n".encode("utf-16"))
    with pytest.raises(PathTableError, match="line 1, column 1: this is not UTF-8"):
        read_paths(file)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.csv", tmp_path):
        with pytest.raises(PathTableError, match="cannot be read"):
            read_paths(path)


def test_too_many_channels_are_refused_where_they_begin(tmp_path: Path) -> None:
    rows = "".join(f"page {number},1\n" for number in range(MOST_CHANNELS + 1))
    with pytest.raises(PathTableError, match=f"line {MOST_CHANNELS + 2}, column path"):
        table_of(tmp_path, "path,conversions\n" + rows)


@pytest.mark.parametrize(
    ("cells", "units"),
    [
        (["1.5"], 15 * 10 ** (DECIMALS - 1)),
        (["0.4", "0.4"], 8 * 10 ** (DECIMALS - 1)),
        (["0.1"] * 30, 3 * 10**DECIMALS),
        (["1"] * 30_000 + ["12.5"], 300125 * 10 ** (DECIMALS - 1)),
        (['" 12.5 "'], 125 * 10 ** (DECIMALS - 1)),
        (["1e3", "1E-2", ".5", "2."], 100251 * 10 ** (DECIMALS - 2)),
        (["0.000000000000000001"], 1),
        (["0.30000000000000004"], 300000000000000040),
        (["", "7", "0e-999"], 7 * 10**DECIMALS),
    ],
)
def test_numbers_are_kept_exactly(tmp_path: Path, cells: list[str], units: int) -> None:
    rows = "".join(f"A,{cell}\n" for cell in cells)
    assert table_of(tmp_path, "path,conversions\n" + rows).paths == {(0,): [units, 0, 0]}


def test_fractions_are_attributed(tmp_path: Path) -> None:
    text = "path,conversions,nulls,value\nA > B,1.5,0.25,30.75\nB,0.4,0,1\nB,0.4,2.5,0\n"
    models = models_of(tmp_path, text)
    assert {model for model, _ in models} == MODELS
    for totals in totals_of(models).values():
        assert totals == pytest.approx((2.3, 31.75), abs=1e-8)
    assert models["first", "A"][2:] == [1.5, 30.75]
    assert models["last", "B"][2:] == [2.3, 31.75]


def test_cells_that_come_late_are_read_like_the_first(tmp_path: Path) -> None:
    """No type, delimiter or quote is taken from the rows at the beginning."""
    rows = ["A,1,,"] * 30_000 + ['"A, or B > C",0.5,2.25," 9 "', 'C,"1",3,4']
    models = models_of(tmp_path, "\r\n".join(["path,conversions,nulls,value", *rows]))
    assert models["first", "A"][2:] == [30_000, 0]
    assert models["first", "A, or B"][2:] == [0.5, 9]
    assert models["first", "C"][2:] == [1, 4]


def test_no_name_is_taken_for_one_of_ours(tmp_path: Path) -> None:
    """Whatever channels are called, they get the same."""
    plain = ["A", "B", "C", "D", "E", "F"]
    odd = ["(conversion)", "(end)", "(null)", "(start)", "Other", "it's 0.1 > {{ x }} %"]
    text = (
        "path|conversions|nulls|value\n" + "A B C|3|1|30\nB D B|1|4|5\nE A|2|2|9\nF E D C|1|0|2\n"
    ).replace("|", ",")
    plain_text = text.replace(" ", "|")
    odd_text = plain_text
    for letter, name in zip(plain, odd, strict=True):
        odd_text = re.sub(rf"\b{letter}\b", f" {name} ", odd_text)
    names = dict(zip(plain, odd, strict=True))
    for variables in ({}, {"shapley_max_channels": 16}, {"markov_order": 2}):
        wanted = models_of(tmp_path, plain_text, "|", **variables)
        found = models_of(tmp_path, odd_text, "|", **variables)
        assert found == {
            (model, names[channel]): cells for (model, channel), cells in wanted.items()
        }


def test_a_channel_called_other_is_not_the_rest(tmp_path: Path) -> None:
    text = "path,conversions,nulls\nOther > A,4,1\nA,3,2\nB > Other,2,2\nC,1,5\nD > B,1,0\n"
    models = models_of(tmp_path, text, shapley_max_channels=2)
    plain = models_of(tmp_path, text.replace("Other", "Own"), shapley_max_channels=2)
    shapley = {channel: cells for (model, channel), cells in models.items() if model == "shapley"}
    assert shapley.keys() == {"Other", "A", "Other channels"}
    assert shapley["Other"] == plain["shapley", "Own"]
    assert shapley["Other channels"] == plain["shapley", "Other"]


def test_direct_keeps_its_meaning(tmp_path: Path) -> None:
    models = models_of(tmp_path, "path,conversions\nA > B > Direct,3\nDirect,1\n")
    last = {channel: cells[2] for (model, channel), cells in models.items() if "non" in model}
    assert last == {"A": 0, "B": 3, "Direct": 1}


@pytest.mark.parametrize(
    ("separator", "path", "channels"),
    [
        (">", "A>B >C", ["A", "B", "C"]),
        ("|", "A > B | C|D", ["A > B", "C", "D"]),
        (" > ", "A>B > C", ["A>B", "C"]),
        ("→", "A→B, C", ["A", "B, C"]),
    ],
)
def test_another_separator(tmp_path: Path, separator: str, path: str, channels: list[str]) -> None:
    table = table_of(tmp_path, f'path,conversions\n"{path}",1\n', separator)
    assert table.channels == channels
    with pytest.raises(PathTableError, match="separator is blank"):
        table_of(tmp_path, "path,conversions\nA,1\n", " ")


def test_one_total_in_all_models(tmp_path: Path) -> None:
    text = "path,conversions,nulls,value\nA > B,2,1,20\nB,0,3,0\nC > A,1,0,0\nD,0,0,0\nB,1,1,7\n"
    table = table_of(tmp_path, text)
    assert [
        note
        for note in table.notes
        if "neither conversions nor nulls: 1, the first in line 5" in note
    ]
    models = models_of(tmp_path, text)
    assert {channel for _, channel in models} == {"A", "B", "C"}
    for totals in totals_of(models).values():
        assert totals == pytest.approx((4, 27), abs=1e-8)


def test_a_value_that_is_missing_is_empty_and_one_that_is_nothing_is_0(tmp_path: Path) -> None:
    without = models_of(tmp_path, WORKED)
    assert {(cells[1], cells[3]) for cells in without.values()} == {(None, None)}
    worthless = WORKED.replace("\n", ",0\n").replace("nulls,0", "nulls,value")
    of_nothing = models_of(tmp_path, worthless)
    assert {cells[3] for cells in of_nothing.values()} == {0}
    for models in (without, of_nothing):
        assert {key: cells[2] for key, cells in models.items()} == pytest.approx(
            {key: cells[2] for key, cells in models_of(tmp_path, WORKED).items()}
        )


@pytest.mark.parametrize(
    ("header", "row", "words"),
    [
        ("path,conversions", "A,1", ["ended without conversion", "no column value"]),
        ("path,conversions,nulls,value", "A,1,0,1", ["ended without conversion"]),
        ("path,conversions,nulls,value", "A,1,1,1", []),
        ("Path , NULLS,Conversions,value", "A,1,1,1", []),
        ("path,conversions,nulls,value,note,", "A,1,1,1,x,", ["note, (without name)"]),
    ],
)
def test_what_a_reader_should_know_is_noted(
    tmp_path: Path, header: str, row: str, words: list[str]
) -> None:
    notes = table_of(tmp_path, f"\ufeff{header}\n{row}\n").notes
    assert len(notes) == len(words)
    for note, word in zip(notes, words, strict=True):
        assert word in note
