"""The pages for reviewers: dbt's docs, the columns' lineage and the models by area."""

import dagster as dg

from orchestration.assets.publication import PUBLISHED
from orchestration.resources import Workspace
from viaggio.publishing.docs import write_pages
from viaggio.workspace.dbt_project import code_version

DOCS = dg.AssetKey("docs")


@dg.asset(
    key=DOCS,
    deps=[PUBLISHED],
    group_name="publication",
    kinds={"dbt"},
    description=(
        "`docs/index.html`, every table and column described, where each column comes from, and "
        "the models by area. The pages follow the code and not the data, so they have a job of "
        "their own, started when what is published was built by other code than they show."
    ),
)
def docs(workspace: Workspace) -> dg.MaterializeResult[None]:
    pages = write_pages(workspace.data_dir)
    return dg.MaterializeResult(
        metadata={
            "code_version": code_version(),
            **{page.stem: dg.MetadataValue.path(page) for page in pages},
        }
    )
