"""Reading dbt's models: which there are, where their rows come from, and a view to validate."""

from __future__ import annotations

import re
from dataclasses import dataclass

from expectations.session import Session
from orchestration.paths import PROJECT_DIR

_SOURCE = re.compile(r"""source\(\s*['"](\w+)['"]\s*,\s*['"](\w+)['"]\s*\)""")


@dataclass(frozen=True)
class Model:
    """A model as dbt built it; `raw` is the raw table it is staged from, if it reads one."""

    name: str
    folder: str
    columns: tuple[str, ...]
    raw: tuple[str, str] | None

    @property
    def is_by_day(self) -> bool:
        """Whether it is staged day by day, so that the new days can be read alone."""
        return "event_day" in self.columns


def attach(session: Session) -> None:
    """Make `warehouse.duckdb` readable as `warehouse`, for as long as the session is open.

    Raises:
        FileNotFoundError: It has not been built yet.
    """
    path = session.data_dir.warehouse
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing: build the models first (`dbt build`).")
    session.execute(f"attach '{path}' as warehouse (read_only)")


def built_columns(session: Session, schema: str) -> dict[str, tuple[str, ...]]:
    """Columns of every table of a schema of the warehouse."""
    found = session.execute(
        "select table_name, list(column_name order by column_index) from duckdb_columns() "
        f"where database_name = 'warehouse' and schema_name = '{schema}' group by table_name"
    )
    return {name: tuple(columns) for name, columns in found}


def models_of(session: Session, layer: str) -> list[Model]:
    """Models of a layer, in order of their files; a model that is not built has no columns."""
    built = built_columns(session, layer)
    models = []
    for path in sorted((PROJECT_DIR / "models" / layer).glob("*/*.sql")):
        source = _SOURCE.search(path.read_text(encoding="utf-8"))
        raw = (source.group(1), source.group(2)) if source else None
        models.append(Model(path.stem, path.parent.name, built.get(path.stem, ()), raw))
    return models


def create_view(session: Session, layer: str, model: Model, raw: tuple[str, str] | None) -> str:
    """A view of the model's days to validate, named as the model; of all rows if it has no days.

    Args:
        session: What is read through.
        layer: The schema of the model.
        model: The model.
        raw: The raw table whose new days are the model's; None reads all rows.

    A model that is not built gets a view without its columns, so that its suite says so.
    """
    if not model.columns:
        relation = f'select null as "{model.name} is not built"'
    else:
        where = "true"
        if model.is_by_day and raw and session.days is not None:
            where = session.day_filter(*raw)
        relation = f"select * from warehouse.{layer}.{model.name} where {where}"
    session.execute(f"create view {model.name} as {relation}")
    return model.name
