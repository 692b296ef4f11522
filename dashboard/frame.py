"""What every page has: language, filters, a heading that says how to read it, figures, tables."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, cast

import pandas as pd
import streamlit as st

from dashboard import data, formats, labels, queries
from dashboard.formats import Language
from dashboard.queries import Filters
from dashboard.texts import text
from viaggio.publishing import needs
from viaggio.publishing.spreadsheets import csv_of

LANGUAGES: dict[Language, str] = {"en": "English", "it": "Italiano"}
# A chart of many columns is as wide as this at least, in pixels; on a telephone it is moved.
WIDE = 760

# What the seal of every page reads.
SEALED = (
    *("audit.audit_reconciliation", "audit.audit_expectations"),
    *("marts.mart_purchase_modes", "marts.mart_channel_attribution"),
)

# Which filters have an effect on which page.
FILTERS_OF_PAGE = {
    "journey_map": {"months", "personas", "channels"},
    "paths": {"months", "personas", "channels"},
    "funnels": {"months", "personas", "channels"},
    "conversion_paths": {"channels"},
    "attribution": {"months", "channels"},
    "sentiment": {"months"},
    "pain_points": {"personas"},
    "stores": {"months"},
    "data_quality": {"months"},
}


def language() -> Language:
    """The language the reader chose."""
    chosen = st.session_state.get("language")
    return cast(Language, chosen) if chosen in LANGUAGES else "en"


def t(key: str, **filled: object) -> str:
    """A text in the reader's language."""
    return text(key, language(), **filled)


def choose_language() -> None:
    st.sidebar.radio(
        " / ".join(text("language", code) for code in LANGUAGES),
        list(LANGUAGES),
        format_func=lambda code: LANGUAGES[code],
        horizontal=True,
        key="language",
        label_visibility="collapsed",
        bind="query-params",
    )


def choose_filters(page: str) -> Filters:
    """The filters in the sidebar; those without effect on the page are switched off and empty."""
    used = FILTERS_OF_PAGE[page]
    st.sidebar.markdown(f"**{t('filters')}**")
    first, last = _choose_months(is_used="months" in used)
    personas = _choose_codes("persona", "filter.personas", is_used="personas" in used)
    channels = _choose_codes("channel", "filter.channels", is_used="channels" in used)
    if len(used) < 3:
        st.sidebar.caption(t("filter.not_here"))
    return Filters(first=first, last=last, personas=personas, channels=channels)


def _choose_months(*, is_used: bool) -> tuple[date | None, date | None]:
    months = queries.months()
    if not months:
        return None, None
    written = {f"{month:%Y-%m}": month for month in months}
    spoken = language()  # asked here, since Streamlit formats choices outside of a run too
    chosen = []
    ends = (("filter.from", 0, "first_month"), ("filter.to", len(months) - 1, "last_month"))
    for column, (label, index, key) in zip(st.sidebar.columns(2), ends, strict=True):
        if not is_used:
            _switched_off(column, label, key)
            continue
        chosen.append(
            column.selectbox(
                t(label),
                list(written),
                index=index,
                format_func=lambda code: formats.month(written[code], spoken),
                key=key,
                persist_state="session",
            )
        )
    if not is_used:
        return None, None
    first, last = sorted(written[code] for code in chosen)
    return first, last


def _choose_codes(domain: str, label: str, *, is_used: bool) -> tuple[str, ...]:
    spoken = language()
    key = f"{domain}s"
    if not is_used:
        _switched_off(st.sidebar, label, key)
        return ()
    chosen = st.sidebar.multiselect(
        t(label),
        labels.codes(domain),
        format_func=lambda code: labels.name(domain, code, spoken),
        placeholder=t("filter.all"),
        key=key,
        filter_mode="contains",
        select_all=False,
        persist_state="session",
    )
    return tuple(chosen)


def _switched_off(place: st.delta_generator.DeltaGenerator, label: str, key: str) -> None:
    """A filter without effect on the page: it shows no choice, whatever is chosen elsewhere."""
    place.selectbox(
        t(label), [], index=None, placeholder=formats.NO_VALUE, key=f"{key}_off", disabled=True
    )


def publication() -> None:
    """How far the data reach and when they were published, at the end of the sidebar."""
    _, written = data.version()
    newest = queries.newest_day()
    if newest is not None:
        st.sidebar.caption(t("data_until", when=formats.day(newest, language())))
    day = datetime.fromtimestamp(written / 1e9, UTC)
    st.sidebar.caption(t("published", when=formats.day(day, language())))
    if data.hides_small_cells():
        st.sidebar.caption(t("small_cells_hidden"))


def seal(details: st.Page) -> None:
    """One line that says whether what is published adds up, when that was checked, and its age.

    Args:
        details: The page that shows the same table by table.
    """
    if not all(data.is_published(table) for table in SEALED):
        return
    found = next(rows_of(queries.ask("seal", run_id=data.run_id())))
    written = {
        name: formats.number(value, language())
        for name, value in {
            "came": found.rows_in,
            "went": found.rows_out,
            "tables": found.tables_off,
            "orders": found.orders_off,
        }.items()
    }
    parts = [t("seal.broken" if found.tables_off else "seal.whole", **written)]
    parts.append(t("seal.orders", **written))
    if not pd.isna(found.audited_at):
        parts.append(t("seal.audited", when=formats.day(found.audited_at, language())))
    newest = queries.newest_day()
    if newest is not None:
        age = (datetime.now(UTC).date() - newest).days
        parts.append(t("seal.age", days=formats.number(age, language())))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(" · ".join(parts), width="content")
        st.page_link(details, label=t("seal.details"), width="content")


