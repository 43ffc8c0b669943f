"""What explanations and tests say, in words and rows: one wording for pages and the command line."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from planner.model.score_run import ScoreRun
from planner.model.sweep import SweepPlan
from planner.model.units import clock
from planner.usecases.explain import Backtest, Explanation
from planner.usecases.figures import Translate
from planner.usecases.what_if import WhatIf, WhyNot

Row = dict[Any, Any]
"""A row of a table by column."""

TOLD_SHARE = 0.01
"""Parts of the forecast's mix below this share are not told."""

LEAST_P = 0.001
"""999 random maps tell no less."""

LEAD = {"lead": "lead", "low": "lead_low", "high": "lead_high"}


def mix_sentence(explained: Explanation, t: Translate) -> str:
    """What the forecast is made of."""
    parts = sorted(explained.mix.items(), key=lambda part: -part[1])
    told = [
        t("evidence.part", name=_component(name, t), share=f"{100 * share:.0f}")
        for name, share in parts
        if share >= TOLD_SHARE
    ]
    return t("evidence.mix", parts="、".join(told))


def _component(name: str, t: Translate) -> str:
    kind, _, weeks = name.partition("_")
    return t("mix.memory", weeks=weeks) if kind == "memory" else t(f"mix.{name}")


def backtest_sentence(tested: Backtest, t: Translate) -> str:
    """What the test says, for a meeting."""
    periods, table = tested.periods, tested.table.set_index("rival")
    said = t(
        "evidence.backtest",
        periods=len(periods),
        first=f"{periods['first'].iloc[0]:%Y-%m-%d}",
        last=f"{periods['last'].iloc[-1]:%Y-%m-%d}",
        days=(periods["last"].iloc[0] - periods["first"].iloc[0]).days + 1,
        k=tested.k,
        hit=f"{100 * table['hit_rate']['planner']:.0f}",
        even=f"{100 * tested.even:.0f}",
        best=f"{100 * periods['best'].sum() / max(periods['filings'].sum(), 1):.0f}",
        pei=f"{100 * table['pei']['planner']:.0f}",
    )
    rivals = [
        t(f"evidence.{_verdict(row)}", rival=t(f"rival.{row['rival']}"), lead=_lead(row, t))
        for row in tested.table.to_dict("records")
        if row["rival"] in ("last_period", "last_year")
    ]
    return said + "".join(rivals)


def _verdict(row: dict[Any, Any]) -> str:
    return "better" if row["lead_low"] > 0 else "worse" if row["lead_high"] < 0 else "alike"


def _lead(row: dict[Any, Any], t: Translate) -> str:
    return t("evidence.lead", **{name: f"{100 * row[key]:+.1f}" for name, key in LEAD.items()})


def rival_rows(tested: Backtest, t: Translate) -> pd.DataFrame:
    """The backtest's table in words: rival, hit_rate, pei, lead."""
    rows = tested.table.to_dict("records")
    return pd.DataFrame(
        {
            "rival": [t(f"rival.{row['rival']}") for row in rows],
            "hit_rate": [f"{100 * row['hit_rate']:.1f} %" for row in rows],
            "pei": [f"{100 * row['pei']:.1f} %" for row in rows],
            "lead": ["—" if row["rival"] == "planner" else _lead(row, t) for row in rows],
        }
    )


def crowd_lines(explained: Explanation, names: "pd.Series[str]", t: Translate) -> Iterator[str]:
    """Groups of adjoining townships that chance does not explain, or that there are none."""
    if not explained.crowds:
        yield t("crowds.none")
    for crowd in explained.crowds:
        yield t(
            "crowds.crowd",
            names="、".join(names[code] for code in crowd.township_codes),
            filings=f"{crowd.filings:,}",
            expected=f"{crowd.expected:,.0f}",
            times=f"{crowd.relative_rate:.1f}",
            p=t("crowds.p_least") if crowd.p <= LEAST_P else t("crowds.p", p=f"{100 * crowd.p:.1f}"),
        )


