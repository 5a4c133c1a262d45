"""What goes wrong: in what kind of world a history plays, and what happens to it on the way.

The pretend CCPayment's modes are taken from its own table, so that a new row is met here by itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import TypeVar

from sandbox.ccpayment import Duplicates, Knobs, Mode
from sandbox.ccpayment.catalogue import Availability
from sandbox.ccpayment.faults import FAULTS as MODE_TABLE
from sandbox.ccpayment.faults import LONGEST_LAG, On, modes
from sandbox.slack import Fault as SlackFault
from sandbox.slack.cast import DANA, ELI, NOA, PAYOUTS, RITA
from tests.simulation.rules import ELI_TOO
from tests.simulation.world import World

CALLS: Mapping[str, tuple[str, ...]] = {
    "v1": ("withdraw", "bill/info", "assets", "coin/all", "network/fee"),
    "v2": (
        "applyAppWithdrawToNetwork",
        "applyAppWithdrawToCwallet",
        "getAppWithdrawRecord",
        "getAppCoinAssetList",
        "getCoinList",
        "getWithdrawFee",
        "checkWithdrawalAddressValidity",
    ),
}
"""What can get lost on its way, by generation of the API."""
CCPAYMENT = "CCPayment "
"""How the names of faults begin that are modes of the pretend CCPayment."""
DENIALS = (Mode.LOOK_UPS_LAG, Mode.LOOK_UPS_REFUSE_ALL, Mode.LOOK_UPS_OTHER_ENTRY)
"""Look-ups that do not know what was taken."""
SLACK_SAYS = (
    SlackFault(status=500),
    SlackFault(status=503, done=True),
    SlackFault(retry_after=7),
    SlackFault(error="internal_error"),
    SlackFault(error="ratelimited", done=True),
)
MEMBERS = ((DANA, ELI), (DANA, ELI), (DANA,), (ELI, NOA), (DANA, ELI_TOO), ())
"""Who may be in the user group at a time."""
PRICES = ("1", "0.4", "4.2", "0")
"""What a USDT may be worth; 0 is no price."""

STATUSES = (0, 201, 301, 307, 400, 403, 404, 409, 429, 500, 502, 503)
"""What may stand over an answer; 0: half of it is missing."""
CLOCKS = (0.0, 0.0, 20.0, -20.0, 40.0, -40.0, 119.0, -119.0, 3600.0)
"""How many seconds CCPayment's clock may be ahead."""

_T = TypeVar("_T")


def temper(chance: Random) -> Knobs:
    """What this history's CCPayment is like all along. What our page on reliability assumes holds:
    where duplicates are taken, look-ups lag at most a minute."""
    duplicates = chance.choice((Duplicates.TAKEN, *Duplicates))
    longest = LONGEST_LAG if duplicates is Duplicates.TAKEN else 600.0
    return Knobs(
        slow=chance.choice((9.0, 12.0, 30.0)),
        lag=chance.choice((5.0, 40.0, longest)),
        late=chance.choice((9.0, 60.0, 119.0, 119.0)),
        held=chance.choice((20.0, 900.0, 3 * 3600.0)),
        ahead=_often(chance, 0.0, (-119.0, -40.0, -20.0, 20.0, 40.0, 119.0)),
        duplicates=duplicates,
        balance_first=chance.random() < 0.3,
        signs=chance.choice((None, True)),
    )


def beyond(world: World) -> str | None:
    """The stated assumption that this history breaks, if it does: then nobody can promise that a
    payout is paid once."""
    twice = world.faults[CCPAYMENT + Mode.DELIVERED_TWICE.value]
    if twice and world.gateway.knobs.duplicates is Duplicates.TAKEN:
        return "the network repeats a request, and CCPayment takes the same reference twice"
    return None


def settles_after(chance: Random) -> timedelta:
    """How long CCPayment takes from an order to its end."""
    return timedelta(seconds=chance.choice((0, 4, 4, 600, 3 * 3600)))


def _often(chance: Random, usual: _T, others: Sequence[_T]) -> _T:
    return usual if chance.random() < 0.7 else chance.choice(others)


