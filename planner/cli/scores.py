"""Commands that say where: the ranking, why it is so, the bureau's indicators."""

from datetime import datetime
from typing import Annotated

import typer

from planner import bootstrap
from planner.cli.shared import RegionOption, context, translator_of
from planner.cli.tables import frame, output, percent, say, show_table
from planner.errors import Impossible
from planner.i18n import Translate
from planner.model.hotspot import PARTS, Choice, Selection
from planner.model.score_run import ScoreRun
from planner.usecases.explain import Backtest, Explanation, backtest_score, explain_score
from planner.usecases.figures import yuan
from planner.usecases.findings import (
    backtest_sentence,
    crowd_lines,
    kind_lines,
    mix_sentence,
    rival_rows,
    township_rows,
)
from planner.usecases.indicator_words import formula, group_rows, indicator_name, indicator_notes, indicator_rows
from planner.usecases.indicators import GROUPINGS, IndicatorView, indicator_view
from planner.usecases.score import ScoreRequest, latest, preview_choice, score

app = typer.Typer()


@app.command("score")
def score_(
    region: RegionOption = None,
    as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Use no later filing.")] = None,
    townships: Annotated[int | None, typer.Option(help="How many are asked for (k).")] = None,
) -> None:
    """研判：给乡镇排名。Rank the townships."""
    t = translator_of()
    with context(region) as ctx:
        run = score(ctx, ScoreRequest(as_of.date() if as_of else None, townships))
        selection = preview_choice(ctx, run, run.hotspots.k)
        _hotspots(run, selection, t)


@app.command("explain")
def explain_(region: RegionOption = None) -> None:
    """为什么这样排，过去准不准。Say why the townships of the latest score rank as they do, and how the method would
    have chosen in the past."""
    t = translator_of()
    with context(region) as ctx:
        run = _latest_score(ctx)
        _explanation(run, explain_score(ctx, run), backtest_score(ctx, run, run.hotspots.k), t)


@app.command("indicators")
def indicators_(
    region: RegionOption = None,
    by: Annotated[str, typer.Option(help=" | ".join(GROUPINGS))] = GROUPINGS[0],
    as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Default: the last event.")] = None,
) -> None:
    """办案指标。The bureau's indicators for the year to a day, beside the year before."""
    t = translator_of()
    with context(region) as ctx:
        _indicators(indicator_view(ctx, by, as_of.date() if as_of else None), t)


def _latest_score(ctx: "bootstrap.Context") -> ScoreRun:
    run = latest(ctx)
    if run is None:
        raise Impossible("no_score")
    return run


def _reason(choice: Choice, t: Translate) -> str:
    return t(f"reason.{choice.reason}", **dict(choice.params))


def _hotspots(run: ScoreRun, selection: Selection, t: Translate) -> None:
    h = run.hotspots
    parts = [t(f"column.{part}") for part in PARTS]
    names = ["rank", "township", "score", *parts, "p_top", "filings", "open_cases", "workable_yuan"]
    headers = [name if name in parts else t(f"cli.{name}", k=h.k) for name in names]
    chosen = set(selection.codes)
    rows = [
        (
            row["rank"],
            ("● " if row["township_code"] in chosen else "") + row["name"],
            f"{row['score']:.1f}",
            *(f"{row[part]:.1f}" for part in PARTS),
            percent(row["p_top"]),
            f"{row['expected_filings']:.0f} [{row['filings_low']:.0f}, {row['filings_high']:.0f}]",
            row["open_cases"],
            yuan(row["workable_fen"]),
        )
        for row in h.table.sort_values("rank").to_dict("records")
    ]
    show_table(t("cli.ranking", as_of=f"{h.as_of:%Y-%m-%d}", days=h.horizon_days, k=h.k), headers, rows, left=2)
    names_by_code = h.table.set_index("township_code")["name"]
    chosen_rows = [(names_by_code[c.township_code], _reason(c, t)) for c in selection.choices]
    show_table(t("cli.chosen"), [t("cli.township"), t("cli.reason")], chosen_rows, left=2)
    for why, count in h.unplaced.items():
        output.print(t("cli.unplaced", reason=t(f"method.{why}"), count=count))


def _explanation(run: ScoreRun, explained: Explanation, tested: Backtest | None, t: Translate) -> None:
    """Why the townships rank so, and how the method would have chosen before."""
    names = run.hotspots.table.set_index("township_code")["name"]
    shown = ["name", "trend", "change", "township_kind", "rests_on", "weak", "relative_rate", "gi", "moran"]
    rows = township_rows(run, explained, t).round({"relative_rate": 2})[shown].itertuples(index=False)
    show_table(t("page.hotspots"), [t(f"column.{name}") for name in shown], rows, left=len(shown))
    for line in (mix_sentence(explained, t), *crowd_lines(explained, names, t), *kind_lines(explained, names, t)):
        say(line)
    if tested is None:
        output.print(t("evidence.too_short"))
        return
    say(backtest_sentence(tested, t))
    rivals = rival_rows(tested, t)
    show_table(t("section.past"), [t(f"column.{name}") for name in rivals], rivals.itertuples(index=False), left=4)


def _indicators(view: IndicatorView, t: Translate) -> None:
    """The county's indicators, then each group's."""
    county = indicator_rows(view.table[view.table["scope"] == "county"], view.specs, t)
    frame(f"{t('page.indicators')} {view.as_of:%Y-%m-%d}", county, t, left=len(county.columns))
    for line in (*indicator_notes(view, t), *(f"{indicator_name(s, t)}: {formula(s, t)}" for s in view.specs)):
        say(line)
    headers, rows = group_rows(view, t)
    show_table(t(f"indicator.by_{view.grouping}"), headers, rows, left=len(headers))
