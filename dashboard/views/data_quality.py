"""Data quality and coverage: whether the other pages can be trusted."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import charts, data, formats, frame, labels, queries
from dashboard.charts import Bar
from dashboard.formats import Language
from dashboard.frame import t

RECONCILIATION = "audit.audit_reconciliation"
FILTERED = "audit.audit_filtered_rows"
QUARANTINE = "audit.audit_quarantine"
EXPECTATIONS = "audit.audit_expectations"
COVERAGE = "marts.mart_data_coverage"
EMAIL_CAMPAIGNS = "marts.mart_email_campaigns"


def show() -> None:
    language = frame.language()
    if not frame.is_there(RECONCILIATION, EXPECTATIONS):
        return
    tables = queries.ask("reconciliation", run_id=data.run_id())
    met = queries.ask("expectations")
    frame.figures(
        [
            (t("data_quality.rows"), formats.number(tables["rows_in_files"].sum(), language)),
            (
                t("data_quality.balanced"),
                f"{formats.number(tables['balanced'].sum(), language)} / {len(tables)}",
            ),
            (
                t("data_quality.kept_out"),
                formats.number(
                    tables["rows_quarantined"].sum() + tables["rows_rejected"].sum(), language
                ),
            ),
            (
                t("data_quality.expectations"),
                f"{formats.number(met['met'].sum(), language)} / "
                f"{formats.number(met['expectations'].sum(), language)}",
            ),
        ]
    )
    rows, expected, covered, reported = st.tabs(
        [
            t("data_quality.reconciliation"),
            t("data_quality.expectations_tab"),
            t("data_quality.coverage"),
            t("data_quality.email_campaigns"),
        ]
    )
    with rows:
        _rows(tables)
    with expected:
        _expectations(met, language)
    with covered:
        _coverage(language)
    with reported:
        _email_campaigns()


def _rows(tables: pd.DataFrame) -> None:
    st.markdown(t("data_quality.reconciliation_note"))
    frame.table(
        tables,
        "reconciliation",
        ("source_name", "table_name", "balanced", "files", "rows_in_files", "rows_rejected",
         "rows_withdrawn", "rows_erased", "rows_quarantined", "rows_duplicate", "rows_staged",
         "rows_filtered", "rows_modelled"),
        sources=[RECONCILIATION],
        height=420,
    )  # fmt: skip
    left, right = st.columns(2, gap="large")
    with left:
        frame.section(t("data_quality.filtered"))
        if frame.is_there(FILTERED):
            frame.table(
                queries.ask("filtered_rows", run_id=data.run_id()),
                "filtered_rows",
                ("rows_filtered", "reason", "source_name", "table_name"),
                sources=[FILTERED],
            )
    with right:
        frame.section(t("data_quality.quarantined"))
        if frame.is_there(QUARANTINE):
            frame.table(
                queries.ask("quarantined_rows").rename(columns={"reason": "flaw"}),
                "quarantined_rows",
                ("rows_quarantined", "flaw", "source_name", "table_name"),
                sources=[QUARANTINE],
            )


def _expectations(met: pd.DataFrame, language: Language) -> None:
    st.markdown(t("data_quality.expectations_note"))
    if not frame.has_rows(met, EXPECTATIONS):
        return
    names = [
        f"{labels.name('layer', row.layer, language)}: "
        f"{labels.name('severity', row.severity, language)}"
        for row in frame.rows_of(met)
    ]
    series = [
        Bar(t(f"column.{column}"), color, list(met[column]), _texts(met[column], language))
        for column, color in (("met", charts.TEAL), ("missed", charts.RUST))
    ]
    counts = [
        f"{formats.number(row.met, language)} / {formats.number(row.expectations, language)}"
        for row in frame.rows_of(met)
    ]
    st.plotly_chart(
        charts.bars(names, series, language, values=counts),
        config=charts.CONFIG, theme=None, key="expectations", alt=t("data_quality.expectations"),
    )  # fmt: skip
    frame.section(t("data_quality.missed"))
    missed = queries.ask("missed_expectations")
    if missed.empty:
        st.caption(t("data_quality.none_missed"))
    else:
        frame.table(
            missed,
            "missed_expectations",
            ("severity", "layer", "source_name", "table_name", "expectation", "observed",
             "unexpected_count"),
            sources=[EXPECTATIONS],
        )  # fmt: skip


def _texts(counts: pd.Series, language: Language) -> list[str]:
    return [formats.number(count, language) if count else "" for count in counts]


def _coverage(language: Language) -> None:
    if not frame.is_there(COVERAGE):
        return
    found = queries.ask("coverage", frame.filters())
    if not frame.has_rows(found, COVERAGE):
        return
    st.markdown(t("data_quality.coverage_note"))
    found["name"] = found["source_name"] + "." + found["table_name"]
    counts = found.pivot_table(index="name", columns="month", values="staged_rows", aggfunc="sum")
    counts.columns = [formats.month(month, language) for month in counts.columns]
    fullest = counts.max(axis=1)
    shares = counts.div(fullest.where(fullest > 0), axis=0).fillna(0.0)
    texts = counts.map(lambda value: formats.number(value, language) if value > 0 else "")
    hovers = pd.DataFrame(
        [
            [f"<b>{row}</b><br>{column}: {texts.at[row, column] or 0}" for column in counts.columns]
            for row in counts.index
        ],
        index=counts.index,
        columns=counts.columns,
    )
    with st.container(key="wide_coverage"):
        st.plotly_chart(
            charts.grid(shares, texts, hovers, language, colors=charts.RISING[:4]),
            config=charts.CONFIG, theme=None, key="coverage", alt=t("data_quality.coverage_note"),
        )  # fmt: skip
    frame.table(
        found,
        "data_coverage",
        ("source_name", "table_name", "month", "staged_rows"),
        sources=[COVERAGE],
    )


def _email_campaigns() -> None:
    if not frame.is_there(EMAIL_CAMPAIGNS):
        return
    found = queries.ask("email_campaigns", frame.filters())
    if not frame.has_rows(found, EMAIL_CAMPAIGNS):
        return
    st.markdown(t("data_quality.email_campaigns_note"))
    frame.table(
        found,
        "email_campaigns",
        ("campaign_name", "evidence", "tool", "deliveries", "reported_deliveries", "opens",
         "opens_with_machines", "reported_opens", "clicks", "reported_clicks",
         "last_touch_revenue", "reported_revenue"),
        sources=[EMAIL_CAMPAIGNS],
    )  # fmt: skip


show()
