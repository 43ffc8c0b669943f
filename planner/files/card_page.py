"""The route card: one self-contained, sealed page per squad and day, and the small file that it sends back.

A key is drawn from the passphrase (PBKDF2-HMAC-SHA256, RFC 8018) and from it one for each purpose (HKDF-SHA256, RFC
5869); everything is sealed with AES-256-GCM (NIST SP 800-38D), bound to what stands beside it in the clear.
An outcome file is: MAGIC, the card's id, 12 bytes of nonce, the sealed rows as JSON. Every byte of it counts.
"""

import base64
import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from string import Template
from typing import Any

import geopandas as gpd
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from planner.errors import InputError
from planner.files.sketch import sketch
from planner.model.outcome import NEXT_STEPS, OUTCOMES
from planner.model.route_day import APPROVED, RouteDay, VisitToMake
from planner.model.units import FEN_PER_YUAN, clock

Translate = Callable[..., str]

ITERATIONS = 600_000
"""OWASP's advice of 2023 for PBKDF2-HMAC-SHA256."""

PURPOSES = {name: f"planner card: {name}" for name in ("content", "kept", "outcomes")}
MAGIC = "PLO1"
ID_LETTERS = 12
SALT_BYTES, NONCE_BYTES, KEY_BYTES = 16, 12, 32
MOST_BYTES = 2_000_000
"""Of an outcome file; a day's is a few thousand."""

MOST_CASES = 8
"""Numbers of one visit that are shown."""

WORDS = (
    "boats", "yuan", "call", "navigate", "correct", "record", "paid", "fine", "next", "note", "when", "save", "no_kind",
    "not_kept", "map", "nearer", "farther", "map_note", "saved", "copy", "copy_how", "bring_back", "superseded",
    "expired", "progress", "private", "passphrase", "unlock", "opening", "wrong", "not_recalled", "lock_note",
    "no_crypto",
)  # fmt: skip
"""Catalogue ``card.<word>``."""

FIELDS = {name: f"{{{name}}}" for name in ("name", "next", "last", "count", "done", "of")}
"""Filled in on the phone."""


@dataclass(frozen=True)
class CardFacts:
    """What stands on a card in the clear."""

    card_id: str
    plan_id: str
    squad_id: str
    day: date
    issued: datetime
    expires: datetime


@dataclass(frozen=True)
class Card:
    """``outcome_key`` opens what the card sends back."""

    html: bytes
    outcome_key: bytes


def make_card(facts: CardFacts, route: RouteDay, outlines: gpd.GeoDataFrame, passphrase: str, t: Translate) -> Card:
    """The page of a squad's day, sealed. ``passphrase``: its digits; whoever opens it must have been told them."""
    salt, iv = os.urandom(SALT_BYTES), os.urandom(NONCE_BYTES)
    master = PBKDF2HMAC(SHA256(), KEY_BYTES, salt, ITERATIONS).derive(passphrase.encode())
    clear = _clear(facts)
    about = json.dumps(clear, ensure_ascii=False, separators=(",", ":")).encode()
    plain = json.dumps(_document(route, outlines, t), ensure_ascii=False, separators=(",", ":")).encode()
    told = {
        "title": t("card.title", squad=route.squad, day=route.day),
        "facts": clear,
        "salt": _text(salt),
        "iv": _text(iv),
        "iterations": ITERATIONS,
        "purposes": PURPOSES,
        "magic": MAGIC,
        "data": _text(AESGCM(_key(master, "content")).encrypt(iv, plain, about)),
        "outcomes": {kind: t(f"outcome.{kind}") for kind in OUTCOMES},
        "next": {step: t(f"next_step.{step}") for step in NEXT_STEPS},
        "words": {word: t(f"card.{word}", **FIELDS) for word in WORDS},
    }
    return Card(_page(told, t), _key(master, "outcomes"))


def card_of_file(data: bytes) -> str:
    """The id of the card that an outcome file comes from.

    Raises:
        InputError: it is no outcome file.
    """
    head, letters = data[: len(MAGIC)], data[len(MAGIC) : len(MAGIC) + ID_LETTERS]
    if head != MAGIC.encode() or not letters.isascii() or len(data) > MOST_BYTES:
        raise InputError("not_an_outcome_file", bytes=len(data))
    return letters.decode()


