"""Reading dbt's models: which there are, where their rows come from, and a view to validate."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from expectations.contract import raw_tables
from expectations.session import Session
from viaggio.workspace.dbt_project import load_manifest
from viaggio.workspace.manifest import Manifest, Node, RawTable
from viaggio.workspace.sql import file_to_write


@dataclass(frozen=True)
class Model:
    """A model as dbt built it; `raw` is the raw table it is staged from, if it reads one.

    `follows` are the raw tables whose new days are the model's, if it is rebuilt by day; else all
    those it is made of. `has_days`: it is rebuilt by day, or a view over what is; anything else is
    built whole and validated whole, whether or not its rows carry a day.
    """

    name: str
    folder: str
    columns: tuple[str, ...]
    raw: RawTable | None
    follows: frozenset[RawTable]
    has_days: bool


def attach(session: Session) -> None:
    """Make `warehouse.duckdb` readable as `warehouse`, for as long as the session is open.

    Raises:
        FileNotFoundError: It has not been built yet.
    """
    path = session.data_dir.warehouse
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing: build the models first (`dbt build`).")
    session.execute(f"attach {file_to_write(path)} as warehouse (read_only)")


def built_columns(session: Session, schema: str) -> dict[str, tuple[str, ...]]:
    """Columns of every table of a schema of the warehouse."""
    found = session.execute(
        "select table_name, list(column_name order by column_index) from duckdb_columns() "
        f"where database_name = 'warehouse' and schema_name = '{schema}' group by table_name"
    )
    return {name: tuple(columns) for name, columns in found}


def models_of(session: Session, layer: str) -> list[Model]:
    """Models of a layer, by folder and name; a model that is not built has no columns."""
    manifest = load_manifest(session.data_dir)
    built = built_columns(session, layer)
    nodes = [node for node in manifest.models if node.layer == layer]
    return [
        _model(manifest, node, built.get(node.name, ()))
        for node in sorted(nodes, key=lambda node: (node.folder, node.name))
    ]


def _model(manifest: Manifest, node: Node, columns: tuple[str, ...]) -> Model:
    contract = raw_tables().keys()
    staged_from = sorted(manifest.sources_of(node) & contract)
    made_of = manifest.upstream_raw(node) & contract
    return Model(
        name=node.name,
        folder=node.folder,
        columns=columns,
        raw=staged_from[0] if staged_from else None,
        follows=node.follows & contract if node.is_daily else made_of,
        has_days=node.is_daily or node.is_view,
    )


def changed(session: Session, models: Collection[Model]) -> Iterator[Model]:
    """Models that may have changed: all but those whose raw tables received nothing."""
    for model in models:
        if not model.follows or not all(session.skips(*table) for table in model.follows):
            yield model


def create_view(
    session: Session,
    layer: str,
    model: Model,
    raw: Collection[RawTable] | None = None,
    day: str = "event_day",
) -> str:
    """A view of the model's days to validate, named as the model; of all rows if it has no days.

    Args:
        session: What is read through.
        layer: The schema of the model.
        model: The model.
        raw: The raw tables whose new days are the model's; by default those it follows.
        day: The column with the day.

    A model that is not built gets a view without its columns, so that its suite says so.
    """
    if not model.columns:
        relation = f'select cast(null as integer) as "{model.name} is not built"'
    else:
        tables = model.follows if raw is None else raw
        has_days = model.has_days and day in model.columns and tables
        where = session.day_filter(*tables, column=day) if has_days else "true"
        relation = f"select * from warehouse.{layer}.{model.name} where {where}"
    session.execute(f"create view {model.name} as {relation}")
    return model.name
