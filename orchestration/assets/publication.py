"""The end of a run: what readers get, and how the run is marked."""

from collections.abc import Sequence

import dagster as dg

from orchestration.progress import loaded_state, rejected_in
from orchestration.resources import Workspace
from viaggio.erasure.erase import conclude
from viaggio.publishing.publish import publish

PUBLISHED = dg.AssetKey("published")
OUTCOME = dg.AssetKey("outcome")
OUTCOME_TAG = "viaggio/outcome"


def build_publication_assets(built: Sequence[dg.AssetKey]) -> list[dg.AssetsDefinition]:
    """What is published of the tables `built`, and the outcome of the run."""

    @dg.asset(
        key=PUBLISHED,
        deps=built,
        group_name="publication",
        kinds={"duckdb", "parquet"},
        description=(
            "What readers open: `published/viaggio.duckdb`, `published/parquet/` and "
            "`published/manifest.json`, swapped as one when everything was built and audited."
        ),
    )
    def published(
        context: dg.AssetExecutionContext, workspace: Workspace
    ) -> dg.MaterializeResult[None]:
        state = loaded_state(workspace.data_dir)
        publication = publish(workspace.data_dir, context.run_id, state, context.log.warning)
        tables = [
            dg.TableRecord({"table": f"{t.schema}.{t.name}", "rows": t.rows, "bytes": t.bytes})
            for t in publication.tables
        ]
        context.log.info(f"Published {len(tables)} tables as {publication.id}.")
        if certificate := conclude(workspace.data_dir):
            context.log.info(f"Persons were erased; the certificate is {certificate}.")
        return dg.MaterializeResult(
            metadata={
                "publication": publication.id,
                "path": dg.MetadataValue.path(workspace.data_dir.published),
                "loaded_until": state.until or "nothing loaded",
                "tables": dg.MetadataValue.table(tables) if tables else "none",
            }
        )

    @dg.asset(
        key=OUTCOME,
        deps=[PUBLISHED],
        group_name="publication",
        description=(
            "How the run ended: `complete`, or `failed_in_part` (and red) when files were "
            "rejected. What could be loaded is published either way."
        ),
    )
    def outcome(
        context: dg.AssetExecutionContext, workspace: Workspace
    ) -> dg.MaterializeResult[None]:
        rejected = rejected_in(workspace.data_dir, context.run_id)
        result = "failed_in_part" if rejected else "complete"
        context.instance.add_run_tags(context.run_id, {OUTCOME_TAG: result})
        if rejected:
            raise dg.Failure(
                f"Failed in part: {len(rejected)} file(s) rejected whole; the rest is "
                f"published. Read the .error.json beside each in {workspace.data_dir.rejected}, "
                "mend the file and drop it again.",
                metadata={"rejected": "\n".join(str(path) for path in rejected)},
                allow_retries=False,
            )
        return dg.MaterializeResult(metadata={"outcome": result})

    return [published, outcome]
