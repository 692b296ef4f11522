"""Data Docs: a static site per layer under `validation/docs/`, and a page that leads to them."""

from __future__ import annotations

import shutil

from expectations.gx import EphemeralDataContext
from expectations.results import ValidationReport
from orchestration.paths import DataDir


def publish(context: EphemeralDataContext, data_dir: DataDir, report: ValidationReport) -> None:
    """Render what the context holds to `validation/docs/<layer>/`, in place of the last run's."""
    folder = data_dir.validation / "docs" / report.layer
    unfinished = folder.with_name(f".{report.layer}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    context.add_data_docs_site(
        site_name=report.layer,
        site_config={
            "class_name": "SiteBuilder",
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
            "store_backend": {
                "class_name": "TupleFilesystemStoreBackend",
                "base_directory": str(unfinished),
            },
        },
    )
    context.build_data_docs()
    shutil.rmtree(folder, ignore_errors=True)
    unfinished.rename(folder)
