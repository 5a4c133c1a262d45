"""Cautions: facts about a payout that a careful person would look up, and their evidence."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from approvals.cautions import (
    EVIDENCE,
    TWINS_APART,
    Caution,
    CautionKind,
    History,
    Known,
    cautions,
    known,
    nothing_sent,
    route,
    same_words,
    typed_fits,
)
from approvals.destination import Kind as DestinationKind
from approvals.destination import grouped, tidy
from approvals.payout import Kind, Payout, State
from tests.build import CWALLET, LIGHTNING, NOON
from tests.earlier import DECLINED, DOUBTED, SETTLED, earlier
from tests.ton import ton, ton_twins

EVM: dict[str, Any] = {"chain": "ETH"}
PAID = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
IMITATED = "0x5aae" + "1" * 32 + "eaed"  # the same ends as PAID
DAY = timedelta(days=1)
HEX = "0123456789abcdef"


def kinds(payout: Payout, history: History) -> list[CautionKind]:
    return [caution.kind for caution in cautions(payout, history)]


def look_alike(payout: Payout, *paid: Payout) -> Caution | None:
    """The first caution about a look-alike among what was paid."""
    found = cautions(payout, History(ending_alike=paid))
    return next((one for one in found if one.kind is CautionKind.LOOK_ALIKE), None)


# -- look-alikes ----------------------------------------------------------------------------------


def test_an_address_with_the_ends_of_a_paid_one_is_a_look_alike() -> None:
    """The evidence: which destination, in which payout it was last paid, and where they differ."""
    paid = earlier(17, *SETTLED, destination=PAID, **EVM)
    payout = earlier(42, destination=IMITATED, **EVM)
    found = look_alike(payout, paid)
    assert found is not None
    assert found.others == (paid,)
    assert found.likeness is not None
    assert found.likeness.mine == tuple(grouped(IMITATED).split())
    assert found.likeness.known == tuple(grouped(PAID).split())
    assert found.likeness.differing == tuple(range(1, 10))
    assert found.likeness.masked == 1


def test_a_look_alike_is_the_loudest() -> None:
    """Nothing stands before it, and what else is true follows in the order of its weight."""
    paid = earlier(17, *SETTLED, destination=PAID, **EVM)
    twin = earlier(18, *DOUBTED, destination=IMITATED, **EVM)
    payout = earlier(42, destination=IMITATED, **EVM)
    history = History(ending_alike=(paid,), twins=(twin,), sending=(twin,))
    found = kinds(payout, history)
    assert found == [
        CautionKind.LOOK_ALIKE,
        CautionKind.DUPLICATE,
        CautionKind.IN_DOUBT,
        CautionKind.FIRST_PAYMENT,
        CautionKind.NO_CHECKSUM,
    ]
    assert found == sorted(found, key=list(CautionKind).index)


FIXED = [
    *(("TRX", "T"), ("BTC", "bc1q"), ("BTC", "bc1p"), ("BTC", "1"), ("BTC", "3")),
    *(("LTC", "ltc1q"), ("LTC", "L"), ("DOGE", "D"), ("BCH", "bitcoincash:q"), ("XRP", "r")),
    *(("XLM", "G"), ("TON", "UQ"), ("ETH", "0x"), ("SUI", "0x"), ("SOL", ""), ("NEAR", "")),
]


@pytest.mark.parametrize(("chain", "fixed"), FIXED)
@pytest.mark.parametrize("same_head", [4, 3])
@pytest.mark.parametrize("same_end", [4, 3])
def test_four_characters_at_each_end_make_a_likeness(
    chain: str, fixed: str, same_head: int, same_end: int
) -> None:
    """What is fixed for a chain does not count: four more must be the same, and the last four."""

    def address(letter: str, head: int, end: int) -> str:
        changed = letter * (4 - head), letter * (4 - end)
        return f"{fixed}{'2345'[:head]}{changed[0]}{letter * 20}{changed[1]}{'6789'[4 - end :]}"

    known_text, text = address("7", 4, 4), address("8", same_head, same_end)
    paid = earlier(17, *SETTLED, chain=chain, destination=known_text, normal=known_text)
    payout = earlier(42, chain=chain, destination=text, normal=text)
    assert (look_alike(payout, paid) is not None) is (same_head == same_end == 4)


def test_addresses_of_different_chains_are_no_look_alikes() -> None:
    """Nobody takes an address of one chain for one of another, but for chains that share them."""
    paid = earlier(17, *SETTLED, destination=PAID, **EVM)
    elsewhere = earlier(42, chain="SUI", destination="0x5aae" + "1" * 56 + "eaed")
    on_bsc = earlier(43, chain="BSC", destination=IMITATED)
    assert look_alike(elsewhere, paid) is None
    assert look_alike(on_bsc, paid) is not None


def test_an_evm_address_is_one_on_every_chain() -> None:
    """What was paid last on a chain that no list holds is imitated all the same."""
    paid = earlier(17, *SETTLED, chain="VET", destination=PAID)
    assert look_alike(earlier(42, destination=IMITATED, **EVM), paid) is not None


def test_what_begins_in_another_way_is_no_look_alike() -> None:
    """A script's address is not taken for a key's: the first characters are not the same."""
    texts = ["1" + "2345" + "7" * 20 + "6789", "3" + "2345" + "7" * 20 + "6789"]
    one, other = (earlier(7, chain="BTC", destination=text, normal=text) for text in texts)
    assert look_alike(one, other) is None


def test_a_destination_that_was_paid_is_no_look_alike() -> None:
    """What was settled was reviewed then, also where it went another way."""
    paid = earlier(17, *SETTLED, destination=PAID, **EVM)
    mine = earlier(18, *SETTLED, destination=IMITATED, **EVM)
    payout = earlier(42, destination=IMITATED, **EVM)
    for history in (History(times=1, last=mine), History(otherwise=mine)):
        found = kinds(payout, replace(history, ending_alike=(paid,)))
        assert CautionKind.LOOK_ALIKE not in found


def test_people_of_cwallet_have_no_look_alikes() -> None:
    """An ID shows its holder's name, and every e-mail ends alike."""
    kind: dict[str, Any] = {"kind": DestinationKind.CWALLET}
    paid = earlier(17, *SETTLED, destination="123477775678", **kind)
    assert look_alike(earlier(42, destination="123488885678", **kind), paid) is None


