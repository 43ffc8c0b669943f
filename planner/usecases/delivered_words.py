"""Plan against done in sentences and rows, the same for the page and the command line."""

import json
from collections.abc import Callable, Mapping

import pandas as pd

from planner.model.units import moment
from planner.review.calibration import Reliability
from planner.review.delivered import WHYS
from planner.review.propose import KEYS
from planner.usecases.delivered import Calibrated, Delivered, Proposal
from planner.usecases.figures import yuan

Translate = Callable[..., str]

LARGEST_SHOWN = 5
CLOCKWORK = 3.0
"""Minutes around the plan that count as on time."""


def headline(told: Delivered, t: Translate) -> list[tuple[str, str, str]]:
    """(label, value, how sure or what it is of)."""
    row, effect = told.total.iloc[0], told.plan.effect
    finds = [f"{value:.0f}" for value in (effect.finds_mean, effect.finds_low, effect.finds_high)]
    money = [yuan(value) for value in (effect.recovered_fen_mean, effect.recovered_fen_low, effect.recovered_fen_high)]
    foretold = [t("delivered.foretold", value=value, low=low, high=high) for value, low, high in (finds, money)]
    return [
        (t("delivered.planned"), f"{row['planned']:,.0f}", t("delivered.week", week=told.plan.week_start)),
        (t("delivered.made"), f"{row['made']:,.0f}", t("delivered.extra", count=f"{row['extra']:.0f}")),
        (t("delivered.found"), f"{row['found']:,.0f}", foretold[0]),
        (
            t("delivered.money"),
            yuan(row["paid_fen"]),
            foretold[1],
        ),
        (t("delivered.money_capped"), yuan(row["paid_capped_fen"]), t("delivered.cap", cap=yuan(told.cap_fen))),
    ]  # fmt: skip


def made_lines(told: Delivered, t: Translate) -> list[str]:
    """What was foretold of the visits that were made, against what came; the largest cases; what is still open."""
    row = told.total.iloc[0]
    lines = []
    if row["made"]:
        of_made = {"finds": f"{row['expected_finds']:.1f}", "fen": yuan(row["expected_fen"])}
        lines.append(
            t("delivered.of_made", found=f"{row['found_on_plan']:.0f}", paid=yuan(row["paid_on_plan_fen"]), **of_made)
        )
    if told.largest:
        shown = "、".join(told.largest[:LARGEST_SHOWN])
        lines.append(t("delivered.largest", count=len(told.largest), cases=shown))
    if row["to_come"]:
        lines.append(t("delivered.to_come", count=f"{row['to_come']:.0f}"))
    if told.held:
        lines.append(t("delivered.held", count=told.held))
    return lines


