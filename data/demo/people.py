"""Made-up people and where they live. Nobody can take them for real: names hold 示例 and a number, ID numbers begin
with 999999 and end in a wrong check digit, phones begin with 000-."""

import re
from dataclasses import dataclass, replace

import numpy as np

from planner.model.region import Region

SURNAMES = "王陈张李林周吴黄徐郑赖金朱胡史俞章孙何叶潘赵钱邵董励欧石柳范"
TRADES = ("建材", "水产", "针织", "模具", "建筑工程", "物流", "餐饮管理", "船舶修造", "房地产", "贸易", "园林", "机械")
STREETS = ("渔港路", "新华路", "建设路", "丹峰路", "象山港路", "金秋路", "人民路", "天安路", "滨海大道")
OUTSIDE = (
    "浙江省宁波市宁海县长街镇示例村",
    "浙江省台州市三门县健跳镇示例村",
    "浙江省宁波市鄞州区中河街道示例社区",
    "安徽省阜阳市颍上县示例镇示例村",
    "贵州省毕节市织金县示例乡示例村",
    "四川省达州市宣汉县示例镇",
    "江西省上饶市鄱阳县示例镇",
)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
SHARE_FISHERS = 0.35  # of the people in a fishing township
SHARE_OUTSIDE = 0.03  # live outside the county
SHARE_STREET = 0.55  # of companies: a street in town instead of a village
FORMS = ("full", "county", "township", "bare", "village", "old", "old_street", "township_only")
FORM_SHARES = (0.28, 0.14, 0.22, 0.14, 0.08, 0.04, 0.06, 0.04)


@dataclass(frozen=True)
class Person:
    """``township_code``, ``village_code``: what a careful reader learns from the addresses, else ""."""

    name: str
    is_company: bool
    id_number: str
    sex: str
    occupation: str
    phone: str
    residence: str
    service: str
    domicile: str
    township_code: str
    village_code: str


class Places:
    """Villages of a region, and the ways in which people write them."""

    def __init__(self, region: Region) -> None:
        self.county = region.name
        self.full_name = FULL_NAMES.get(region.code[:4], "") + region.name
        self.townships = dict(zip(region.townships["code"], region.townships["name"], strict=True))
        self.villages = {
            township: list(zip(rows["code"], map(spoken, rows["name"]), strict=True))
            for township, rows in region.villages.groupby("township_code")
        }
        names = [core(name) for rows in self.villages.values() for _, name in rows]
        self.unique = {name for name in names if names.count(name) == 1}
        whole = region.aliases[region.aliases["village_code"].isna()]
        self.aliases = {code: list(rows["alias"]) for code, rows in whole.groupby("township_code")}

    def address(self, township: str, village: int, rng: np.random.Generator) -> tuple[str, str]:
        """One way to write a village's address, and the village code that it tells ("" if only the township)."""
        code, name = self.villages[township][village]
        town = self.townships[township]
        form = str(rng.choice(FORMS, p=FORM_SHARES))
        if form == "village" and core(name) not in self.unique:
            form = "bare"
        if form in ("old", "old_street") and township not in self.aliases:
            form = "county"
        if form == "old_street":  # 丹城 lies in two townships: somebody must decide
            return f"{rng.choice(self.aliases[township])}{rng.choice(STREETS)}{rng.integers(1, 300)}号", ""
        if form == "township_only":
            return f"{self.county}{town}", ""
        start = {
            "full": self.full_name + town,
            "county": self.county + town,
            "township": town,
            "bare": re.sub("(街道|镇|乡)$", "", town),
            "village": "",
            "old": str(rng.choice(self.aliases.get(township, [""]))),
        }[form]
        return f"{start}{name}{_house(rng)}", code


FULL_NAMES = {"3302": "浙江省宁波市"}


def spoken(village: str) -> str:
    """下半河村委会 -> 下半河村, as people write it."""
    return re.sub("(村民委员会|村委会)$", "村", village)


def core(village: str) -> str:
    return re.sub("(村|社区)$", "", village)


def _house(rng: np.random.Generator) -> str:
    number = int(rng.integers(1, 240))
    return ("", f"{number}号", f"{number % 12 + 1}组{number}号", f"{number}-{number % 5 + 1}号")[
        int(rng.integers(0, 4))
    ]


def make_person(
    number: int, places: Places, township: str, village: int, fishing: bool, company: bool, rng: np.random.Generator
) -> Person:
    """One debtor who lives in a village."""
    sex = "女" if rng.random() < 0.24 else "男"
    made = Person(
        name=_company_name(number, places, rng) if company else f"{rng.choice(list(SURNAMES))}示例{number:04d}",
        is_company=company,
        id_number=f"999999MADE{number:07d}X" if company else _id_number(sex, rng),
        sex="" if company else sex,
        occupation="" if company else _occupation(fishing, rng),
        phone=f"000-{number:08d}" if rng.random() < 0.8 else "",
        residence="",
        service="",
        domicile="",
        township_code="",
        village_code="",
    )
    if company and rng.random() < SHARE_STREET:
        street = f"{places.county}{places.townships[township]}{rng.choice(STREETS)}{int(rng.integers(1, 400))}号"
        return replace(made, residence=street, service=street, township_code=township)
    if not company and rng.random() < SHARE_OUTSIDE:
        return replace(made, residence=_outside(rng), domicile=_outside(rng))
    return _at_home(made, places, township, village, rng)


def _at_home(made: Person, places: Places, township: str, village: int, rng: np.random.Generator) -> Person:
    """Up to three addresses; where somebody moved, the residence tells the truth and the domicile does not."""
    residence, told = places.address(township, village, rng)
    domicile, told_by_domicile = places.address(township, village, rng)
    service, _ = places.address(township, village, rng)
    chance = rng.random(3)
    if chance[0] < 0.08:
        domicile = _outside(rng)
    elif chance[0] < 0.13:
        elsewhere = str(rng.choice(list(places.villages)))
        domicile, _ = places.address(elsewhere, int(rng.integers(0, len(places.villages[elsewhere]))), rng)
    elif chance[1] < 0.3:
        residence, told = "", told_by_domicile
    return replace(
        made,
        residence=residence,
        service=service if residence and chance[2] < 0.45 else "",
        domicile=domicile,
        township_code=township,
        village_code=told,
    )


def _outside(rng: np.random.Generator) -> str:
    return f"{rng.choice(OUTSIDE)}{int(rng.integers(1, 200))}号"


def _company_name(number: int, places: Places, rng: np.random.Generator) -> str:
    return f"{places.county.removesuffix('县')}示例{rng.choice(TRADES)}{number:04d}有限公司"


def _occupation(fishing: bool, rng: np.random.Generator) -> str:
    if fishing and rng.random() < SHARE_FISHERS:
        return str(rng.choice(["渔民", "船员", "渔船船主"]))
    return str(rng.choice(["", "", "务工", "个体经营", "务农", "无业"]))


def _id_number(sex: str, rng: np.random.Generator) -> str:
    """18 digits with the sex in the 17th, an impossible region and a wrong check digit."""
    born = f"{int(rng.integers(1955, 2003))}{int(rng.integers(1, 13)):02d}{int(rng.integers(1, 29)):02d}"
    body = f"999999{born}{int(rng.integers(1, 50)) * 2 + (sex == '男'):03d}"
    right = sum(w * int(d) for w, d in zip(WEIGHTS, body, strict=True)) % 11
    return body + "10X98765432"[(right + 3) % 11]
