"""Route cards: sealed, small, brought back once whatever is brought twice, and never when a byte has changed."""

import base64
import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.access import Actor
from planner.errors import Denied, InputError
from planner.files.card_page import ID_LETTERS, MAGIC, _key, card_of_file, open_outcomes
from planner.i18n import translator
from planner.model.sweep import PlannedRoute, SweepPlan
from planner.review.outcomes import held, totals
from planner.store import audit, cards, outcomes, plans
from planner.usecases.cards import IssuedCard, bring_back, bring_back_text, cards_of_week, issue_card
from planner.usecases.context import Context
from planner.usecases.in_force import adopt

T = translator("zh")
MOST_GZIPPED = 100_000


@pytest.fixture
def demo(planned: Context) -> Context:
    """An installation with one plan."""
    return planned


@pytest.fixture
def card(evening: Context, made: SweepPlan, route: PlannedRoute) -> IssuedCard:
    return issue_card(evening, made.id, route.squad_id, route.day, T)


def clear_part(html: bytes) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="card">(.*?)</script>', html.decode(), re.S)
    assert found
    told: dict[str, object] = json.loads(found[1])
    return told


def opened(card: IssuedCard, passphrase: str) -> dict[str, object]:
    told = clear_part(card.html)
    salt, iv, data = (base64.b64decode(str(told[name])) for name in ("salt", "iv", "data"))
    digits = passphrase.replace(" ", "").encode()
    master = PBKDF2HMAC(SHA256(), 32, salt, int(str(told["iterations"]))).derive(digits)
    about = json.dumps(told["facts"], ensure_ascii=False, separators=(",", ":")).encode()
    document: dict[str, object] = json.loads(AESGCM(_key(master, "content")).decrypt(iv, data, about))
    return document


def outcome_file(ctx: Context, card: IssuedCard, *rows: dict[str, object]) -> bytes:
    head = (MAGIC + card.card_id).encode()
    iv = bytes(12)
    plain = json.dumps({"rows": rows}, ensure_ascii=False).encode()
    return head + iv + AESGCM(cards.load_card(ctx.engine, card.card_id).key).encrypt(iv, plain, head)


def row(route: PlannedRoute, n: int, **given: object) -> dict[str, object]:
    told = {"id": f"o{n}", "visit": route.stops[n].visit_id, "kinds": ["found"], "happened": f"{route.day}T10:20"}
    return told | {"paid": "", "fine": "", "next": "none", "note": "", "corrects": None} | given


def test_a_card_opens_with_its_passphrase_alone(
    evening: Context, made: SweepPlan, route: PlannedRoute, card: IssuedCard
) -> None:
    document = opened(card, card.passphrase)
    visits = document["visits"]
    assert isinstance(visits, list)
    assert [visit["id"] for visit in visits] == [stop.visit_id for stop in route.stops]
    text = card.html.decode()
    assert all(visit["debtor"] not in text for visit in visits)
    assert card.passphrase.replace(" ", "") not in text
    with pytest.raises(InvalidTag):
        opened(card, "0000 0000 0000 0000")
    assert card.gzip_bytes < MOST_GZIPPED
    actions = audit.entries(evening.engine)[["action", "subject"]].to_numpy().tolist()
    assert actions[-2:] == [["names.shown", made.id], ["card.issued", card.card_id]]


def test_a_card_asks_nobody(card: IssuedCard) -> None:
    text = card.html.decode()
    assert "default-src 'none'" in text
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", text)


def test_what_is_brought_back_counts_once(evening: Context, route: PlannedRoute, card: IssuedCard) -> None:
    rows = [row(route, 0), row(route, 1, kinds=["found", "paid"], paid="1000")]
    first = bring_back(evening, outcome_file(evening, card, *rows)).recorded
    assert (first.counted, first.held, first.repeated) == (2, 0, 0)
    again = bring_back(evening, outcome_file(evening, card, *rows)).recorded
    assert (again.counted, again.held, again.repeated) == (0, 0, 2)
    correction = row(route, 1, id="o9", kinds=["refused"], corrects="o1")
    later = bring_back_text(evening, base64.b64encode(outcome_file(evening, card, *rows, correction)).decode())
    assert (later.recorded.counted, later.recorded.repeated) == (1, 2)
    told = totals(outcomes.outcomes(evening.engine))
    assert (told.visits, told.paid_fen, told.kinds["refused"]) == (2, 0, 1)
    assert audit.entries(evening.engine)["action"].tolist().count("card.brought_back") == 3


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_one_byte_changed_and_nothing_counts(
    evening: Context, route: PlannedRoute, card: IssuedCard, data: st.DataObject
) -> None:
    sound = outcome_file(evening, card, row(route, 0))
    place = data.draw(st.integers(0, len(sound) - 1))
    byte = data.draw(st.integers(1, 255))
    changed = sound[:place] + bytes([sound[place] ^ byte]) + sound[place + 1 :]
    for wrong in (changed, sound[:place], sound + bytes([byte])):
        with pytest.raises(InputError):
            bring_back(evening, wrong)
    text = base64.b64encode(sound).decode()
    letter = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("ABCDwxyz0189+/=".replace(text[letter], "")))
    with pytest.raises(InputError):
        bring_back_text(evening, text[:letter] + other + text[letter + 1 :])
    assert outcomes.outcomes(evening.engine).empty