def test_the_last_paid_look_alike_comes_first() -> None:
    """Where there are several, the newest is the one that people remember."""
    paid = [
        earlier(number, *SETTLED, destination="0x5aae" + letter * 32 + "eaed", **EVM)
        for number, letter in ((17, "2"), (19, "3"), (18, "4"))
    ]
    history = History(ending_alike=tuple(paid))
    found = cautions(earlier(42, destination=IMITATED, **EVM), history)
    likes = [one.others[0].number for one in found if one.kind is CautionKind.LOOK_ALIKE]
    assert likes == [19, 18, 17]


def test_addresses_of_different_length_are_compared_from_the_front() -> None:
    """Where one goes on longer, its further groups differ; the masked one is on the card."""
    text, longer = "12345678", "123456785678"
    paid = earlier(17, *SETTLED, chain="NEAR", destination=longer, normal=longer)
    payout = earlier(42, chain="NEAR", destination=text, normal=text)
    found = look_alike(payout, paid)
    assert found is not None
    assert found.likeness is not None
    assert (found.likeness.differing, found.likeness.masked) == ((2,), 1)
    assert typed_fits(found, "5678")


@pytest.mark.parametrize("tag", [0x11, 0x51])
@pytest.mark.parametrize("paid_tag", [0x11, 0x51])
@pytest.mark.parametrize("letters", ["-_", "+/"])
def test_a_look_alike_on_ton_is_seen_in_every_spelling(
    tag: int, paid_tag: int, letters: str
) -> None:
    """Bounceable or not, in either alphabet: the groups are those of the card, and where the
    accounts are the same, nothing differs."""
    account, other = ton_twins()
    text = ton(account, tag).translate(str.maketrans("-_", letters))
    paid = earlier(17, *SETTLED, chain="TON", destination=ton(other, paid_tag))
    payout = earlier(42, chain="TON", destination=text)
    found = look_alike(payout, paid)
    assert found is not None
    assert found.likeness is not None
    assert "".join(found.likeness.mine) == text
    assert "".join(found.likeness.known) == ton(other, tag)
    assert 0 not in found.likeness.differing
    assert found.likeness.differing[-1] < 11
    in_other_letters = found.likeness.mine[found.likeness.masked].replace("+", "-")
    assert typed_fits(found, in_other_letters)