def tally_rows(frame: pd.DataFrame, first: str, names: Mapping[str, str], t: Translate) -> pd.DataFrame:
    """A tally in text: done_of (squad, day or township), planned, made, found, extra, not made, finds and money
    foretold of visits made and got, minutes a leg."""
    rows = [
        (
            f"{row[first]:%m-%d}" if first == "day" else names.get(str(row[first]), str(row[first])),
            *(f"{row[name]:.0f}" for name in ("planned", "made", "found", "extra", "not_made")),
            f"{row['expected_finds']:.1f} / {row['found_on_plan']:.0f}",
            f"{yuan(row['expected_fen'])} / {yuan(row['paid_on_plan_fen'])}",
            yuan(row["paid_capped_fen"]),
            _legs(row, t),
        )
        for row in frame.to_dict("records")
    ]
    columns = ["done_of", "done_planned", "done_made", "found", "done_extra", "done_not_made", "done_finds",
               "done_money", "done_capped", "done_pace"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _legs(row: Mapping[object, float], t: Translate) -> str:
    if not row["legs"]:
        return "—"
    planned, told = (row[name] / row["legs"] for name in ("leg_planned", "leg_told"))
    return t("delivered.leg", planned=f"{planned:.0f}", told=f"{told:.0f}", count=f"{row['legs']:.0f}")


def why_rows(told: Delivered, t: Translate) -> pd.DataFrame:
    """done_why, done_count, done_share: what became of the planned visits; as text."""
    planned = told.lines[told.lines["planned"]]
    counts = planned["why"].value_counts()
    rows = [
        (t(f"done.{why}"), f"{counts[why]:,}", f"{100 * counts[why] / len(planned):.0f} %")
        for why in WHYS
        if why in counts
    ]
    return pd.DataFrame(rows, columns=["done_why", "done_count", "done_share"])


def missed_rows(told: Delivered, squads: Mapping[str, str], t: Translate) -> pd.DataFrame:
    """The planned visits at which nobody was met: case_ids (the first), squad, day, done_why."""
    lines = told.lines
    rows = lines[lines["planned"] & ~lines["why"].isin(["found", "to_come"])]
    return pd.DataFrame(
        {
            "case_ids": rows["case_id"],
            "squad": [squads.get(squad, squad) for squad in rows["squad_id"]],
            "day": rows["day"].dt.strftime("%m-%d"),
            "done_why": [t(f"done.{why}") for why in rows["why"]],
        }
    )


def pace_lines(told: Delivered, t: Translate) -> list[str]:
    """How late or early, and how long visits with their way took; what that rests on."""
    pace = told.pace
    if pace.off is None:
        return [t("delivered.no_times")]
    low, usual, high = pace.off
    when = "on_time" if abs(usual) <= CLOCKWORK else ("late" if usual > 0 else "early")
    span = {"low": f"{low:+.0f}", "high": f"{high:+.0f}", "value": f"{abs(usual):.0f}"}
    lines = [t(f"delivered.{when}", told=pace.told, made=int(told.lines["made"].sum()), **span)]
    if pace.ratio is None:
        return [*lines, t("delivered.no_legs", left_out=pace.left_out)]
    change = f"{100 * (pace.ratio - 1):+.0f} %"
    return [*lines, t("delivered.legs", legs=len(pace.legs), left_out=pace.left_out, change=change)]


def reliability_lines(told: Calibrated, t: Translate) -> list[str]:
    """What the chances are worth, and what weakens the answer."""
    fit = told.reliability
    if fit is None:
        return []
    lines = [
        t("calibration.rests", visits=f"{fit.visits:,}", sweeps=told.sweeps),
        t("calibration.brier", brier=f"{fit.brier:.3f}", mean=f"{fit.of_mean:.3f}"),
        t("calibration.error", error=f"{100 * fit.error:.1f}", chance=f"{100 * fit.by_chance:.1f}"),
    ]
    if told.silent:
        share = f"{100 * told.silent / (told.silent + told.visits):.0f} %"
        lines.append(t("calibration.silent", count=f"{told.silent:,}", share=share))
    return lines


def bin_rows(fit: Reliability) -> pd.DataFrame:
    """cal_bin, cal_visits, cal_expected, cal_found, cal_share (with its interval); as text."""
    rows = [
        (f"{100 * row['low']:.0f}–{100 * row['high']:.0f} %", f"{row['visits']:,.0f}", f"{100 * row['expected']:.1f} %",
         f"{row['found']:.0f}", _span(row["share"], row["share_low"], row["share_high"]))
        for row in fit.table.to_dict("records")
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["cal_bin", "cal_visits", "cal_expected", "cal_found", "cal_share"])


def group_rows(fit: Reliability, t: Translate) -> pd.DataFrame:
    """cal_group, cal_visits, cal_finds (foretold / found), cal_ratio (with its interval); as text."""
    rows = [
        (t(f"calibration_group.{row['group']}"), f"{row['visits']:,}", f"{row['expected']:.1f} / {row['found']}",
         f"{row['ratio']:.2f} [{row['ratio_low']:.2f}, {row['ratio_high']:.2f}]")
        for row in fit.groups.to_dict("records")
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["cal_group", "cal_visits", "cal_finds", "cal_ratio"])


def _span(value: float, low: float, high: float) -> str:
    return f"{100 * value:.0f} % [{100 * low:.0f}, {100 * high:.0f}]"


def key_name(key: str, t: Translate) -> str:
    """In words, with the key itself; keys that are never proposed go by the key alone."""
    return t(f"policy_key.{key.replace('.', '_')}") if key in KEYS else key


def proposal_rows(told: Calibrated, t: Translate) -> pd.DataFrame:
    """pol_key, pol_present, pol_estimate, pol_proposed, pol_visits, pol_reason; as text, proposals first."""
    ordered = sorted(told.proposals, key=lambda one: one.proposed is None)
    rows = [
        (key_name(one.key, t), shown(one.present),
         "—" if one.estimate is None else f"{shown(one.estimate)} [{shown(one.low)}, {shown(one.high)}]",
         shown(one.proposed), f"{one.visits:,}", t(f"proposal_short.{one.reason}"))
        for one in ordered
    ]  # fmt: skip
    columns = ["pol_key", "pol_present", "pol_estimate", "pol_proposed", "pol_visits", "pol_reason"]
    return pd.DataFrame(rows, columns=columns)


def proposal_line(one: Proposal, t: Translate) -> str:
    """One sentence with the number, how sure it is, and what to do."""
    return t(
        f"proposal.{one.reason}", name=key_name(one.key, t), present=shown(one.present), visits=f"{one.visits:,}",
        estimate=shown(one.estimate), low=shown(one.low), high=shown(one.high), proposed=shown(one.proposed),
    )  # fmt: skip


def shown(value: float | None) -> str:
    """A value of the policy: three digits that count, no more."""
    return "—" if value is None else f"{value:.3g}"


def history_rows(history: pd.DataFrame, t: Translate) -> pd.DataFrame:
    """pol_at, pol_by, pol_key, pol_change, pol_why; as text, the newest first."""
    rows = [
        (moment(row["at"]), row["by"], key_name(row["key"], t), _change(row, t),
         row["reason"])
        for row in history.to_dict("records")
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["pol_at", "pol_by", "pol_key", "pol_change", "pol_why"])


def _change(row: Mapping[object, object], t: Translate) -> str:
    after = told_value(row["after"], t)
    if row["kept"]:
        return t("policy.kept", value=after)
    return f"{told_value(row['before'], t)} → {after}"


def told_value(text: object, t: Translate) -> str:
    """A word's JSON as people write it; None: as in the file."""
    if not isinstance(text, str):
        return t("policy.of_file")
    value = json.loads(text)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