def test_what_is_no_outcome_file_is_told(evening: Context, card: IssuedCard) -> None:
    for data in (b"", b"PK\x03\x04", card.html, b"PLO1" + "卡".encode() * 8):
        with pytest.raises(InputError, match="not_an_outcome_file"):
            bring_back(evening, data)
    with pytest.raises(InputError, match="unknown_card"):
        bring_back(evening, MAGIC.encode() + b"0" * ID_LETTERS + bytes(40))
    with pytest.raises(InputError, match="not_an_outcome_file"):
        bring_back_text(evening, "这不是文字码")
    with pytest.raises(InputError, match="outcome_file_changed"):
        open_outcomes(MAGIC.encode() + b"0" * ID_LETTERS + bytes(40), bytes(32))
    assert card_of_file(MAGIC.encode() + b"0123456789ab" + bytes(40)) == "0123456789ab"


def test_a_card_of_a_superseded_plan_is_kept_and_shown_to_a_person(
    evening: Context, made: SweepPlan, route: PlannedRoute, card: IssuedCard
) -> None:
    _, visits = plans.load_plan(evening.engine, made.id)
    shorter = replace(route, stops=route.stops[1:])
    routes = tuple(shorter if r is route else r for r in made.routes)
    child = replace(made, id="child", parent=made.id, routes=routes)
    run = plans.latest_score(evening.engine)
    assert run is not None
    plans.save_plan(evening.engine, child, visits, run.id, evening.clock(), "示例")
    adopt(evening, "child")
    assert cards_of_week(evening, made.week_start)["state"].tolist() == ["superseded"]
    brought = bring_back(evening, outcome_file(evening, card, row(route, 1))).recorded
    assert (brought.counted, brought.held) == (0, 1)
    assert held(outcomes.outcomes(evening.engine))["marks"].tolist() == ["superseded_plan"]


def test_a_plan_of_its_own_supersedes_once_it_is_adopted(
    evening: Context, made: SweepPlan, route: PlannedRoute, card: IssuedCard
) -> None:
    _, visits = plans.load_plan(evening.engine, made.id)
    routes = tuple(replace(r, stops=()) if r is route else r for r in made.routes)
    run = plans.latest_score(evening.engine)
    assert run is not None
    other = replace(made, id="other", routes=routes)
    plans.save_plan(evening.engine, other, visits, run.id, evening.clock() + timedelta(minutes=1), "示例")
    assert cards_of_week(evening, made.week_start)["state"].tolist() == ["out"]
    adopt(evening, "other")
    assert cards_of_week(evening, made.week_start)["state"].tolist() == ["superseded"]
    adopt(evening, made.id)
    assert cards_of_week(evening, made.week_start)["state"].tolist() == ["out"]


def test_cards_are_out_until_they_are_replaced_or_past(
    evening: Context, made: SweepPlan, route: PlannedRoute, card: IssuedCard
) -> None:
    assert cards_of_week(evening, made.week_start)["state"].tolist() == ["out"]
    late = replace(evening, clock=lambda: evening.clock() + timedelta(days=1))
    assert cards_of_week(late, made.week_start)["state"].tolist() == ["expired"]
    second = issue_card(replace(evening, clock=lambda: evening.clock() + timedelta(minutes=1)), made.id,
                        route.squad_id, route.day, T)  # fmt: skip
    listed = cards_of_week(evening, made.week_start)
    assert dict(zip(listed["card_id"], listed["state"], strict=True)) == {
        second.card_id: "out",
        card.card_id: "superseded",
    }


def test_an_officer_gets_the_own_squads_card_alone(evening: Context, made: SweepPlan, route: PlannedRoute) -> None:
    officer = replace(evening, actor=Actor("示例", "officer", route.squad_id))
    assert issue_card(officer, made.id, route.squad_id, route.day, T).html
    other = next(r for r in made.routes if r.stops and r.squad_id != route.squad_id)
    with pytest.raises(Denied):
        issue_card(officer, made.id, other.squad_id, other.day, T)
