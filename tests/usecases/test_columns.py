"""What people say of columns is remembered, for the register that cannot be read yet and for all later ones."""

import pytest

from planner.errors import RegisterError, RequestError
from planner.model.report import ColumnRule
from planner.store import register
from planner.usecases.columns import columns_of, rule_columns, rules
from planner.usecases.context import Context
from planner.usecases.import_register import import_register

ODD = (
    "某院台账\n编码（案）,进来那天,欠多少,对方,人在哪\n"
    "(2026)浙0225执1号,2026-01-02,3,示例甲,石浦镇\n(2026)浙0225执2号,2026-01-03,4,示例乙,大徐镇\n"
)
FILES = [("台账.csv", ODD.encode())]
SAID = [
    ColumnRule("编码（案）", "case_id"),
    ColumnRule("进来那天", "filed_on"),
    ColumnRule("欠多少", "claimed_fen", "万元"),
    ColumnRule("对方", "debtor"),
    ColumnRule("人在哪", "residence"),
]


def test_columns_are_shown_before_anything_can_be_imported(ctx: Context) -> None:
    with pytest.raises(RegisterError):
        import_register(ctx, FILES)
    [sheet] = columns_of(ctx, FILES)
    assert [(use.column, use.header, use.field) for use in sheet.columns] == [
        (letter, rule.header.replace("（", "(").replace("）", ")"), None)
        for letter, rule in zip("ABCDE", SAID, strict=True)
    ]
    assert sheet.columns[2].samples == ("3", "4")
    assert sheet.kind == "ignored"


def test_what_was_said_reads_this_register_and_the_next(ctx: Context) -> None:
    rule_columns(ctx, SAID)
    assert rules(ctx) == SAID
    [sheet] = columns_of(ctx, FILES)
    assert all(use.ruled for use in sheet.columns)
    assert sheet.columns[2].unit == "万元"
    done = import_register(ctx, FILES)
    assert done.outcome.new == 2
    assert register.cases(ctx.engine)["claimed_fen"].tolist() == [3_000_000, 4_000_000]
    assert register.parties(ctx.engine)["residence"].tolist() == ["石浦镇", "大徐镇"]


def test_a_correction_goes_before_what_the_planner_takes_a_header_for(ctx: Context) -> None:
    text = "案号,立案日期,被执行人,地址,备注\n(2026)浙0225执1号,2026-01-02,示例甲,不详,石浦镇渔港路\n"
    files = [("台账.csv", text.encode())]
    rule_columns(ctx, [ColumnRule("备注", "residence"), ColumnRule("地址", "")])
    import_register(ctx, files)
    assert register.parties(ctx.engine)["residence"].tolist() == ["石浦镇渔港路"]
    rule_columns(ctx, [], forget=["备注", "地址"])
    assert rules(ctx) == []
    again = import_register(ctx, files)
    assert again.changed
    assert register.parties(ctx.engine)["residence"].isna().all()


def test_the_latest_word_counts_however_the_header_is_written(ctx: Context) -> None:
    text = "案号,立案日期,标的,被执行人,地址\n(2026)浙0225执1号,2026-01-02,3,示例甲,石浦镇\n"
    for header, unit in (("标的", "元"), ("标的（万元）", "万元"), ("标的", "元")):
        rule_columns(ctx, [ColumnRule(header, "claimed_fen", unit)])
    import_register(ctx, [("台账.csv", text.encode())])
    assert register.cases(ctx.engine)["claimed_fen"].tolist() == [300]
    rule_columns(ctx, [], forget=["标的"])
    assert rules(ctx) == []


@pytest.mark.parametrize(
    ("rule", "key"),
    [
        (ColumnRule("标的", "no_such_field"), "unknown_field"),
        (ColumnRule("标的", "claimed_fen", "两"), "unknown_unit"),
        (ColumnRule("住址", "residence", "万元"), "unknown_unit"),
    ],
)
def test_what_makes_no_sense_is_refused(ctx: Context, rule: ColumnRule, key: str) -> None:
    with pytest.raises(RequestError) as told:
        rule_columns(ctx, [rule])
    assert told.value.key == key
    assert rules(ctx) == []
