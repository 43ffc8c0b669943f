"""Made-up debtors of one county, their addresses in all the ways that registers write them, and where they truly are.

Nothing here uses the planner's own ways of spelling names. The truth is what the debtor's story says: where an
address does not tell the village, there is no true village; where it is ambiguous (丹城 lies in two townships), the
truth stays.
"""

import re
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from planner.model.region import Region

WORDS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("addresses.toml").read_text(encoding="utf-8"))
ALIKE, STREETS, VILLAGES_ELSEWHERE = WORDS["alike"], WORDS["streets"], WORDS["villages_elsewhere"]
OTHER_PROVINCES = [tuple(place.values()) for place in WORDS["elsewhere"]]
TAKEN_AWAY = ("街道办事处", "街道", "镇", "乡", "居民委员会", "村民委员会", "居委会", "村委会", "社区", "管理区", "村")


class Text(NamedTuple):
    """An address and whether it tells the village."""

    words: str
    tells: bool


class Home(NamedTuple):
    """Township code, village code; codes are empty outside the county."""

    township: str
    village: str


def short(name: str) -> str:
    """石浦镇 -> 石浦, 下余村委会 -> 下余; two characters are kept."""
    for end in TAKEN_AWAY:
        if name.endswith(end) and len(name) - len(end) >= 2:
            return name[: -len(end)]
    return name


