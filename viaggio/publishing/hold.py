"""A hold: readers keep the publication they have until a person releases it.

`hold.json` names the publication. It is written before the link `published` is swapped, and the
link follows it (`publish.settle`): so a rollback that is killed is finished by the next command.
"""

from __future__ import annotations

import getpass
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from viaggio.workspace.disk import flush
from viaggio.workspace.paths import DataDir


@dataclass(frozen=True)
class Hold:
    """Since when (ISO, UTC), by whom and why readers keep a publication, and its id.

    The id is empty where `hold.json` cannot be read: nothing is published then either.
    """

    since: str
    by: str
    reason: str
    publication: str

    def __str__(self) -> str:
        reason = f": {self.reason}" if self.reason else ""
        return f"held since {self.since} by {self.by}{reason}"


def standing_hold(data_dir: DataDir) -> Hold | None:
    """The hold that stands; none after a release.

    Raises:
        OSError: It cannot be read, whatever it holds.
    """
    try:
        return Hold(**json.loads(data_dir.hold.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        return Hold("an unknown moment", "somebody", f"{data_dir.hold} is damaged", "")


def place_hold(data_dir: DataDir, publication_id: str, reason: str = "") -> Hold:
    """Let a hold stand, in place of any other, by one rename."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    # One line, whatever was typed.
    hold = Hold(now, _user(), " ".join(reason.split()), publication_id)
    written = data_dir.hold.with_name(".hold.json.new")
    written.write_text(json.dumps(asdict(hold), indent=2) + "\n", encoding="utf-8")
    flush(written)
    written.replace(data_dir.hold)
    flush(data_dir.root)
    return hold


def release_hold(data_dir: DataDir) -> Hold | None:
    """Remove the hold; returns it, or none where none stood."""
    hold = standing_hold(data_dir)
    data_dir.hold.unlink(missing_ok=True)
    flush(data_dir.root)
    return hold


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user without a name, as in some containers
        return "somebody"
