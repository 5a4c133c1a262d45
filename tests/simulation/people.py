"""What people do: ask, and press what cards show them, rightly, wrongly, twice, and too late.

A press reads the button off a message of the pretend Slack, of any version that was ever on a
screen, and does what the listeners do: find out who it is, ask the gateway for what must be known,
and call the desk once, with the digest that the button carries.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from functools import cache

from approvals.asking import Ask, Wanted, read_ask
from approvals.audit import Note
from approvals.catalogue import Catalogue
from approvals.cautions import Caution, cautions, to_answer
from approvals.content import FeePayer, reference_of
from approvals.desk import Answers, Earlier
from approvals.destination import Destination, Invoice, grouped
from approvals.destination import Kind as DestinationKind
from approvals.errors import Denied, Refusal, Unanswered, Unavailable, Unreadable
from approvals.gateway import Can, GatewayTrouble
from approvals.ledger.history import about as about_others
from approvals.payout import Ended, Kind, Payout, State
from approvals.people import Person, Standing
from approvals.rulebook import Price
from bot.buttons import Act, ButtonValue
from sandbox.ccpayment.book import FINAL, Status
from sandbox.slack import Message, User
from sandbox.slack.cast import DANA, NOA, PAYOUTS, RITA
from tests.simulation import oracle
from tests.simulation.life import catalogue
from tests.simulation.rules import ELI_TOO
from tests.simulation.stage import Stage
from tests.simulation.witness import Press
from tests.simulation.world import START

PATIENCE = timedelta(seconds=2)
"""How long a listener may ask outside."""

CHOICES = (Act.AGAIN, Act.CLOSE, Act.RESOLVE)
"""What a card offers for a payout in doubt."""

ASKERS = (RITA, RITA, RITA, NOA, DANA, ELI_TOO)

AGES = (0, 30, 300, 700)
"""How many seconds ago somebody found out what a coin is worth."""

OLD = timedelta(minutes=10)
"""The last of these is too old to count."""

OTHER_GROUP = "0f0f"
KNOWN_ADDRESS = 2
"""Which of the asks below is to the address that this one looks like."""
LOOK_ALIKE = "0x5290" + "ab" * 16 + "9ee7"


@dataclass(frozen=True, slots=True)
class Said:
    """What comes with an approval, and whether it is the group of a look-alike that was missing."""

    trigger: str
    comment: str | None = None
    answers: Answers | None = None
    fits: bool = False


@cache
def asks(api: str) -> tuple[Ask, ...]:
    """What is asked for: every kind of destination that can be paid there, with and without memo,
    both fee payers."""
    tron, evm = "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", "0x52908400098527886E0F7030069857D2E4169EE7"
    ripple = "rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH"
    wanted = (
        _wanted("250", "USDT", "TRX", DestinationKind.CHAIN, tron),
        _wanted("0.75", "USDT", "TRX", DestinationKind.CHAIN, tron),  # less than its network fee
        _wanted("90.5", "USDC", "POLYGON", DestinationKind.CHAIN, evm, fee_payer=FeePayer.COMPANY),
        _wanted("25", "XRP", "XRP", DestinationKind.CHAIN, ripple, memo="0012345"),
        _wanted("10", "USDT", None, DestinationKind.CWALLET, "9558861"),
        _wanted("10.25", "USDT", None, DestinationKind.CWALLET, "ana@example.com"),
        _wanted("90.5", "USDC", "POLYGON", DestinationKind.CHAIN, LOOK_ALIKE),
        _wanted("24900", "USDT", "TRX", DestinationKind.CHAIN, tron, fee_payer=FeePayer.COMPANY),
    )
    known = catalogue(api)
    read = tuple(read_ask(one, known, START, FeePayer.PAYEE) for one in wanted)
    return (*read, _by_invoice(known, read[0])) if known.pays_invoices else read


def _wanted(
    amount: str,
    coin: str,
    network: str | None,
    kind: DestinationKind,
    destination: str,
    *,
    memo: str | None = None,
    fee_payer: FeePayer | None = None,
) -> Wanted:
    return Wanted(amount, coin, network, kind, destination, memo, fee_payer, "Invoice 1043")


def _by_invoice(known: Catalogue, other: Ask) -> Ask:
    text = "lnbc25u1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypq"
    ends = START + timedelta(hours=2)
    invoice = Invoice(text, Decimal(2500), "ab" * 32, "02" * 33, START, ends, "")
    coin = known.coin("SATS")
    if coin is None:
        raise LookupError("the pretend CCPayment lists no SATS")
    destination = Destination(
        DestinationKind.LIGHTNING, "LIGHTNING", text, "ab" * 32, checked=True, invoice=invoice
    )
    return replace(
        other, amount=Decimal(2500), coin=coin, token=coin.tokens[0], destination=destination
    )


@dataclass(frozen=True, slots=True)
class Button:
    """Something that can be pressed: which act, and about what."""

    act: Act
    about: ButtonValue


def buttons(message: Message, version: int = -1) -> Iterator[Button]:
    """What one version of a message offers."""
    for block in message.versions[version].blocks:
        for element in block["elements"] if block["type"] == "actions" else ():
            for one in element.get("options", (element,)):
                about = ButtonValue.read(one["value"])
                yield Button(about.act or Act(element["action_id"]), about)


def choices(stage: Stage) -> list[Button]:
    """What the cards in the channel offer for payouts in doubt."""
    cards = stage.world.slack.messages(PAYOUTS.id)
    return [one for card in cards for one in buttons(card) if one.act in CHOICES]


def screen(stage: Stage, who: User) -> list[Message]:
    """The cards that somebody can look at."""
    slack = stage.world.slack
    direct = slack.direct_messages(who.id) if who.team_id == slack.team_id else ()
    return [*slack.messages(PAYOUTS.id), *direct]


# -- doing it -------------------------------------------------------------------------------------


def act(stage: Stage, who: User, what: str, do: Callable[[Person], str]) -> None:
    """Somebody does something; what the program says is on the trace. A refusal is an answer."""
    edges = stage.world.edges
    edges.who = "click"
    stage.trace(f"{who.real_name}: {what}")
    life = stage.life
    deadline = stage.world.time.bot() + PATIENCE
    life.rosters.refresh(deadline)
    person = life.people.find(who.team_id, who.id, deadline)
    try:
        stage.trace(f"  → {do(person)}")
    except Refusal as no:
        stage.trace(f"  → {type(no).__name__}: {no.sentence}")
    except (sqlite3.OperationalError, OSError) as full:
        stage.trace(f"  → something went wrong: {full}")


def ask_for(stage: Stage, who: User, ask: Ask, *, again: bool, trigger: str) -> None:
    """Type a command."""

    def do(person: Person) -> str:
        if person.standing is not Standing.MEMBER:
            raise Denied("not a member")
        _checked(stage, ask, person)
        new = stage.witness.asks(trigger)
        made = stage.life.desk.request(_priced(stage, ask), person, trigger=trigger, again=again)
        if isinstance(made, Earlier):
            return f"the same as payout {made.first.number}"
        if new:
            stage.witness.asked_under[made.digest] = stage.life.rules.hash
        return done(stage, (Kind.REQUESTED,), made, person)

    act(stage, who, f"asks for {ask.amount} {ask.coin.symbol} to {ask.destination.text[:12]}", do)


def _priced(stage: Stage, ask: Ask) -> Ask:
    """The ask, with what its coin is worth by now."""
    price = price_of(stage, ask.coin.symbol)
    coin = replace(ask.coin, price=price.usd if price else None)
    return replace(ask, coin=coin, priced_at=price.at if price else stage.world.time.bot())


def _checked(stage: Stage, ask: Ask, person: Person) -> None:
    """CCPayment is asked what it takes for an address, where it can tell. Raises Unavailable where
    it does not answer at all."""
    gateway, to = stage.life.gateway, ask.destination
    if to.kind is not DestinationKind.CHAIN or Can.CHECK_ADDRESSES not in gateway.can:
        return
    try:
        if not gateway.address_fits(ask.token.chain, to.text):
            raise LookupError(f"CCPayment takes {to.text} for no address")
    except GatewayTrouble as trouble:
        if not trouble.code:
            no = Unavailable("CCPayment", f"no check of an address: {trouble.why}")
            stage.life.desk.refused(person, no, doing="request")
            raise no from trouble


def press(stage: Stage, who: User, button: Button, trigger: str) -> None:
    """Press a button. Pressing it again with the same trigger is Slack's doing, not a person's."""
    about = button.about

    def do(person: Person) -> str:
        return _ACTS[button.act](stage, person, about, trigger)

    what = f"presses {button.act.value} on payout {about.payout} ({about.digest[:6]}, {trigger})"
    act(stage, who, what, do)


def _approve(stage: Stage, person: Person, about: ButtonValue, trigger: str) -> str:
    return _approved(stage, person, about, Said(trigger))


def _comment(stage: Stage, person: Person, about: ButtonValue, trigger: str) -> str:
    """Fill in the form that asks for a comment, for a tick on each warning, and where the address
    only looks like a known one, for what the payee's invoice says. A form in which something is
    wrong stays open; one that is older than a warning is shown again."""
    payout = stage.life.desk.may_approve(about.payout, about.digest, person)
    asked, hasty = _asked_for(stage, payout), not stage.world.edges.quiet
    keys, typed = _to_tick(stage, payout), asked
    if asked and hasty and stage.chance.random() < 0.3:
        typed = stage.chance.choice((OTHER_GROUP, "", f" {asked.upper()} "))
    ticked = keys
    if keys and hasty and stage.chance.random() < 0.3:
        ticked = keys - {stage.chance.choice(sorted(keys))}
    comment = "" if hasty and stage.chance.random() < 0.3 else "Checked with the payee"
    fits = typed is not None and _same(typed, asked)
    said = Said(f"{trigger} view", comment, Answers(keys, ticked, typed), fits)
    try:
        return _approved(stage, person, about, said)
    except Unreadable as no:
        stage.trace(f"  → under {no.field}: {no.sentence}")
    except Unanswered as no:
        stage.trace(f"  → shown again: {' '.join(no.keys)}")
    asked, keys = _asked_for(stage, payout), _to_tick(stage, payout)
    answers, fits = Answers(keys, keys, asked), asked is not None
    right = Said(f"{trigger} view", "Checked with the payee", answers, fits)
    return _approved(stage, person, about, right)


def _found(stage: Stage, payout: Payout) -> tuple[Caution, ...]:
    """What speaks against it now."""
    with stage.life.ledger.reading() as reading:
        current = reading.payout(payout.number) or payout
        return cautions(current, about_others(reading, current))


def _to_tick(stage: Stage, payout: Payout) -> frozenset[str]:
    """The warnings that the form shows; where the tier does not matter, one more harms nothing."""
    return frozenset(one.key for one in to_answer(_found(stage, payout), raised=True))


def _asked_for(stage: Stage, payout: Payout) -> str | None:
    """The group that the form leaves out, as it stands in the payee's invoice."""
    found = _found(stage, payout)
    if not found or found[0].likeness is None:
        return None
    return grouped(payout.content.destination).split()[found[0].likeness.masked]


