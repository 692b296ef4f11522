"""Pages that lead from published columns to raw ones and draw the models by area.

Three pages share one file of data (`data.js`) and one script: the front page, the columns and the
areas. They open from a folder, without a server.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

from viaggio.publishing.lineage import ADDED, ROWS, Lineage, Reference, read_lineage
from viaggio.workspace.manifest import Node, Source
from viaggio.workspace.pages import page

ASSETS = Path(__file__).with_name("pages")
FRONT_PAGE = "index.html"
MODELS_PAGE = "models.html"
COLUMNS_PAGE = "columns.html"
AREAS_PAGE = "areas.html"

PUBLISHED = ("marts", "audit")
LAYERS = ("raw", "records", "seeds", "staging", "intermediate", *PUBLISHED)
# An expression is shown up to this many characters.
_LONGEST_SQL = 1500


class Begin(Enum):
    """Where a column begins, in the words of the pages."""

    VALUES = "raw columns"
    CHOSEN = "a list or constants, chosen by raw columns"
    ROWS = "rows of raw tables, counted or marked"
    RECORDS = "Viaggio's own records"
    SEED = "a list in seeds/"
    CONSTANT = "constants of the models"


@dataclass(frozen=True)
class Project:
    """dbt's manifest, compiled, and the lineage of its columns."""

    manifest: Mapping[str, Any]
    lineage: Lineage

    @classmethod
    def read(cls, manifest: Mapping[str, Any]) -> Project:
        """Read the lineage from the compiled SQL.

        Raises:
            LineageError: A model cannot be followed.
        """
        return cls(manifest, read_lineage(manifest))

    @cached_property
    def published(self) -> list[Reference]:
        """All columns of marts and audit."""
        return [
            (name, column)
            for name, node in self.manifest["nodes"].items()
            if node["resource_type"] == "model" and node["schema"] in PUBLISHED
            for column in node["columns"]
        ]

    def begin(self, column: Reference) -> Begin:
        """Where a column begins: at the raw tables, or why not there."""
        ends = self.lineage.ends(column)
        further = self.lineage.ends(column, chosen=True)
        raw, records, seeds = self._places
        if any(name in raw and part != ROWS for name, part in ends):
            return Begin.VALUES
        if any(name in raw for name, _ in ends):
            return Begin.ROWS
        if any(name in raw and part != ROWS for name, part in further):
            return Begin.CHOSEN
        if any(name in raw for name, _ in further):
            return Begin.ROWS
        if any(name in records for name, _ in further):
            return Begin.RECORDS
        return Begin.SEED if any(name in seeds for name, _ in further) else Begin.CONSTANT

    @cached_property
    def _places(self) -> tuple[set[str], set[str], set[str]]:
        sources = {name: Source(each) for name, each in self.manifest["sources"].items()}
        raw = {name for name, source in sources.items() if source.is_raw}
        seeds = {name for name in self.manifest["nodes"] if name.startswith("seed.")}
        return raw, sources.keys() - raw, seeds


def write_pages(project: Project, folder: Path) -> list[Path]:
    """Write the pages, their script and their data; returns the pages."""
    folder.mkdir(parents=True, exist_ok=True)
    data = json.dumps(_data(project), ensure_ascii=False, separators=(",", ":"))
    (folder / "data.js").write_text(f"const DATA = {data};\n", encoding="utf-8")
    style = (ASSETS / "pages.css").read_text(encoding="utf-8")
    for asset in ASSETS.glob("*.js"):
        (folder / asset.name).write_text(asset.read_text(encoding="utf-8"), encoding="utf-8")
    bodies = {
        FRONT_PAGE: ("Viaggio: tables and columns", _front(project), "front.js"),
        COLUMNS_PAGE: ("Where columns come from", _COLUMNS, "columns.js"),
        AREAS_PAGE: ("Models by area", _AREAS, "areas.js"),
    }
    for name, (title, body, script) in bodies.items():
        scripts = "".join(
            f'<script src="{each}" defer></script>' for each in ("data.js", "shared.js", script)
        )
        text = page(title, f"{_navigation(name)}{body}", style=style, head=scripts)
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in bodies]


def _navigation(current: str) -> str:
    links = {
        FRONT_PAGE: "Tables and columns",
        COLUMNS_PAGE: "Column lineage",
        AREAS_PAGE: "Models by area",
        MODELS_PAGE: "dbt docs",
        "../validation/docs/index.html": "Expectations",
    }
    items = [
        f"<b>{words}</b>" if link == current else f'<a href="{link}">{words}</a>'
        for link, words in links.items()
    ]
    return f"<nav>{' · '.join(items)}</nav>"


