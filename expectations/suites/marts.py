"""What must hold of what analysts read: totals equal the layers before, shares stay in bounds.

Critical: conservation. The rest warns. Keys and relationships are dbt's tests. Bounds are wide on
purpose and reviewed by hand: a breach means that a rule or an export has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from expectations.generic import Expectations, hashes, is_built
from expectations.models import attach, changed, create_view, models_of
from expectations.session import Session, TableSuite

LAYER = "marts"


def table_suites(session: Session) -> Iterator[TableSuite]:
    """One suite per model whose raw tables have something new to validate."""
    attach(session)
    for model in changed(session, models_of(session, LAYER)):
        view = create_view(session, LAYER, model)
        suite = TableSuite(model.folder, model.name, view)
        suite.expectations.append(is_built(model))
        suite.expectations.extend(hashes(model))
        suite.expectations.extend(REVIEWED.get(model.name, list)())
        yield suite


# Suites by model. Models that are not listed are still to be built, and their hashes to be hashes.
REVIEWED: dict[str, Callable[[], Expectations]] = {}
