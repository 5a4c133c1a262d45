"""What people do: ask, and press what cards show them, rightly, wrongly, twice, and too late.

A press reads the button off a message of the pretend Slack, of any version that was ever on a
screen, and does what the listeners do: find out who it is, ask the gateway for what must be known,
and call the desk once, with the digest that the button carries.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from functools import cache

from approvals.asking import Ask, Wanted, read_ask
from approvals.catalogue import Catalogue
from approvals.desk import Earlier
from approvals.destination import Destination, Invoice, Kind
from approvals.errors import Denied, Refusal, Unavailable
from approvals.gateway import Can, GatewayTrouble
from approvals.payout import FeePayer, Payout, reference_of
from approvals.people import Person, Standing
from bot.buttons import Act, ButtonValue
from sandbox.slack import Message, User
from sandbox.slack.cast import DANA, ELI, NOA, PAYOUTS, RITA
from tests.simulation.life import catalogue
from tests.simulation.stage import Stage
from tests.simulation.witness import Acknowledged
from tests.simulation.world import START

PATIENCE = timedelta(seconds=2)
"""How long a listener may ask outside."""

CHOICES = (Act.AGAIN, Act.CLOSE, Act.RESOLVE)
"""What a card offers for a payout in doubt."""

ASKERS = (RITA, RITA, NOA, DANA)
APPROVERS = (DANA, ELI)


@cache
def asks(api: str) -> tuple[Ask, ...]:
    """What is asked for: every kind of destination that can be paid there, with and without memo,
    both fee payers."""
    tron, evm = "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", "0x52908400098527886E0F7030069857D2E4169EE7"
    ripple = "rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH"
    wanted = (
        _wanted("250", "USDT", "TRX", Kind.CHAIN, tron),
        _wanted("0.75", "USDT", "TRX", Kind.CHAIN, tron),  # less than its network fee
        _wanted("90.5", "USDC", "POLYGON", Kind.CHAIN, evm, fee_payer=FeePayer.COMPANY),
        _wanted("25", "XRP", "XRP", Kind.CHAIN, ripple, memo="0012345"),
        _wanted("10", "USDT", None, Kind.CWALLET, "9558861"),
        _wanted("10.25", "USDT", None, Kind.CWALLET, "ana@example.com"),
        _wanted("24900", "USDT", "TRX", Kind.CHAIN, tron, fee_payer=FeePayer.COMPANY),
    )
    known = catalogue(api)
    read = tuple(read_ask(one, known, START, FeePayer.PAYEE) for one in wanted)
    return (*read, _by_invoice(known, read[0])) if known.pays_invoices else read


def _wanted(
    amount: str,
    coin: str,
    network: str | None,
    kind: Kind,
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
        Kind.LIGHTNING, "LIGHTNING", text, "ab" * 32, checked=True, invoice=invoice
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
    person = life.people.find(who.team_id, who.id, stage.world.time.bot() + PATIENCE)
    try:
        stage.trace(f"  → {do(person)}")
    except Refusal as no:
        stage.trace(f"  → {type(no).__name__}: {no.sentence}")


def ask_for(stage: Stage, who: User, ask: Ask, *, again: bool, trigger: str) -> None:
    """Type a command."""

    def do(person: Person) -> str:
        if person.standing is not Standing.MEMBER:
            raise Denied("not a member")
        _checked(stage, ask, person)
        made = stage.life.desk.request(ask, person, trigger=trigger, again=again)
        if isinstance(made, Earlier):
            return f"the same as payout {made.first.number}"
        return done(stage, "requested", made, person)

    act(stage, who, f"asks for {ask.amount} {ask.coin.symbol} to {ask.destination.text[:12]}", do)


def _checked(stage: Stage, ask: Ask, person: Person) -> None:
    """CCPayment is asked what it takes for an address, where it can tell. Raises Unavailable where
    it does not answer at all."""
    gateway, to = stage.life.gateway, ask.destination
    if to.kind is not Kind.CHAIN or Can.CHECK_ADDRESSES not in gateway.can:
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
    if button.act is Act.APPROVE:
        stage.witness.pressed.add((who.id, about.digest))

    def do(person: Person) -> str:
        return _ACTS[button.act](stage, person, about, trigger)

    what = f"presses {button.act.value} on payout {about.payout} ({about.digest[:6]}, {trigger})"
    act(stage, who, what, do)


def _approve(stage: Stage, person: Person, about: ButtonValue, trigger: str) -> str:
    life = stage.life
    with life.ledger.reading() as reading:
        payout = reading.payout(about.payout)
    try:
        held = life.gateway.balance(payout.content.symbol) if payout else Decimal(0)
    except GatewayTrouble as trouble:
        no = Unavailable("CCPayment", f"no balance: {trouble.why}")
        life.desk.refused(person, no, doing="approve", number=about.payout)
        raise no from trouble
    approved = life.desk.approve(about.payout, about.digest, person, held, trigger=trigger)
    return done(stage, "approved", approved, person)


def _reject(stage: Stage, person: Person, about: ButtonValue, trigger: str) -> str:
    desk = stage.life.desk
    rejected = desk.reject(about.payout, about.digest, person, "Already paid", trigger=trigger)
    return done(stage, "rejected", rejected, person)


def _cancel(stage: Stage, person: Person, about: ButtonValue, trigger: str) -> str:
    cancelled = stage.life.desk.cancel(about.payout, person, trigger=trigger)
    return done(stage, "cancelled", cancelled, person)


def _record(stage: Stage, person: Person, about: ButtonValue, trigger: str) -> str:
    payout, lines = stage.life.desk.shown(about.payout, person)
    return f"payout {payout.number} has {len(lines)} lines"


def _ask_again(stage: Stage, person: Person, about: ButtonValue, trigger: str) -> str:
    return "a form"


def _again(stage: Stage, person: Person, about: ButtonValue, trigger: str) -> str:
    desk = stage.life.desk
    wished = desk.send_again(about.payout, about.digest, person, trigger=trigger)
    return done(stage, "again asked", wished, person)


def _close(stage: Stage, person: Person, about: ButtonValue, trigger: str) -> str:
    closed = stage.life.desk.close(about.payout, about.digest, person, trigger=trigger)
    return done(stage, "close asked", closed, person)


def _resolve(stage: Stage, person: Person, about: ButtonValue, trigger: str) -> str:
    """Whoever resolves by hand enters what CCPayment's dashboard shows."""
    orders = stage.world.gateway.book.orders.values()
    found = [one.order_id for one in orders if reference_of(about.digest) == one.ask.reference]
    shown = found[0] if found else None
    resolved = stage.life.desk.resolve(about.payout, about.digest, person, shown, trigger=trigger)
    return done(stage, "sent" if found else "failed", resolved, person)


_ACTS: dict[Act, Callable[[Stage, Person, ButtonValue, str], str]] = {
    Act.APPROVE: _approve,
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
        return f"frozen, {len(stage.life.desk.freeze(person, trigger=trigger))} on the way"

    act(stage, who, "freezes", do)


def unfreeze(stage: Stage, who: User, trigger: str) -> None:
    """Type the command that lets it go on."""

    def do(person: Person) -> str:
        return f"{stage.life.desk.unfreeze(person, trigger=trigger)} more must agree"

    act(stage, who, "unfreezes", do)


def done(stage: Stage, kind: str, payout: Payout, person: Person) -> str:
    """Somebody is told that this is done, so it must stay done."""
    stage.witness.acknowledged.append(Acknowledged(kind, payout.digest, person.id))
    return f"payout {payout.number} is {payout.state}"
