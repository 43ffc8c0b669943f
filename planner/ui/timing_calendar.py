"""The calendar of a timing as a table of HTML: counties down, weeks across, help over borders in words.

Signs differ by shape, every cell says in words what it stands for, and the table scrolls by itself on a narrow screen.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from html import escape

from planner.i18n import Translate
from planner.model.together import TimedCounty, TimedLoan, TimingPlan
from planner.usecases.timing_words import names_of, squads_told

STYLE = """<style>
.timing { overflow: auto; max-height: 44rem; border: 1px solid #d5dde3; border-radius: 8px; }
.timing table { border-collapse: separate; border-spacing: 0; font-size: .85rem; width: 100%; }
.timing th, .timing td { padding: .25rem .4rem; text-align: center; border-bottom: 1px solid #e6ebef; }
.timing thead th { position: sticky; top: 0; background: #fff; z-index: 2; color: #45535e; white-space: nowrap; }
.timing th.who { position: sticky; left: 0; background: #fff; text-align: left; white-space: nowrap; z-index: 1; }
.timing thead th.who { z-index: 3; }
.timing th.city { background: #f3f6f8; text-align: left; color: #45535e; position: sticky; left: 0; }
.timing td.swept { background: #e3eef7; }
.timing td b { color: #0f4c81; font-size: 1.05rem; }
.timing td small { display: block; color: #7a3b00; white-space: nowrap; }
.timing td.lends small { color: #45535e; }
.timing .now { box-shadow: inset 0 3px 0 #0f4c81; }
</style>"""


def timing_table(plan: TimingPlan, cities: Mapping[str, str], today: date, county: str | None, t: Translate) -> str:
    """Counties by city; with ``county`` only that one and those that it touches."""
    wanted = [one for one in plan.counties if county is None or one.code in _around(plan, county)]
    head = "".join(
        f'<th scope="col" class="{"now" if week <= today < week + timedelta(days=7) else ""}">{week:%m-%d}'
        f"<small> · {sum(one.week == week for one in plan.counties)}</small></th>"
        for week in plan.weeks
    )
    rows, city = "", None
    first = {city: code for code, city in sorted(cities.items(), reverse=True)}  # cities in the order of their codes
    for one in sorted(wanted, key=lambda one: (first.get(cities.get(one.code, ""), ""), one.code)):
        if cities.get(one.code) != city:
            city = cities.get(one.code)
            rows += (
                f'<tr><th class="city" colspan="{len(plan.weeks) + 1}" scope="rowgroup">{escape(city or "")}</th></tr>'
            )
        rows += _row(plan, one, t)
    caption = escape(t("timing.calendar"))
    return (
        f'{STYLE}<div class="timing" tabindex="0" role="region" aria-label="{caption}"><table>'
        f'<thead><tr><th class="who" scope="col">{escape(t("column.county"))}</th>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _around(plan: TimingPlan, county: str) -> set[str]:
    return {county} | {code for pair in plan.pairs if county in (pair.a, pair.b) for code in (pair.a, pair.b)}


def _row(plan: TimingPlan, one: TimedCounty, t: Translate) -> str:
    cells = "".join(_cell(plan, one, week, t) for week in plan.weeks)
    return f'<tr><th class="who" scope="row">{escape(one.name)}</th>{cells}</tr>'


def _cell(plan: TimingPlan, one: TimedCounty, week: date, t: Translate) -> str:
    names = names_of(plan)
    loans: list[TimedLoan] = [loan for loan in plan.loans if loan.week == week]
    if one.week == week:
        helpers = squads_told([loan for loan in loans if loan.borrower == one.code], names, "lender", t)
        words = escape(t("timing.cell_swept", points=f"{one.worth:,}"))
        more = f"<small>＋ {escape(helpers)}</small>" if helpers else ""
        return f'<td class="swept" title="{words}"><b aria-label="{words}">●</b>{more}</td>'
    lent = squads_told([loan for loan in loans if loan.lender == one.code], names, "borrower", t)
    return f'<td class="lends"><small>→ {escape(lent)}</small></td>' if lent else "<td></td>"
