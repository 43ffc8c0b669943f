"""The policy in use: what stands in the region's file, and what people said of it since."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from planner.errors import PolicyError, RequestError
from planner.files.policy import value_of, with_values
from planner.model.policy import Policy
from planner.store import policy_words
from planner.store.kept import Kept
from planner.usecases.context import Context, permit

IN_USE = Kept(4)
"""The same words make the very same policy, so that what depends on it can be told apart by identity."""

MOST_REASON = 500
"""Letters."""


@dataclass(frozen=True)
class InUse:
    """``policy``: of the file with the words that stand. ``unfit``: keys whose word fits no longer, since the file
    or the program changed; they are left aside, and said."""

    policy: Policy
    unfit: tuple[str, ...] = ()


def decide_policy(ctx: Context, key: str, value: Any, reason: str) -> None:
    """Say that a key has a value from now on (None: the file's again), and why. Plans keep the policy that they had.

    To leave a key as it is, is a word too: it says why a proposal was not taken.

    Raises:
        RequestError: no reason, or too long a one. PolicyError: no such key, or a value that a file may not hold.
    """
    permit(ctx, "policy.decide")
    reason = reason.strip()
    if not 0 < len(reason) <= MOST_REASON:
        raise RequestError("policy_reason", letters=len(reason), most=MOST_REASON)
    stand = dict(policy_words.standing(ctx.engine))
    value_of(ctx.policy_of_file, key)
    stand.pop(key, None)
    _, unfit = _applied(ctx.policy_of_file, stand)
    fit = {other: said for other, said in stand.items() if other not in unfit}
    checked = with_values(ctx.policy_of_file, fit if value is None else {**fit, key: value})
    said = None if value is None else value_of(checked, key)
    policy_words.say(ctx.engine, key, said, reason, ctx.clock(), ctx.actor.name)


def keep_policy(ctx: Context, key: str, reason: str) -> None:
    """Say that a key stays as it is, and why; raises as :func:`decide_policy`."""
    permit(ctx, "policy.decide")
    decide_policy(ctx, key, policy_words.standing(ctx.engine).get(key), reason)


def undo_policy(ctx: Context, key: str, reason: str) -> None:
    """Take back the last word on a key: the value before it holds again; raises as :func:`decide_policy`.

    Raises:
        RequestError: nothing was said of this key.
    """
    permit(ctx, "policy.decide")
    history = policy_history(ctx)
    mine = history[history["key"] == key]
    if mine.empty:
        raise RequestError("nothing_to_undo")
    before = mine["before"].iloc[0]
    decide_policy(ctx, key, None if before is None else json.loads(before), reason)


def policy_in_use(ctx: Context) -> InUse:
    """As it is now, whenever the context was made."""
    permit(ctx, "review.see")
    return InUse(*_applied(ctx.policy_of_file, policy_words.standing(ctx.engine)))


def with_policy_of_now(ctx: Context) -> Context:
    """The context with the policy in use, for whoever keeps a context for long."""
    stand = policy_words.standing(ctx.engine)
    said = json.dumps(stand, sort_keys=True, default=str)
    policy = IN_USE.get(ctx.engine, said, lambda: _applied(ctx.policy_of_file, stand)[0], ctx.policy_of_file)
    return ctx if policy is ctx.policy else replace(ctx, policy=policy)


def policy_history(ctx: Context) -> pd.DataFrame:
    """Words on the policy, the newest first: at, by, key, before, after (values; None: as in the file), kept (it only
    says that nothing changes), stands (the last word on its key), reason."""
    permit(ctx, "review.see")
    words = policy_words.words(ctx.engine)
    before = words.groupby("key")["value"].shift() if len(words) else words["value"]
    told = words.assign(
        before=before.where(before.notna(), None),
        after=words["value"].where(words["value"].notna(), None),
        stands=~words.duplicated("key", keep="last"),
    )
    told["kept"] = told["before"].fillna("") == told["after"].fillna("")
    columns = ["at", "by", "key", "before", "after", "kept", "stands", "reason"]
    return told[columns].iloc[::-1].reset_index(drop=True)


def _applied(policy: Policy, stand: Mapping[str, Any]) -> tuple[Policy, tuple[str, ...]]:
    """All words together, or one by one where they do not go together, and the keys that were left aside."""
    try:
        return with_values(policy, stand), ()
    except PolicyError:
        unfit = []
        for key, value in stand.items():
            try:
                policy = with_values(policy, {key: value})
            except PolicyError:
                unfit.append(key)
        return policy, tuple(unfit)
