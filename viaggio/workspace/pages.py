"""Static pages in the colours of the dashboard, light or dark as the reader's system is.

They ask nothing of the network and open from a folder.
"""

from __future__ import annotations

from html import escape

STYLE = """
:root { color-scheme: light dark; --ink: #22303c; --muted: #56646f; --line: #dce3e5;
  --soft: #f2f5f5; --page: #ffffff; --accent: #0f6e6e; --good: #0f6e6e; --warn: #8a6100;
  --bad: #b5532d; --hit: #cfe4e2; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4eaee; --muted: #a3b1bb; --line: #34424d;
  --soft: #1d2830; --page: #141c22; --accent: #7cc4c0; --good: #7cc4c0; --warn: #e0b455;
  --bad: #ea9371; --hit: #1f4c4c; } }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page);
  margin: 0; }
main { max-width: 84rem; margin: 0 auto; padding: 1rem 1.5rem 3rem; }
main > nav { color: var(--muted); font-size: .9rem; }
h1 { font-size: 1.6rem; margin: .4rem 0 .8rem; } h2 { font-size: 1.2rem; margin: 1.8rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1rem 0 .3rem; }
a { color: var(--accent); text-decoration: none; } a:hover { text-decoration: underline; }
p, li { max-width: 60rem; } .muted, small { color: var(--muted); }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; overflow-wrap: anywhere;
  border-bottom: 1px solid var(--line); }
th { background: var(--soft); font-weight: 600; overflow-wrap: normal; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
code { font: .9em ui-monospace, monospace; } td code, li code { overflow-wrap: anywhere; }
pre { background: var(--soft); padding: .6rem .8rem; white-space: pre-wrap; max-height: 16rem;
  overflow: auto; overflow-wrap: anywhere; }
@media (max-width: 50rem) { main table { display: block; overflow-x: auto; } }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); }
"""


def page(title: str, body: str, *, style: str = "", head: str = "") -> str:
    """A whole page: `body` and `head` are HTML, `title` is text."""
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}{style}</style>{head}</head>\n"
        f"<body><main>{body}</main></body></html>\n"
    )
