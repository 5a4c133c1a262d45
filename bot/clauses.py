"""The grammar of a request: text is cut into clauses, and the clauses are held against it.

    AMOUNT COIN [on NETWORK] to (ADDRESS | cwallet ID-OR-EMAIL | invoice LNBC…)
        [memo TEXT | no memo] [fee from amount | we pay the fee] for REASON

Cutting never fails, and every set of clauses says something. So of a request that is against the
grammar there is still most of a wish: to fill the form with, and to make an example of. Whether the
coin exists or the address is a good one is not a matter of grammar (approvals.asking).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from approvals.asking import MEMO_UNSAID, Unfit, Wanted
from approvals.content import FeePayer
from approvals.destination import Kind, asked_back
from approvals.errors import Unreadable
from approvals.money import EXAMPLE, read_amount
from approvals.words import quoted
from bot.decorations import MENTION, flat

_ADDRESS_LIKE = 20  # no coin's and no network's name is as long

_QUOTES = '"“”„«»'
KEYWORD = re.compile(
    rf"""(?<!\S)(?:
        memo\ +[{_QUOTES}](?P<quoted>[^{_QUOTES}]*)[{_QUOTES}]
        | on | to | for | memo | no\ +memo
        | fee\ +from\ +(?:the\ +)?amount
        | we\ +pay\ +(?:the\ +)?(?:network\ +)?fee
    )(?!\S)""",
    re.IGNORECASE | re.VERBOSE,
)
_COIN = re.compile(r"\S+ +\S+(?= +(?:on|to) )", re.IGNORECASE)
_KIND = re.compile(r"(cwallet(?: +(?:user|id))?|invoice)(?: +|$)", re.IGNORECASE)
_FIRST_WORD = {"no": "no memo", "fee": "fee", "we": "we pay"}


@dataclass(frozen=True, slots=True)
class Clause:
    """What stands behind a keyword; `word` is "" for what stands in front of all. `quoted` is the
    memo where it was in quotation marks; `text` is then what came behind those."""

    word: str
    text: str
    quoted: str | None = None


def clauses_of(text: str) -> list[Clause]:
    """`text`, cut at its keywords; behind the first "for", everything is the reason."""
    cut: list[Clause] = []
    word, quoted, start = "", None, 0
    for match in KEYWORD.finditer(text, _behind_coin(text)):
        before = text[start : match.start()].strip()
        if word == "to" and before and _ends_address(match, text):
            continue
        cut.append(Clause(word, before, quoted))
        first = match[0].split()[0].lower()
        word, quoted, start = _FIRST_WORD.get(first, first), match["quoted"], match.end()
        if word == "for":
            break
    return [*cut, Clause(word, text[start:].strip(), quoted)]


def _behind_coin(text: str) -> int:
    """Where keywords begin: a coin may be called FOR."""
    head = _COIN.match(text)
    return head.end() if head else 0


def _ends_address(match: re.Match[str], text: str) -> bool:
    """Whether "to" or "on" is the end of an address in groups of four: no clause follows it."""
    follows = KEYWORD.match(text[match.end() :].lstrip())
    return match[0].lower() in ("to", "on") and follows is not None


def understood(clauses: Sequence[Clause]) -> Wanted:
    """What can be understood, of a clause that stands twice the first."""
    said = {clause.word: flat(clause.text) for clause in reversed(clauses)}
    head, network = said[""].split(), said.get("on", "").split()
    destination = " ".join(said.get("to", "").split())
    if "to" not in said:
        destination = _stray_address(network) or _stray_address(head)
    kind = _KIND.match(destination)
    return Wanted(
        amount=" ".join(head[:-1]) if len(head) > 1 else "".join(filter(_has_digit, head)),
        coin=head[-1] if len(head) > 1 else "".join(w for w in head if not _has_digit(w)),
        network=" ".join(network) or None,
        kind=_kind(kind[1]) if kind else Kind.CHAIN,
        destination=destination[kind.end() :] if kind else destination,
        memo=_said_memo(clauses),
        fee_payer=_said_fee_payer(clauses),
        reason=" ".join(said.get("for", "").split()),
    )


def _has_digit(word: str) -> bool:
    return any(char.isdigit() for char in word)


def _stray_address(words: list[str]) -> str:
    """Takes an address out of `words` that stands at their end, where "to" was forgotten."""
    return words.pop() if len(words) > 1 and len(words[-1]) >= _ADDRESS_LIKE else ""


def _kind(word: str) -> Kind:
    return Kind.LIGHTNING if word.lower() == "invoice" else Kind.CWALLET


def _said_memo(clauses: Sequence[Clause]) -> str | None:
    for clause in clauses:
        if clause.word == "no memo":
            return ""
        if clause.word == "memo":
            return flat(clause.text if clause.quoted is None else clause.quoted) or None
    return None


def _said_fee_payer(clauses: Sequence[Clause]) -> FeePayer | None:
    payers = {"fee": FeePayer.PAYEE, "we pay": FeePayer.COMPANY}
    return next((payers[clause.word] for clause in clauses if clause.word in payers), None)


FIELDS = {
    "": "amount",
    "on": "network",
    "to": "destination",
    "memo": "memo",
    "no memo": "memo",
    "fee": "fee_payer",
    "we pay": "fee_payer",
    "for": "reason",
}
_WHERE = 'Say where it goes: "to ADDRESS" or "to cwallet ID-OR-EMAIL".'
"""Not every account pays invoices: whoever has one has read of them in the help."""


def objections(clauses: Sequence[Clause], wanted: Wanted) -> Iterator[Unreadable]:
    """What the grammar has against the clauses, the most helpful first."""
    yield from _mentions(clauses)
    yield from _doubled(clauses, wanted)
    yield from _amount_and_coin(wanted)
    yield from _way(clauses, wanted)
    yield from _memo(clauses, wanted)
    yield from _left_over(clauses, wanted)
    if not wanted.reason:
        yield Unreadable("reason", "", 'Say what it is for: end with "for Invoice 1043".')


def _mentions(clauses: Sequence[Clause]) -> Iterator[Unreadable]:
    """A mention is welcome in the reason only: what stands for it is not what was typed."""
    for clause in clauses:
        found = MENTION.search(f"{clause.text} {clause.quoted or ''}")
        if found and clause.word != "for":
            name = flat(found[0])
            named = f"Slack takes {quoted(name)} for a mention. Write it in the form."
            sentence = _in_slack(name) if clause.word == "to" else named
            yield Unreadable(FIELDS[clause.word], name, sentence)


def _in_slack(name: str) -> str:
    return f"{quoted(name)} is a name in Slack, and nothing can be paid to it. {_WHERE}"


def _doubled(clauses: Sequence[Clause], wanted: Wanted) -> Iterator[Unreadable]:
    things = {
        "network": "Name the network once.",
        "destination": "Say once where it goes.",
        "memo": "Say the memo once.",
        "fee_payer": "Say once who pays the fee.",
    }
    seen: set[str] = set()
    for clause in clauses:
        field = FIELDS[clause.word]
        if field in seen and wanted.memo:
            hint = 'A memo that contains such a word needs quotes: memo "…".'
            without_memo = replace(wanted, memo="…")
            yield Unfit(field, clause.text, f"{things[field]} {hint}", without_memo)
        elif field in seen:
            yield Unreadable(field, clause.text, things[field])
        seen.add(field)


def _amount_and_coin(wanted: Wanted) -> Iterator[Unreadable]:
    amount, coin = wanted.amount, wanted.coin
    if not (amount or coin):
        yield Unfit("amount", "", f'Say how much of which coin: "{EXAMPLE} USDT".', wanted)
    elif not amount:
        yield Unfit("amount", "", f"Say how much: {quoted(f'{EXAMPLE} {coin}')}.", wanted)
    elif not coin:
        yield _coin_missing(wanted)
    elif amount.isalpha() and re.fullmatch(r"[0-9][0-9.,']*", coin):
        sentence = f"Write the amount first: {quoted(f'{coin} {amount}')}."
        yield Unfit("amount", amount, sentence, replace(wanted, amount=coin, coin=amount))


def _coin_missing(wanted: Wanted) -> Unreadable:
    word = wanted.amount
    if joined := re.fullmatch(r"([0-9][0-9.,']*)([A-Za-z]{2,10})", word):
        amount, coin = joined.groups()
        sentence = f'Put a space between amount and coin: "{amount} {coin}".'
        return Unfit("amount", word, sentence, replace(wanted, amount=amount, coin=coin))
    try:
        read_amount(word)
    except Unreadable as no:
        return no
    return Unfit("coin", "", f'Say in which coin: "{word} USDT".', wanted)


def _way(clauses: Sequence[Clause], wanted: Wanted) -> Iterator[Unreadable]:
    if any(clause.word == "on" and not clause.text for clause in clauses):
        yield Unfit("network", "", 'Name the network behind "on", such as "on TRX".', wanted)
    if not any(clause.word == "to" for clause in clauses):
        yield Unfit("destination", "", _WHERE, wanted)
    if not wanted.destination:
        sentences = {
            Kind.CHAIN: _WHERE,
            Kind.CWALLET: 'Name the Cwallet user: "to cwallet ID-OR-EMAIL".',
            Kind.LIGHTNING: 'Copy the whole invoice: "to invoice LNBC…".',
        }
        yield Unreadable("destination", "", sentences[wanted.kind])
    if wanted.destination.startswith(("@", "#")):
        sentence = _in_slack(wanted.destination)
        yield Unreadable("destination", wanted.destination, sentence)


def _memo(clauses: Sequence[Clause], wanted: Wanted) -> Iterator[Unreadable]:
    for clause in clauses:
        if clause.word != "memo":
            continue
        if not (clause.quoted or clause.text):
            sentence = 'Write the memo behind "memo", or "no memo" if the payee gave none.'
            yield Unreadable("memo", MEMO_UNSAID, sentence)
        elif clause.quoted is None and clause.text[0] in _QUOTES:
            sentence = 'Close the quotation mark of the memo: memo "…".'
            yield Unreadable("memo", clause.text, sentence)
        elif clause.quoted is None and (odd := asked_back(clause.text)):
            yield Unfit("memo", clause.text, odd.sentence, replace(wanted, memo=odd.better))


def needs_quotes(memo: str) -> bool:
    """Whether a command would take `memo`, as it stands, for something else."""
    return bool(KEYWORD.search(memo) or asked_back(memo)) or memo[0] in _QUOTES


def _left_over(clauses: Sequence[Clause], wanted: Wanted) -> Iterator[Unreadable]:
    """Words behind a clause that is complete without them."""
    for clause in clauses:
        complete = clause.quoted is not None or clause.word in ("no memo", "fee", "we pay")
        if complete and clause.text:
            sentence = f"{quoted(clause.text)} is not understood. Leave it out."
            yield Unfit(FIELDS[clause.word], clause.text, sentence, wanted)
