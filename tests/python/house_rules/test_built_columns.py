"""What is documented is what is built."""

from __future__ import annotations

import duckdb
import pytest

from tests.python.conftest import Built
from viaggio.workspace.dbt_project import load_manifest

pytestmark = pytest.mark.slow


def test_every_built_column_is_documented_and_no_other(built: Built) -> None:
    with duckdb.connect(str(built.data_dir.warehouse), read_only=True) as connection:
        columns = connection.execute(
            "select table_schema || '.' || table_name, list(column_name) "
            "from information_schema.columns where table_name <> 'build_note' group by all"
        ).fetchall()
    in_warehouse = {name: set(found) for name, found in columns}
    documented = {
        f"{node['schema']}.{node['alias']}": set(node["columns"])
        for node in load_manifest(built.data_dir).content["nodes"].values()
        if node["resource_type"] in ("model", "seed")
    }
    different = {
        name: found ^ documented.get(name, set())
        for name, found in in_warehouse.items()
        if found != documented.get(name)
    }
    assert different == {}
    assert documented.keys() == in_warehouse.keys()
