"""What a careful person would look up before saying yes: each caution is a fact with its evidence.

What is trusted is built from our own settled payouts only, never from what somebody says. What the
ledger knows comes in as a `History`, read in one go; everything here is pure. A caution never
decides: people do.
"""

import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import zip_longest

from approvals.content import Content, FeePayer
from approvals.destination import Kind as DestinationKind
from approvals.destination import (
    ends,
    family,
    folded,
    grouped,
    normal_memo,
    other_home,
    respelled,
    tidy,
)
from approvals.money import plain
from approvals.payout import Kind, Payout, State

TWINS_APART = timedelta(days=30)
"""Two payouts further apart than this are no duplicates."""

MANY = 1000
"""How often a destination was paid is counted up to this."""

EVIDENCE = 5
"""How many payouts a caution names at most."""


class CautionKind(StrEnum):
    """The loudest first."""

    LOOK_ALIKE = "look-alike"  # a destination that was paid has the same ends, but is another
    DUPLICATE = "duplicate"  # the same payee and amount, or the same reason, not long ago
    IN_DOUBT = "in doubt"  # nobody knows yet whether a payout to this payee left
    FAILED_BEFORE = "failed before"  # the gateway declined the same; it is still looked up
    FEE = "fee"  # the network fee is more than a tenth of the amount
    SHARED_FORM = "shared form"  # this new address is written like those of another network
    FIRST_PAYMENT = "first payment"  # nothing was ever settled to this destination
    PAID_OTHERWISE = "paid otherwise"  # it was paid, but never on this network with this memo
    NO_CHECKSUM = "no checksum"  # a typing error in this new address would go unseen
    UNCHECKED_EMAIL = "unchecked e-mail"  # nobody can tell whom a Cwallet e-mail belongs to


_ANSWERED = frozenset(
    {
        *(CautionKind.DUPLICATE, CautionKind.IN_DOUBT, CautionKind.FAILED_BEFORE),
        *(CautionKind.FEE, CautionKind.SHARED_FORM, CautionKind.PAID_OTHERWISE),
        CautionKind.NO_CHECKSUM,
    }
)

