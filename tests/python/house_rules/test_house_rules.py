"""The rules of the house, checked on dbt's manifest and on the files themselves."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
from collections import Counter
from typing import Any

import pytest
import yaml

from viaggio.workspace.contract import load_contract
from viaggio.workspace.dbt_project import DBT
from viaggio.workspace.paths import PROJECT_DIR, DataDir

# Sources that are the pipeline's own memory, not raw tables.
OWN_SOURCES = {"landing", "validation"}

NAMES = {
    "staging": r"stg_[a-z0-9]+(_[a-z0-9]+)*__[a-z0-9_]+",
    "intermediate": r"int_[a-z0-9_]+__[a-z0-9_]+",
    "marts": r"(fct|dim|mart)_[a-z0-9_]+",
    "audit": r"audit_[a-z0-9_]+",
    "semantic": r"[a-z0-9_]+",
}


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """dbt's manifest of the project as it stands."""
    data_dir = DataDir(tmp_path_factory.mktemp("parse"))
    done = subprocess.run(
        [DBT, "parse", "--no-version-check"],
        cwd=PROJECT_DIR,
        env={**os.environ, **data_dir.environment()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return json.loads((data_dir.root / "target" / "manifest.json").read_text(encoding="utf-8"))


def models(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]


def layer(node: dict[str, Any]) -> str:
    return node["fqn"][1]


def parents(manifest: dict[str, Any], node: dict[str, Any]) -> list[dict[str, Any]]:
    everything = {**manifest["nodes"], **manifest["sources"]}
    return [everything[name] for name in node["depends_on"]["nodes"]]


def test_each_model_is_named_for_its_layer(manifest: dict[str, Any]) -> None:
    wrong = [m["name"] for m in models(manifest) if not re.fullmatch(NAMES[layer(m)], m["name"])]
    assert wrong == []


# Words that the glossary replaced; a contact is the record in the CRM, and nothing else.
RETIRED = re.compile(
    r"(^|_)(contacts?|cut|entries_to|felt|feelings?|judged|leaving|meetings|path_entr(y|ies)"
    r"|placed|retells|told|voice[sd]?|way)(_|$)"
)
OF_THE_CRM = re.compile(
    r"contact_(id|ids|identity_id|merge_id)$|^(engagement_)?contact$|^contact_(form|merge)"
    r"|^stg_crm__|(may|repeat)_contact"
)


def retired(name: str) -> bool:
    """Whether a name has a word that the glossary replaced."""
    return bool(RETIRED.search(name)) and not OF_THE_CRM.search(name)


def test_names_are_words_of_the_glossary(manifest: dict[str, Any]) -> None:
    kinds = ("nodes", "sources", "macros", "metrics")
    ours = [
        node
        for kind in kinds
        for node in manifest[kind].values()
        if node["package_name"] == "viaggio" and node["resource_type"] not in ("test", "unit_test")
    ]
    names = {node["name"] for node in ours} | {
        column
        for node in ours
        if node["resource_type"] in ("model", "source")
        for column in node.get("columns", {})
    }
    assert len(names) > 1500
    assert sorted(filter(retired, names)) == []
    assert all(map(retired, ("mart_contacts", "beating_voices", "is_path_entry")))
    assert not any(map(retired, ("stg_crm__contacts", "contact_id", "may_contact_share")))


def test_staging_models_lie_in_their_source_s_folder(manifest: dict[str, Any]) -> None:
    wrong = [
        m["name"]
        for m in models(manifest)
        if layer(m) == "staging" and not m["name"].startswith(f"stg_{m['fqn'][2]}__")
    ]
    assert wrong == []


def test_layers_read_only_what_they_may(manifest: dict[str, Any]) -> None:
    """Staging reads one raw table; only staging and audit read sources; nobody reads upwards."""
    may_read = {
        "staging": {"staging"},
        "intermediate": {"staging", "intermediate"},
        "marts": {"staging", "intermediate", "marts"},
        "audit": {"staging", "intermediate", "marts", "audit"},
        "semantic": {"marts"},
    }
    wrong = []
    for model in models(manifest):
        for parent in parents(manifest, model):
            reads_source = parent["resource_type"] == "source"
            if reads_source and layer(model) not in ("staging", "audit"):
                wrong.append(f"{model['name']} reads source {parent['name']}")
            if parent["resource_type"] == "model" and layer(parent) not in may_read[layer(model)]:
                wrong.append(f"{model['name']} reads {parent['name']}")
    assert wrong == []


def test_staging_reads_one_raw_table(manifest: dict[str, Any]) -> None:
    """One raw table each, and beside it only reference rates and the ledger."""
    wrong = []
    for model in models(manifest):
        if layer(model) != "staging":
            continue
        sources = [p for p in parents(manifest, model) if p["resource_type"] == "source"]
        raw = {s["unique_id"] for s in sources if s["source_name"] not in OWN_SOURCES}
        staged = {
            p["name"]
            for p in parents(manifest, model)
            if p["resource_type"] == "model" and p["fqn"][2] != model["fqn"][2]
        }
        if len(raw) > 1 or staged - {"stg_reference__daily_exchange_rates"}:
            wrong.append((model["name"], raw, staged))
    assert wrong == []


def test_each_raw_table_is_staged(manifest: dict[str, Any]) -> None:
    read = {
        (parent["source_name"], parent["name"])
        for model in models(manifest)
        if layer(model) == "staging"
        for parent in parents(manifest, model)
        if parent["resource_type"] == "source"
    }
    assert set(load_contract().tables) - read == set()


def test_each_raw_table_is_reconciled(manifest: dict[str, Any]) -> None:
    audit = manifest["nodes"]["model.viaggio.audit_reconciliation"]
    read = {
        (parent["source_name"], parent["name"])
        for parent in parents(manifest, audit)
        if parent["resource_type"] == "source"
    }
    assert set(load_contract().tables) - read == set()


def test_each_model_says_its_grain(manifest: dict[str, Any]) -> None:
    wrong = [m["name"] for m in models(manifest) if not m["description"].startswith("One row per")]
    assert wrong == []


def tables(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """Everything whose columns are described: models, sources and seeds."""
    seeds = [node for node in manifest["nodes"].values() if node["resource_type"] == "seed"]
    return [*models(manifest), *manifest["sources"].values(), *seeds]


def test_everything_is_described(manifest: dict[str, Any]) -> None:
    wrong = []
    for node in tables(manifest):
        if not node["description"]:
            wrong.append(node["unique_id"])
        if not node["columns"]:
            wrong.append(f"{node['unique_id']}: no columns")
        wrong += [f"{node['name']}.{c}" for c, v in node["columns"].items() if not v["description"]]
    assert wrong == []


# A reader sees one description at a time: in a tooltip, as the comment of a column.
REFERS_TO_ANOTHER = re.compile(
    r"(?:those|these|that (?:of|less)|their|its?|of (?:it|these|those)|the same|who|likewise)\b",
    re.IGNORECASE,
)


def reads_alone(description: str) -> bool:
    """A sentence of its own: long enough to say something, and about no other description."""
    words = re.findall(r"\w+", description)
    return len(words) >= 3 and not REFERS_TO_ANOTHER.match(description) and description[-1] in ".?"


@pytest.mark.parametrize(
    "description",
    [
        "",
        "Orders.",
        "Its value.",
        "Those over persons.",
        "The same, in_store.",
        "Of these, lost ones.",
    ],
)
def test_a_description_that_needs_another_is_found(description: str) -> None:
    assert not reads_alone(description)


def test_each_description_can_be_read_alone(manifest: dict[str, Any]) -> None:
    described = {
        f"{node['name']}.{name}": column["description"]
        for node in tables(manifest)
        for name, column in node["columns"].items()
    }
    described |= {name: metric["description"] for name, metric in manifest["metrics"].items()}
    wrong = {name: text for name, text in described.items() if not reads_alone(text.strip())}
    assert wrong == {}


def test_descriptions_of_columns_fit_a_tooltip(manifest: dict[str, Any]) -> None:
    wrong = [
        f"{node['name']}.{name}"
        for node in tables(manifest)
        for name, column in node["columns"].items()
        if len(column["description"]) > 300
    ]
    assert wrong == []


def test_a_text_that_columns_share_is_written_once() -> None:
    """A block of models/columns has at least two readers, and is named by them."""
    files = [*(PROJECT_DIR / "models").rglob("*.yml"), *(PROJECT_DIR / "seeds").rglob("*.yml")]
    texts = [path.read_text(encoding="utf-8") for path in files]
    read = Counter(name for text in texts for name in re.findall(r"doc\('(\w+)'\)", text))
    blocks = [
        name
        for path in (PROJECT_DIR / "models" / "columns").glob("*.md")
        for name in re.findall(r"{% docs (\w+) %}", path.read_text(encoding="utf-8"))
    ]
    assert len(blocks) > 300
    assert [name for name in blocks if read[name] < 2] == []
    assert sum(read[name] for name in blocks) >= 500


# Turns of phrase that no analytics engineer would write.
STILTED = re.compile(
    r"(?i:\b(anew|whoever|stands? beside|what is told|for who (?!writes))\b)"
    r"|(?:^|[.!:;\"#-] )(Of those that\b|Who [^?]*$)"
)


@pytest.mark.parametrize(
    ("text", "is_stilted"),
    [
        ("The table is built anew.", True),
        ("It is sent to whoever asks.", True),
        ("# Who buys twice is loyal.", True),
        ("-- Persons who buy twice are loyal.", False),
        ("Who buys twice?", False),
    ],
)
def test_a_stilted_text_is_found(text: str, is_stilted: bool) -> None:
    assert bool(STILTED.search(text)) is is_stilted


def test_texts_are_plain_english() -> None:
    found = []
    own = [path for path in PROJECT_DIR.iterdir() if not path.name.startswith((".", "data"))]
    files = [path for each in own for path in (each, *each.rglob("*"))]
    for path in files:
        is_text = path.suffix in (".py", ".sql", ".yml", ".md") and path.is_file()
        if is_text and path.name not in ("glossary.md", "test_house_rules.py"):
            lines = path.read_text(encoding="utf-8").splitlines()
            found += [
                f"{path}:{number}: {line.strip()}"
                for number, line in enumerate(lines, 1)
                if STILTED.search(line)
            ]
    assert not found, "\n".join(found)


def test_each_yaml_file_is_read_by_any_parser() -> None:
    """libyaml forgives what PyYAML's own parser refuses, and where it is missing nothing builds."""
    folders = ("analyses", "macros", "models", "seeds", "tests")
    files = [path for folder in folders for path in (PROJECT_DIR / folder).rglob("*.yml")]
    files += PROJECT_DIR.glob("*.yml")
    wrong = {}
    for path in files:
        try:
            list(yaml.parse(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader))
        except yaml.YAMLError as error:
            wrong[str(path.relative_to(PROJECT_DIR))] = str(error)
    assert wrong == {}


def test_each_moment_says_that_it_is_utc(manifest: dict[str, Any]) -> None:
    wrong = [
        f"{model['name']}.{name}"
        for model in models(manifest)
        if layer(model) == "marts"
        for name, column in model["columns"].items()
        if name.endswith("_at") and "UTC" not in column["description"]
    ]
    assert wrong == []


def test_examples_of_metrics_name_no_figures() -> None:
    """An answer depends on the data: written down, it is wrong with the next world."""
    text = (PROJECT_DIR / "docs" / "metrics.md").read_text(encoding="utf-8")
    examples = re.findall(r"```\n(.*?)```", text, re.DOTALL)
    assert len(examples) > 5
    assert [each for each in examples if re.search(r"\d\.\d", each)] == []


def test_metrics_exposures_and_analyses_are_described(manifest: dict[str, Any]) -> None:
    described = [n for n in manifest["nodes"].values() if n["resource_type"] == "analysis"]
    for kind in ("semantic_models", "metrics", "saved_queries", "exposures"):
        assert manifest[kind]
        described += manifest[kind].values()
    assert [node["unique_id"] for node in described if not node["description"]] == []


def test_exposures_say_whose_they_are_and_what_they_read(manifest: dict[str, Any]) -> None:
    wrong = [
        exposure["name"]
        for exposure in manifest["exposures"].values()
        if not exposure["owner"].get("name") or not exposure["depends_on"]["nodes"]
    ]
    assert wrong == []


def test_what_metrics_are_grouped_by_are_described_columns(manifest: dict[str, Any]) -> None:
    """Entities and dimensions are columns of their mart, under their own or another name."""
    wrong = []
    for semantic in manifest["semantic_models"].values():
        (mart,) = (manifest["nodes"][name] for name in semantic["depends_on"]["nodes"])
        wrong += [
            f"{semantic['name']}.{part['name']}"
            for part in (*semantic["entities"], *semantic["dimensions"])
            if (part["expr"] or part["name"]) not in mart["columns"]
        ]
    assert wrong == []


def test_the_list_of_metrics_is_true(manifest: dict[str, Any]) -> None:
    text = (PROJECT_DIR / "docs" / "metrics.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `(\w+)` \| (.+) \|$", text, re.MULTILINE))
    assert listed == {(m["name"], m["description"]) for m in manifest["metrics"].values()}
    assert f"\n{len(listed)} figures" in text


def test_the_list_of_analyses_is_true(manifest: dict[str, Any]) -> None:
    text = (PROJECT_DIR / "docs" / "bi.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| (.+\?) \| `(\w+)` \|$", text, re.MULTILINE))
    analyses = [
        node
        for node in manifest["nodes"].values()
        if node["original_file_path"].startswith("analyses/questions/")
    ]
    assert listed == {(n["description"], n["name"]) for n in analyses}


def test_each_macro_is_described(manifest: dict[str, Any]) -> None:
    ours = [m for m in manifest["macros"].values() if m["package_name"] == "viaggio"]
    wrong = [
        macro["name"]
        for macro in ours
        if not macro["description"]
        and not re.match(r"(duckdb|spark|default)__|test_", macro["name"])
    ]
    assert wrong == []


def test_each_model_has_a_tested_key(manifest: dict[str, Any]) -> None:
    """A unique test on a column or a combination of columns, for every model and seed of ours."""
    tested = {
        node["attached_node"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test"
        and (node.get("test_metadata") or {}).get("name", "").startswith("unique")
    }
    wrong = [m["name"] for m in models(manifest) if m["unique_id"] not in tested]
    assert wrong == []


def test_marts_and_audit_have_enforced_contracts(manifest: dict[str, Any]) -> None:
    wrong = [
        m["name"]
        for m in models(manifest)
        if layer(m) in ("marts", "audit") and not m["config"]["contract"]["enforced"]
    ]
    assert wrong == []


def test_no_test_is_written_twice(manifest: dict[str, Any]) -> None:
    seen: dict[str, str] = {}
    wrong = []
    for node in manifest["nodes"].values():
        metadata = node.get("test_metadata")
        if node["resource_type"] != "test" or not metadata:
            continue
        rule = json.dumps(
            [metadata["name"], node["attached_node"], node["column_name"], metadata["kwargs"]],
            sort_keys=True,
        )
        if rule in seen:
            wrong.append((node["name"], seen[rule]))
        seen[rule] = node["name"]
    assert wrong == []


def test_words_of_tests_name_no_figures(manifest: dict[str, Any]) -> None:
    """A bound is in the condition, which the message repeats; in the words it would be stale."""
    named = {"conserves": "totals", "rows_hold": "rules"}
    words = [
        text
        for node in manifest["nodes"].values()
        if (metadata := node.get("test_metadata")) and metadata["name"] in named
        for text in metadata["kwargs"][named[metadata["name"]]]
    ]
    assert len(words) > 80
    assert [text for text in words if re.search(r"[0-9']", text)] == []


def test_touchpoints_say_whether_their_model_is_built_by_day(manifest: dict[str, Any]) -> None:
    """What sums contacts up by day reads those marked so, and rebuilds the others whole."""
    union = next(m for m in models(manifest) if m["name"] == "int_touchpoints__unioned")
    marked = re.findall(r"(true|false) as is_by_day\s+from {{ ref\('(\w+)'\)", union["raw_code"])
    built_by_day = {
        parent["name"]: parent["config"]["materialized"] == "incremental"
        for parent in parents(manifest, union)
    }
    assert {name: mark == "true" for mark, name in marked} == built_by_day


def test_engines_differ_only_in_one_folder() -> None:
    wrong = [
        str(path.relative_to(PROJECT_DIR))
        for folder in ("models", "macros", "tests/generic", "tests/singular")
        for path in (PROJECT_DIR / folder).rglob("*.sql")
        if "cross_engine" not in path.parts
        and re.search(r"target\.type|adapter\.dispatch|spark__|duckdb__", path.read_text("utf-8"))
    ]
    assert wrong == []


def test_where_duckdb_spills_is_said_once() -> None:
    """`settings` are told to each connection, and DuckDB that has spilled refuses to be told."""
    outputs = yaml.safe_load((PROJECT_DIR / "profiles.yml").read_text(encoding="utf-8"))["viaggio"]
    on_duckdb = [each for each in outputs["outputs"].values() if each["type"] == "duckdb"]
    assert on_duckdb
    for output in on_duckdb:
        assert {"memory_limit", "temp_directory"} <= output["config_options"].keys()
        assert not {"memory_limit", "temp_directory"} & output["settings"].keys()


def test_no_outer_join_on_an_or() -> None:
    """DuckDB compares each row with each other where the condition is one of several."""
    ends = r"\n    (?:left|inner|cross|anti|semi|where|group|qualify)\b|\n\)"
    condition = re.compile(rf"left join ((?:(?!{ends}).)*)", re.DOTALL)
    wrong = [
        (str(path.relative_to(PROJECT_DIR)), " ".join(found.split()))
        for path in (PROJECT_DIR / "models").rglob("*.sql")
        for found in condition.findall(path.read_text(encoding="utf-8"))
        if re.search(r"\bor\b", found)
    ]
    assert wrong == []


FLAGS = re.compile(r"\bis_(?:bot|internal|machine|test)\b")


def test_a_fact_says_in_one_column_whether_a_row_counts(manifest: dict[str, Any]) -> None:
    wrong = [
        node["name"]
        for node in models(manifest)
        if layer(node) == "marts"
        and any(FLAGS.fullmatch(column) for column in node["columns"])
        and not {"is_excluded", "exclusion_reason"} <= node["columns"].keys()
    ]
    assert wrong == []


def test_nothing_but_that_column_decides_what_counts() -> None:
    """Facts pass the flags on; marts, metrics, analyses and answers ask for `is_excluded`."""
    asking = [
        *(PROJECT_DIR / "models" / "marts").rglob("mart_*.sql"),
        *(PROJECT_DIR / "models" / "marts").rglob("dim_*.sql"),
        *(PROJECT_DIR / "models" / "semantic").glob("*.yml"),
        *(PROJECT_DIR / "analyses").rglob("*.sql"),
        *(PROJECT_DIR / "dashboard").rglob("*.sql"),
    ]
    wrong = [path.name for path in asking if FLAGS.search(path.read_text(encoding="utf-8"))]
    assert wrong == []


def test_what_is_private_is_the_layer_between(manifest: dict[str, Any]) -> None:
    """Each model has somebody to answer for it; others build on marts and audit only."""
    access = {"staging": "protected", "intermediate": "private", "marts": "public"}
    wrong = [
        m["name"]
        for m in models(manifest)
        if not m["group"] or m["access"] != access.get(layer(m), "public")
    ]
    assert wrong == []


def test_each_variable_is_explained() -> None:
    lines = (PROJECT_DIR / "dbt_project.yml").read_text(encoding="utf-8").splitlines()
    variables = yaml.safe_load("\n".join(lines))["vars"]
    wrong = [
        name
        for name in variables
        for number, line in enumerate(lines)
        if line.startswith(f"  {name}:")
        and not lines[number - 1].lstrip().startswith("#")
        and not any(lines[number - 1].startswith(f"  {other}:") for other in variables)
    ]
    assert wrong == []


def test_seeds_hold_rules_not_raw_data(manifest: dict[str, Any]) -> None:
    """A seed is small enough to be reviewed line by line."""
    wrong = [
        str(path.relative_to(PROJECT_DIR))
        for path in (PROJECT_DIR / "seeds").rglob("*.csv")
        if path.stat().st_size > 500 * 1024
    ]
    assert wrong == []


# A path between quotes in SQL: `attach '{path}'`, `copy ... to '{path}'`, `read_csv('{path}')`.
PATH_IN_SQL = re.compile(r"(?i)(\b(attach|copy|to|from)|\bread_\w+\s*\(\s*\[?|_directory\s*=)\s*'$")


def test_paths_reach_sql_through_one_helper_only() -> None:
    """A path may hold quotes, brackets and stars (viaggio/workspace/sql.py)."""
    found = []
    rooms = (
        "viaggio",
        "orchestration",
        "expectations",
        "adapters",
        "ingest",
        "sample_data",
        "dashboard",
        "benchmarks",
    )
    for room in rooms:
        for path in sorted((PROJECT_DIR / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.JoinedStr):
                    parts = zip(node.values, node.values[1:], strict=False)
                    found += [
                        f"{path.relative_to(PROJECT_DIR)}:{node.lineno}"
                        for before, value in parts
                        if isinstance(before, ast.Constant)
                        and isinstance(value, ast.FormattedValue)
                        and PATH_IN_SQL.search(str(before.value))
                    ]
    assert not found, "use viaggio.workspace.sql: file_to_read, file_to_write, files_below"
