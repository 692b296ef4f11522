"""The command `viaggio`: one name for everything that a person starts.

Each command is a module with a `main` that takes the arguments behind the command's name. It is
imported when it is asked for, so that help and mistakes cost no time.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from viaggio.workspace.paths import DataDirError


@dataclass(frozen=True)
class Command:
    """A command: what it does in a line, and the module that does it.

    `before` are arguments that go before those a person gives.
    """

    words: str
    module: str
    before: tuple[str, ...] = ()


GROUPS: dict[str, dict[str, Command]] = {
    "Run the pipeline": {
        "demo": Command("Generate a demo company and run the pipeline on it", "orchestration.demo"),
        "run": Command("Land new files, build, check and publish", "orchestration.run"),
        "alerts": Command("Tell what is wrong or old, without running anything",
                          "viaggio.alerts.__main__"),
    },
    "Your own data": {
        "check": Command("Say what a folder of exports is and would answer",
                         "viaggio.cli.check"),
        "ingest": Command("Pull vendors' APIs, databases and buckets into files to land",
                          "ingest.__main__"),
        "adapt": Command("Draft an adapter for a file, or map vendors' exports",
                         "adapters.__main__"),
    },
    "One step of it": {
        "land": Command("Load new files, no more", "viaggio.landing.__main__", ("land",)),
        "build": Command("Build the models with dbt (takes dbt's options)", "viaggio.cli.build"),
        "validate": Command("Ask what is expected of one layer's data", "expectations.__main__"),
        "publish": Command("Audit and publish what is built", "viaggio.cli.publish"),
    },
    "Look at the result": {
        "dashboard": Command("Open the journey map and the other pages", "dashboard.__main__"),
        "dagster": Command("Open the pipeline's own pages", "orchestration.dev"),
        "docs": Command("Write pages of all tables, columns and their lineage",
                        "viaggio.publishing.docs"),
        "metrics": Command("List metrics, or query them (takes MetricFlow's options)",
                           "viaggio.cli.metrics"),
        "concepts": Command("Ask one question for each concept of customer journeys",
                            "viaggio.publishing.concepts"),
    },
    "What readers see": {
        "publications": Command("List the publications that are kept",
                                "viaggio.cli.publications", ("publications",)),
        "diff": Command("Say which figures moved between two publications, and why",
                        "viaggio.cli.diff"),
        "rollback": Command("Let readers see an older publication, and hold it",
                            "viaggio.cli.publications", ("rollback",)),
        "hold": Command("Publish nothing newer until it is released",
                        "viaggio.cli.publications", ("hold",)),
        "release": Command("End a hold: the next run publishes",
                           "viaggio.cli.publications", ("release",)),
    },
    "Correct what landed": {
        "accept": Command("Accept a day that fails an expectation, with the reason",
                          "expectations.accept"),
        "erase": Command("Erase persons who ask to be forgotten", "viaggio.cli.erase"),
        "rotate-salt": Command("Give hashes a new salt and build everything again",
                               "viaggio.cli.rotate_salt"),
        "retract": Command("Take back all rows that a file brought",
                           "viaggio.landing.__main__", ("retract",)),
        "quarantine": Command("List bad rows, or write them out to be corrected",
                              "viaggio.landing.__main__", ("quarantine",)),
        "replay": Command("Put corrected rows or rejected files back",
                          "viaggio.landing.__main__", ("replay",)),
        "rebuild-ledger": Command("Make a new ledger from the raw tables",
                                  "viaggio.landing.__main__", ("rebuild-ledger",)),
    },
    "More": {
        "generate": Command("Generate the files of a demo company", "sample_data.__main__"),
        "attribute": Command("Run the attribution models on a file of paths",
                             "viaggio.attribution.attribute"),
        "spreadsheet": Command("Make a CSV file safe to open in a spreadsheet",
                               "viaggio.publishing.spreadsheets"),
        "spark": Command("Build the models with Spark (takes dbt's options)", "viaggio.cli.spark"),
        "subsets": Command("Run shops that have only some of the sources", "viaggio.cli.subsets"),
    },
}  # fmt: skip
COMMANDS = {name: command for group in GROUPS.values() for name, command in group.items()}

_HEAD = """\
Viaggio: from a shop's raw files to customer journeys, in one DuckDB file.

Usage: viaggio COMMAND [OPTIONS]     (viaggio COMMAND --help lists its options)
"""
_FOOT = """
First steps:
  viaggio demo --days 30 --persons 2000   a company to try it on; takes minutes
  viaggio dashboard                       then open http://127.0.0.1:8501

Your data: `viaggio check FOLDER` says what your exports are worth.
Put them into data/landing/, then `viaggio run`.
All data lie in the folder data/, or where the variable VIAGGIO_DATA_DIR says.
"""


def help_text() -> str:
    """What a newcomer needs: all commands by purpose, and where to begin."""
    width = max(map(len, COMMANDS))
    lines = [_HEAD]
    for group, commands in GROUPS.items():
        listed = [f"  {name:{width}}  {command.words}" for name, command in commands.items()]
        lines += [f"{group}:", *listed, ""]
    return "\n".join(lines).rstrip() + "\n" + _FOOT


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit code, or 2 where there is no such command."""
    name, *rest = (sys.argv[1:] if arguments is None else list(arguments)) or ["--help"]
    if name in {"-h", "--help", "help"}:
        print(help_text(), end="")
        return 0
    if name == "--version":
        from importlib.metadata import version  # noqa: PLC0415

        print(f"viaggio {version('viaggio')}")
        return 0
    if name not in COMMANDS:
        close = get_close_matches(name, COMMANDS, n=1)
        guess = f" Did you mean `viaggio {close[0]}`?" if close else ""
        print(f"There is no command {name!r}.{guess} `viaggio --help` lists them.", file=sys.stderr)
        return 2
    command = COMMANDS[name]
    try:
        return importlib.import_module(command.module).main([*command.before, *rest])
    except DataDirError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
