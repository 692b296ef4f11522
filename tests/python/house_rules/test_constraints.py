"""constraints.txt pins what pyproject.toml asks for, and names no host."""

from __future__ import annotations

import re
import tomllib

from viaggio.workspace.paths import PROJECT_DIR

PIN = re.compile(r"(?P<name>[a-z0-9][a-z0-9-]*)==(?P<version>[0-9][0-9A-Za-z.+]*)( ; .+)?")


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.partition("[")[0]).lower()


def constraints() -> dict[str, str]:
    """Each pinned package with its version."""
    lines = (PROJECT_DIR / "constraints.txt").read_text(encoding="utf-8").splitlines()
    found = [PIN.fullmatch(line) for line in lines if not line.startswith("#")]
    assert None not in found, "a line is no pin"
    return {pin["name"]: pin["version"] for pin in found if pin}


def test_what_the_project_asks_for_is_pinned_alike() -> None:
    project = tomllib.loads((PROJECT_DIR / "pyproject.toml").read_text("utf-8"))["project"]
    asked = list(project["dependencies"])
    for extra in project["optional-dependencies"].values():
        asked += extra
    wanted = {canonical(name): version for name, _, version in (a.partition("==") for a in asked)}
    assert all(wanted.values())
    pinned = constraints()
    assert {name: pinned.get(name) for name in wanted} == wanted, "run `make constraints`"
    assert len(pinned) > 2 * len(wanted)