def links_sentence(explained: Explanation, names: "pd.Series[str]", t: Translate) -> str:
    """Who is whose neighbour without a common border; empty where nobody is."""
    links = [
        t("crowds.link", a=names[a], b=names[b], kind=t(f"neighbour.{kind}"))
        for a, b, kind in explained.pairs.astype(str).to_numpy().tolist()
        if kind != "border"
    ]
    return t("crowds.links", links="；".join(links)) if links else ""


def portrait_lines(run: ScoreRun, row: pd.Series, explained: Explanation, t: Translate) -> Iterator[str]:
    """What a chief would say of the township, one sentence a line."""
    code = row["township_code"]
    own = explained.townships.set_index("township_code").loc[code]
    change = int(row["filings_last_year"] - row["filings_year_before"])
    yield t("hotspots.trend", now=row["filings_last_year"], before=row["filings_year_before"], change=f"{change:+d}")
    yield trend_sentence(own, t)
    if own["weak"]:
        yield t("portrait.weak", cases=f"{own['rests_on']:.0f}")
    if own["swept"]:
        yield t("portrait.swept", cases=own["swept"])
    features = explained.portrait[explained.portrait["township_code"] == code]
    for verdict in ("above", "below"):
        if told := [_feature(f, t) for f in features[features["verdict"] == verdict].to_dict("records")]:
            yield t(f"portrait.{verdict}", features="；".join(told))
    if not features["verdict"].isin(["above", "below"]).any():
        yield t("portrait.usual")
    if own["gi"] or own["crowd"]:
        yield t(f"portrait.around_{own['gi'] or 'crowd'}")
    near = explained.pairs[(explained.pairs["a"] == code) | (explained.pairs["b"] == code)]
    if not (near["kind"] == "border").any():
        yield t("portrait.island", kinds="、".join(t(f"neighbour.{kind}") for kind in near["kind"].unique()))
    clusters = run.hotspots.clusters
    told = [f"{c.label}（{c.cases}）" for c in clusters[clusters["township_code"] == code].itertuples()]
    yield t("hotspots.own_clusters", clusters="；".join(told)) if told else t("hotspots.no_clusters")


def _feature(feature: Row, t: Translate) -> str:
    name, own, county = feature["feature"], 100 * feature["value"], 100 * feature["county_value"]
    return t(
        "portrait.feature",
        feature=feature_name(name, t),
        numerator=feature["numerator"],
        denominator=feature["denominator"],
        own=f"{own:.0f}",
        county=f"{county:.0f}",
    )


def feature_name(name: str, t: Translate) -> str:
    return t("feature.type", type=name.removeprefix("type_")) if name.startswith("type_") else t(f"feature.{name}")


def trend_sentence(own: pd.Series, t: Translate) -> str:
    """A trend in plain words, with its size and how sure it is where one was measured."""
    if pd.isna(own["change_per_year"]):
        return t("trend.too_few")
    low, high = (f"{own[name]:+.0f}" for name in ("change_low", "change_high"))
    return t(f"trend.{own['trend']}") + t("trend.size", change=f"{own['change_per_year']:+.0f}", low=low, high=high)


def township_rows(run: ScoreRun, explained: Explanation, t: Translate) -> pd.DataFrame:
    """What stands beside each township, hottest first, in words: name, trend, change, township_kind, rests_on, weak,
    swept; relative_rate, gi, gi_z, moran."""
    names = run.hotspots.table.set_index("township_code")["name"]
    told = explained.townships.set_index("township_code").loc[list(names.index)].reset_index()
    return told.assign(
        name=names.to_numpy(),
        trend=[t(f"trend.{word}") for word in told["trend"]],
        change=[_change(own) for own in told.to_dict("records")],
        township_kind=[t("kinds.number", kind=kind) if kind else "—" for kind in told["kind"]],
        rests_on=told["rests_on"].round(),
        weak=told["weak"].map({True: t("portrait.weak_mark"), False: ""}),
        gi=[t(f"gi.{call or 'none'}") for call in told["gi"]],
        moran=[t(f"moran.{call or 'none'}") for call in told["moran"]],
    )