def open_outcomes(data: bytes, key: bytes) -> list[dict[str, Any]]:
    """The rows of an outcome file.

    Raises:
        InputError: it was changed, cut short, or comes from another card.
    """
    head, body = data[: len(MAGIC) + ID_LETTERS], data[len(MAGIC) + ID_LETTERS :]
    try:
        plain = AESGCM(key).decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], head)
        rows = json.loads(plain)["rows"]
    except (InvalidTag, ValueError, KeyError, TypeError) as problem:
        raise InputError("outcome_file_changed", card_id=card_of_file(data)) from problem
    return [row for row in rows if isinstance(row, dict)]


def _key(master: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=PURPOSES[purpose].encode()).derive(master)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _clear(facts: CardFacts) -> dict[str, str]:
    return {
        "card": facts.card_id,
        "plan": facts.plan_id,
        "squad": facts.squad_id,
        "day": facts.day.isoformat(),
        "issued": facts.issued.isoformat(),
        "expires": facts.expires.isoformat(),
        "file": f"{facts.day}-{facts.squad_id}-{facts.card_id}.outcomes",
    }


def _document(route: RouteDay, outlines: gpd.GeoDataFrame, t: Translate) -> dict[str, Any]:
    """What officers read, in the words of one language."""
    ferry = route.ferry
    usable = [boat for boat in ferry.back if route.visits[0].start <= boat <= route.back] if ferry else []
    lead = t(
        "card.lead", township=route.township, leave=clock(route.leave_base), base=route.base,
        back=clock(route.reach_base), drive=route.drive_minutes, plan=route.plan_id,
    )  # fmt: skip
    return {
        "title": t("card.title", squad=route.squad, day=route.day),
        "lead": lead,
        "map": sketch(route, outlines),
        "ferry": {
            "name": ferry.name,
            "back": [{"minute": boat, "clock": clock(boat)} for boat in usable],
            "last": clock(usable[-1]) if usable else "—",
        }
        if ferry
        else None,
        "visits": [_visit(visit, t) for visit in route.visits],
    }


def _visit(visit: VisitToMake, t: Translate) -> dict[str, Any]:
    facts = [
        t("my_route.worth", worth=t(f"worth.{visit.worth}"), yuan=f"{visit.expected_fen / FEN_PER_YUAN:,.0f}"),
        t("routes.owed", yuan=f"{visit.claimed_fen / FEN_PER_YUAN:,.0f}"),
        t("routes.chance", share=f"{100 * visit.p_find:.0f}"),
        t(f"point.{visit.point_source}"),
        _cases(visit.case_ids, t),
    ]
    return {
        "id": visit.visit_id,
        "order": visit.order,
        "time": f"{clock(visit.start)}–{clock(visit.leave)}",
        "place": f"{visit.township} {visit.village or ''}".strip(),
        "purpose": "、".join(t(f"purpose.{code}") for code in visit.purposes),
        "debtor": visit.debtor,
        "phone": visit.phone,
        "address": visit.address or "",
        "papers": [
            {"words": f"{t(f'paper.{p.name}')}（{t(f'paper_state.{p.state}')}）", "ready": p.state == APPROVED}
            for p in visit.papers
        ],
        "facts": " · ".join(facts),
        "approach": "；".join(t(f"approach.{code}") for code in visit.approach),
        "calls": [{"words": f"{t(f'call_role.{c.role}')} {c.name}", "phone": c.phone} for c in visit.to_call],
        "at": f"{visit.lat:.5f},{visit.lon:.5f}",
    }


def _cases(case_ids: Sequence[str], t: Translate) -> str:
    shown = "、".join(case_ids[:MOST_CASES])
    return shown if len(case_ids) <= MOST_CASES else t("print.more_cases", shown=shown, count=len(case_ids))


def _page(told: dict[str, Any], t: Translate) -> bytes:
    """The card's text stands in a script element, where only ``</`` could end it."""
    template, style, script = _assets()
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return template.substitute(
        lang=t("access.tag"), title="planner", card=text, style=style, script=script,
        style_hash=_hash(style), script_hash=_hash(script),
    ).encode()  # fmt: skip


def _hash(text: str) -> str:
    """As a content security policy names an element's text."""
    return f"sha256-{_text(hashlib.sha256(text.encode()).digest())}"


@cache
def _assets() -> tuple[Template, str, str]:
    folder = files("planner.files") / "card"
    page, style, script = ((folder / name).read_text(encoding="utf-8") for name in ("card.html", "card.css", "card.js"))
    return Template(page), style, script
