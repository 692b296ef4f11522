"""Data Docs: a static site per layer under `validation/docs/`, and a page that leads to them.

Great Expectations' pages ask the network for style sheets, scripts, fonts and pictures. Here they
get one style sheet of their own and ask for nothing, so that they can be read anywhere.
"""

from __future__ import annotations

import re
import shutil
from html import escape
from pathlib import Path

from expectations.gx import EphemeralDataContext
from expectations.results import ExpectationOutcome, ValidationReport, found
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

STYLE = """
:root { --line: #d8dde3; --soft: #f4f6f8; --good: #1a7f37; --bad: #b42318; --warn: #9a6700; }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, sans-serif; color: #1c2733; margin: 0; }
a { color: #0b5cad; text-decoration: none; } a:hover { text-decoration: underline; }
nav.navbar { background: var(--soft); padding: .6rem 1.5rem; height: auto !important; }
ol.breadcrumb { list-style: none; display: flex; gap: .6rem; margin: 0; padding: 0; }
ol.breadcrumb li + li::before { content: "/"; margin-right: .6rem; color: #8a94a0; }
nav.navbar .navbar-brand { display: none; }
.container-fluid, main { padding: 0 1.5rem; max-width: 84rem; margin: 0 auto; }
.container-fluid > .row { display: flex; gap: 2rem; align-items: flex-start; }
.container-fluid > .row > .col-lg-2 { flex: 0 0 13rem; position: sticky; top: 1rem; }
.container-fluid > .row > .col-lg-10 { flex: 1 1 auto; min-width: 0; }
.col-lg-2 .lead { color: #5b6773; font-size: .9rem; }
.ge-navigation-sidebar-content { list-style: none; margin: 0; padding: 0; font-size: .9rem; }
nav#navigation { padding: .5rem 0; }
.ge-section { padding: 0; margin-bottom: 1.5rem; }
.ge-section > .row { display: block; }
.alert { border-left: 4px solid #8a94a0; background: var(--soft); padding: .5rem .9rem; }
h4, h5, h6 { margin: .3rem 0; } h5 { font-size: 1.05rem; } h6 { font-size: .95rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; }
th, td { border-bottom: 1px solid var(--line); }
th { background: var(--soft); font-weight: 600; }
.col-6 table { width: 24rem; }
.collapse, .popover { display: none; } .collapse:target { display: block; }
[hidden] { display: none; }
.text-success, .holds { color: var(--good); } .text-danger, .blocks { color: var(--bad); }
.warns { color: var(--warn); }
i.text-success::before { content: "\\2713"; font-style: normal; font-weight: 700; }
i.text-danger::before { content: "\\2717"; font-style: normal; font-weight: 700; }
i.fa-exclamation-triangle::before { content: "!"; font-style: normal; font-weight: 700; }
.badge { background: var(--soft); border-radius: .3rem; padding: 0 .3rem; font-size: .85em; }
"""


def publish(context: EphemeralDataContext, data_dir: DataDir, report: ValidationReport) -> None:
    """Render what the context holds to `validation/docs/<layer>/`, in place of the last run's.

    Links start at `validation/docs/index.html`, which lists the layers validated so far.
    """
    docs = data_dir.validation / "docs"
    unfinished = docs / f".{report.layer}.unfinished"
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
    shutil.rmtree(unfinished / "static", ignore_errors=True)
    for page in unfinished.rglob("*.html"):
        page.write_text(_on_its_own(page.read_text(encoding="utf-8")), encoding="utf-8")
    (unfinished / "index.html").write_text(_layer_page(unfinished, report), encoding="utf-8")
    shutil.rmtree(docs / report.layer, ignore_errors=True)
    unfinished.rename(docs / report.layer)
    _replace(docs / "index.html", _first_page(docs))


def _on_its_own(html: str) -> str:
    """The page without anything from elsewhere, with our style sheet."""
    html = _ACTIONS.sub("", _ELSEWHERE.sub("", html))
    return html.replace("</head>", f"<style>{STYLE}</style></head>", 1)


def _layer_page(site: Path, report: ValidationReport) -> str:
    """All tables of a layer: how many expectations, what failed, and the way to the details."""
    by_table: dict[tuple[str, str], list[ExpectationOutcome]] = {}
    for outcome in report.results:
        by_table.setdefault((outcome.source_name, outcome.table_name), []).append(outcome)
    rows = [_table_row(site, *table, outcomes) for table, outcomes in by_table.items()]
    return _page(
        f"Expectations: {report.layer}",
        f'<p><a href="../index.html">All layers</a> · run {escape(report.run_id)} · '
        f"{report.validated_at:%Y-%m-%d %H:%M} UTC</p>"
        f"<p>{escape(report.summary().splitlines()[0])}</p>"
        "<table><tr><th>Table</th><th>Expectations</th><th>Result</th><th>Found</th></tr>"
        f"{''.join(rows)}</table>",
    )


def _table_row(site: Path, source: str, table: str, outcomes: list[ExpectationOutcome]) -> str:
    details = next(site.glob(f"validations/{source}/{table}/**/*.html"), None)
    name = escape(f"{source}.{table}")
    link = f'<a href="{details.relative_to(site)}">{name}</a>' if details else name
    failed = [outcome for outcome in outcomes if not outcome.success]
    blocks = any(outcome.severity == "critical" for outcome in failed)
    word = "blocks" if blocks else "warns" if failed else "holds"
    lines = "<br>".join(escape(found(each)) for each in failed)
    return (
        f'<tr><td>{link}</td><td>{len(outcomes)}</td><td class="{word}">{word}</td>'
        f"<td>{lines}</td></tr>"
    )


def _first_page(docs: Path) -> str:
    layers = sorted(page.parent.name for page in docs.glob("*/index.html"))
    items = "".join(f'<li><a href="{layer}/index.html">{layer}</a></li>' for layer in layers)
    return _page("Expectations", f"<p>The latest validation of each layer.</p><ul>{items}</ul>")


def _page(title: str, body: str) -> str:
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}</style></head><body><main><h1>{title}</h1>{body}</main></body></html>"
    )


def _replace(path: Path, text: str) -> None:
    unfinished = path.with_suffix(".tmp")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)