def _same(typed: str, asked: str | None) -> bool:
    return asked is not None and typed.strip().lower() == asked.lower()


def _approved(stage: Stage, person: Person, about: ButtonValue, said: Said) -> str:
    life, witness = stage.life, stage.witness
    with life.ledger.reading() as reading:
        payout = reading.payout(about.payout)
    waits = payout is not None and payout.state is State.REQUESTED
    held, price = _worth(stage, person, payout) if payout and waits else (Decimal(0), None)
    now = stage.world.time.bot()
    usable = price is not None and now - price.at < OLD
    worth = payout.content.amount * price.usd if payout and price and usable else None
    press = Press(said.trigger, person.id, about.digest, now, worth)
    stood = to_answer(_found(stage, payout), raised=False) if payout else ()
    new = witness.presses(press)
    try:
        approved = life.desk.approve(
            *(about.payout, about.digest, person, held),
            trigger=said.trigger,
            price=price,
            comment=said.comment,
            answers=said.answers,
        )
    except Refusal:
        if new:
            witness.refused(press)
        raise
    repeated = witness.heard(said.trigger)  # then it may be what was said again that was counted
    witness.counted(said.trigger)
    if new and not repeated:
        _must_have_said(stage, approved, press, said)
        _must_have_ticked(stage, approved, stood, said)
    return done(stage, (Kind.AGREED, Kind.APPROVED), approved, person)


