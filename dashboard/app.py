"""The pages' frame: language, navigation, filters, then the page that was asked for."""

from __future__ import annotations

from contextlib import suppress

import duckdb
import streamlit as st

from dashboard import charts, data, frame

GROUPS = {
    "group.journey": ("journey_map", "paths", "funnels", "conversion_paths"),
    "group.value": ("attribution", "stores"),
    "group.experience": ("sentiment", "pain_points"),
    "group.data": ("data_quality",),
}
# Streamlit leaves more room above a page than a laptop has to spare, writes captions and what is
# switched off too pale to be read, and floats a table's buttons over what stands above it.
STYLE = f"""
[data-testid=stMainBlockContainer] {{padding: 3.5rem 3rem 3rem}}
h2 {{font-size: 1.4rem !important; padding: 1rem 0 0.5rem !important}}
[data-testid=stCaptionContainer], [data-testid=stCaptionContainer] *,
[data-testid=stWidgetLabel][disabled] *, [data-testid=stSidebarNav] header *,
[data-testid=stNavSectionHeader] *, label[aria-disabled=true] *
    {{color: {charts.MUTED} !important; opacity: 1 !important}}
.facts {{width: 100%; border-collapse: collapse}}
.facts th {{text-align: left; font-weight: 400; color: {charts.MUTED}}}
.facts td {{text-align: right; font-weight: 600}}
.facts th, .facts td {{padding: 0.4rem 0; border-bottom: 1px solid {charts.LINE}}}
@media (max-width: 640px) {{
    [data-testid=stMainBlockContainer] {{padding: 3.5rem 1rem 2rem}}
    h1 {{font-size: 1.9rem !important}}
    [data-testid=stElementToolbar] {{display: none}}
    [class*=st-key-wide_] {{overflow-x: auto}}
    [class*=st-key-wide_] > div {{min-width: {frame.WIDE}px}}
}}
"""


def main() -> None:
    st.set_page_config(layout="wide", initial_sidebar_state=280)
    st.html(f"<style>{STYLE}</style>")
    frame.choose_language()
    try:
        data.published_file()
    except data.NothingPublishedError as error:
        frame.nothing_published(error)
        return
    page_of = {page: _page(page) for pages in GROUPS.values() for page in pages}
    chosen = st.navigation(
        {frame.t(group): [page_of[page] for page in pages] for group, pages in GROUPS.items()},
        expanded=True,
    )
    name = next(page for page, known in page_of.items() if known is chosen)
    st.set_page_config(page_title=f"{frame.t(f'{name}.title')} · {frame.t('product')}")
    try:
        st.session_state["filters"] = frame.choose_filters(name)
        frame.publication()
        frame.heading(name)
        with suppress(duckdb.BinderException, duckdb.CatalogException):
            frame.seal(page_of["data_quality"])
        chosen.run()
    except (duckdb.BinderException, duckdb.CatalogException):
        st.info(frame.t("older_publication"))


def _page(name: str) -> st.Page:
    return st.Page(
        f"views/{name}.py",
        title=frame.t(f"{name}.title"),
        url_path=name.replace("_", "-"),
        default=name == "journey_map",
    )


main()