@pytest.mark.parametrize(("tag", "paid_tag"), [(0x11, 0x51), (0x51, 0x11)])
def test_a_look_alike_on_ton_is_seen_across_its_two_forms(tag: int, paid_tag: int) -> None:
    """One ends in EQ… as the other does in UQ…, though their normal forms have other ends. Both are
    shown in one form, in which the ends differ, and the masked group is one of the account's."""
    account, other = ton_twins(tag, paid_tag)
    paid = earlier(17, *SETTLED, chain="TON", destination=ton(other, paid_tag))
    payout = earlier(42, chain="TON", destination=ton(account, tag))
    assert payout.normal[-4:] != paid.normal[-4:]
    found = look_alike(payout, paid)
    assert found is not None
    assert found.likeness is not None
    assert "".join(found.likeness.mine) == ton(account, tag)
    assert "".join(found.likeness.known) == ton(other, tag)
    assert found.likeness.differing[-1] == 11
    assert 0 < found.likeness.masked < 11


BCH = "bitcoincash:qpm2q" + "q" * 33 + "gdx6"
BCH_PAID = "bitcoincash:qpm2q" + "z" * 33 + "gdx6"


@pytest.mark.parametrize("shown", [0, 12])
@pytest.mark.parametrize("paid_as", [0, 12])
def test_a_look_alike_on_bch_is_shown_as_the_card_shows_it(shown: int, paid_as: int) -> None:
    """With its prefix or without: both stand there in the same way."""
    text, expected = BCH[shown:], BCH_PAID[shown:]
    paid = earlier(17, *SETTLED, chain="BCH", destination=BCH_PAID[paid_as:], normal=BCH_PAID)
    found = look_alike(earlier(42, chain="BCH", destination=text, normal=BCH), paid)
    assert found is not None
    assert found.likeness is not None
    assert found.likeness.mine == tuple(grouped(text).split())
    assert found.likeness.known == tuple(grouped(expected).split())


EVM_BODY = st.text(HEX, min_size=40, max_size=40)
"""Forty digits; most have other ends than others."""


@given(EVM_BODY, EVM_BODY, st.booleans(), st.booleans())
def test_a_look_alike_is_never_a_known_destination(
    paid: str, other: str, head: bool, end: bool
) -> None:
    """In normal form, what is flagged and what it looks like have the same ends and are two."""
    text = (paid[:4] if head else other[:4]) + other[4:36] + (paid[36:] if end else other[36:])
    one, another = (
        earlier(number, *SETTLED, destination=f"0x{body}", normal=f"0x{body}", **EVM)
        for number, body in ((42, text), (17, paid))
    )
    found = look_alike(one, another)
    same_ends = text[:4] == paid[:4] and text[36:] == paid[36:]
    assert (found is not None) is (same_ends and text != paid)


MIDDLE = st.text(HEX, min_size=32, max_size=32)


@given(MIDDLE, MIDDLE, st.data())
def test_the_groups_say_exactly_where_two_addresses_differ(
    mine: str, theirs: str, data: st.DataObject
) -> None:
    """Both are shown in full; a group is marked where it differs in more than case, and the masked
    one is the first of them."""
    assume(mine != theirs)
    capitals = st.lists(st.booleans(), min_size=32, max_size=32)
    shown = "".join(
        digit.upper() if big else digit
        for digit, big in zip(mine, data.draw(capitals), strict=True)
    )
    texts = [f"0x5aae{middle}eaed" for middle in (shown, theirs)]
    payout, paid = (
        earlier(number, *SETTLED, destination=text, normal=text.lower(), **EVM)
        for number, text in zip((42, 17), texts, strict=True)
    )
    found = look_alike(payout, paid)
    assert found is not None
    likeness = found.likeness
    assert likeness is not None
    assert ["".join(likeness.mine), "".join(likeness.known)] == texts
    pairs = zip(likeness.mine, likeness.known, strict=True)
    differ = [place for place, (one, two) in enumerate(pairs) if one.lower() != two.lower()]
    assert list(likeness.differing) == differ
    assert likeness.masked == differ[0]