def filters() -> Filters:
    """What the reader chose, as the page may use it."""
    return st.session_state.get("filters") or Filters()


def heading(page: str) -> None:
    """The page's title and the sentence that says what it answers and how to read it."""
    st.title(t(f"{page}.title"), anchor=False)
    st.markdown(t(f"{page}.lead"))


def section(text_: str) -> None:
    """A heading below the page's title."""
    st.header(text_, anchor=False)


def is_there(*tables: str) -> bool:
    """Whether all tables are published; says what to do where one is not."""
    missing = [table for table in tables if not data.is_published(table)]
    if missing:
        reason = "hidden_mart" if data.hides_small_cells() else "missing_mart"
        st.info(t(reason, tables=", ".join(f"`{table}`" for table in missing)))
    return not missing


def has_rows(frame: pd.DataFrame, *tables: str) -> bool:
    """Whether there is anything to show; says why not where there is not.

    Args:
        frame: What was found.
        tables: Published tables it was looked for in, as `schema.table`, and raw tables it needs
            besides, as `source.table`.
    """
    if frame.empty:
        say_nothing(*tables)
    return not frame.empty


def rows_of(frame: pd.DataFrame) -> Iterator[Any]:
    """The rows, each with its values by the names of the columns."""
    return iter(frame.itertuples(index=False))


def say_nothing(*tables: str) -> None:
    """Say why there is nothing to show of tables: see `has_rows`."""
    st.info(_why_nothing(tables))


def _why_nothing(tables: Sequence[str]) -> str:
    """What never landed, what was filtered away, or that there is too little."""
    marts = [table.removeprefix("marts.") for table in tables]
    lacking = needs.missing(marts, queries.landed_tables())
    if lacking:
        return t("no_source", tables=needs.in_words(lacking, language()))
    return t("no_rows" if _is_narrowed() else "too_little")


def _is_narrowed() -> bool:
    """Whether the reader chose less than everything."""
    chosen, months = filters(), queries.months()
    return bool(
        chosen.personas
        or chosen.channels
        or (chosen.first and chosen.last and (chosen.first, chosen.last) != (months[0], months[-1]))
    )


def charted(shown: int, total: int) -> None:
    """Say so where a chart shows the first of a longer list."""
    if shown < total:
        numbers = {"shown": shown, "all": total}
        written = {name: formats.number(value, language()) for name, value in numbers.items()}
        # A list that was cut may go on: its length is not that of the whole.
        st.caption(t("charted_first" if total == queries.SHOWN else "charted", **written))


def figures(items: Iterable[tuple[str, str]]) -> None:
    """A few figures side by side: what each is, and its value as text."""
    listed = list(items)
    for column, (label, value) in zip(st.columns(len(listed)), listed, strict=True):
        column.metric(label, value)


def facts(items: Iterable[tuple[str, str]]) -> None:
    """A few facts below one another: what each is on the left, its value on the right."""
    lines = "".join(
        f"<tr><th scope='row'>{html.escape(label)}</th><td>{html.escape(value)}</td></tr>"
        for label, value in items
    )
    st.html(f"<table class='facts'>{lines}</table>")


def table(
    frame: pd.DataFrame,
    name: str,
    columns: Sequence[str],
    *,
    sources: Sequence[str],
    height: int | None = None,
) -> None:
    """A table in the reader's language, with where it comes from and a download.

    Args:
        frame: Rows with the marts' own names and codes; the download holds these.
        name: Name of the downloaded file, and the table's key.
        columns: Columns shown, in order; those that are not there are left out.
        sources: Published tables the rows come from.
        height: Pixels; by itself the table shows up to ten rows.
    """
    chosen = language()
    shown = labels.named(frame[[column for column in columns if column in frame]], chosen)
    kinds = {column: labels.kind(column, shown[column]) for column in shown}
    for column in (column for column, kind in kinds.items() if kind == "yes_no"):
        # Streamlit draws truths as boxes to tick, which nobody can.
        shown[column] = [formats.text(value, "yes_no", chosen) for value in shown[column]]
    writers = {
        column: (lambda value, kind=kind: formats.text(value, kind, chosen))
        for column, kind in kinds.items()
        if kind != "text"
    }
    config = {
        column: st.column_config.Column(
            labels.column(column, chosen),
            help=labels.explained(column, chosen),
            width="large" if column in ("path", "expectation", "remedy", "page") else None,
            alignment="left" if kinds[column] in ("text", "month", "yes_no") else "right",
        )
        for column in shown
    }
    st.dataframe(
        shown.style.format(writers, na_rep=formats.NO_VALUE),
        hide_index=True,
        column_config=config,
        height=height or min(len(shown), 10) * 35 + 39,
        key=f"table_{name}",
        placeholder=formats.NO_VALUE,
    )
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.caption(
            t("source", tables=", ".join(f"`{source}`" for source in sources)), width="content"
        )
        st.download_button(
            t("download"),
            csv_of(frame).encode("utf-8-sig"),
            file_name=f"{name}.csv",
            mime="text/csv",
            key=f"download_{name}",
            type="tertiary",
            on_click="ignore",
        )


def nothing_published(error: data.NothingPublishedError) -> None:
    """Tell what to do where nothing was published yet."""
    st.title(t("product"), anchor=False)
    st.info(t("nothing_published", path=str(error)))