def _worth(stage: Stage, person: Person, payout: Payout) -> tuple[Decimal, Price | None]:
    """The balance of its coin, and what the coin is worth. Raises Unavailable."""
    life, symbol = stage.life, payout.content.symbol
    try:
        return life.gateway.balance(symbol), price_of(stage, symbol)
    except GatewayTrouble as trouble:
        no = Unavailable("CCPayment", f"no balance: {trouble.why}")
        life.desk.refused(person, no, doing="approve", number=payout.number)
        raise no from trouble


def price_of(stage: Stage, symbol: str) -> Price | None:
    """What a coin is worth, found out a while ago; once in a while too long ago to count."""
    usd, (age,) = stage.world.price(symbol), stage.chance.choices(AGES, [4, 2, 2, 1])
    return Price(usd, stage.world.time.bot() - timedelta(seconds=age)) if usd else None


def _must_have_said(stage: Stage, payout: Payout, press: Press, said: Said) -> None:
    """What is wrong with an approval that was counted just now, as far as what was said goes."""
    number, witness = payout.number, stage.witness
    with stage.life.ledger.reading() as reading:
        texts = (stage.life.rules.text, witness.rules[payout.policy].text)
        silent = oracle.wants_comment(texts, reading, payout, press) and not said.comment
    if silent:
        witness.wrong.append(f"payout {number} was approved without a comment")
    paid = {order.ask.address for order in stage.world.gateway.book.withdrawals}
    alike = payout.content.destination == LOOK_ALIKE and LOOK_ALIKE not in paid
    if stage.knows_address and alike and not said.fits:
        typed = said.answers and said.answers.typed
        witness.wrong.append(f"payout {number} looks like another; {typed!r} was enough")