def reviewed(mine: str, theirs: str) -> Caution:
    payout = earlier(42, destination=f"0x5aae{mine}eaed", **EVM)
    found = look_alike(payout, earlier(17, *SETTLED, destination=f"0x5aae{theirs}eaed", **EVM))
    assert found is not None
    return found


@given(MIDDLE, MIDDLE, st.text(HEX, min_size=4, max_size=4), st.data())
def test_the_right_group_fits_and_no_other(
    mine: str, theirs: str, other: str, data: st.DataObject
) -> None:
    """What stands on the invoice is accepted, in any case and with spaces; nothing else is."""
    assume(mine != theirs)
    caution = reviewed(mine, theirs)
    assert caution.likeness is not None
    group = caution.likeness.mine[caution.likeness.masked]
    capital = group.upper() if data.draw(st.booleans()) else group
    at = data.draw(st.integers(0, len(group)))
    assert typed_fits(caution, f" {capital[:at]} {capital[at:]}\u00a0")
    assert typed_fits(caution, other) is (other == group)
    assert not typed_fits(caution, caution.likeness.known[caution.likeness.masked])


@given(MIDDLE, MIDDLE, st.text())
def test_whatever_is_typed_only_the_group_fits(mine: str, theirs: str, typed: str) -> None:
    """No text but the group itself, its spaces and case apart, is taken for it."""
    assume(mine != theirs)
    caution = reviewed(mine, theirs)
    assert caution.likeness is not None
    group = caution.likeness.mine[caution.likeness.masked]
    assert typed_fits(caution, typed) is (tidy(typed).lower() == group)


def test_case_matters_where_an_address_has_both() -> None:
    """In base58, `a` and `A` are two letters."""
    texts = ["TJRab" + "bPrw" * 6 + "pRTv8", "TJRab" + "zPrw" * 6 + "pRTv8"]
    payout, paid = (
        earlier(number, destination=text, normal=text)
        for number, text in zip((42, 17), texts, strict=True)
    )
    found = look_alike(payout, paid)
    assert found is not None
    assert typed_fits(found, "bb Pr")
    assert not typed_fits(found, "bbpr")


def test_nothing_fits_what_is_no_look_alike() -> None:
    """A caution without a masked group accepts nothing, not even nothing."""
    caution = Caution(CautionKind.FIRST_PAYMENT, earlier(42))
    assert not typed_fits(caution, "")


# -- duplicates -----------------------------------------------------------------------------------

RIPPLE: dict[str, Any] = {
    "symbol": "XRP",
    "chain": "XRP",
    "destination": "rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH",
}
COUNTED: dict[str, tuple[Kind, ...]] = {
    "requested": (),
    "approved": (Kind.APPROVED,),
    "sending": DOUBTED,
    "sent": SETTLED[:-1],
    "settled": SETTLED,
    "failed at the gateway": (*SETTLED[:-1], Kind.FAILED),
    "closed in doubt": (*DOUBTED, Kind.FAILED),
}
NOT_COUNTED: dict[str, tuple[Kind, ...]] = {
    "rejected": (Kind.REJECTED,),
    "cancelled": (Kind.CANCELLED,),
    "expired": (Kind.EXPIRED,),
    "failed before sending": (Kind.APPROVED, Kind.FAILED),
    "never left": (Kind.APPROVED, Kind.CLAIMED, Kind.UNSENT, Kind.FAILED),
    "declined": DECLINED,
}


def duplicates(payout: Payout, *twins: Payout) -> Sequence[Payout]:
    found = cautions(payout, History(twins=twins))
    return next((one.others for one in found if one.kind is CautionKind.DUPLICATE), ())


@pytest.mark.parametrize("steps", COUNTED.values(), ids=COUNTED)
def test_what_was_paid_or_may_be_is_a_duplicate(steps: tuple[Kind, ...]) -> None:
    """The same destination and amount again: the earlier payout is named."""
    twin = earlier(41, *steps)
    assert duplicates(earlier(42, reason="Something else"), twin) == (twin,)