_SEARCH = (
    '<p><input id="search" type="search" autocomplete="off" aria-label="Search tables and columns"'
    ' placeholder="Search tables and columns, such as net_revenue"></p><ul id="found"></ul>'
)
_COLUMNS = f'<h1>Where columns come from</h1>{_SEARCH}<div id="view"></div>'
_AREAS = f'<h1>Models by area</h1>{_SEARCH}<div id="view"></div>'


def _front(project: Project) -> str:
    counts = Counter(map(project.begin, project.published))
    rows = "".join(
        f'<tr><td>{escape(begin.value)}</td><td class="number">{counts[begin]:,}</td></tr>'
        for begin in Begin
    )
    return (
        f"<h1>Tables and columns</h1>{_SEARCH}"
        "<p>Choose a table to read its columns and follow each to the raw tables. "
        f'<a href="{AREAS_PAGE}">Models by area</a> draws how the models depend on each other; '
        f'<a href="{MODELS_PAGE}">dbt docs</a> has their SQL, tests and owners.</p>'
        '<div id="view"></div>'
        f"<h2>Where the {len(project.published):,} published columns begin</h2>"
        f"<table class=narrow><tr><th>Begins at</th><th>Columns</th></tr>{rows}</table>"
    )


def _data(project: Project) -> dict[str, Any]:
    """What the scripts read. A reference is `[table, column]` by position; -1 are the rows."""
    manifest = project.manifest
    nodes = [*_tables(manifest)]
    place = {node["unique_id"]: number for number, node in enumerate(nodes)}
    columns = {node["unique_id"]: _columns(node) for node in nodes}
    positions = {
        name: {column.lower(): number for number, column in enumerate(each)}
        for name, each in columns.items()
    }

    def references(origins: Iterable[Reference]) -> list[list[int]]:
        return [
            [place[name], -1 if column == ROWS else positions[name][column]]
            for name, column in origins
        ]

    def column(name: str, words: str, node: Mapping[str, Any]) -> list[Any]:
        origin = project.lineage.origins.get((node["unique_id"], name))
        if origin is None:
            return [name, words]
        begin = list(Begin).index(project.begin((node["unique_id"], name)))
        sql = origin.sql[:_LONGEST_SQL] if origin.is_computed else ""
        values, chosen = references(origin.columns), references(origin.chosen_by)
        return [name, words, begin, sql, values, chosen]

    read_by: defaultdict[str, list[str]] = defaultdict(list)
    for exposure in manifest["exposures"].values():
        for name in exposure["depends_on"]["nodes"]:
            read_by[name].append(exposure["label"] or exposure["name"])
    return {
        "layers": LAYERS,
        "begins": [begin.value for begin in Begin],
        "tables": [
            {
                "id": node["unique_id"],
                "name": _name(node),
                "layer": _layer(node),
                "area": _area(node),
                "words": node["description"],
                "columns": [
                    column(name, words, node) for name, words in columns[node["unique_id"]].items()
                ],
                "rows": references(
                    project.lineage.origins[node["unique_id"], ROWS].columns
                    if (node["unique_id"], ROWS) in project.lineage.origins
                    else ()
                ),
                "parents": [place[parent] for parent in Node(node).parents if parent in place]
                if node["resource_type"] == "model"
                else [],
                "pages": read_by[node["unique_id"]],
            }
            for node in nodes
        ],
    }


def _tables(manifest: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """Raw tables, seeds and models, layer by layer."""
    found = [
        *manifest["sources"].values(),
        *(
            node
            for node in manifest["nodes"].values()
            if node["resource_type"] in ("model", "seed") and node.get("relation_name")
        ),
    ]
    return sorted(found, key=lambda node: (LAYERS.index(_layer(node)), _area(node), _name(node)))


def _columns(node: Mapping[str, Any]) -> dict[str, str]:
    columns = {name: each["description"] for name, each in node["columns"].items()}
    if node["resource_type"] == "source":
        return {**columns, **{name: "Added by landing." for name in ADDED if name not in columns}}
    return columns


def _name(node: Mapping[str, Any]) -> str:
    if node["resource_type"] == "source":
        return f"{node['source_name']}.{node['name']}"
    return node["name"]


def _layer(node: Mapping[str, Any]) -> str:
    if node["resource_type"] == "source":
        return "raw" if Source(node).is_raw else "records"
    return node["schema"]


def _area(node: Mapping[str, Any]) -> str:
    """The folder of a table below its layer."""
    if node["resource_type"] == "source":
        return node["source_name"]
    folders = node["fqn"][1:-1] if node["resource_type"] == "seed" else node["fqn"][2:-1]
    return folders[0] if folders else node["schema"]
