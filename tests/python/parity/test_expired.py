"""Raw days that have expired: an empty warehouse is staged from them as from the days before."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.python.parity.arrival import unequal_relations
from tests.python.parity.conftest import build
from viaggio.landing.expire import RAW_DAYS_VARIABLE, expire
from viaggio.workspace.paths import DataDir

pytestmark = pytest.mark.slow


def test_expired_days_are_staged_as_before(
    golden: DataDir, landed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only staging reads the columns of raw rows, so the rest follows."""
    expired = DataDir(tmp_path / "data")
    shutil.copytree(landed / "late", expired.root)
    monkeypatch.setenv(RAW_DAYS_VARIABLE, "1")
    done = expire(expired, "9999")
    assert done
    assert len(done.days) > 20
    build(expired, "ci", "expired", "--select", "+path:models/staging")
    compared, unequal = unequal_relations(golden, expired, ("staging",))
    assert compared > 30
    assert unequal == []
