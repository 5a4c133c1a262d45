"""The text of a command: what it asks for, or what is wrong with it and what would do.

A command that can't be carried out is answered with three things: a sentence, an example that is as
close to what was typed as it goes, and what was understood, for the form.
"""

import difflib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from approvals.asking import Unfit, Wanted, without_keys
from approvals.content import FeePayer
from approvals.destination import Kind
from approvals.errors import Unreadable
from approvals.money import EXAMPLE
from approvals.reasons import read_reason
from approvals.secrets import no_key_for, no_key_in
from approvals.words import quoted
from bot.clauses import FIELDS, KEYWORD, clauses_of, needs_quotes, objections, understood
from bot.decorations import false_links, flat, undecorated
from bot.texts import escaped

LONGEST = 3000
"""Characters of a command's text."""


@dataclass(frozen=True, slots=True)
class Help:
    """`help`"""


@dataclass(frozen=True, slots=True)
class OpenForm:
    """The command alone."""


@dataclass(frozen=True, slots=True)
class List:
    """`list`, `list waiting`, `list page 2`"""

    page: int = 1
    only_waiting: bool = False


@dataclass(frozen=True, slots=True)
class Show:
    """`show 42`"""

    number: int


@dataclass(frozen=True, slots=True)
class Cancel:
    """`cancel 42`"""

    number: int


@dataclass(frozen=True, slots=True)
class Freeze:
    """`freeze`, with whatever is said besides."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unfreeze:
    """`unfreeze`"""


@dataclass(frozen=True, slots=True)
class Request:
    """Everything else: a payout is asked for."""

    wanted: Wanted


Command = Help | OpenForm | List | Show | Cancel | Freeze | Unfreeze | Request


class Misread(Unreadable):
    """A command that can't be carried out as it was typed.

    `typed` is the command's text, to be repeated (a phone loses it) as far as a message holds it;
    `example` a text that can be read, as close to what was typed as it goes; `partial` what was
    understood, for the form; `better` the wish that the example says; `asks` is false where no
    payout was asked for, so that no form would help. What nobody should copy by accident, such as
    an address, is a gap in the example: ADDRESS, or "…".
    """

    def __init__(
        self,
        refusal: Unreadable,
        typed: str,
        example: str,
        partial: Wanted,
        better: Wanted | None = None,
        *,
        asks: bool = True,
    ) -> None:
        super().__init__(refusal.field, refusal.word, refusal.sentence)
        self.typed = typed
        self.example = example
        self.partial = partial
        self.better = better
        self.asks = asks


NOTHING = Wanted("", "", None, Kind.CHAIN, "", None, None, "")
"""The wish of somebody who has said nothing yet."""

_GAPS = {Kind.CHAIN: "ADDRESS", Kind.CWALLET: "ID-OR-EMAIL", Kind.LIGHTNING: "LNBC…"}
_REASON = "Invoice 1043"
_SAMPLE = f"{EXAMPLE} USDT on TRX to ADDRESS for {_REASON}"


def read_command(text: str) -> Command:
    """What `text`, everything behind the command's name as Slack sends it, asks for. Raises
    Misread where it can't be read, and Secret where it holds a private key."""
    if freeze := _freeze(text):
        return freeze
    _without_keys(text)
    if len(text) > LONGEST:
        sentence = f"A command has at most {LONGEST} characters. Use the form, or say it shorter."
        raise Misread(Unreadable("command", text, sentence), text, _SAMPLE, NOTHING)
    return _other_than_request(text) or Request(_requested(text))


def asks_for_payout(text: str) -> bool:
    """Whether somebody who typed this asked for a payout, and holds nothing that is repeated
    nowhere."""
    try:
        return isinstance(read_command(text), Request)
    except Unreadable:
        return False


def _without_keys(text: str) -> None:
    """Before anything else, since everything else repeats what was typed."""
    bare = undecorated(text)
    no_key_in("command", bare)
    clauses = clauses_of(bare)
    wanted = understood(clauses)
    for clause in clauses:
        if clause.word not in ("memo", "for"):
            no_key_for(FIELDS[clause.word], clause.text, wanted.network, wanted.coin)
    without_keys(wanted)


def _requested(text: str) -> Wanted:
    clauses = clauses_of(undecorated(text))
    wanted = understood(clauses)
    for objection in chain(false_links(text), objections(clauses, wanted)):
        raise misread(text, wanted, objection)
    return wanted


def misread(typed: str, wanted: Wanted, refusal: Unreadable) -> Misread:
    """The answer to a command that was understood as `wanted` and refused with `refusal`."""
    better = _mended(wanted, refusal)
    return Misread(refusal, typed, _example(better), wanted, better)


Check = Callable[[Wanted], Unreadable | None]
"""What is wrong with a wish; None where nothing is, but for its gaps."""


def acceptable(no: Misread, check: Check) -> Misread:
    """The same answer, with an example that is not refused in turn."""
    better = no.better
    for _ in FIELDS:  # each field can be wrong once
        wrong = check(_filled(better)) if better else None
        if better is None or wrong is None:
            break
        better = _mended(better, wrong)
    example = _example(better) if better else no.example
    return Misread(no, no.typed, example, no.partial, better, asks=no.asks)


def _mended(wanted: Wanted, refusal: Unreadable) -> Wanted:
    return refusal.better if isinstance(refusal, Unfit) else _without(wanted, refusal)