def _must_have_ticked(stage: Stage, payout: Payout, stood: Collection[Caution], said: Said) -> None:
    """Every warning that stood when somebody approved must have been answered."""
    ticked = said.answers.ticked if said.answers else frozenset()
    if missing := [one.key for one in stood if one.key not in ticked]:
        words = " ".join(missing)
        stage.witness.wrong.append(f"payout {payout.number} was approved in spite of {words}")


def _take_back(stage: Stage, person: Person, about: ButtonValue, trigger: str) -> str:
    stage.witness.takes_back(trigger, stage.world.time.bot())
    left = stage.life.desk.take_back(about.payout, about.digest, person, trigger=trigger)
    stage.witness.took_back(trigger, person.id, about.digest)
    return done(stage, (Kind.TAKEN_BACK,), left, person)


def _reject(stage: Stage, person: Person, about: ButtonValue, trigger: str) -> str:
    desk = stage.life.desk
    rejected = desk.reject(about.payout, about.digest, person, "Already paid", trigger=trigger)
    return done(stage, (Kind.REJECTED,), rejected, person)


def _cancel(stage: Stage, person: Person, about: ButtonValue, trigger: str) -> str:
    cancelled = stage.life.desk.cancel(about.payout, person, trigger=trigger)
    return done(stage, (Kind.CANCELLED,), cancelled, person)


def _record(stage: Stage, person: Person, about: ButtonValue, trigger: str) -> str:
    payout, lines = stage.life.desk.shown(about.payout, person)
    return f"payout {payout.number} has {len(lines)} lines"


def _ask_again(stage: Stage, person: Person, about: ButtonValue, trigger: str) -> str:
    return "a form"


def _again(stage: Stage, person: Person, about: ButtonValue, trigger: str) -> str:
    desk = stage.life.desk
    wished = desk.send_again(about.payout, about.digest, person, trigger=trigger)
    return done(stage, (Kind.AGAIN_ASKED,), wished, person)


def _close(stage: Stage, person: Person, about: ButtonValue, trigger: str) -> str:
    closed = stage.life.desk.close(about.payout, about.digest, person, trigger=trigger)
    return done(stage, (Kind.CLOSE_ASKED,), closed, person)


def _resolve(stage: Stage, person: Person, about: ButtonValue, trigger: str) -> str:
    """Whoever resolves by hand enters what CCPayment's dashboard shows: of a payout that was sent,
    how it ended, once it has."""
    book, desk = stage.world.gateway.book, stage.life.desk
    found = [one for one in book.orders.values() if reference_of(about.digest) == one.ask.reference]
    with stage.life.ledger.reading() as reading:
        payout = reading.payout(about.payout)
    if payout is None or payout.state is not State.SENT:
        shown = found[0].order_id if found else None
        resolved = desk.resolve(about.payout, about.digest, person, shown, trigger=trigger)
        return done(stage, (Note.STATED,), resolved, person)
    if found and book.status(found[0]) not in FINAL:
        return "it is still under way in CCPayment's dashboard"
    paid = bool(found) and book.status(found[0]) is Status.SUCCESSFUL
    ended = Ended.SETTLED if paid else Ended.FAILED
    concluded = desk.conclude(about.payout, about.digest, person, ended, trigger=trigger)
    return done(stage, (Note.STATED,), concluded, person)


_ACTS: dict[Act, Callable[[Stage, Person, ButtonValue, str], str]] = {
    Act.APPROVE: _approve,
    Act.COMMENT: _comment,
    Act.TAKE_BACK: _take_back,
    Act.REJECT: _reject,
    Act.CANCEL: _cancel,
    Act.RECORD: _record,
    Act.ASK_AGAIN: _ask_again,
    Act.AGAIN: _again,
    Act.CLOSE: _close,
    Act.RESOLVE: _resolve,
}


def freeze(stage: Stage, who: User, trigger: str) -> None:
    """Type the command that stops all sending."""

    def do(person: Person) -> str:
        stopped = stage.life.desk.freeze(person, trigger=trigger)
        return f"frozen, {len(stopped.under_way)} on the way"

    act(stage, who, "freezes", do)


def unfreeze(stage: Stage, who: User, trigger: str) -> None:
    """Type the command that lets it go on."""

    def do(person: Person) -> str:
        return f"{stage.life.desk.unfreeze(person, trigger=trigger)} more must agree"

    act(stage, who, "unfreezes", do)


def done(stage: Stage, kinds: tuple[str, ...], payout: Payout, person: Person) -> str:
    """Somebody is told that this is done, so it must stay done."""
    stage.witness.acknowledged(kinds, payout.digest, person.id)
    return f"payout {payout.number} is {payout.state}"