@pytest.mark.parametrize("steps", NOT_COUNTED.values(), ids=NOT_COUNTED)
def test_what_certainly_paid_nobody_is_no_duplicate(steps: tuple[Kind, ...]) -> None:
    """What people ended, and what did not leave, may be asked for again in peace."""
    assert duplicates(earlier(42), earlier(41, *steps)) == ()


def test_the_same_reason_is_a_duplicate_too() -> None:
    """Whatever its case, spaces and width of letters; to somebody else, in another amount."""
    twin = earlier(
        41, reason="ＩＮＶＯＩＣＥ  1043", destination="TQooBX9o8iSSprLWW96YShBogx7Uwisuim"
    )
    assert duplicates(earlier(42, amount=90, reason="Invoice 1043"), twin) == (twin,)
    assert duplicates(earlier(42, reason="Invoice 1044"), twin) == ()


@pytest.mark.parametrize("change", [{"symbol": "USDC"}, {"amount": 251}])
def test_another_amount_or_coin_is_no_duplicate(change: dict[str, Any]) -> None:
    """Paying somebody twice is common; paying the same twice is not."""
    assert duplicates(earlier(42, **change), earlier(41, reason="Invoice 7")) == ()


def test_a_duplicate_is_one_in_any_spelling_on_any_network() -> None:
    """The same EVM address in small letters, on another network, is the same payee."""
    twin = earlier(41, destination=PAID, chain="BSC")
    payout = earlier(42, destination=PAID.lower(), chain="ETH", reason="Something else")
    assert duplicates(payout, twin) == (twin,)


@pytest.mark.parametrize("steps", [(), *COUNTED.values()])
def test_another_memo_is_another_payee(steps: tuple[Kind, ...]) -> None:
    """Two salaries of 100 XRP to one exchange, each with its own tag, are no duplicates, and a
    doubt about one is none about the other; the same tag in another spelling is the same payee."""
    one = earlier(41, *steps, amount=100, reason="Salary 1", memo="1111111", **RIPPLE)
    other = earlier(42, amount=100, reason="Salary 2", memo="2222222", **RIPPLE)
    again = earlier(42, amount=100, reason="Salary 2", memo="001111111", **RIPPLE)
    assert duplicates(other, one) == ()
    assert duplicates(again, one) == (one,)
    for payout, doubtful in ((other, False), (again, one.doubted_at is not None)):
        assert (CautionKind.IN_DOUBT in kinds(payout, History(sending=(one,)))) is doubtful


def test_what_was_declined_with_another_memo_says_nothing() -> None:
    """It was declined for somebody else."""
    declined = earlier(41, *DECLINED, amount=100, memo="1111111", **RIPPLE)
    for memo, told in (("1111111", True), ("2222222", False), ("", False)):
        payout = earlier(42, amount=100, memo=memo, **RIPPLE)
        found = kinds(payout, History(twins=(declined,)))
        assert (CautionKind.FAILED_BEFORE in found) is told


@pytest.mark.parametrize(
    ("apart", "expected"),
    [(TWINS_APART, 1), (TWINS_APART + timedelta(seconds=1), 0), (-TWINS_APART, 1)],
)
def test_a_duplicate_is_at_most_thirty_days_away(apart: timedelta, expected: int) -> None:
    """Rent comes every month; a slip comes sooner. Which was asked for first does not matter."""
    assert len(duplicates(earlier(42), earlier(41, at=NOON - apart))) == expected


def test_a_payout_is_no_duplicate_of_itself() -> None:
    """However it got into its own history."""
    assert duplicates(earlier(42), earlier(42)) == ()


def test_the_same_payment_is_named_before_the_same_reason() -> None:
    """The likelier slip first, then the newer; of many, the first few."""
    same = [earlier(number) for number in (3, 5)]
    alike = [earlier(number, amount=number) for number in range(10, 20)]
    found = duplicates(earlier(42), *same, *alike)
    assert [one.number for one in found] == [5, 3, 19, 18, 17]
    assert len(found) == EVIDENCE