def go_wrong(world: World) -> None:
    """Let one thing go wrong, or all of them right again."""
    (fault,) = world.chance.choices(list(FAULTS), weights=list(FAULTS.values()))
    fault(world)


def _noted(world: World, kind: str, more: str = "") -> None:
    world.faults[kind] += 1
    world.trace(f"FAULT {kind}{more}")


def _mode(world: World) -> None:
    _in_force(world, world.only or world.chance.choice(modes_at(world.account.api)))


def storm(world: World) -> None:
    """Withdrawals go wrong, and in every second storm look-ups too. What costs money is a request
    of which nobody heard and a look-up that denies it, so these happen more often."""
    chance = world.chance
    unheard = chance.random() < 0.25
    wrong = Mode.DELIVERED_LATE if unheard else chance.choice(_modes(world, On.WITHDRAWAL))
    _in_force(world, world.only or wrong)
    if chance.random() < 0.5:
        denials = DENIALS if chance.random() < 0.5 else _modes(world, On.LOOK_UP)
        _in_force(world, chance.choice(denials), lasting=True)


def modes_at(api: str) -> tuple[Mode, ...]:
    """What can go wrong at CCPayment there."""
    return tuple(mode for mode in modes(api) if mode is not Mode.NORMAL)


def _modes(world: World, on: On) -> list[Mode]:
    return [mode for mode in modes_at(world.account.api) if MODE_TABLE[mode].on is on]


def _in_force(world: World, mode: Mode, *, lasting: bool = False) -> None:
    if world.only is None or mode is world.only:
        once = not lasting and world.chance.random() < 0.5
        world.gateway.switch(mode, once=once)
        _noted(world, CCPAYMENT + mode.value, " once" if once else "")


def _works_again(world: World) -> None:
    world.gateway.switch(Mode.NORMAL)
    world.lost.clear()
    world.garbled.clear()
    world.slack.calm()
    world.mute = 0
    world.disk_full = 0
    world.trace("all works again")


def _lost(world: World) -> None:
    call = world.chance.choice(CALLS[world.account.api])
    what = world.chance.choice(("connect", "request", "answer"))
    world.lost[call] = what
    _noted(world, f"network {what} lost", f": {call}")


def _garbled(world: World) -> None:
    """Somebody on the way puts another status over the next answer, or takes half of it."""
    call, status = world.chance.choice(CALLS[world.account.api]), world.chance.choice(STATUSES)
    world.garbled[call] = status
    _noted(world, "an answer garbled on its way", f": {call}, {status or 'half of it'}")


def _disk_full(world: World) -> None:
    world.disk_full = world.chance.randint(1, 4)
    _noted(world, "the disk is full", f" {world.disk_full} times")


def _their_clock_changes(world: World) -> None:
    """CCPayment's clock is set."""
    ahead = world.chance.choice(CLOCKS)
    world.gateway.knobs = replace(world.gateway.knobs, ahead=ahead)
    _noted(world, "CCPayment's clock is set", f" {ahead:g} s ahead")


def _unreachable(world: World) -> None:
    """Nobody can be connected to, for one call of each kind."""
    world.lost = dict.fromkeys(CALLS[world.account.api], "connect")
    _noted(world, "network down")


def _slack_says(world: World) -> None:
    times = world.chance.randint(1, 6)
    world.slack.fail("*", world.chance.choice(SLACK_SAYS), times)
    _noted(world, "Slack errors", f" {times} times")


def _slack_mute(world: World) -> None:
    world.mute = world.chance.randint(1, 3)
    _noted(world, "Slack times out", f" {world.mute} times")


def _slack_out(world: World) -> None:
    world.slack.outage = True
    _noted(world, "Slack outage")


def _card_deleted(world: World) -> None:
    cards = world.slack.messages(PAYOUTS.id)
    if cards:
        card = world.chance.choice(cards)
        world.slack.delete_message(card.channel, card.ts)
        _noted(world, "card deleted")


