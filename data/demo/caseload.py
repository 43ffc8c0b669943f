"""A made-up caseload of three years: where and when cases are filed, for how much, and how they end."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
from people import Person, Places, make_person

from planner.model.region import Region

WEEKS = 156
HOT = {"大徐镇": 9.0, "贤庠镇": 6.0, "涂茨镇": 6.0}
"""Townships that grow hot, and by what factor in the end."""
HOT_WEEKS = 40
WALK_SD = 0.045  # of a township's log intensity, a week
WALK_PULL = 0.02  # back to its long-run level, a week
VILLAGE_TAIL = 1.1  # Zipf exponent of villages within a township
REPEAT = 0.22  # share of cases against a debtor known before
GROUPS = ((107, 680_000, "追索劳动报酬纠纷"), (24, 310_000, "追索劳动报酬纠纷"), (18, 1_900_000, "商品房销售合同纠纷"),
          (12, 96_000, "劳务合同纠纷"), (9, 540_000, "买卖合同纠纷"), (7, 61_000, "追索劳动报酬纠纷"))  # fmt: skip
"""Cases, their sum in yuan, cause."""


@dataclass(frozen=True)
class Cause:
    name: str
    share: float
    median: float  # yuan
    sigma: float  # of log yuan
    company: float  # share of debtors that are companies
    fishing: bool = False  # only where people live from the sea


CAUSES = (
    Cause("民间借贷纠纷", 0.26, 58_000, 1.15, 0.05),
    Cause("金融借款合同纠纷", 0.15, 110_000, 1.2, 0.12),
    Cause("买卖合同纠纷", 0.14, 42_000, 1.15, 0.45),
    Cause("信用卡纠纷", 0.07, 28_000, 0.7, 0.0),
    Cause("追索劳动报酬纠纷", 0.07, 12_000, 0.7, 0.55),
    Cause("机动车交通事故责任纠纷", 0.06, 48_000, 1.0, 0.1),
    Cause("建设工程施工合同纠纷", 0.05, 160_000, 1.2, 0.8),
    Cause("劳务合同纠纷", 0.04, 16_000, 0.8, 0.3),
    Cause("租赁合同纠纷", 0.04, 30_000, 1.0, 0.35),
    Cause("承揽合同纠纷", 0.03, 35_000, 1.0, 0.5),
    Cause("离婚纠纷（抚养费）", 0.02, 18_000, 0.6, 0.0),
    Cause("抚养费纠纷", 0.015, 20_000, 0.6, 0.0),
    Cause("赡养费纠纷", 0.005, 8_000, 0.5, 0.0),
    Cause("物业服务合同纠纷", 0.02, 4_500, 0.6, 0.2),
    Cause("提供劳务者受害责任纠纷", 0.01, 70_000, 0.8, 0.3),
    Cause("船员劳务合同纠纷", 0.10, 26_000, 0.8, 0.1, fishing=True),
    Cause("渔船买卖合同纠纷", 0.02, 190_000, 0.9, 0.1, fishing=True),
)
TAIL_SHARE, TAIL_ALPHA, LARGEST = 0.02, 1.1, 30_000_000  # Pareto tail of the amounts
DURATION_MEDIAN, DURATION_SIGMA = 250.0, 0.9  # days from filing to closing
FIRST_RATES = {"执行完毕": 0.33, "终结本次执行程序": 0.37}  # two years back and before
LARGE_HARDER = 0.18  # share of the chance of full payment lost per factor of ten in the amount
LAST_RATES = {"执行完毕": 0.53, "终结本次执行程序": 0.21}  # in the last year


REMARKS = (
    (0.07, "已网络冻结足额存款，待扣划"),
    (0.10, "执行不能，拟转司法救助"),
    (0.11, "被执行人已进入破产程序"),
    (0.14, "拟搜查被执行人住所"),
)
"""Of open cases: cumulated share, text."""


@dataclass
class Case:
    """One case before it has a number. Money in yuan."""

    filed_on: date
    township: str
    cause: str
    amount: int
    debtors: list[Person]
    creditor: str
    series: str = ""
    case_id: str = ""
    case_type: str = "执"
    closed_on: date | None = None
    closing: str = ""
    closing_reason: str = ""
    recovered: int = 0
    clue_on: date | None = None
    original: str = ""
    source: str = "当事人申请"
    remark: str = ""


def weekly_shares(region: Region, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """(weeks, townships): each township's share of a week's filings, a slow random walk around its exposure."""
    exposure = region.townships["exposure"].to_numpy(dtype=float)
    level = np.zeros((WEEKS, len(exposure)))
    for week in range(1, WEEKS):
        level[week] = (1 - WALK_PULL) * level[week - 1] + rng.normal(0, WALK_SD, len(exposure))
    names = region.townships["name"].tolist()
    for name, factor in HOT.items():
        if name in names:
            level[-HOT_WEEKS:, names.index(name)] += np.linspace(0, np.log(factor), HOT_WEEKS)
    shares = exposure * np.exp(level)
    season = 1 + 0.15 * np.sin(np.arange(WEEKS) / 52 * 2 * np.pi)
    return shares / shares.sum(axis=1, keepdims=True) * season[:, None]


def village_shares(places: Places, rng: np.random.Generator) -> dict[str, npt.NDArray[np.float64]]:
    shares = {}
    for township, villages in places.villages.items():
        weight = (1.0 + np.arange(len(villages))) ** -VILLAGE_TAIL
        shares[township] = rng.permutation(weight / weight.sum())
    return shares


def make_caseload(region: Region, count: int, as_of: date, rng: np.random.Generator) -> list[Case]:
    """``count`` cases in the order of filing, numbered."""
    crowd = Crowd(region, rng)
    grouped = [case for number in range(len(GROUPS)) for case in _group(number, region, crowd, as_of, rng)]
    shares = weekly_shares(region, rng)
    cells = rng.choice(shares.size, size=count - len(grouped), p=(shares / shares.sum()).ravel())
    codes = region.townships["code"].tolist()
    cases = grouped[:]
    for week, township in sorted(divmod(int(cell), len(codes)) for cell in cells):
        filed_on = as_of - timedelta(days=7 * (WEEKS - 1 - week) + int(rng.integers(0, 7)))
        cases.append(_single(filed_on, codes[township], crowd, rng))
    for case in cases:
        _end(case, as_of, rng)
        _describe(case, as_of, rng)
    cases.sort(key=lambda case: case.filed_on)
    _number(cases, court_code(region.code))
    return cases


class Crowd:
    """The debtors of the county; some come back."""

    def __init__(self, region: Region, rng: np.random.Generator) -> None:
        self.places = Places(region)
        self.shares = village_shares(self.places, rng)
        self.fishing = dict(zip(region.townships["code"], region.townships["fishing"], strict=True))
        self.known: dict[tuple[str, bool], list[Person]] = {}
        self.made = 0

    def debtor(self, township: str, company: bool, rng: np.random.Generator, again: float = REPEAT) -> Person:
        known = self.known.setdefault((township, company), [])
        if known and rng.random() < again:
            return known[int(rng.integers(0, len(known)))]
        self.made += 1
        village = int(rng.choice(len(self.shares[township]), p=self.shares[township]))
        person = make_person(self.made, self.places, township, village, self.fishing[township], company, rng)
        known.append(person)
        return person


def _single(filed_on: date, township: str, crowd: Crowd, rng: np.random.Generator) -> Case:
    possible = [cause for cause in CAUSES if crowd.fishing[township] or not cause.fishing]
    weight = np.array([cause.share for cause in possible])
    cause = possible[int(rng.choice(len(possible), p=weight / weight.sum()))]
    amount = cause.median * np.exp(rng.normal(0, cause.sigma))
    if rng.random() < TAIL_SHARE:
        amount *= 3 * (1 + rng.pareto(TAIL_ALPHA))
    debtors = [crowd.debtor(township, bool(rng.random() < cause.company), rng)]
    while len(debtors) < 4 and rng.random() < 0.14:
        other = crowd.debtor(township, False, rng, again=0.0)
        debtors.append(other)
    yuan = int(min(max(amount, 500), LARGEST))
    return Case(filed_on, township, cause.name, yuan, debtors, _creditor(cause.name, crowd.places, rng))


def _creditor(cause: str, places: Places, rng: np.random.Generator) -> str:
    if cause in ("金融借款合同纠纷", "信用卡纠纷"):
        return f"示例银行{int(rng.integers(1, 9))}号{places.county}支行"
    number = int(rng.integers(1, 9000))
    company = cause in ("买卖合同纠纷", "承揽合同纠纷", "建设工程施工合同纠纷", "物业服务合同纠纷")
    return f"示例供应商{number:04d}有限公司" if company and rng.random() < 0.6 else f"示例申请人{number:04d}"


def _group(number: int, region: Region, crowd: Crowd, as_of: date, rng: np.random.Generator) -> list[Case]:
    """One series: many creditors against one company, filed within days. The sum is exact."""
    size, total, cause = GROUPS[number]
    amounts = np.floor(rng.dirichlet(np.full(size, 12.0)) * total).astype(int)
    amounts[0] += total - amounts.sum()
    exposure = region.townships["exposure"].to_numpy(dtype=float)
    township = str(rng.choice(region.townships["code"].to_numpy(), p=exposure / exposure.sum()))
    debtor = crowd.debtor(township, True, rng, again=0.0)
    first = as_of - timedelta(days=100 if number == 0 else int(rng.integers(60, 900)))
    series = f"{first.year}系列{number + 1:02d}"
    return [
        Case(
            first + timedelta(days=int(rng.integers(0, 3))),
            township,
            cause,
            int(amount),
            [debtor],
            f"示例工友{number + 1}-{n:03d}",
            series=series,
        )
        for n, amount in enumerate(amounts, 1)
    ]


def _end(case: Case, as_of: date, rng: np.random.Generator) -> None:
    """Whether and how the case was closed by ``as_of``; the court has become better at it."""
    slow = 1.0 + 0.12 * np.log10(max(case.amount, 1) / 50_000)
    closed_on = case.filed_on + timedelta(days=5 + int(DURATION_MEDIAN * slow * np.exp(rng.normal(0, DURATION_SIGMA))))
    if closed_on > as_of:
        if rng.random() < 0.2:
            case.recovered = int(case.amount * rng.beta(0.6, 4))
        return
    case.closed_on = closed_on
    lately = float(np.clip(1.5 - (as_of - closed_on).days / 500, 0, 1))
    rate = {way: FIRST_RATES[way] + lately * (LAST_RATES[way] - FIRST_RATES[way]) for way in FIRST_RATES}
    rate["执行完毕"] *= float(np.clip(1 - LARGE_HARDER * np.log10(case.amount / 50_000), 0.3, 1.3))
    rest = 1 - sum(rate.values())
    ways = [*rate, "终结执行", "执行和解（长期履行）", "销案"]
    case.closing = str(rng.choice(ways, p=[*rate.values(), rest * 0.5, rest * 0.4, rest * 0.1]))
    case.closing_reason, case.recovered = _outcome(case, rng)


def _outcome(case: Case, rng: np.random.Generator) -> tuple[str, int]:
    if case.closing == "执行完毕":
        return str(rng.choice(["自动履行完毕", "强制执行完毕"])), case.amount
    if case.closing == "终结本次执行程序":
        return "无财产可供执行", int(case.amount * rng.beta(0.5, 6))
    if case.closing == "销案":
        return "重复立案", 0
    return "当事人撤回申请" if case.closing == "终结执行" else "达成和解协议", int(case.amount * rng.beta(1.2, 2.4))


def _describe(case: Case, as_of: date, rng: np.random.Generator) -> None:
    """Source, clues and remarks: what the flags and the scope are read from."""
    chance = rng.random(4)
    if chance[0] < 0.05:
        case.source = "集中执行清查发现" if chance[0] < 0.02 else "移送执行"
    if case.closing == "终结本次执行程序" and case.closed_on and chance[1] < 0.18:
        since = max((as_of - case.closed_on).days, 1)
        case.clue_on = as_of - timedelta(days=int(since * chance[1] / 0.18))
        case.remark = "接到举报，新发现财产线索"
    elif case.closed_on is None and chance[1] < 0.05:
        case.clue_on = as_of - timedelta(days=int(45 * chance[1] / 0.05))
        case.remark = "庭务主任提供行踪线索"
    if case.closed_on is None:
        told = next((text for limit, text in REMARKS if chance[2] < limit), "")
        case.remark = "；".join(filter(None, (case.remark, told)))


def _number(cases: list[Case], court: str) -> None:
    """Case numbers run by year and type, in the order of filing; a few revivals point at their first case."""
    last: dict[tuple[int, str], int] = {}
    ended: list[Case] = []
    for case in cases:
        first = next((n for n, old in enumerate(ended) if old.closed_on and old.closed_on < case.filed_on), None)
        if first is not None and len(ended) > 40 and not case.series:
            _revive(case, ended.pop(first))
        key = (case.filed_on.year, case.case_type)
        last[key] = last.get(key, 0) + 1
        case.case_id = f"({key[0]}){court}{case.case_type}{last[key]}号"
        if case.closing == "终结本次执行程序" and not case.clue_on and len(ended) < 60 and last[key] % 4 == 0:
            ended.append(case)


def _revive(case: Case, old: Case) -> None:
    """Make a case the revival of a terminated one: the same debtors, what is still owed."""
    owed = old.amount - old.recovered
    case.case_type, case.original = "执恢", old.case_id
    case.debtors, case.creditor, case.township, case.cause = old.debtors, old.creditor, old.township, old.cause
    case.recovered = round(case.recovered / case.amount * owed)
    case.amount = owed


def as_known_on(cases: list[Case], day: date) -> list[Case]:
    """What was filed by a day, as the register stood then: what came later had not been told."""
    return [_as_known_on(case, day) for case in cases if case.filed_on <= day]


def _as_known_on(case: Case, day: date) -> Case:
    if case.clue_on and case.clue_on > day:
        case = replace(case, clue_on=None, remark="")
    if case.closed_on and case.closed_on > day:
        case = replace(case, closed_on=None, closing="", closing_reason="", recovered=0, remark="")
    return case


def court_code(region_code: str) -> str:
    return {"33": "浙"}.get(region_code[:2], "示") + region_code[2:]
