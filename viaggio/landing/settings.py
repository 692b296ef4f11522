"""How landing works: limits and waiting times, each a variable of the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

PREFIX = "VIAGGIO_LANDING_"


class SettingError(ValueError):
    """A variable of the environment cannot be used."""


@dataclass(frozen=True)
class LandingSettings:
    """How landing works. `VIAGGIO_LANDING_<NAME>` sets each, such as `VIAGGIO_LANDING_THREADS`.

    Attributes:
        quarantine_max_share: Share of bad rows above which a file is refused whole. It is taken
            literally: one bad row in a file of fewer than 100 is above 1 %.
        settle_seconds: How long a file must rest before it counts as finished, unless its sender
            says so.
        done_mark: What the sender leaves when a file is finished: a suffix such as `.done`
            (`orders.csv.done` beside `orders.csv`), or the name of a file such as `_SUCCESS` for
            all files of its folder. Empty where senders leave no mark.
        replace_same_name: Whether a file that changed in place replaces the rows it brought
            before; otherwise its rows come on top of them.
        future_tolerance: How far clocks of sources may be ahead (the variable is in seconds).
        memory_limit: DuckDB's; the process needs some hundred MB more.
        threads: DuckDB's; 0 takes one per core.
        row_group_size: Rows per Parquet row group.
        flush_rows: Rows a thread collects over all days before it writes them: more need more
            memory, fewer make small row groups where a file mixes many days.
        max_columns: Columns (or, in JSON lines, keys) a file may have.
        max_json_depth: How deep JSON may be nested. DuckDB and Python end, the whole process with
            them, some thousand levels deep.
        max_line_bytes: Length of a line of text.
        max_unpacked_bytes: Size of a file when it is unpacked.
        max_expansion: How many times its size a packed file may grow, once it is beyond 64 MiB.
    """

    quarantine_max_share: float = 0.01
    settle_seconds: float = 60.0
    done_mark: str = ""
    replace_same_name: bool = True
    future_tolerance: timedelta = timedelta(minutes=5)
    memory_limit: str = "1500MB"
    threads: int = 0
    row_group_size: int = 122_880
    flush_rows: int = 131_072
    max_columns: int = 2_000
    max_json_depth: int = 200
    max_line_bytes: int = 4 << 20
    max_unpacked_bytes: int = 200 << 30
    max_expansion: int = 200

    @classmethod
    def from_env(cls, environment: Mapping[str, str] = os.environ) -> LandingSettings:
        """The defaults, or what the environment sets.

        Raises:
            SettingError: A variable is not of its type.
        """
        found: dict[str, Any] = {}
        for field in fields(cls):
            name = PREFIX + field.name.upper()
            if environment.get(name, "") != "":
                found[field.name] = _parsed(name, environment[name], field.default)
        return cls(**found)


def whole_number(
    variable: str, unit: str, environment: Mapping[str, str] = os.environ
) -> int | None:
    """A variable that is a whole number from 1, such as of days; none if it is not set.

    Raises:
        SettingError: It is something else.
    """
    text = environment.get(variable, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise SettingError(
            f"{variable}={text!r} is not a whole number of {unit} from 1. Correct it or unset it."
        )
    return int(text)


def _parsed(name: str, text: str, default: object) -> Any:
    try:
        if isinstance(default, bool):
            return {"true": True, "1": True, "false": False, "0": False}[text.lower()]
        if isinstance(default, timedelta):
            return timedelta(seconds=float(text))
        if isinstance(default, int | float):
            return type(default)(text)
    except (KeyError, ValueError):
        kind = "true or false" if isinstance(default, bool) else "a number"
        raise SettingError(f"{name}={text!r} is not {kind}. Correct it or unset it.") from None
    return text
