"""Data Docs: a static site per layer under `validation/docs/`, and a front page.

The front page counts expectations by layer and severity and shows the last result of every table
and the course of the runs; it is written from all results so far, as are the pages of the layers.
Great Expectations' pages ask the network for style sheets, scripts, fonts and pictures. Here they
get one style sheet of their own and ask for nothing, so that they can be read anywhere.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from urllib.parse import quote

from expectations import history, results
from expectations.gx import EphemeralDataContext
from expectations.history import History, Run, State, TableResult, state
from viaggio.workspace import pages
from viaggio.workspace.paths import DataDir

# What a page loads from elsewhere, and what only works with it.
_ELSEWHERE = re.compile(
    r"<script\b.*?</script>|<link\b[^>]*>|<img\b[^>]*>|<footer\b.*?</footer>|<style\b.*?</style>",
    re.DOTALL,
)
# The card of buttons that need a script, the folded technical details and their link.
_ACTIONS = re.compile(
    r'<div class="card mb-3">\s*<div class="card-header p-2">\s*<strong>Actions.*?'
    r'(?=<div class="card d-md-block)',
    re.DOTALL,
)

# Great Expectations' own pages, laid out without its style sheet.
STYLE = """
nav.navbar { background: var(--soft); padding: .6rem 1.5rem; height: auto !important; }
ol.breadcrumb { list-style: none; display: flex; gap: .6rem; margin: 0; padding: 0; }
ol.breadcrumb li + li::before { content: "/"; margin-right: .6rem; color: var(--muted); }
nav.navbar .navbar-brand { display: none; }
.container-fluid { padding: 0 1.5rem; max-width: 84rem; margin: 0 auto; }
.container-fluid > .row { display: flex; gap: 2rem; align-items: flex-start; }
.container-fluid > .row > .col-lg-2 { flex: 0 0 13rem; position: sticky; top: 1rem; }
.container-fluid > .row > .col-lg-10 { flex: 1 1 auto; min-width: 0; }
.col-lg-2 .lead { color: var(--muted); font-size: .9rem; }
.ge-navigation-sidebar-content { list-style: none; margin: 0; padding: 0; font-size: .9rem; }
nav#navigation { padding: .5rem 0; }
.ge-section { padding: 0; margin-bottom: 1.5rem; }
.ge-section > .row { display: block; }
.alert { border-left: 4px solid var(--muted); background: var(--soft); padding: .5rem .9rem; }
h4, h5, h6 { margin: .3rem 0; } h5 { font-size: 1.05rem; } h6 { font-size: .95rem; }
.col-6 table { width: 24rem; }
.collapse, .popover { display: none; } .collapse:target { display: block; }
[hidden] { display: none; }
.text-success { color: var(--good); } .text-danger { color: var(--bad); }
i.text-success::before { content: "\\2713"; font-style: normal; font-weight: 700; }
i.text-danger::before { content: "\\2717"; font-style: normal; font-weight: 700; }
i.fa-exclamation-triangle::before { content: "!"; font-style: normal; font-weight: 700; }
.badge { background: var(--soft); border-radius: .3rem; padding: 0 .3rem; font-size: .85em; }
"""


def publish(context: EphemeralDataContext, data_dir: DataDir, layer: str) -> None:
    """Render what the context holds to `validation/docs/<layer>/`.

    Pages of tables that it does not hold stay as they are. `validation/docs/index.html` and the
    page of each layer show the last result of every table.
    """
    docs = data_dir.validation / "docs"
    unfinished = docs / f".{layer}.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    context.add_data_docs_site(
        site_name=layer,
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
    for site_page in unfinished.rglob("*.html"):
        site_page.write_text(_on_its_own(site_page.read_text("utf-8")), encoding="utf-8")
    for kind in ("expectations", "validations"):
        for page_of_table in sorted((unfinished / kind).glob("*/*")):
            kept = docs / layer / page_of_table.relative_to(unfinished)
            if kept.is_dir():
                shutil.rmtree(kept)
            kept.parent.mkdir(parents=True, exist_ok=True)
            page_of_table.replace(kept)
    shutil.rmtree(unfinished, ignore_errors=True)
    write_overview(data_dir)


def write_overview(data_dir: DataDir) -> None:
    """Write the front page and the page of each layer from all results so far."""
    docs = data_dir.validation / "docs"
    found = history.read(data_dir.validation / "result")
    for layer in found.layers:
        (docs / layer).mkdir(parents=True, exist_ok=True)
        _replace(docs / layer / "index.html", _layer_page(docs, layer, found))
    _replace(docs / "index.html", _first_page(docs, found))


def _on_its_own(html: str) -> str:
    """The page without anything from elsewhere, with our style sheet."""
    html = _ACTIONS.sub("", _ELSEWHERE.sub("", html))
    return html.replace("</head>", f"<style>{pages.STYLE}{STYLE}</style></head>", 1)


def _layer_page(docs: Path, layer: str, found: History) -> str:
    """All tables of a layer: how many expectations, what failed, and the way to the details."""
    tables = found.of_layer(layer)
    return pages.page(
        f"Expectations: {layer}",
        f'<nav><a href="../index.html">All layers</a> · <b>{layer}</b></nav>'
        f"<h1>Expectations: {layer}</h1>"
        f"{_counts({layer: tables}, docs / layer)}{_table_of_tables(docs, docs / layer, tables)}",
        style=_STATES,
    )


def _first_page(docs: Path, found: History) -> str:
    """Counts by layer and severity, the course of the runs, and the last result of each table."""
    newest = found.runs[0] if found.runs else None
    failing = [
        (table, outcome)
        for table in found.tables
        for outcome in table.outcomes
        if not outcome.success
    ]
    failing.sort(key=lambda each: state(each[1]) != State.BLOCKS)
    lines = "".join(
        f'<li><b class="{_CLASS[state(outcome)]}">{state(outcome).value}</b> '
        f"{_link(docs, docs, table)}: {escape(results.found(outcome))} "
        f"<small>{_moment(table)}</small></li>"
        for table, outcome in failing
    )
    by_layer = (
        f"<details open><summary>{layer}: {len(found.of_layer(layer))} tables</summary>"
        f"{_table_of_tables(docs, docs, found.of_layer(layer))}</details>"
        for layer in found.layers
    )
    words = f"Last run {newest.validated_at:%Y-%m-%d %H:%M} UTC." if newest else "No run so far."
    return pages.page(
        "Expectations",
        f"<nav><b>Expectations</b>{_to_tables(docs)}</nav><h1>Expectations</h1>"
        f"<p>{words} A run validates the tables that have new rows; each table shows its last "
        "result, whichever run it is of. What blocks ends a run before it publishes.</p>"
        f"{_counts({layer: found.of_layer(layer) for layer in found.layers}, docs)}"
        f"<h2>What does not hold</h2>{f'<ul>{lines}</ul>' if lines else '<p>All hold.</p>'}"
        f"<h2>Runs</h2>{_trend(found.runs)}"
        f"<h2>Last result of each table</h2>{''.join(by_layer)}",
        style=_STATES,
    )


def _to_tables(docs: Path) -> str:
    """The way to the pages of `viaggio docs`, where they were written."""
    front = docs.parent.parent / "docs" / "index.html"
    return ' · <a href="../../docs/index.html">Tables and columns</a>' if front.exists() else ""


_CLASS = {State.HOLDS: "good", State.WARNS: "warn", State.BLOCKS: "bad"}
_STATES = """
svg.trend { display: block; margin: .5rem 0; max-width: 100%; }
svg.trend .warn { fill: #d9a514; }
svg.trend .bad { fill: var(--bad); } svg.trend path { stroke: var(--muted); }
svg.trend text { fill: var(--muted); font: 12px system-ui; }
td:first-child { white-space: nowrap; } .zero { color: var(--muted); }
li small { white-space: nowrap; }
summary { cursor: pointer; font-weight: 600; margin-top: .8rem; } th.number { width: 6rem; }
"""
# Runs that the trend shows.
_SHOWN_RUNS = 30
# Of the trend, in pixels.
_HEIGHT = 90


def _counts(tables: Mapping[str, Sequence[TableResult]], place: Path) -> str:
    """A table of counts by layer and severity; `place` is the folder of the page."""
    rows = []
    for layer, results_of_layer in tables.items():
        for severity in ("critical", "warning"):
            outcomes = [
                outcome
                for table in results_of_layer
                for outcome in table.outcomes
                if outcome.severity == severity
            ]
            states = Counter(map(state, outcomes))
            name = layer if place.name == layer else f'<a href="{layer}/index.html">{layer}</a>'
            rows.append(
                f"<tr><td>{name}</td><td>{severity}</td>{_number(len(outcomes))}"
                f"{_numbers(states)}</tr>"
            )
    return (
        f"<table><tr><th>Layer</th><th>Severity</th>"
        f"{_heads('Expectations', 'Hold', 'Warn', 'Block')}</tr>{''.join(rows)}</table>"
    )


def _number(count: int, kind: str = "") -> str:
    return f'<td class="number {kind if count else "zero"}">{count:,}</td>'


def _table_of_tables(docs: Path, place: Path, tables: Sequence[TableResult]) -> str:
    rows = []
    for table in tables:
        if table.state is None:
            result = '<td class="muted">no rows yet</td><td></td><td></td>'
        else:
            failed = [outcome for outcome in table.outcomes if not outcome.success]
            lines = "<br>".join(escape(results.found(outcome)) for outcome in failed)
            result = (
                f'<td class="{_CLASS[table.state]}">{table.state.value}</td>'
                f"{_number(len(table.outcomes))}<td>{lines}</td>"
            )
        rows.append(
            f"<tr><td>{_link(docs, place, table)}</td><td>{_moment(table)}</td>{result}</tr>"
        )
    return (
        "<table><tr><th>Table</th><th>Last validated (UTC)</th><th>Result</th>"
        f"{_heads('Expectations')}<th>Found</th></tr>{''.join(rows)}</table>"
    )


def _moment(table: TableResult) -> str:
    return f"{table.validated_at:%Y-%m-%d %H:%M}" if table.validated_at else "never"


def _link(docs: Path, place: Path, table: TableResult) -> str:
    """The table's name, leading to Great Expectations' page of its last validation."""
    name = escape(table.name)
    site = docs / table.layer / "validations" / table.source_name / table.table_name
    details = next(site.rglob("*.html"), None)
    if details is None:
        return name
    return f'<a href="{quote(details.relative_to(place).as_posix())}">{name}</a>'


def _trend(runs: Sequence[Run]) -> str:
    """What did not hold after each of the newest runs, as bars, and the runs in figures."""
    if not runs:
        return "<p>No run so far.</p>"
    shown = runs[:_SHOWN_RUNS]
    most = max(1, *(run.standing[State.WARNS] + run.standing[State.BLOCKS] for run in shown))
    bars = []
    for place, run in enumerate(reversed(shown)):
        top = _HEIGHT
        parts = []
        for each in (State.WARNS, State.BLOCKS):
            height = _HEIGHT * run.standing[each] / most
            top -= height
            parts.append(
                f'<rect class="{_CLASS[each]}" x="{24 + place * 24}" y="{top:.1f}" width="18" '
                f'height="{height:.1f}"/>'
            )
        bars.append(f"<g><title>{_said(run)}</title>{''.join(parts)}</g>")
    width = 24 * len(shown) + 24
    rows = "".join(
        f"<tr><td>{run.validated_at:%Y-%m-%d %H:%M}</td><td>{escape(run.run_id)}</td>"
        f"{_number(run.tables)}{_numbers(run.counts)}"
        f"{_number(run.standing[State.WARNS], 'warn')}{_number(run.standing[State.BLOCKS], 'bad')}"
        "</tr>"
        for run in shown
    )
    left = f" of {len(runs):,}" if len(runs) > len(shown) else ""
    return (
        f"<p>Expectations that warned (ochre) or blocked (red) in the last results of all tables, "
        f"after each of the newest {len(shown)}{left} runs; the latest is on the right.</p>"
        f'<svg class="trend" width="{width}" height="{_HEIGHT + 12}" '
        f'viewBox="0 -6 {width} {_HEIGHT + 12}" role="img" '
        f'aria-label="Expectations that did not hold after each run">'
        f'<path d="M20,{_HEIGHT}H{width}"/><text x="0" y="6">{most}</text>'
        f'<text x="0" y="{_HEIGHT}">0</text>{"".join(bars)}</svg>'
        f"<table><tr><th>Began (UTC)</th><th>Run</th>"
        f"{_heads('Tables', 'Hold', 'Warn', 'Block', 'Warn in all tables', 'Block in all tables')}"
        f"</tr>{rows}</table>"
    )


def _said(run: Run) -> str:
    parts = ", ".join(f"{run.standing[each]:,} {each.value}" for each in State)
    return f"{run.validated_at:%Y-%m-%d %H:%M}: {parts}"


def _heads(*words: str) -> str:
    return "".join(f"<th class=number>{each}</th>" for each in words)


def _numbers(counts: Counter[State]) -> str:
    """Cells that count what holds, warns and blocks."""
    return "".join(
        _number(counts[each], "" if each is State.HOLDS else _CLASS[each]) for each in State
    )


def _replace(path: Path, text: str) -> None:
    unfinished = path.with_suffix(".tmp")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)
