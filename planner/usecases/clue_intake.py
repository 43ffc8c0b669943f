"""Take clues in: read them, say whose they are, keep them. Nothing is dropped, however odd it is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import uuid4

import pandas as pd

from planner.errors import RequestError
from planner.geo.place import candidates
from planner.model.clue import CHANNELS, CLUE_KINDS, CLUE_TABLE, CLUE_WORD_TABLE, TRUST
from planner.model.units import BEIJING
from planner.register import Match, Tip, canonical_case_number, matches, taken, tips_of_files, tips_of_text
from planner.store import clues
from planner.usecases.clues import alike, all_debtors, as_table, known, word_on
from planner.usecases.context import Context, permit, region_with_learnt_aliases

Reader = Callable[["pd.Series[str]", datetime], list[Tip]]

SURE_PLACE = 0.6
"""Probability from which on a place that a tip names is taken as its own."""


@dataclass(frozen=True)
class Draft:
    """A clue as it was read, to be looked at before it is kept. ``found``: whose it may be, the surest first;
    ``same_as``: earlier clues that seem to tell the same; ``identical``: the first of them has the very words."""

    tip: Tip
    channel: str
    kind: str
    trust: str
    township_code: str | None
    village_code: str | None
    contact_village: str | None
    marks: tuple[str, ...]
    found: tuple[Match, ...]
    same_as: tuple[str, ...] = ()
    identical: bool = False


def read_text(ctx: Context, text: str) -> list[Draft]:
    """Pasted tips, one a line. Nothing is kept yet."""
    return _drafts(ctx, lambda names, now: tips_of_text(text, names, now))


def read_files(ctx: Context, files: Sequence[tuple[str, bytes]]) -> list[Draft]:
    """A sheet of tips, one a row. Nothing is kept yet.

    Raises:
        FileUnreadable: a file is no workbook. RequestError: no sheet has a column for what is told, or of whom.
    """
    drafts = _drafts(ctx, lambda names, now: tips_of_files(files, names, now))
    if not drafts:
        raise RequestError("no_clues_in_file", files="、".join(name for name, _ in files))
    return drafts


def typed(
    ctx: Context,
    words: str,
    person: str,
    case_ids: Sequence[str],
    place: str,
    reporter: str,
    channel: str,
    kind: str,
    trust: str,
    seen_on: date,
    good_until: date,
) -> Draft:
    """A clue as a form has it. Nothing is kept yet.

    Raises:
        RequestError: it names a source, kind or trust that there is not.
    """
    permit(ctx, "clue.enter")
    for name, value, allowed in (("channel", channel, CHANNELS), ("kind", kind, CLUE_KINDS), ("trust", trust, TRUST)):
        if value not in allowed:
            raise RequestError("unknown_choice", name=name, value=value, allowed="、".join(allowed))
    now = ctx.clock().astimezone(BEIJING)
    whole = "，".join(text for text in (words, person, *case_ids, place) if text)
    [read, *_] = tips_of_text(whole.replace("\n", " "), [person] if person else [], now) or [Tip(whole)]
    numbers = tuple(canonical_case_number(number) or number for number in case_ids)
    tip = replace(
        read, words=words.strip() or whole, case_ids=numbers or read.case_ids, place=place or read.place,
        reporter=reporter.strip() or read.reporter, seen_on=seen_on, good_until=good_until,
    )  # fmt: skip
    draft = _draft(ctx, tip, all_debtors(ctx), known(ctx), now)
    from_contact = draft.village_code if channel == "contact" else None
    return replace(draft, channel=channel, kind=kind, trust=trust, contact_village=from_contact)


@dataclass(frozen=True)
class Entered:
    """``clue_ids`` of what was kept; ``matched``: so many were matched at once."""

    clue_ids: tuple[str, ...]
    matched: int


def enter(ctx: Context, drafts: Sequence[Draft]) -> Entered:
    """Keep clues; what is beyond doubt is matched, and the very words of an earlier clue are joined to it."""
    permit(ctx, "clue.enter")
    now = ctx.clock()
    today = now.astimezone(BEIJING).date()
    rows, said = [], []
    for draft in drafts:
        clue_id, tip = uuid4().hex[:12], draft.tip
        rows.append(
            {
                "clue_id": clue_id, "at": now, "by": ctx.actor.name, "channel": draft.channel, "kind": draft.kind,
                "trust": draft.trust, "contact_village": draft.contact_village, "township_code": draft.township_code,
                "village_code": draft.village_code, "seen_on": tip.seen_on or today, "seen_min": tip.seen_min,
                "good_until": tip.good_until, "until_min": tip.until_min, "marks": ";".join(draft.marks),
                "reporter": tip.reporter, "person": "、".join(tip.persons) or None, "words": tip.words,
            }
        )  # fmt: skip
        if draft.identical:
            said.append(word_on(ctx, clue_id, "joined", now, other=draft.same_as[0]))
        elif sure := taken(draft.found):
            said.append(word_on(ctx, clue_id, "matched", now, sure.case_ids, reason=sure.reason))
    clues.save(ctx.engine, as_table(rows, CLUE_TABLE), as_table(said, CLUE_WORD_TABLE), now, ctx.actor.name)
    return Entered(tuple(str(row["clue_id"]) for row in rows), sum(word["word"] == "matched" for word in said))


def _drafts(ctx: Context, read: Reader) -> list[Draft]:
    permit(ctx, "clue.enter")
    debtors, now = all_debtors(ctx), ctx.clock().astimezone(BEIJING)
    tips = read(debtors["name"], now)
    earlier = known(ctx)
    return [_draft(ctx, tip, debtors, earlier, now) for tip in tips]


def _draft(ctx: Context, tip: Tip, debtors: pd.DataFrame, earlier: pd.DataFrame, now: datetime) -> Draft:
    township, village = _place(ctx, tip.place or "")
    found = matches(tip.case_ids, tip.persons, township, village, debtors)
    channel = tip.channel or "public"
    draft = Draft(
        tip, channel, tip.kind or "other", tip.trust or "medium", township, village,
        village if channel == "contact" else None, _marks(tip, found, now.date()), tuple(found),
    )  # fmt: skip
    same, identical = _same(draft, earlier, now)
    return replace(draft, same_as=same, identical=identical)


def _place(ctx: Context, text: str) -> tuple[str | None, str | None]:
    """Township and village that a text names beyond doubt."""
    order = ctx.policy.gazetteer.address_order
    told = candidates({order[0]: text}, region_with_learnt_aliases(ctx), ctx.policy.gazetteer) if text else []
    if not told or told[0].probability < SURE_PLACE:
        return None, None
    return told[0].township_code, told[0].village_code


def _marks(tip: Tip, found: Sequence[Match], today: date) -> tuple[str, ...]:
    holds = {
        "no_person": not tip.persons and not tip.case_ids,
        "unknown_person": bool(tip.persons) and not found,
        "unknown_case": bool(tip.case_ids) and not any(set(tip.case_ids) & set(match.case_ids) for match in found),
        "no_time": tip.seen_on is None,
        "seen_in_future": tip.seen_on is not None and tip.seen_on > today,
        "until_before_seen": None not in (tip.seen_on, tip.good_until) and str(tip.good_until) < str(tip.seen_on),
        "expired": tip.good_until is not None and tip.good_until < today,
    }
    return tuple(mark for mark, holds_here in holds.items() if holds_here)


def _same(draft: Draft, earlier: pd.DataFrame, now: datetime) -> tuple[tuple[str, ...], bool]:
    """Ids of earlier clues that tell the same, the likest first, and whether the first has the very words."""
    sure = taken(draft.found)
    return alike(draft.tip.words, draft.kind, set(sure.case_ids) if sure else set(), earlier, now)
