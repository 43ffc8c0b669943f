"""The calendar of a campaign as a table of HTML: townships down, weeks across, a sign for each sweep.

Signs differ by shape, every cell that holds one says in words what it stands for, and the table scrolls by itself on a
narrow screen.
"""

from datetime import date, timedelta
from html import escape

from planner.i18n import Translate
from planner.model.region import Calendar
from planner.usecases.campaign_progress import CampaignState, SweepState
from planner.usecases.campaign_words import MARKS, Names

STYLE = """<style>
.campaign { overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; }
.campaign table { border-collapse: collapse; font-size: .85rem; width: 100%; }
.campaign th, .campaign td { padding: .2rem .3rem; text-align: center; border-bottom: 1px solid var(--line); }
.campaign thead th { color: var(--soft); font-weight: 600; white-space: nowrap; vertical-align: bottom; }
.campaign th.who { position: sticky; left: 0; background: var(--paper); text-align: left; white-space: nowrap; }
.campaign .sweep { background: var(--blue-behind); }
.campaign .now { box-shadow: inset 0 3px 0 var(--main); }
.campaign td b { font-size: 1.05rem; color: var(--main); }
.campaign small { font-weight: 400; color: var(--soft); display: block; }
.campaign tr.never th.who, .campaign tr.never td { color: var(--soft); }
</style>"""


def calendar_table(told: CampaignState, names: Names, calendar: Calendar, t: Translate) -> str:
    """Townships that are swept first, in the order of their first sweep; then those that are not reached."""
    campaign = told.campaign
    weeks = [campaign.start + timedelta(weeks=week) for week in range(campaign.weeks)]
    by_week = {one.sweep.week_start: one for one in told.sweeps}
    head = "".join(_head(week, by_week.get(week), told.today, calendar, t) for week in weeks)
    codes = [one.code for one in told.townships] + list(told.gone)
    codes.sort(key=lambda code: _order(told, code))
    rows = "".join(_row(code, weeks, by_week, names, t) for code in codes)
    caption = escape(t("campaign.calendar"))
    return (
        f'{STYLE}<div class="campaign" tabindex="0" role="region" aria-label="{caption}"><table>'
        f'<thead><tr><th class="who" scope="col">{escape(t("column.name"))}</th>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _order(told: CampaignState, code: str) -> tuple[date, bool]:
    weeks = [one.sweep.week_start for one in told.sweeps if code in one.sweep.townships]
    return (weeks[0] if weeks else date.max, not weeks)


def _head(week: date, sweep: SweepState | None, today: date, calendar: Calendar, t: Translate) -> str:
    """The Monday, days off, and how much of the gear lies ashore."""
    days = [week + timedelta(days=day) for day in range(5)]
    off = sum(not calendar.works_on(day) for day in days)
    ashore = sum(calendar.ashore_share(day) for day in days) / len(days)
    notes = [t("campaign.days_off", count=off)] if off else []
    notes += [t("campaign.ashore", share=f"{100 * ashore:.0f}")] if ashore else []
    kinds = [name for name, holds in (("sweep", sweep), ("now", week <= today < week + timedelta(days=7))) if holds]
    told = "".join(f"<small>{escape(note)}</small>" for note in notes)
    return f'<th scope="col" class="{" ".join(kinds)}">{week:%m-%d}{told}</th>'


def _row(code: str, weeks: list[date], by_week: dict[date, SweepState], names: Names, t: Translate) -> str:
    cells, swept = "", False
    for week in weeks:
        one = by_week.get(week)
        if one and code in one.sweep.townships:
            swept = True
            words = escape(t(f"campaign.state_{one.state}"))
            cells += f'<td class="sweep" title="{words}"><b aria-label="{words}">{MARKS[one.state]}</b></td>'
        else:
            cells += f'<td class="{"sweep" if one else ""}"></td>'
    kind = "" if swept else ' class="never"'
    return f'<tr{kind}><th class="who" scope="row">{escape(names.get(code, code))}</th>{cells}</tr>'
