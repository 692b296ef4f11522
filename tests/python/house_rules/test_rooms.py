"""The rooms of the Python: imports lead down only, and no room is larger than the rest can bear."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from viaggio.workspace.paths import PROJECT_DIR

# From the ground up. A room imports from lower floors, not from others on its own floor or above.
# On the top floor, benchmarks and tests look into every room and lend each other their helpers.
FLOORS = (
    ("viaggio.workspace",),
    ("viaggio.exports",),
    ("viaggio.landing", "viaggio.publishing"),
    ("viaggio.attribution", "viaggio.erasure"),
    ("adapters", "dashboard", "expectations", "ingest", "sample_data"),
    ("viaggio.alerts",),
    ("orchestration",),
    ("viaggio.cli",),
    ("benchmarks", "tests"),
)
FLOOR_OF = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
PACKAGES = sorted({room.partition(".")[0] for room in FLOOR_OF})


def room_of(module: str) -> str | None:
    """The room that a module belongs to; none for other people's."""
    return next((room for room in FLOOR_OF if f"{module}.".startswith(f"{room}.")), None)


def may_import(room: str, other: str) -> bool:
    return FLOOR_OF[other] < FLOOR_OF[room] or FLOOR_OF[room] == len(FLOORS) - 1


def files() -> Iterator[tuple[str, Path]]:
    """Each Python file of the project with the room it lies in."""
    for package in PACKAGES:
        for path in sorted((PROJECT_DIR / package).rglob("*.py")):
            module = ".".join(path.relative_to(PROJECT_DIR).with_suffix("").parts)
            if room := room_of(module):
                yield room, path


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Modules that a file imports, wherever in it, each with its line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{name.name}") for name in node.names)


def test_each_file_lies_in_a_room() -> None:
    outside = [
        path.relative_to(PROJECT_DIR)
        for package in PACKAGES
        for path in (PROJECT_DIR / package).rglob("*.py")
        if room_of(".".join(path.relative_to(PROJECT_DIR).with_suffix("").parts)) is None
    ]
    assert set(outside) <= {Path("viaggio/__init__.py"), Path("viaggio/__main__.py")}


def test_imports_lead_down() -> None:
    wrong = [
        f"{path.relative_to(PROJECT_DIR)}:{line} imports {module}"
        for room, path in files()
        for line, module in imported(path)
        if (other := room_of(module)) and other != room and not may_import(room, other)
    ]
    assert wrong == []


def test_no_room_holds_more_than_a_fifth() -> None:
    """Of the lines of Python without its tests, so that each room can be known whole."""
    lines: Counter[str] = Counter()
    for room, path in files():
        if room != "tests":
            lines[room] += len(path.read_text(encoding="utf-8").splitlines())
    shares = {room: count / lines.total() for room, count in lines.items()}
    assert {room: f"{share:.1%}" for room, share in shares.items() if share > 0.2} == {}