def command_text(wanted: Wanted) -> str:
    """The command that says what is wanted. A memo with a quotation mark of its own next to a
    keyword can't be said in a command."""
    kind = {Kind.CHAIN: "", Kind.CWALLET: "cwallet", Kind.LIGHTNING: "invoice"}[wanted.kind]
    fees = {FeePayer.PAYEE: "fee from amount", FeePayer.COMPANY: "we pay the fee"}
    parts = (
        f"{wanted.amount} {wanted.coin}",
        f"on {wanted.network}" if wanted.network else "",
        f"to {kind} {wanted.destination}" if kind else f"to {wanted.destination}",
        _memo_clause(wanted.memo),
        fees[wanted.fee_payer] if wanted.fee_payer else "",
        f"for {wanted.reason}",
    )
    return " ".join(part for part in parts if part)


def _memo_clause(memo: str | None) -> str:
    if memo is None:
        return ""
    if not memo:
        return "no memo"
    return f'memo "{memo}"' if needs_quotes(memo) else f"memo {memo}"


# What is not a request.

_NUMBERED: dict[str, type[Show | Cancel]] = {"show": Show, "cancel": Cancel}
_NUMBER = re.compile(r"(?:payout )?#?([1-9][0-9]{0,14})", re.IGNORECASE)
_LONGEST_WORD = 20
_SAMPLES = {
    "help": "help",
    "list": "list",
    "show": "show 42",
    "cancel": "cancel 42",
    "freeze": "freeze",
    "unfreeze": "unfreeze",
}
_LIST = re.compile(r"(waiting)?(?: ?(?:page )?#?([1-9][0-9]{0,5}))?", re.IGNORECASE)
_FREEZE = re.compile(
    r"[\W_]*freeze(?P<ending>\w*)[\s.,:;!?…*~`|/–—-]*(?P<reason>.*)", re.IGNORECASE | re.DOTALL
)


def _freeze(text: str) -> Freeze | None:
    """Whatever begins with the word, in any spelling: whoever wants to stop it all must not have to
    look up how. What follows is the reason, as it was typed."""
    typed = flat(undecorated(text))
    simpler = "".join(char for char in typed if unicodedata.category(char) != "Cf")
    for spelled in (typed, unicodedata.normalize("NFKC", simpler)):
        if found := _FREEZE.match(spelled):
            return Freeze(typed if found["ending"] else _said(found["reason"]))
    return None


def _said(reason: str) -> str:
    """Nothing, where there are only marks around nothing."""
    marks = all(unicodedata.category(char)[0] in "PZ" for char in reason)
    return "" if marks else reason.strip()


def _other_than_request(text: str) -> Command | None:
    words = text.split()
    if not words:
        return OpenForm()
    first, rest = words[0].lower(), " ".join(words[1:])
    if first in ("help", "?"):
        return Help()
    if first == "list":
        return _list(text, rest)
    if first == "unfreeze":
        if not rest:
            return Unfreeze()
        sentence = f"{quoted(first)} is about all sending: write it alone."
        raise _unheard(text, first, sentence)
    if made := _NUMBERED.get(first):
        number = _NUMBER.fullmatch(rest)
        if number is None:
            example = _SAMPLES[first]
            raise _unheard(text, example, f"Write the number of the payout: {quoted(example)}.")
        return made(int(number[1]))
    if any(char.isdigit() for char in first) or KEYWORD.search(" ".join(words)):
        return None
    raise _unknown(text, first, rest)


def _list(text: str, rest: str) -> List:
    if (found := _LIST.fullmatch(rest)) is None:
        ways = f"Write {quoted('list')}, {quoted('list waiting')} or {quoted('list page 2')}."
        raise _unheard(text, "list", ways)
    return List(int(found[2] or 1), only_waiting=found[1] is not None)


def _unknown(text: str, first: str, rest: str) -> Misread:
    for near in difflib.get_close_matches(first[:_LONGEST_WORD], _SAMPLES, 1):
        number = _NUMBER.fullmatch(rest)
        example = f"{near} {number[1]}" if near in _NUMBERED and number else _SAMPLES[near]
        return _unheard(text, example, f"Did you mean {quoted(example)}?")
    sentence = f'{quoted(first)} is not a command. Write what to pay, or "help".'
    return _unheard(text, _SAMPLE, sentence, asks=True)


def _unheard(text: str, example: str, sentence: str, *, asks: bool = False) -> Misread:
    return Misread(Unreadable("command", text, sentence), text, example, NOTHING, asks=asks)


# Examples.


def _without(wanted: Wanted, refusal: Unreadable) -> Wanted:
    """`wanted` with a gap where the refused field was, and where another coin changes all."""
    gaps: dict[str, dict[str, Any]] = {
        "memo": {"memo": "…"},
        "coin": {"coin": "", "network": None, "destination": ""},
    }
    empty = {refusal.field: ""} if refusal.field in FIELDS.values() else {}
    return replace(wanted, **gaps.get(refusal.field, empty))


def _filled(better: Wanted) -> Wanted:
    """With an example in each gap but the destination, which nobody should copy by accident."""
    needs_network = better.kind is Kind.CHAIN and not better.coin
    return replace(
        better,
        amount=better.amount or EXAMPLE,
        coin=better.coin or "USDT",
        network=better.network or ("TRX" if needs_network else None),
        reason=better.reason if _is_reason(better.reason) else _REASON,
    )


def _is_reason(text: str) -> bool:
    try:
        return bool(read_reason(text))
    except Unreadable:
        return False


def _example(better: Wanted) -> str:
    filled = _filled(better)
    text = command_text(replace(filled, destination=filled.destination or _GAPS[better.kind]))
    return text if _readable(text) else _SAMPLE


def _readable(text: str) -> bool:
    """Whether `text`, typed by a person, is a request within the grammar."""
    try:
        other = _other_than_request(text)
    except Misread:
        return False
    clauses = clauses_of(text)
    fine = next(objections(clauses, understood(clauses)), None) is None
    return fine and other is None and len(escaped(text)) <= LONGEST