def _change(own: Row) -> str:
    change, low, high = (own[name] for name in ("change_per_year", "change_low", "change_high"))
    return "—" if pd.isna(change) else f"{change:+.0f} %  [{low:+.0f}, {high:+.0f}]"


def kind_lines(explained: Explanation, names: "pd.Series[str]", t: Translate) -> Iterator[str]:
    """The kinds of township, what sets each apart and who belongs to it, or why there are none."""
    kinds = explained.kinds
    if kinds.count < 2:
        yield t(f"kinds.{kinds.verdict}")
        return
    for kind in range(1, kinds.count + 1):
        members = kinds.table.loc[kinds.table["kind"] == kind, "township_code"]
        traits = kinds.traits[kinds.traits["kind"] == kind]
        told = "、".join(t(f"trait.{trait.feature}_{trait.direction}") for trait in traits.itertuples())
        yield t(
            "kinds.kind", kind=kind, traits=told or t("kinds.plain"), names="、".join(names[code] for code in members)
        )
    yield t("kinds.stability", stability=f"{kinds.stability:.2f}")


def changes_sentence(before: SweepPlan, after: SweepPlan, changes: pd.DataFrame, t: Translate) -> str:
    """What a replan changes in one sentence: how many visits, for how many squads, for how many points."""
    counts = changes["change"].value_counts()
    told = "、".join(t("replan.count", change=t(f"change.{kind}"), count=counts[kind]) for kind in counts.index)
    squads = set(changes["squad_before"].dropna()) | set(changes["squad_after"].dropna())
    gain = after.prize - before.prize
    if changes.empty:
        return t("replan.nothing", parent=before.id)
    return t("replan.changed", parent=before.id, changes=told, squads=len(squads), gain=f"{gain:+,}")


def change_rows(changes: pd.DataFrame, visits: pd.DataFrame, squads: Mapping[str, str], t: Translate) -> pd.DataFrame:
    """The changes in words: change, case_ids, was, now."""
    cases = visits.set_index("visit_id")["case_ids"]
    rows = changes.to_dict("records")

    def where(row: Row, when: str) -> str:
        if pd.isna(row[f"squad_{when}"]):
            return "—"
        squad = squads.get(row[f"squad_{when}"], row[f"squad_{when}"])
        return f"{row[f'day_{when}']:%m-%d} {squad} {clock(int(row[f'start_{when}']))}"

    return pd.DataFrame(
        {
            "change": [t(f"change.{row['change']}") for row in rows],
            "case_ids": [str(cases[row["visit_id"]]).replace(";", "、") for row in rows],
            "was": [where(row, "before") for row in rows],
            "now": [where(row, "after") for row in rows],
        }
    )


def what_if_sentence(answer: WhatIf, t: Translate) -> str:
    """What would be gained, with the plan's own worth after the same search beside it."""
    share = 100 * answer.gain / max(answer.prize, 1)
    return t(
        "question.gain",
        gain=f"{answer.gain:+,}",
        share=f"{share:+.1f}",
        prize=f"{answer.prize:,}",
        visits=answer.visits,
        visits_with=answer.visits_with,
    )


def why_not_sentence(answer: WhyNot, cases: Mapping[str, str], squads: Mapping[str, str], t: Translate) -> str:
    """Why a visit is on no route, and the cheapest way to put it on one."""
    reason = t(f"unserved.{answer.reason}")
    if answer.squad_id is None or answer.day is None:
        return t("question.no_way", reason=reason)
    dropped = "、".join(cases[visit] for visit in answer.dropped)
    return t(
        "question.way",
        reason=reason,
        squad=squads.get(answer.squad_id, answer.squad_id),
        day=f"{answer.day:%m-%d}",
        dropped=t("question.giving_way", cases=dropped) if dropped else t("question.nobody_gives_way"),
        cost=f"{answer.cost:,}",
    )