def test_what_the_gateway_declined_is_told_softly() -> None:
    """It failed, and is looked up for a while; asking again is right, and still worth a word."""
    declined = earlier(41, *DECLINED)
    found = cautions(earlier(42), History(twins=(declined,)))
    assert [(one.kind, one.others) for one in found][:1] == [
        (CautionKind.FAILED_BEFORE, (declined,))
    ]
    assert CautionKind.FAILED_BEFORE not in kinds(earlier(42, amount=9), History(twins=(declined,)))
    for steps in ((Kind.APPROVED, Kind.FAILED), NOT_COUNTED["never left"], COUNTED["settled"]):
        other = History(twins=(earlier(41, *steps),))
        assert CautionKind.FAILED_BEFORE not in kinds(earlier(42), other)


def test_certainly_nothing_was_sent_needs_every_attempt_to_have_stayed() -> None:
    """One doubt, one order or one old copy of the ledger, and it is not certain."""
    for steps in (*COUNTED.values(), *NOT_COUNTED.values()):
        payout = earlier(41, *steps)
        if payout.state is State.FAILED:
            assert nothing_sent(payout) is (steps in NOT_COUNTED.values())
            assert not nothing_sent(replace(payout, restored_at=NOON))


# -- what is known of the destination -------------------------------------------------------------


def test_a_destination_that_was_never_paid_is_called_so() -> None:
    """Nothing settled to it: its first payment."""
    assert kinds(earlier(42), History()) == [CautionKind.FIRST_PAYMENT]
    assert known(earlier(42), History()) is None


def test_a_known_destination_calms() -> None:
    """How often it was paid, when last and by which payout, and whether its checksum fits."""
    last = earlier(17, *SETTLED, at=NOON - 19 * DAY)
    history = History(times=6, last=last)
    assert kinds(earlier(42), history) == []
    assert last.closed_at is not None
    assert known(earlier(42), history) == Known(6, last.closed_at, 17, checksum=True)
    unchecked = earlier(42, destination=PAID.lower(), **EVM)
    found = known(unchecked, history)
    assert found is not None
    assert not found.checksum


def test_an_address_paid_with_another_memo_is_not_the_same_payee() -> None:
    """Exchanges share one address among all customers: that it was paid before calms nobody."""
    other = earlier(17, *SETTLED, memo="1")
    history = History(otherwise=other)
    (found,) = cautions(earlier(42, memo="2"), history)
    assert (found.kind, found.others) == (CautionKind.PAID_OTHERWISE, (other,))
    assert known(earlier(42, memo="2"), history) is None


XRP: dict[str, Any] = {"chain": "XRP", "destination": "rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH"}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({**XRP, "memo": "0012345"}, {**XRP, "memo": "12345"}, True),
        ({**XRP, "memo": "0"}, {**XRP, "memo": ""}, False),
        ({"chain": "TON", "memo": "007"}, {"chain": "TON", "memo": "7"}, False),
        ({"chain": "ETH"}, {"chain": "BSC"}, False),
        ({"chain": "ETH"}, {"chain": "eth"}, True),
        ({**CWALLET, "chain": "ETH"}, {**CWALLET, "chain": "TRX"}, True),
    ],
)
def test_a_route_is_network_and_memo(
    one: dict[str, Any], other: dict[str, Any], same: bool
) -> None:
    """A destination tag is a number; inside Cwallet there is no network."""
    first, second = (earlier(7, normal="same", **changes).content for changes in (one, other))
    assert (route(first) == route(second)) is same


def test_an_invoice_is_never_paid_twice_so_its_first_time_means_nothing() -> None:
    """Every invoice is new; saying so on every card would be noise."""
    assert kinds(earlier(42, **LIGHTNING), History()) == []