def _clock_jumps(world: World) -> None:
    """The machine sleeps, or its clock is put forward."""
    seconds = world.chance.choice((25.0, 35.0, 150.0, 3600.0, 18_000.0))
    if world.chance.random() < 0.5:
        world.time.on(seconds)
        _noted(world, "the machine sleeps", f" {seconds:g} s")
    elif world.time.error < 60:
        world.time.error += seconds
        _noted(world, "the bot's clock jumps", f" {seconds:g} s")


def _clock_is_set_back(world: World) -> None:
    seconds = world.chance.choice((5.0, 40.0, 700.0, 7200.0))
    if world.time.error > -60:
        world.time.error -= seconds
        _noted(world, "the bot's clock goes back", f" {seconds:g} s")


def _person_changes(world: World) -> None:
    user = world.chance.choice((DANA, ELI, RITA, NOA, ELI_TOO))
    change = world.chance.choice(("deleted", "is_restricted", "nothing"))
    left, guest = change == "deleted", change == "is_restricted"
    world.person_is(replace(user, deleted=left, is_restricted=guest))
    _noted(world, "a person's standing changes", f": {user.name}, {change}")


def _group_changes(world: World) -> None:
    """An administrator changes the user group, or switches it off for a while."""
    members = world.chance.choice(MEMBERS)
    disabled = world.chance.random() < 0.2
    world.group_is([one.id for one in members], disabled=disabled)
    named = "nobody" if disabled else [one.name for one in members]
    _noted(world, "the user group changes", f": {named}")


def _groups_silent(world: World) -> None:
    times = world.chance.randint(1, 3)
    world.slack.fail("usergroups.users.list", world.chance.choice(SLACK_SAYS), times)
    _noted(world, "Slack does not say who is in the group", f" {times} times")


def _price_changes(world: World) -> None:
    """A coin is worth something else, or nobody says what."""
    book, price = world.gateway.book, world.chance.choice(PRICES)
    coin = book.catalogue.coin("USDT")
    book.catalogue = book.catalogue.with_coin(replace(coin, price=Decimal(price)))
    _noted(world, "the price changes", f": USDT {price}")


def _balance_falls(world: World) -> None:
    """Somebody else withdraws from the account."""
    left = world.chance.choice((Decimal(0), Decimal("0.5"), Decimal(100)))
    world.gateway.book._deposits["USDT"] = left
    _noted(world, "the balance falls", f": {left} USDT")


def _token_is_mapped_anew(world: World) -> None:
    """CCPayment means another token by what names it: at v1 two networks change their ids, at v2
    the coin has another contract on one."""
    book = world.gateway.book
    usdt = book.catalogue.coin("USDT")
    tron = next(one for one in usdt.tokens if one.chain == "TRX")
    other = next(one for one in usdt.tokens if one.chain != "TRX")
    moved = {
        tron: replace(tron, token_id=other.token_id, contract=other.contract),
        other: replace(other, token_id=tron.token_id),
    }
    tokens = tuple(moved.get(one, one) for one in usdt.tokens)
    book.catalogue = book.catalogue.with_coin(replace(usdt, tokens=tokens))
    _noted(world, "a token is mapped anew")


def _catalogue_changes(world: World) -> None:
    """A coin goes into maintenance, or comes back."""
    book = world.gateway.book
    usdt = book.catalogue.coin("USDT")
    there = usdt.availability is Availability.USABLE
    now = Availability.MAINTENANCE if there else Availability.USABLE
    book.catalogue = book.catalogue.with_coin(replace(usdt, availability=now))
    _noted(world, "catalogue changes", f": USDT {now.name}")


FAULTS: dict[Callable[[World], None], int] = {
    _mode: 10,
    storm: 2,
    _works_again: 3,
    _lost: 5,
    _unreachable: 2,
    _garbled: 4,
    _disk_full: 2,
    _their_clock_changes: 2,
    _slack_says: 2,
    _slack_mute: 2,
    _slack_out: 1,
    _card_deleted: 1,
    _clock_jumps: 3,
    _clock_is_set_back: 3,
    _person_changes: 2,
    _group_changes: 2,
    _groups_silent: 1,
    _price_changes: 1,
    _catalogue_changes: 1,
    _balance_falls: 1,
    _token_is_mapped_anew: 1,
}
"""What can go wrong, and how often in comparison."""
