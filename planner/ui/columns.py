"""The columns of a register as found, what they are taken for, and their correction by people."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from planner.bootstrap import Context
from planner.i18n import Translate
from planner.model.report import ColumnRule
from planner.ui.words import literal
from planner.usecases.columns import AMOUNT_FIELDS, FIELDS, UNITS, SheetColumns, columns_of, rule_columns, rules

FOUND = "columns_found"
EDITED = ("field", "unit")
NO_UNIT = "—"


def show_columns(ctx: Context, t: Translate, files: Sequence[tuple[str, bytes]], ids: tuple[str, ...]) -> None:
    """An editable table per sheet; what is saved holds for all later registers of this court."""
    found = _found(ctx, t, files, ids)
    if not found:
        st.info(t("columns.none"))
        return
    st.write(t("columns.lead"))
    said: list[ColumnRule] = []
    for n, sheet in enumerate(found):
        st.markdown(f"**{literal(sheet.sheet)}** — {t(f'sheet_kind.{sheet.kind}')}")
        said += _edited(sheet, t, f"columns_{n}_{'-'.join(ids)}_{_version()}")
    _announced(said, t)
    if st.button(t("columns.save"), disabled=not said, icon=":material/save:"):
        rule_columns(ctx, said)
        _again()
    _remembered(ctx, t)


def _found(ctx: Context, t: Translate, files: Sequence[tuple[str, bytes]], ids: tuple[str, ...]) -> list[SheetColumns]:
    """Read once per choice of files and per correction; large workbooks take seconds."""
    key = (*ids, _version())
    if FOUND not in st.session_state or st.session_state[FOUND][0] != key:
        with st.spinner(t("stage.read_files")):
            st.session_state[FOUND] = (key, columns_of(ctx, files))
    found: list[SheetColumns] = st.session_state[FOUND][1]
    return found


def _version() -> int:
    return int(st.session_state.get("columns_version", 0))


def _again() -> None:
    st.session_state["columns_version"] = _version() + 1
    st.rerun()


def _edited(sheet: SheetColumns, t: Translate, key: str) -> list[ColumnRule]:
    """The sheet's table; what people changed in it comes back."""
    unused = t("columns.unused")
    words = {field: t(f"field.{field}") for field in FIELDS}
    by_word = {word: field for field, word in words.items()} | {unused: ""}
    table = pd.DataFrame(
        {
            "column": [use.column for use in sheet.columns],
            "header": [use.header for use in sheet.columns],
            "field": [words[use.field] if use.field else unused for use in sheet.columns],
            "unit": [use.unit or NO_UNIT for use in sheet.columns],
            "samples": ["　|　".join(use.samples) for use in sheet.columns],
            "ruled": ["✓" if use.ruled else "" for use in sheet.columns],
        }
    )
    config = {
        "column": st.column_config.TextColumn(t("column.column"), width="small"),
        "header": st.column_config.TextColumn(t("column.header")),
        "samples": st.column_config.TextColumn(t("column.sample"), width="large"),
        "field": st.column_config.SelectboxColumn(t("column.field"), options=list(by_word), required=True),
        "unit": st.column_config.SelectboxColumn(
            t("column.unit"), options=[NO_UNIT, *UNITS], help=t("columns.unit_help")
        ),
        "ruled": st.column_config.TextColumn(t("column.ruled"), help=t("explain.ruled"), width="small"),
    }
    disabled = [str(name) for name in table if name not in EDITED]
    edited = st.data_editor(table, hide_index=True, column_config=config, disabled=disabled, key=key, height="content")
    changed = edited[(edited[list(EDITED)] != table[list(EDITED)]).any(axis=1)]
    rules = []
    for row in changed.itertuples():
        field = by_word[str(row.field)]
        unit = str(row.unit) if field in AMOUNT_FIELDS and row.unit != NO_UNIT else None
        rules.append(ColumnRule(str(row.header), field, unit))
    return rules


def _announced(said: Sequence[ColumnRule], t: Translate) -> None:
    for rule in said:
        word = t(f"field.{rule.field}") if rule.field else t("columns.unused")
        unit = f"（{rule.unit}）" if rule.unit else ""
        st.caption(t("columns.will_remember", header=literal(rule.header), field=f"{word}{unit}"))


def _remembered(ctx: Context, t: Translate) -> None:
    known = rules(ctx)
    if not known:
        return
    st.caption(t("columns.remembered"))
    labels = {
        rule.header: f"{rule.header} → {t(f'field.{rule.field}') if rule.field else t('columns.unused')}"
        + (f"（{rule.unit}）" if rule.unit else "")
        for rule in known
    }
    gone = st.multiselect(
        t("columns.forget"), list(labels), format_func=labels.__getitem__, placeholder=t("columns.forget_none")
    )
    if st.button(t("columns.forget_button"), disabled=not gone):
        rule_columns(ctx, [], gone)
        _again()
