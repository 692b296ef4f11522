"""Where each column comes from, read from the SQL that dbt compiled.

A column comes from the columns that its expression reads, through all queries (CTEs) of its model.
A count of rows comes from the rows of what it counts, written as the column `*`.

What a lookup gives is also chosen: by the join condition that finds its row. A constant is chosen
by the rows that it is written for. Filters and groups are no part of lineage.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError
from sqlglot.optimizer import Scope, build_scope
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import walk_in_scope
from sqlglot.schema import MappingSchema

ROWS = "*"
DIALECT = "duckdb"
# What landing and DuckDB add to the columns of the contract; staging reads these.
ADDED = {
    "_source_file": "varchar",
    "_source_row": "bigint",
    "_loaded_at": "timestamp",
    "_row_hash": "bigint",
    "_key_hash": "bigint",
    "event_day": "date",
    "filename": "varchar",
    "file_row_number": "bigint",
}


class LineageError(ValueError):
    """A model's SQL cannot be followed; the message names the model and the place."""


# A table or model by dbt's id, and a column of it, or `*` for its rows.
Reference = tuple[str, str]
# Database, schema and name of a table.
Address = tuple[str, str, str]


@dataclass(frozen=True)
class Origin:
    """What a column is made of.

    Attributes:
        columns: Columns (or rows) of tables whose values it is made of, sorted.
        chosen_by: Columns (or rows) of tables that decide which value it has, sorted.
        is_computed: False if the model passes a column on as it is, under any name.
        sql: The expression that computes it, and on further lines those of the queries before, as
            long as each has one; or the name of the column passed on.
    """

    columns: tuple[Reference, ...]
    chosen_by: tuple[Reference, ...]
    is_computed: bool
    sql: str


@dataclass(frozen=True)
class Lineage:
    """Origins of every column of every model, and of the rows of the model (`*`)."""

    origins: Mapping[Reference, Origin]

    def ends(self, column: Reference, *, chosen: bool = False) -> set[Reference]:
        """Columns and rows upstream that come from no other: of sources, seeds, or constants.

        With `chosen`, also those that only decide which value it has.
        """
        ends: set[Reference] = set()
        seen = {column}
        ahead = [column]
        while ahead:
            reference = ahead.pop()
            origin = self.origins.get(reference)
            parents = set(origin.columns) if origin else set()
            if origin and chosen:
                parents |= set(origin.chosen_by)
            if not parents:
                ends.add(reference)
            ahead += parents - seen
            seen |= parents
        return ends


def read_lineage(manifest: Mapping[str, Any]) -> Lineage:
    """Lineage of all models of a manifest of dbt that has their compiled SQL.

    Raises:
        LineageError: A model's SQL cannot be parsed, or has a column that cannot be found.
    """
    tables = {**manifest["sources"], **_relations(manifest)}
    ids = {_address(node): name for name, node in tables.items()}
    files = {_location(node): _relation(node) for node in manifest["sources"].values()}
    schema: dict[str, Any] = {}
    for node in tables.values():
        database, folder, name = _address(node)
        schema.setdefault(database, {}).setdefault(folder, {})[name] = _columns(node)
    known = MappingSchema(schema, dialect=DIALECT)
    origins: dict[Reference, Origin] = {}
    for name, node in tables.items():
        if node["resource_type"] == "model" and node.get("compiled_code"):
            sql = node["compiled_code"]
            for location, relation in files.items():
                sql = sql.replace(location, relation)
            origins.update(_Model(name, sql, known, ids).origins(node["columns"]))
    return Lineage(origins)


def _relations(manifest: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: node
        for name, node in manifest["nodes"].items()
        if node["resource_type"] in ("model", "seed") and node.get("relation_name")
    }


def _address(node: Mapping[str, Any]) -> Address:
    name = node.get("identifier") or node.get("alias") or node["name"]
    return node["database"].lower(), node["schema"].lower(), name.lower()


def _relation(node: Mapping[str, Any]) -> str:
    return ".".join(f'"{part}"' for part in _address(node))


def _location(source: Mapping[str, Any]) -> str:
    """The source as dbt-duckdb writes it into compiled SQL."""
    meta = source["meta"]
    return meta["external_location"].format(name=source["name"], **meta)


def _columns(node: Mapping[str, Any]) -> dict[str, str]:
    columns = {
        name.lower(): column.get("data_type") or "unknown"
        for name, column in node["columns"].items()
    }
    return {**columns, **ADDED} if node["resource_type"] == "source" else columns


