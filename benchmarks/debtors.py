"""Made-up debtors: who lives where, which of the addresses are true, and where the points lie."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from benchmarks.addresses import STREETS, WORDS, Home, Writer, short
from planner.geo.datum import wgs84_to_bd09, wgs84_to_gcj02
from planner.model.case import PARTY_TABLE
from planner.model.region import Region

KINDS: dict[str, float] = WORDS["kinds"]


@dataclass(frozen=True)
class Debtor:
    """``township`` "" means outside the county; ``village`` "" that no address tells it."""

    kind: str
    residence: str
    service: str
    domicile: str
    is_company: bool
    township: str
    village: str
    x: float
    y: float


class Storyteller(Writer):
    """Debtors of one county."""

    def debtor(self, kind: str) -> Debtor:
        home = self.home()
        if kind == "natural":
            village = self.pick(list(self.natural))
            home = Home(village[:9], village)
        made = {
            "outside": self.outsider, "outside_bare": self.outsider, "trap": self.outsider, "moved": self.mover,
            "company": self.company, "coordinates": self.unreadable,
        }.get(kind, self.resident)(kind, home)  # fmt: skip
        return self.located(made, kind, home)

    def resident(self, kind: str, home: Home) -> Debtor:
        ways = {
            "full": self.full, "county": self.in_county, "township": self.in_township, "bare": self.bare,
            "suffix": self.suffix, "old": self.old_name, "natural": self.natural_village, "street": self.street,
            "village_only": self.village_only, "missing": self.missing, "typo": self.misspelt, "noise": self.noisy,
            "two_slips": self.two_slips, "contradiction": self.contradiction, "swapped": self.swapped,
        }  # fmt: skip
        main = ways[kind](home)
        texts = {"residence": "", "service": "", "domicile": ""}
        place = str(self.rng.choice(list(texts), p=(0.6, 0.1, 0.3)))
        texts[place] = main.words
        tells = main.tells
        for other in texts:
            if other != place and self.chance(0.03):
                texts[other] = self.pick(WORDS["junk"])
            elif other != place and self.chance(0.25):
                text = self.ordinary(home) if self.chance(0.75) else ways[kind](home)
                texts[other], tells = text.words, tells or text.tells
        return self.debtor_at(kind, texts, home, tells)

    def debtor_at(self, kind: str, texts: dict[str, str], home: Home, tells: bool, company: bool = False) -> Debtor:
        village = home.village if tells else ""
        return Debtor(
            kind,
            texts["residence"],
            texts["service"],
            texts["domicile"],
            company,
            home.township,
            village,
            np.nan,
            np.nan,
        )

    def outsider(self, kind: str, _: Home) -> Debtor:
        def away() -> str:
            return self.away(bare=kind == "outside_bare", trap=kind == "trap")

        where = away()
        texts = {
            "residence": where if self.chance(0.7) else "",
            "service": where if self.chance(0.2) else "",
            "domicile": "",
        }
        if not texts["residence"] or self.chance(0.5):
            texts["domicile"] = where if self.chance(0.6) else away()
        return self.debtor_at(kind, texts, Home("", ""), False)

    def mover(self, kind: str, home: Home) -> Debtor:
        """The residence is true and the domicile is not. Of those gone from the county, a quarter came home."""
        ways = (
            self.ordinary,
            self.ordinary,
            self.ordinary,
            self.old_name,
            self.village_only,
            self.street,
            self.missing,
        )
        now, before = ways[int(self.rng.integers(len(ways)))](home), self.ordinary(self.home())
        texts = {"residence": now.words, "service": "", "domicile": before.words}
        story = self.pick(("within", "within", "from_away", "away", "in_one_text"))
        if story == "from_away":
            texts["domicile"] = self.away()
        if story == "away":
            texts |= {"residence": self.away(), "domicile": now.words}
            home = home if self.chance(0.25) else Home("", "")
        if story == "in_one_text":
            texts["domicile"] = (
                f"{before.words}{self.pick(('（现住', ',现住', '，现居住在', '；实际居住：'))}{now.words}"
            )
            texts["residence"] = "" if self.chance(0.6) else texts["residence"]
        if self.chance(0.3):
            texts["service"] = texts["residence"] if self.chance(0.6) else texts["domicile"]
        return self.debtor_at(kind, texts, home, bool(home.township) and now.tells)

    def company(self, kind: str, home: Home) -> Debtor:
        town, village = self.town[home.township], self.spoken(home.village)
        number = int(self.rng.integers(1, 300))
        way = int(self.rng.integers(6))
        words = (
            f"{self.county}{town}工业园区{number}号", f"{self.above[-1]}{self.county}{town}{village}工业区{number}号",
            f"{self.county}{town}{self.pick(STREETS)}{number}号3幢2楼",
            f"{self.county[:-1]}{short(town)}科技园{number}号",
            f"{town}{village}", f"注册地址：{''.join(self.above)}{self.county}{town}{self.pick(STREETS)}{number}号",
        )[way]  # fmt: skip
        texts = {"residence": words, "service": "", "domicile": words if self.chance(0.4) else ""}
        if self.chance(0.12):  # registered elsewhere, at work here
            texts["domicile"] = self.street(self.home()).words
        if self.chance(0.15):
            texts["domicile"], texts["residence"] = words, ""
        if self.chance(0.1):
            texts["residence"] = texts["residence"] and f"经营地址:{texts['residence']}"
        return self.debtor_at(kind, texts, home, way in (1, 4), company=True)

    def unreadable(self, kind: str, home: Home) -> Debtor:
        words = self.pick(("", self.county, "".join(self.above) + self.county, "不详", f"{self.pick(STREETS)}8号"))
        return self.debtor_at(kind, {"residence": words, "service": "", "domicile": ""}, home, False)

    def located(self, debtor: Debtor, kind: str, home: Home) -> Debtor:
        """Three in ten have coordinates (WGS-84), 3 in a hundred of them of another place in the county.
        One in a hundred tells that the debtor moved and no address says so."""
        if kind != "coordinates" and not self.chance(0.3):
            return debtor
        if self.chance(0.03):
            x, y = self.near(self.home())
        elif self.chance(0.01):  # the point was taken at the door: the addresses are out of date
            moved_to = self.home()
            x, y = self.near(moved_to)
            debtor = replace(debtor, township=moved_to.township, village="")
        elif debtor.township:
            x, y = self.near(home)
        else:
            x, y = (float(v) for v in self.rng.uniform((119.0, 28.0), (121.3, 30.5)))
        return replace(debtor, x=x, y=y)

    def near(self, home: Home) -> tuple[float, float]:
        """Within a kilometre or so of the village, in its township."""
        from shapely import Point

        lon, lat = self.point[home.village]
        for _ in range(20):
            x, y = self.rng.normal((lon, lat), (0.008, 0.007))
            if self.outline[home.township].contains(Point(x, y)):
                return float(x), float(y)
        return float(lon), float(lat)


def write_debtors(region: Region, elsewhere: pd.DataFrame, count: int, seed: int) -> tuple[list[Debtor], pd.DataFrame]:
    """``count`` debtors, and the aliases that people taught (rows of ALIAS_TABLE)."""
    rng = np.random.default_rng(seed)
    writer = Storyteller(region, elsewhere, rng)
    kinds = rng.choice(list(KINDS), size=count, p=np.array(list(KINDS.values())) / sum(KINDS.values()))
    return [writer.debtor(str(kind)) for kind in kinds], writer.taught


def parties(debtors: list[Debtor], datum: str = "WGS-84", points: bool = True) -> pd.DataFrame:
    """PARTY_TABLE, one case each, coordinates in the datum."""
    table = pd.DataFrame([vars(debtor) for debtor in debtors])
    x, y = table["x"].to_numpy(float), table["y"].to_numpy(float)
    if datum == "GCJ-02":
        x, y = wgs84_to_gcj02(x, y)
    elif datum == "BD-09":
        x, y = wgs84_to_bd09(x, y)
    told = table[["residence", "service", "domicile"]].replace("", None).astype("str")
    frame = told.assign(
        case_id=[f"c{number:07d}" for number in range(len(table))],
        party_no=1, role="debtor", name="示例", is_company=table["is_company"], id_hash=None, phone=None,
        x=x if points else np.nan, y=y if points else np.nan,
    )  # fmt: skip
    return PARTY_TABLE.validate(frame[list(PARTY_TABLE.columns)])