DEAR = 10
"""A network fee above this part of the amount is one to think about."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """A destination beside a known one, in groups of four, as cards print them; the known one is
    spelled the same way. `differing`: the places of the groups that differ. `masked`: the place in
    `mine` of the group that an approver types, from somewhere else than the card."""

    mine: tuple[str, ...]
    known: tuple[str, ...]
    differing: tuple[int, ...]
    masked: int


@dataclass(frozen=True, slots=True)
class Caution:
    """A fact that speaks against haste, about `payout`. `others`: the payouts that are its
    evidence; of a look-alike, the one in which the known destination was last paid. `home`: of a
    shared form, whose it is as well."""

    kind: CautionKind
    payout: Payout
    others: tuple[Payout, ...] = ()
    likeness: Likeness | None = None
    home: str = ""

    @property
    def key(self) -> str:
        """What it is and by which evidence, without a space: an answer to it is one to nothing
        else. With other evidence it is another caution."""
        evidence = [str(other.number) for other in self.others]
        evidence += [self.home] if self.home else []
        fee = self.payout.estimated_fee if self.kind is CautionKind.FEE else None
        evidence += [plain(fee)] if fee is not None else []
        return f"{self.kind.name.lower()}:{','.join(evidence)}"


@dataclass(frozen=True, slots=True)
class Known:
    """The calming fact: this destination, on this network and with this memo, was paid so many
    `times` (`MANY`: or more), last at `last` by `payout`; `checksum`: its checksum fits."""

    times: int
    last: datetime
    payout: int
    checksum: bool


@dataclass(frozen=True, slots=True)
class History:
    """What the ledger knows of other payouts, as of one moment. `times` and `last`: settled ones to
    this destination, on this network and with this memo; where there are none, `otherwise` is the
    last that settled to it at all, and `ending_alike` the last to each destination that may look
    like it. `twins`: recent ones that may be the same. `sending`: those to this payee that are
    neither sent nor ended."""

    times: int = 0
    last: Payout | None = None
    otherwise: Payout | None = None
    ending_alike: tuple[Payout, ...] = ()
    twins: tuple[Payout, ...] = ()
    sending: tuple[Payout, ...] = ()


def cautions(payout: Payout, history: History) -> tuple[Caution, ...]:
    """Everything that speaks against haste, the loudest first."""
    evidence = {
        CautionKind.DUPLICATE: _duplicates(payout, history),
        CautionKind.IN_DOUBT: _doubted(payout, history),
        CautionKind.FAILED_BEFORE: _failed(payout, history),
    }
    found = [*_look_alikes(payout, history)]
    found += [Caution(kind, payout, others) for kind, others in evidence.items() if others]
    found += [Caution(CautionKind.FEE, payout)] if _dear(payout) else []
    found += _shared(payout, history)
    found += _unknown(payout, history)
    found += _unchecked(payout, history)
    return tuple(found)


def look_alikes(found: Iterable[Caution]) -> tuple[Caution, ...]:
    """Those that say that the destination only looks like a known one. The first is the one that is
    answered: the form shows it without its masked group, and any group of another stands there."""
    return tuple(caution for caution in found if caution.kind is CautionKind.LOOK_ALIKE)


def to_answer(found: Collection[Caution], *, raised: bool) -> tuple[Caution, ...]:
    """Those that an approver must answer one by one, beside a look-alike, whose group is typed.
    `raised`: whether the payout belongs to a tier above the lowest; in that one, a first payment
    is an everyday thing."""
    kinds = {caution.kind for caution in found}
    asked = {*_ANSWERED}
    if raised and CautionKind.LOOK_ALIKE not in kinds:  # which says more than that it is the first
        asked.add(CautionKind.FIRST_PAYMENT)
    if CautionKind.FIRST_PAYMENT in kinds:
        asked.add(CautionKind.UNCHECKED_EMAIL)
    return tuple(caution for caution in found if caution.kind in asked)


def known(payout: Payout, history: History) -> Known | None:
    """The calming fact, where there is one."""
    last = history.last
    if last is None or last.closed_at is None:
        return None
    return Known(history.times, last.closed_at, last.number, bool(payout.checked))


def typed_fits(caution: Caution, typed: str) -> bool:
    """Whether somebody typed the masked group of a look-alike. Spaces do not matter, nor does case
    where an address means the same in both."""
    if caution.likeness is None:
        return False
    group = caution.likeness.mine[caution.likeness.masked]
    return _folded(caution.payout, tidy(typed)) == _folded(caution.payout, group)


def same_payment(one: Payout, other: Payout) -> bool:
    """Whether both pay the same amount to the same payee, whatever the network."""
    mine, theirs = one.content, other.content
    same_coin = mine.symbol.upper() == theirs.symbol.upper()
    return same_payee(one, other) and same_coin and mine.amount == theirs.amount


def same_payee(one: Payout, other: Payout) -> bool:
    """Whether both pay the same destination with the same memo: many share an address, and the memo
    says whose the money is."""
    same_memo = compared_memo(one.content) == compared_memo(other.content)
    return one.normal == other.normal and same_memo


def same_network(one: Payout, other: Payout) -> bool:
    """Whether both go out on the same network, or on none."""
    return route(one.content) == route(other.content)


def same_reason(one: Payout, other: Payout) -> bool:
    """Whether both are for the same."""
    return same_words(one.content.reason) == same_words(other.content.reason)


def same_words(text: str) -> str:
    """Equal for texts that differ only in case, spaces and Unicode's compatible forms.

    The ledger keeps it, so no Python may answer otherwise than another: letters that came after
    Unicode 3.2 stay as they are.
    """
    unicode = unicodedata.ucd_3_2_0
    one_form = unicode.normalize("NFKC", text)
    folded_case = "".join(c if unicode.category(c) == "Cn" else c.casefold() for c in one_form)
    return " ".join(unicode.normalize("NFKC", folded_case).split())


def route(content: Content) -> str:
    """The way to the destination, where an address may be good on several networks or be shared by
    many who tell themselves apart by a memo: equal for equal ways. Kept by the ledger."""
    if content.kind is not DestinationKind.CHAIN:
        return ""
    return f"{content.chain.upper()} {compared_memo(content)}".rstrip()


def compared_memo(content: Content) -> str:
    """The memo in the form that is compared; "" where there is none. Kept by the ledger."""
    return normal_memo(content.chain, content.memo)


def nothing_sent(payout: Payout) -> bool:
    """Whether certainly nothing was sent: every attempt stayed here, but perhaps a last one that
    the gateway declined. Only for what is final: until then a declined attempt proves nothing."""
    if payout.sent_at or payout.order_id or payout.restored_at:
        return False
    *earlier, last = payout.attempts or [None]
    stayed = all(attempt.outcome is Kind.UNSENT for attempt in earlier if attempt)
    return stayed and (last is None or last.outcome in (Kind.UNSENT, Kind.DECLINED))


def _look_alikes(payout: Payout, history: History) -> Iterator[Caution]:
    """None where the destination itself is known: what was paid was reviewed before."""
    if history.last is None and history.otherwise is None:
        for other in _newest(history.ending_alike):
            if _looks_like(payout, other):
                yield Caution(CautionKind.LOOK_ALIKE, payout, (other,), _likeness(payout, other))


def _looks_like(payout: Payout, other: Payout) -> bool:
    chain, others_chain = payout.content.chain, other.content.chain
    return (
        payout.content.kind is other.content.kind is DestinationKind.CHAIN
        and family(chain, payout.normal) == family(others_chain, other.normal)
        and payout.normal != other.normal
        and ends(chain, payout.normal) == ends(others_chain, other.normal)
    )


def _likeness(payout: Payout, other: Payout) -> Likeness:
    text, chain = payout.content.destination, payout.content.chain
    others = respelled(chain, (other.content.destination, other.normal), like=(text, payout.normal))
    mine, theirs = grouped(text).split(), grouped(others).split()
    pairs = zip_longest(mine, theirs, fillvalue="")
    differing = tuple(
        place
        for place, (one, another) in enumerate(pairs)
        if _folded(payout, one) != _folded(payout, another)
    )
    # An address may be the beginning of a longer one: then its own last group has to do.
    masked = min((*differing, len(mine) - 1))
    return Likeness(tuple(mine), tuple(theirs), differing, masked)


def _folded(payout: Payout, piece: str) -> str:
    return folded(payout.content.chain, payout.normal, piece)


def _twins(payout: Payout, history: History) -> Iterator[Payout]:
    for other in history.twins:
        apart = abs(other.requested_at - payout.requested_at)
        if other.number != payout.number and apart <= TWINS_APART:
            yield other


def _duplicates(payout: Payout, history: History) -> tuple[Payout, ...]:
    """Those of the same payee and amount first."""
    alive = _newest(filter(_may_pay, _twins(payout, history)))
    same = tuple(other for other in alive if same_payment(payout, other))
    rest = tuple(o for o in alive if o not in same and same_reason(payout, o))
    return (same + rest)[:EVIDENCE]


def _may_pay(payout: Payout) -> bool:
    """Whether it was paid, or still may be."""
    if payout.state is State.FAILED:
        return not nothing_sent(payout)
    return payout.state not in (State.REJECTED, State.CANCELLED, State.EXPIRED)


def _failed(payout: Payout, history: History) -> tuple[Payout, ...]:
    """A request for it went out, and the answer was no: as certain as an answer can be."""
    return _newest(
        other
        for other in _twins(payout, history)
        if other.state is State.FAILED
        and other.left
        and nothing_sent(other)
        and same_payment(payout, other)
    )[:EVIDENCE]


def _doubted(payout: Payout, history: History) -> tuple[Payout, ...]:
    return _newest(
        other
        for other in history.sending
        if other.doubted_at and other.number != payout.number and same_payee(payout, other)
    )[:EVIDENCE]


def _shared(payout: Payout, history: History) -> Iterator[Caution]:
    """Nothing in the address says that it is not one of another network, copied by mistake."""
    content = payout.content
    home = other_home(content.chain, content.destination)
    if home and content.kind is DestinationKind.CHAIN and history.last is None:
        yield Caution(CautionKind.SHARED_FORM, payout, home=home)


def _dear(payout: Payout) -> bool:
    """Whether the fee, where it is in the payout's own coin, is above a tenth of the amount,
    whoever bears it. One that leaves the payee nothing cannot be approved at all."""
    fee, content = payout.estimated_fee, payout.content
    if fee is None or (payout.estimated_fee_coin or "").upper() != content.symbol.upper():
        return False
    nothing_left = content.fee_payer is FeePayer.PAYEE and fee >= content.amount
    return fee * DEAR > content.amount and not nothing_left


def _unknown(payout: Payout, history: History) -> Iterator[Caution]:
    """An invoice is paid once; that it was not paid before says nothing."""
    if history.last is not None or payout.content.kind is DestinationKind.LIGHTNING:
        return
    if history.otherwise is None:
        yield Caution(CautionKind.FIRST_PAYMENT, payout)
    else:
        yield Caution(CautionKind.PAID_OTHERWISE, payout, (history.otherwise,))


def _unchecked(payout: Payout, history: History) -> Iterator[Caution]:
    """A typing error makes no address that was paid on the same way before."""
    content = payout.content
    if content.kind is DestinationKind.CHAIN and not payout.checked and history.last is None:
        yield Caution(CautionKind.NO_CHECKSUM, payout)
    if content.kind is DestinationKind.CWALLET and "@" in content.destination:
        yield Caution(CautionKind.UNCHECKED_EMAIL, payout)


def _newest(payouts: Iterable[Payout]) -> tuple[Payout, ...]:
    return tuple(sorted(payouts, key=lambda payout: payout.number, reverse=True))