class _Model:
    """The queries of one model."""

    def __init__(
        self, name: str, sql: str, schema: MappingSchema, ids: Mapping[Address, str]
    ) -> None:
        self.name = name
        self.schema = schema
        self.ids = ids
        try:
            query = qualify(
                parse_one(sql, dialect=DIALECT),
                dialect=DIALECT,
                schema=schema,
                identify=False,
                quote_identifiers=False,
                validate_qualify_columns=False,
                allow_partial_qualification=True,
            )
            scope = build_scope(query)
        except SqlglotError as error:
            raise LineageError(f"{name}: {error}") from error
        if scope is None:
            raise LineageError(f"{name}: the compiled SQL is no query")
        self.scope = scope
        self.queries = {id(each.expression): each for each in scope.traverse()}
        self.found: dict[tuple[int, str], Origin] = {}
        self.open: set[tuple[int, str]] = set()
        self.choosing: dict[tuple[int, str], frozenset[Reference]] = {}
        # Whether a query reads itself, and what the round before found of it.
        self.is_recursive = False
        self.before: dict[tuple[int, str], Origin] = {}

    def origins(self, columns: Collection[str]) -> dict[Reference, Origin]:
        """Origins of the model's columns, and of its rows."""
        while True:
            found = {(self.name, each): self.column(self.scope, each.lower()) for each in columns}
            found[self.name, ROWS] = self._rows_of(self.scope)
            if not self.is_recursive or _values(self.found) == _values(self.before):
                return found
            self.before, self.found, self.choosing = self.found, {}, {}

    def column(self, scope: Scope, column: str) -> Origin:
        """Origin of an output column of a query."""
        return self._once(scope, column, lambda: self._column(scope, column))

    def _rows_of(self, scope: Scope) -> Origin:
        return self._once(scope, ROWS, lambda: _origin(self.rows(scope)))

    def _once(self, scope: Scope, column: str, find: Callable[[], Origin]) -> Origin:
        """Find an origin once; within itself it is what the round before found."""
        key = id(scope), column
        if key in self.open:
            self.is_recursive = True
            return self.before.get(key, _origin(()))
        if key not in self.found:
            self.open.add(key)
            self.found[key] = find()
            self.open.remove(key)
        return self.found[key]

    def _column(self, scope: Scope, column: str) -> Origin:
        query = scope.expression
        if isinstance(query, exp.Select):
            return self._expression(scope, query.selects[self._position(scope, column)])
        if isinstance(query, exp.SetOperation):
            position = self._position(scope, column)
            return _united(
                [
                    self.column(each, _names(each.expression)[position])
                    for each in scope.union_scopes
                ]
            )
        # A table function: what it gives is made of all that it reads.
        return self._expression(scope, query)

    def _position(self, scope: Scope, column: str) -> int:
        names = _names(scope.expression)
        if column not in names:
            raise self._error(f"there is no column {column}", scope)
        return names.index(column)

    def _expression(self, scope: Scope, expression: exp.Expr) -> Origin:
        bare = expression.unalias()
        if isinstance(bare, exp.Column):
            return self._of(scope, bare)
        columns: set[Reference] = set()
        chosen_by: set[Reference] = set()
        before: dict[str, None] = {}
        is_constant = True
        for part in self._parts(scope, expression):
            is_constant &= not isinstance(part, (exp.Column, exp.Query, exp.Count))
            if isinstance(part, exp.Column):
                origin = self._of(scope, part)
                columns.update(origin.columns)
                chosen_by.update(origin.chosen_by)
                if origin.is_computed:
                    before[origin.sql] = None
            elif isinstance(part, exp.Count) and not part.find(exp.Column):
                columns |= self.rows(scope)
            elif isinstance(part, exp.Query) and part is not expression:
                columns |= self._subquery(scope, part)
        if is_constant:
            chosen_by |= self.rows(scope)
        sql = bare.sql(DIALECT, comments=False)
        # What a query only rounds or renames is computed by the one before.
        steps = [sql, *before] if len(before) == 1 else [sql]
        return _origin(columns, chosen_by, "\n".join(steps), is_computed=True)

    def _parts(self, scope: Scope, expression: exp.Expr) -> Iterator[exp.Expr]:
        """The parts of an expression, with those of a window that it names."""
        windows = scope.expression.args.get("windows") or ()
        for part in walk_in_scope(expression):
            yield part
            if isinstance(part, exp.Window) and part.alias:
                named = (window for window in windows if window.name == part.alias)
                for window in named:
                    yield from walk_in_scope(window)

    def _subquery(self, scope: Scope, query: exp.Query) -> set[Reference]:
        """What a query within an expression gives."""
        bare = query.unnest()
        (inner,) = (each for each in scope.subquery_scopes if each.expression is bare)
        if isinstance(query.parent, exp.Exists):
            return self.rows(inner)
        parts = (self.column(inner, name).columns for name in _names(bare))
        return {reference for part in parts for reference in part}

    def _of(self, scope: Scope, column: exp.Column) -> Origin:
        """Origin of a column that a query reads."""
        inside: Scope | None = scope
        while inside is not None and column.table not in inside.sources:
            inside = inside.parent
        if inside is None:
            raise self._error(f"no table has the column {column.sql(DIALECT)}", scope)
        source = self._whole(inside.sources[column.table])
        name = column.name.lower()
        if isinstance(source, Scope):
            origin = self.column(source, name)
        elif not isinstance(source, exp.Table):
            raise self._error(f"{column.table} is no table", scope)
        else:
            if name not in self.schema.column_names(source):
                raise self._error(f"{source.name} has no column {name}", scope)
            origin = _origin({self._reference(source, name)}, sql=name)
        chosen_by = self._choosing(inside, column.table)
        return replace(origin, chosen_by=_sorted({*origin.chosen_by, *chosen_by}))

    def _whole(self, source: Scope | exp.Expr) -> Scope | exp.Expr:
        """A recursive query as a whole, where it reads what it has so far."""
        if isinstance(source, Scope) and self.queries.get(id(source.expression)) is not source:
            return self.queries.get(id(source.expression.parent), source)
        return source

    def _choosing(self, scope: Scope, source: str) -> frozenset[Reference]:
        """Columns of other tables that choose the rows of a joined one."""
        key = id(scope), source
        if key not in self.choosing:
            self.choosing[key] = frozenset()
            self.choosing[key] = frozenset(self._chosen(scope, source))
        return self.choosing[key]

    def _chosen(self, scope: Scope, source: str) -> Iterator[Reference]:
        for join in scope.expression.args.get("joins") or ():
            condition = join.args.get("on") or scope.expression.args.get("where")
            if join.this.alias_or_name == source and condition:
                for part in walk_in_scope(condition):
                    if isinstance(part, exp.Column) and part.table != source:
                        yield from self._of(scope, part).columns

    def rows(self, scope: Scope) -> set[Reference]:
        """Rows of tables that a query's rows come from; not those it only looks up."""
        query = scope.expression
        if isinstance(query, exp.SetOperation):
            return {row for each in scope.union_scopes for row in self._rows_of(each).columns}
        if not isinstance(query, exp.Select):
            return set(self._expression(scope, query).columns)
        joined = [
            join.this
            for join in query.args.get("joins") or ()
            if join.side != "LEFT" and join.kind not in ("SEMI", "ANTI")
        ]
        first = query.args.get("from_")
        rows: set[Reference] = set()
        for each in [first.this, *joined] if first else joined:
            source = self._whole(scope.sources[each.alias_or_name])
            if isinstance(source, Scope):
                rows.update(self._rows_of(source).columns)
            elif isinstance(source, exp.Table):
                rows.add(self._reference(source, ROWS))
        return rows

    def _reference(self, table: exp.Table, column: str) -> Reference:
        address = table.catalog.lower(), table.db.lower(), table.name.lower()
        if address not in self.ids:
            raise LineageError(f"{self.name}: {'.'.join(address)} is no table of dbt")
        return self.ids[address], column

    def _error(self, words: str, scope: Scope) -> LineageError:
        return LineageError(f"{self.name}: {words} in\n{scope.expression.sql(DIALECT)[:2000]}")


def _values(found: Mapping[tuple[int, str], Origin]) -> dict[tuple[int, str], tuple]:
    """Origins without the words, which grow from round to round."""
    return {key: (origin.columns, origin.chosen_by) for key, origin in found.items()}


def _names(query: exp.Expr) -> list[str]:
    """Names of the columns that a query gives."""
    selects = query.selects if isinstance(query, exp.Query) else []
    return [each.alias_or_name.lower() for each in selects]


def _origin(
    columns: Iterable[Reference],
    chosen_by: Iterable[Reference] = (),
    sql: str = "",
    *,
    is_computed: bool = False,
) -> Origin:
    return Origin(_sorted(columns), _sorted(chosen_by), is_computed, sql)


def _united(parts: list[Origin]) -> Origin:
    """The origin of a column of a union."""
    return _origin(
        {reference for part in parts for reference in part.columns},
        {reference for part in parts for reference in part.chosen_by},
        "\n".join(dict.fromkeys(part.sql for part in parts)),
        is_computed=any(part.is_computed for part in parts),
    )


def _sorted(references: Iterable[Reference]) -> tuple[Reference, ...]:
    return tuple(sorted(set(references)))