def test_a_payout_in_doubt_to_the_same_destination_is_told() -> None:
    """Whatever its amount; one that is being sent right now has an answer in a moment."""
    doubted = earlier(41, *DOUBTED, amount=7, reason="Something else")
    underway = earlier(40, Kind.APPROVED, Kind.CLAIMED, amount=8, reason="Something else")
    found = cautions(earlier(42), History(sending=(doubted, underway)))
    told = [one.others for one in found if one.kind is CautionKind.IN_DOUBT]
    assert told == [(doubted,)]
    own = earlier(42, *DOUBTED)
    assert CautionKind.IN_DOUBT not in kinds(own, History(sending=(own,)))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"chain": "ETH", "destination": PAID}, None),
        ({"chain": "ETH", "destination": PAID.lower()}, CautionKind.NO_CHECKSUM),
        ({"chain": "SUI", "destination": "0x" + "ab" * 32}, CautionKind.NO_CHECKSUM),
        (
            {"chain": "SOL", "destination": "7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV"},
            CautionKind.NO_CHECKSUM,
        ),
        (CWALLET, None),
        ({**CWALLET, "destination": "ana@example.com"}, CautionKind.UNCHECKED_EMAIL),
        (LIGHTNING, None),
    ],
)
def test_what_no_checksum_covers_is_told(
    changes: dict[str, Any], expected: CautionKind | None
) -> None:
    """Where a typing error would go unseen, and where nobody can tell whom an e-mail belongs to."""
    unseen = {CautionKind.NO_CHECKSUM, CautionKind.UNCHECKED_EMAIL}
    found = unseen.intersection(kinds(earlier(42, **changes), History()))
    assert found == ({expected} if expected else set())


BTC_FORM = "1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu"


@pytest.mark.parametrize(
    ("changes", "home"),
    [
        ({"chain": "DASH", "destination": BTC_FORM}, "BTC"),
        ({"chain": "ZEC", "destination": "3EktnHQD7RiAE6uzMj2ZifT9YgRrkSgzQX"}, "BTC"),
        ({"chain": "DASH", "destination": "DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L"}, "DOGE"),
        ({"chain": "RVN", "destination": "LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1"}, "LTC"),
        ({"chain": "VET", "destination": PAID}, "EVM networks (ETH, BSC, POLYGON …)"),
        ({"chain": "VET", "destination": PAID.lower()}, "EVM networks (ETH, BSC, POLYGON …)"),
        ({"chain": "DASH", "destination": "XoJA8qE3N2Y3jMLEtZ3vcN42qseZ8LvFf5"}, None),
        ({"chain": "DASH", "destination": BTC_FORM[:-1]}, None),
        ({"chain": "BTC", "destination": BTC_FORM}, None),
        ({"chain": "BSC", "destination": PAID}, None),
        ({}, None),
        (CWALLET, None),
    ],
)
def test_a_form_that_several_networks_share_is_told(
    changes: dict[str, Any], home: str | None
) -> None:
    """On a network whose format is not known, an address in the form of EVM networks, of Bitcoin,
    Litecoin or Dogecoin may be one of theirs, copied by mistake; until it was paid there."""
    payout = earlier(42, **changes)
    told = [one for one in cautions(payout, History()) if one.kind is CautionKind.SHARED_FORM]
    assert [one.home for one in told] == ([home] if home else [])
    paid = History(times=1, last=earlier(17, *SETTLED, **changes))
    assert CautionKind.SHARED_FORM not in kinds(payout, paid)


def test_a_known_address_needs_no_checksum() -> None:
    """What was paid on this way before holds no typing error; on another way it may."""
    payout = earlier(42, destination=PAID.lower(), **EVM)
    last = earlier(17, *SETTLED, destination=PAID.lower(), **EVM)
    assert kinds(payout, History(times=1, last=last)) == []
    assert kinds(payout, History(otherwise=last)) == [
        CautionKind.PAID_OTHERWISE,
        CautionKind.NO_CHECKSUM,
    ]


# -- words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Invoice 1043", "invoice  1043 "),
        ("Straße", "STRASSE"),
        ("ﬁnal", "FINAL"),
        ("Café", "Cafe\u0301"),
        ("１０４３", "1043"),
    ],
)
def test_the_same_words_are_the_same(one: str, other: str) -> None:
    """Case, spaces, and forms of a letter that mean the same, make no other reason."""
    assert same_words(one) == same_words(other)


@given(st.text())
def test_the_form_of_words_is_final(text: str) -> None:
    """What the ledger keeps is found again: the form of a form is itself."""
    assert same_words(same_words(text)) == same_words(text)
