"""A day on a phone without a network: the card is opened, outcomes are kept, brought back and counted."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from planner.errors import InputError
from planner.i18n import translator
from planner.model.sweep import PlannedRoute, SweepPlan
from planner.model.units import BEIJING
from planner.review.outcomes import totals
from planner.store import outcomes, plans
from planner.usecases.cards import IssuedCard, bring_back, bring_back_text, issue_card
from planner.usecases.context import Context
from tests.browser import chromium

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
PATIENCE = 20_000


@pytest.fixture
def day(planned: Context, made: SweepPlan) -> tuple[Context, PlannedRoute, str]:
    route = max(made.routes, key=lambda route: len(route.stops))
    at = datetime.combine(route.day, time(9, 30), BEIJING)
    return replace(planned, clock=lambda: at), route, made.id


@pytest.fixture
def phone() -> Iterator[BrowserContext]:
    with chromium() as context:
        context.set_offline(True)
        yield context


SOON = 20
"""Looks at a card, half a second apart."""


def page_of(phone: BrowserContext, file: Path, at: datetime) -> Page:
    page = phone.new_page()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.clock.set_fixed_time(at)
    page.goto(file.as_uri())
    return page


def unlock(page: Page, card: IssuedCard) -> None:
    page.get_by_role("textbox").fill(card.passphrase)
    page.get_by_role("button", name="打开").click()
    expect(page.locator("article").first).to_be_visible(timeout=PATIENCE)


def record(page: Page, number: int, *kinds: str, paid: str = "") -> None:
    visit = page.locator(f"#v{number}")
    visit.get_by_role("button").last.click()
    for kind in kinds:
        visit.get_by_text(kind, exact=True).click()
    visit.get_by_label("到位金额（元）").fill(paid)
    visit.get_by_role("button", name="记下").click()


def card_page(
    day: tuple[Context, PlannedRoute, str], phone: BrowserContext, tmp_path: Path
) -> tuple[IssuedCard, Path, Page]:
    ctx, route, plan_id = day
    card = issue_card(ctx, plan_id, route.squad_id, route.day, translator("zh"))
    file = tmp_path / "card.html"
    file.write_bytes(card.html)
    page = page_of(phone, file, ctx.clock())
    unlock(page, card)
    return card, file, page


def test_a_day_is_played_without_a_network(
    day: tuple[Context, PlannedRoute, str], phone: BrowserContext, tmp_path: Path
) -> None:
    ctx, route, plan_id = day
    card = issue_card(ctx, plan_id, route.squad_id, route.day, translator("zh"))
    file = tmp_path / "card.html"
    file.write_bytes(card.html)
    print(f"card: {len(card.html):,} bytes, {card.gzip_bytes:,} gzipped, {len(route.stops)} visits")
    page = page_of(phone, file, ctx.clock())
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("textbox").fill("1111 2222 3333 4444")
    page.get_by_role("button", name="打开").click()
    expect(page.get_by_role("alert")).to_contain_text("口令不对", timeout=PATIENCE)
    unlock(page, card)
    assert page.locator("article").count() == len(route.stops)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    record(page, 1, "未找到")
    record(page, 2, "找到", "履行到位", paid="1200")
    record(page, 2, "找到", "履行到位", paid="900")
    page.close()

    again = page_of(phone, file, ctx.clock())
    unlock(again, card)
    expect(again.get_by_text(f"已记 2 / {len(route.stops)} 户")).to_be_visible()
    with again.expect_download() as download:
        again.get_by_role("button", name="保存结果文件").click()
    data = Path(download.value.path()).read_bytes()
    again.get_by_role("button", name="复制成文字").click()
    text = again.locator("textarea.code").input_value()
    assert not [url for url in asked if not url.startswith("file:")]
    assert not any(route.stops[0].visit_id in str(value) for value in again.evaluate("Object.values(localStorage)"))

    evening = replace(ctx, clock=lambda: ctx.clock() + timedelta(hours=10))
    recorded = bring_back(evening, data).recorded
    assert (recorded.counted, recorded.held) == (3, 0)
    for twice in (lambda: bring_back(evening, data), lambda: bring_back_text(evening, text)):
        assert (twice().recorded.counted, twice().recorded.repeated) == (0, 3)
    told = totals(outcomes.outcomes(evening.engine))
    assert (told.visits, told.found, told.paid_fen) == (2, 1, 90_000)
    for place in range(0, len(data), 37):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        with pytest.raises(InputError):
            bring_back(evening, changed)
    assert len(outcomes.outcomes(evening.engine)) == 3


def test_past_its_day_a_card_shows_nobody_but_still_sends_back(
    day: tuple[Context, PlannedRoute, str], phone: BrowserContext, tmp_path: Path
) -> None:
    ctx, _, _ = day
    card, file, page = card_page(day, phone, tmp_path)
    record(page, 1, "未找到")
    names = page.locator(".who").all_inner_texts()
    page.close()
    later = page_of(phone, file, ctx.clock() + timedelta(days=2))
    later.get_by_role("textbox").fill(card.passphrase)
    later.get_by_role("button", name="打开").click()
    expect(later.get_by_role("alert")).to_contain_text("已过有效期", timeout=PATIENCE)
    assert not any(name in later.content() for name in names)
    with later.expect_download() as download:
        later.get_by_role("button", name="保存结果文件").click()
    assert bring_back(ctx, Path(download.value.path()).read_bytes()).recorded.counted == 1


def test_a_card_left_open_overnight_shows_nobody(
    day: tuple[Context, PlannedRoute, str], phone: BrowserContext, tmp_path: Path
) -> None:
    _, _, page = card_page(day, phone, tmp_path)
    names = page.locator(".who").all_inner_texts()
    page.clock.set_fixed_time(day[0].clock() + timedelta(days=1))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_role("alert")).to_contain_text("已过有效期")
    assert not any(name in page.content() for name in names)


def test_two_windows_of_one_card_keep_what_both_recorded(
    day: tuple[Context, PlannedRoute, str], phone: BrowserContext, tmp_path: Path
) -> None:
    ctx, route, _ = day
    card, file, first = card_page(day, phone, tmp_path)
    second = page_of(phone, file, ctx.clock())
    unlock(second, card)
    record(first, 1, "未找到")
    record(second, 2, "找到")
    expect(second.get_by_text(f"已记 2 / {len(route.stops)} 户")).to_be_visible()
    record(first, 2, "未找到")  # this window does not show that it is a correction
    expect(first.get_by_text(f"已记 2 / {len(route.stops)} 户")).to_be_visible()
    with first.expect_download() as download:
        first.get_by_role("button", name="保存结果文件").click()
    assert bring_back(ctx, Path(download.value.path()).read_bytes()).recorded.counted == 3
    told = totals(outcomes.outcomes(ctx.engine))
    assert (told.visits, told.found) == (2, 0)


def test_a_phone_that_keeps_nothing_warns(
    day: tuple[Context, PlannedRoute, str], phone: BrowserContext, tmp_path: Path
) -> None:
    _, _, page = card_page(day, phone, tmp_path)
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('refused'); }; }")
    record(page, 1, "未找到")
    expect(page.get_by_role("alert")).to_contain_text("不允许网页保存数据")


def test_a_newer_card_on_the_phone_says_that_the_old_one_is_superseded(
    day: tuple[Context, PlannedRoute, str], phone: BrowserContext, tmp_path: Path
) -> None:
    ctx, route, plan_id = day
    assert plans.load_plan(ctx.engine, plan_id)
    files = []
    for number in range(2):
        at = ctx.clock() + timedelta(minutes=number)
        card = issue_card(replace(ctx, clock=lambda at=at: at), plan_id, route.squad_id, route.day, translator("zh"))
        files.append(tmp_path / f"card{number}.html")
        files[-1].write_bytes(card.html)
    for file, told in ((files[0], 0), (files[1], 0), (files[0], 1)):
        page = page_of(phone, file, ctx.clock())
        expect(page.get_by_role("textbox")).to_be_visible(timeout=PATIENCE)
        for _ in range(SOON * told):  # what one page keeps may reach the next page's process a moment later
            if page.get_by_text("已被更新的一张替代").count():
                break
            page.wait_for_timeout(500)
            page.reload()
            expect(page.get_by_role("textbox")).to_be_visible(timeout=PATIENCE)
        expect(page.get_by_text("已被更新的一张替代")).to_have_count(told)
