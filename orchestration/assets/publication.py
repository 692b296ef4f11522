"""The end of a run: what readers get, and how the run is marked."""

from collections.abc import Iterator, Sequence

import dagster as dg

from orchestration.checks.files import FILES_LOADED, files_loaded, names_in_short
from orchestration.marks import COMPLETE, HELD, PUBLISHED_IN_PART, mark
from orchestration.progress import loaded_state, rejected_in
from orchestration.resources import Workspace
from orchestration.retries import tried_again
from viaggio.erasure.erase import conclude
from viaggio.landing.expire import expire
from viaggio.publishing.publish import awaits_release, conclude_rotation, current, publish

PUBLISHED = dg.AssetKey("published")
OUTCOME = dg.AssetKey("outcome")


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
        run_id = context.run.run_id
        with tried_again():
            publication = publish(workspace.data_dir, run_id, state, context.log.warning)
        tables = [
            dg.TableRecord({"table": f"{t.schema}.{t.name}", "rows": t.rows, "bytes": t.bytes})
            for t in publication.tables
        ]
        seen = current(workspace.data_dir)
        readers_see = seen.id if seen else "nothing"
        context.log.info(f"{publication.id} has {len(tables)} tables. Readers see {readers_see}.")
        if certificate := conclude(workspace.data_dir):
            context.log.info(f"Persons were erased; the certificate is {certificate}.")
        if conclude_rotation(workspace.data_dir):
            context.log.info("The salt was rotated; publications with its old hashes are removed.")
        with tried_again():
            expiry = expire(workspace.data_dir, state.until)
        if expiry:
            context.log.info(str(expiry))
        return dg.MaterializeResult(
            metadata={
                "publication": publication.id,
                "readers_see": readers_see,
                "path": dg.MetadataValue.path(workspace.data_dir.published),
                "loaded_until": state.until or "nothing loaded",
                "raw_days_expired": sum(expiry.days.values()) if expiry else 0,
                "tables": dg.MetadataValue.table(tables) if tables else "none",
            }
        )

    @dg.asset(
        key=OUTCOME,
        deps=[PUBLISHED],
        group_name="publication",
        check_specs=[
            dg.AssetCheckSpec(
                FILES_LOADED, asset=OUTCOME, description="No file of the run was rejected."
            )
        ],
        description=(
            "How the run ended: `complete`, `published_in_part` when files were rejected, or "
            "`held` when what was built waits for a release. What could be loaded is published "
            "unless it is held."
        ),
    )
    def outcome(
        context: dg.AssetExecutionContext, workspace: Workspace
    ) -> Iterator[dg.MaterializeResult[None]]:
        run_id = context.run.run_id
        rejected = rejected_in(workspace.data_dir, run_id)
        is_held = awaits_release(workspace.data_dir, run_id)
        result = HELD if is_held else PUBLISHED_IN_PART if rejected else COMPLETE
        check = files_loaded(OUTCOME, rejected)
        mark(context, outcome=result, reason=names_in_short(rejected))
        yield dg.MaterializeResult(metadata={"outcome": result}, check_results=[check])

    return [published, outcome]