class Writer:
    """Writes debtors of one county. ``elsewhere``: city, county, township of the province's other counties."""

    def __init__(self, region: Region, elsewhere: pd.DataFrame, rng: np.random.Generator) -> None:
        self.rng = rng
        self.county = region.name
        self.above = region.within
        self.town = dict(zip(region.townships["code"], region.townships["name"], strict=True))
        self.share = region.townships["exposure"].to_numpy(float) / region.townships["exposure"].sum()
        rows = region.villages[["township_code", "code", "name"]].itertuples(index=False, name=None)
        self.village: dict[str, list[tuple[str, str]]] = {code: [] for code in self.town}
        for township, code, name in rows:
            self.village[township].append((code, name))
        self.name = {code: name for rows in self.village.values() for code, name in rows}
        self.point = {c: (lon, lat) for c, lon, lat in region.villages[["code", "lon", "lat"]].itertuples(index=False)}
        whole = region.aliases[region.aliases["village_code"].isna()]
        self.old = {code: list(found["alias"]) for code, found in whole.groupby("township_code")}
        self.elsewhere = elsewhere[elsewhere["county"] != region.name].reset_index(drop=True)
        self.same = self.elsewhere[self.elsewhere["township"].isin(self.town.values())].reset_index(drop=True)
        self.natural, self.taught = self._natural_villages()
        self.outline = region.outlines.set_index("code").geometry.to_dict()

    def _natural_villages(self) -> tuple[dict[str, str], pd.DataFrame]:
        """Natural villages (name by village code): two in three were taught to the gazetteer as aliases."""
        known = {short(name) for name in (*self.name.values(), *self.town.values())}
        names: dict[str, str] = {}
        for code in self.rng.permutation(list(self.name))[:120]:
            made = self.pick("里外上下大小东西前后") + self.pick("王陈胡林叶史郑何吕邬") + self.pick("家岙湾塘洋坑岭")
            if made not in known and made not in names.values():
                names[str(code)] = made
        taught = [(name, code[:9], code, "示例") for code, name in list(names.items())[: len(names) * 2 // 3]]
        return names, pd.DataFrame(taught, columns=["alias", "township_code", "village_code", "note"])

    def pick(self, among: "str | list[str] | tuple[str, ...]") -> str:
        return str(among[int(self.rng.integers(len(among)))])

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def home(self) -> Home:
        township = str(self.rng.choice(list(self.town), p=self.share))
        return Home(township, self.pick([code for code, _ in self.village[township]]))

    def house(self) -> str:
        a, b = (int(n) for n in self.rng.integers(1, 240, 2))
        return self.pick(
            (
                "",
                f"{a}号",
                f"{b % 12 + 1}组{a}号",
                f"{a}-{b % 5 + 1}号",
                f"{a}号{b % 6 + 1}幢{b}室",
                f"第{b % 9 + 1}村民小组{a}号",
            )
        )

    def spoken(self, village: str) -> str:
        """下余村委会 as people write it: 下余村."""
        return re.sub("(村民委员会|村委会)$", "村", self.name[village]).replace("村村", "村")

    # Ways to write one's home.

    def full(self, home: Home) -> Text:
        above = "".join(self.above)
        return Text(f"{above}{self.county}{self.town[home.township]}{self.spoken(home.village)}{self.house()}", True)

    def in_county(self, home: Home) -> Text:
        county = self.pick(
            (self.county, self.county[:-1], f"{self.above[0][:-1]}{self.county}", f"{self.above[-1]}{self.county}")
        )
        return Text(f"{county}{self.town[home.township]}{self.spoken(home.village)}{self.house()}", True)

    def in_township(self, home: Home) -> Text:
        return Text(f"{self.town[home.township]}{self.spoken(home.village)}{self.house()}", True)

    def bare(self, home: Home) -> Text:
        village = self.pick((self.spoken(home.village), short(self.name[home.village])))
        return Text(
            f"{self.pick(('', self.county[:-1]))}{short(self.town[home.township])}{village}{self.house()}", True
        )

    def suffix(self, home: Home) -> Text:
        base = short(self.name[home.village])
        ends = (
            ("社区", "社区居委会", "居民委员会")
            if self.name[home.village].endswith(("社区", "居委会"))
            else ("村", "村委会", "村民委员会", "股份经济合作社", "村股份经济合作社", "渔村", "行政村")
        )
        if base.endswith("渔"):
            ends = ("村", "村民委员会", "村委会")
        end = self.pick(ends)
        return Text(f"{self.pick(('', self.county))}{self.town[home.township]}{base}{end}{self.house()}", True)

    def ordinary(self, home: Home) -> Text:
        way = self.pick(("full", "full", "full", "in_county", "in_county", "in_township", "bare", "suffix"))
        return Text(*getattr(self, way)(home))

    def old_name(self, home: Home) -> Text:
        name = self.town[home.township]
        changed = short(name) + self.pick([end for end in ("镇", "乡", "街道") if not name.endswith(end)])
        town = self.pick([changed, *self.old.get(home.township, []), *self.old.get(home.township, [])])
        if self.chance(0.15):  # a township of former times, often named after the village that was its seat
            town = short(self.name[self.pick([code for code, _ in self.village[home.township]])]) + "乡"
        elif self.chance(0.35):
            return Text(f"{town}{self.pick(STREETS)}{self.house()}", False)
        return Text(f"{self.pick(('', self.county))}{town}{self.spoken(home.village)}{self.house()}", True)

    def natural_village(self, home: Home) -> Text:
        name = self.natural[home.village]
        told = name in set(self.taught["alias"])
        town = self.town[home.township] if not told or self.chance(0.75) else ""
        end = self.pick(("", "村", "自然村"))
        return Text(f"{self.pick((self.county, '', ''))}{town}{name}{end}{self.house()}", told)

    def street(self, home: Home) -> Text:
        borrowed = short(self.pick(list(self.town.values()))) + self.pick(("路", "东路", "大道"))
        road = borrowed if self.chance(0.12) else self.pick(STREETS)
        start = self.pick(("".join(self.above) + self.county, self.county, "", self.county[:-1]))
        town = self.town[home.township]
        town = short(town) if start and self.chance(0.3) else town
        town = "" if self.chance(0.05) else town  # nobody can tell
        return Text(
            f"{start}{town}{road}{int(self.rng.integers(1, 400))}号{self.pick(('', '302室', '对面', '底楼'))}", False
        )

    def village_only(self, home: Home) -> Text:
        return Text(f"{self.pick(('', self.county))}{self.spoken(home.village)}{self.house()}", True)

    def missing(self, home: Home) -> Text:
        """A level is left out: 象山县城某路, the township alone, 浙江省 and the village's short name."""
        town = self.town[home.township]
        ways = [
            Text(f"{self.county}{town}", False), Text(town, False), Text(short(town), False),
            Text(f"{self.above[-1]}{town}{self.spoken(home.village)}", True),
            Text(f"{self.county[:-1]}{short(self.name[home.village])}{self.house()}", True),
        ]  # fmt: skip
        if town.endswith("街道"):
            ways.append(Text(f"{self.county}城{self.pick(STREETS)}{self.house()}", False))
        return ways[int(self.rng.integers(len(ways)))]

    def swapped(self, home: Home) -> Text:
        town, village, house = self.town[home.township], self.spoken(home.village), self.house()
        return Text(self.pick((
            f"{village}{house},{town},{self.county}", f"{town}{village}{house}({self.county})",
            f"{village}({town}){house}", f"{house}{village}{town}{self.county}{self.above[0]}",
            f"{town}{self.county}{village}{house}",
        )), True)  # fmt: skip

    def noisy(self, home: Home) -> Text:
        words, tells = self.ordinary(home)
        wide = words.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789-"})
        other = self.spoken(self.pick([code for code, _ in self.village[home.township]]))
        far = self.town[self.home().township]
        return Text(self.pick((
            f"{words}（暂住）", f"住{words}", f"现住址：{words}", f"{words}对面", f"{words} 000-12345678",
            wide, f" {words[:6]} {words[6:]}　", f"{words}(原籍安徽)", f"{words}旁边小店", f"户籍地:{words}",
            f"{words}（{other}旁）", f"[{words}]", f"{words}，电话00012345678", f"家住{words}附近", f"{words}(已拆迁)",
            f"【经常居住地】{words}",
            f"{words}（原住{far}）", f"{words}，与{far}交界处", f"{words}（距{far}2公里）",
        )), tells)  # fmt: skip

    def misspelt(self, home: Home, slips: int = 1) -> Text:
        """One character wrong or missing in one or more of the county, the township and the village."""
        names = [self.county, self.town[home.township], self.spoken(home.village)]
        if self.chance(0.2):
            names[1] = short(names[1])
        start = self.pick(("", "", "".join(self.above)))
        wrong = self.rng.choice(3, size=slips, replace=False, p=(0.15, 0.4, 0.45))
        for at in wrong:
            names[at] = self.slip(names[at])
        if 0 not in wrong and self.chance(0.3):
            start, names[0] = "", ""
        return Text(f"{start}{''.join(names)}{self.house()}", True)

    def two_slips(self, home: Home) -> Text:
        return self.misspelt(home, slips=2)

    def contradiction(self, home: Home) -> Text:
        """The township of one place and the village of another: either may be the true one."""
        if self.chance(0.3):
            towns = [self.town[home.township], self.town[self.home().township]]
            return Text(f"{self.pick(('', self.county))}{''.join(self.rng.permutation(towns))}{self.house()}", False)
        true_village = self.chance(0.5)
        village = home.village if true_village else self.home().village
        town = self.town[self.home().township if true_village else home.township]
        return Text(f"{self.pick(('', self.county))}{town}{self.spoken(village)}{self.house()}", true_village)

    def slip(self, name: str) -> str:
        at = int(self.rng.integers(len(name)))
        if self.chance(0.3):
            return name[:at] + name[at + 1 :]
        alike = [c for group in ALIKE if name[at] in group for c in group if c != name[at]]
        wrong = self.pick(alike) if alike else self.pick("文安平和兴华永明")
        return name[:at] + wrong + name[at + 1 :]

    # Addresses outside the county.

    def away(self, bare: bool = False, trap: bool = False) -> str:
        village = f"{self.pick(VILLAGES_ELSEWHERE)}{self.pick(('村', '村', '社区', ''))}"
        if not trap and self.chance(0.45):
            province, city, county, towns = OTHER_PROVINCES[int(self.rng.integers(len(OTHER_PROVINCES)))]
            town = self.pick(towns.split())
        else:
            rows = self.same if trap and len(self.same) else self.elsewhere
            row = rows.iloc[int(self.rng.integers(len(rows)))]
            province, city, county, town = "浙江省", row["city"], row["county"], row["township"]
        if bare:
            cut = county[:-1] if len(county) > 2 and "自治" not in county else county
            start = self.pick((cut, f"{city[:-1]}{cut}", f"{province[:2]}{cut}"))
            if county.endswith("区"):  # nobody writes 象山 for 桂林市象山区 alone
                start = f"{city[:-1] or province[:2]}{cut}"
        else:
            start = self.pick(
                (f"{province}{city}{county}", f"{city}{county}", county if county[-1] != "区" else city + county)
            )
            start = start if not self.chance(0.04) else ""  # the county is left out: only the township tells
        if self.chance(0.05):
            start = self.slip(start) if start else start
        return f"{start}{town}{village}{self.house()}"
