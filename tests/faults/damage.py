"""What crashes, restores and hands do to files."""

from __future__ import annotations

import random
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

CUT, EMPTY, GARBAGE, ZEROS, LOST = "cut", "empty", "garbage", "zeros", "lost"
ALL = (CUT, EMPTY, GARBAGE, ZEROS, LOST)


def damage(path: Path, chance: random.Random, ways: tuple[str, ...] = ALL) -> str:
    """Damage a file in a way that is drawn; says what was done.

    The damaged file is a new one, so that files linked to the old one stay whole.
    """
    way = chance.choice(ways)
    content = path.read_bytes()
    path.unlink()
    if way == CUT:
        path.write_bytes(content[: chance.randrange(1, len(content))])
    elif way == EMPTY:
        path.write_bytes(b"")
    elif way == GARBAGE:
        path.write_bytes(chance.randbytes(len(content)))
    elif way == ZEROS:
        path.write_bytes(bytes(len(content)))
    return f"{path.name}: {way}"


@contextmanager
def clock_off_by(offset: timedelta, *modules: ModuleType) -> Generator[None, None, None]:
    """Let `datetime.now` of these modules be off."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # ty: ignore[invalid-method-override]
            return datetime.now(tz) + offset

    with ExitStack() as patched:
        for module in modules:
            patched.enter_context(patch.object(module, "datetime", Clock))
        yield
