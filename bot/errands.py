"""What people want of the bot, done: find out who that is, make one call at the desk, say what came
of it. Raises a Refusal where nothing is done; how anything reaches the person is the listeners'
business.

All questions that one errand has to the outside are under one deadline. When it passes, nothing is
done.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from slack_sdk import WebClient

from approvals.asking import Ask, Wanted, covers_fee, read_ask, same_again, still_wrong
from approvals.catalogue import Catalogue
from approvals.content import Content, FeePayer
from approvals.desk import Desk, Earlier, Statement, nobody_said
from approvals.destination import Kind
from approvals.errors import Denied, Refusal, Secret, Unanswered, Unavailable, Unreadable
from approvals.gateway import Can, Fee, Gateway, GatewayTrouble, Going
from approvals.ledger import Ledger
from approvals.payout import Payout, State
from approvals.people import People, Person, Standing
from approvals.policy import standing_objection
from approvals.reasons import read_reason
from approvals.rosters import Rosters
from approvals.rulebook import Price, Rulebook
from approvals.times import Clock
from bot import forms, replies
from bot.answers import Private
from bot.blocks import Message
from bot.buttons import Act, ButtonValue, ours
from bot.outside import Outside, Question, Undone
from bot.parsing import (
    Cancel,
    Command,
    Freeze,
    Help,
    List,
    Misread,
    Request,
    Show,
    Unfreeze,
    acceptable,
    misread,
    read_command,
)
from bot.payloads import Asked, Place, Pressed, Submitted, Who
from bot.scenes import scene
from bot.telling import Scene
from bot.texts import Json
from bot.trouble import Trouble

T = TypeVar("T")

_log = logging.getLogger(__name__)

NO_PAYOUT = Undone("No payout was made", "try again")
UNDECIDED = Undone("Nothing was decided", "press again")
UNOPENED = Undone("The form did not open", "try again")


@dataclass(frozen=True, slots=True)
class House:
    """What differs from one company to the next: the slash command, the channel of the cards, who
    bears the network fee where a request does not say, the name of a payout's network (TRC20), the
    address of a transaction in its block explorer, whether Lightning invoices can be paid, the
    address of the Slack workspace, why no card can be shown. All of it is known at once: nobody
    outside is asked for it."""

    command: str
    channel: str
    fee_payer: FeePayer
    network: Callable[[Content], str | None]
    explorer: Callable[[Content], str | None]
    invoices: Callable[[], bool]
    workspace: str
    trouble: Callable[[], Trouble | None]


@dataclass(frozen=True, slots=True)
class Outsides:
    """Whom errands ask. `catalogue` gives the gateway's, which may be some minutes old, `known` the
    one that is at hand, if any; `client` is Slack's, with a short time-out and without retries."""

    people: People
    rosters: Rosters
    client: WebClient
    gateway: Gateway
    catalogue: Callable[[], Catalogue]
    known: Callable[[], Catalogue | None]


@dataclass(frozen=True, slots=True)
class Instead:
    """A view that takes the place of the form that was submitted."""

    view: Json


Came = Instead | Private | None
"""What came of a form: another view, or it closes, and something may be said privately."""


class Errands:
    """One method for each kind of thing that Slack sends."""

    def __init__(
        self,
        desk: Desk,
        ledger: Ledger,
        rulebook: Rulebook,
        outsides: Outsides,
        house: House,
        clock: Clock,
    ) -> None:
        self._desk = desk
        self._rules = rulebook
        self._ledger = ledger
        self._outsides = outsides
        self._house = house
        self._clock = clock
        self._slack = Outside("Slack", clock)
        self._gateway = Outside("CCPayment", clock)
        self._acts: Mapping[Act, Callable[[Pressed, datetime], Message | None]] = {
            Act.APPROVE: self._approve,
            Act.COMMENT: self._comment,
            Act.TAKE_BACK: self._take_back,
            Act.REJECT: self._reject,
            Act.AGAIN: self._send_again,
            Act.CLOSE: self._close,
            Act.RESOLVE: self._resolve,
            Act.CANCEL: self._cancel,
            Act.RECORD: self._record,
            Act.ASK_AGAIN: self._ask_again,
            Act.ASK_AGAIN_ANYWAY: self._ask_again_anyway,
            Act.OPEN_FORM: self._open_form,
        }

    def command(self, asked: Asked, deadline: datetime) -> Message | None:
        """Do what was typed; None where a form opened instead of an answer."""
        person = self._person(asked.who, deadline)
        with self._recording(person, "request"):
            command = self._read(asked.text)
        match command:
            case Help():
                return replies.help_(self._house.command, invoices=self._house.invoices())
            case Request(wanted):
                return self._typed(wanted, person, asked, deadline)
            case Cancel(number):
                return self._cancelled(number, person, asked.trigger)
            case Show(number):
                return self._shown(number, person)
            case List(page, only_waiting):
                return self._listed(person, page, only_waiting=only_waiting)
            case Freeze(reason):
                return self._frozen(person, reason, asked.trigger)
            case Unfreeze():
                missing = self._desk.unfreeze(person, trigger=asked.trigger)
                return replies.unfreezing(missing, self._house.command)
        self._open_for(person, None, asked.place, asked.trigger, deadline)
        return None

    def _read(self, text: str) -> Command:
        """What was typed. Raises Misread, with an example that is not refused in turn."""
        try:
            return read_command(text)
        except Misread as no:
            raise acceptable(no, self._objection) from no

    def press(self, pressed: Pressed, deadline: datetime) -> Message | None:
        """Do what a button or a menu's option stands for; None where the card tells it."""
        with ours():
            act = Act(pressed.action)
            if act is Act.MORE:
                act = ButtonValue.read(pressed.value).act or act
            do = self._acts[act]
        return do(pressed, deadline)

    def submit_request(self, submitted: Submitted, deadline: datetime) -> Came:
        """The form that asks for a payout."""
        person, place = self._person(submitted.who, deadline), forms.place(submitted.carried)
        with self._recording(person, "request"):
            wanted = forms.wanted(submitted.values)
        outcome = self._request(wanted, person, submitted.view, deadline)
        said = self._told(outcome, wanted)
        if isinstance(outcome, Earlier):
            return Instead(forms.again(said, wanted, place))
        return Private(person.id, place, said)

    def submit_again(self, submitted: Submitted, deadline: datetime) -> Came:
        """The form that asks for the same again anyway."""
        person, wanted = (
            self._person(submitted.who, deadline),
            forms.wanted_again(submitted.carried),
        )
        outcome = self._request(wanted, person, submitted.view, deadline, again=True)
        return Private(person.id, forms.place(submitted.carried), self._told(outcome, wanted))

    def submit_rejection(self, submitted: Submitted, deadline: datetime) -> Came:
        """The form that rejects a payout. The card and its thread tell everybody."""
        carried, person = ButtonValue.read(submitted.carried), self._person(submitted.who, deadline)
        number, digest = carried.payout, carried.digest
        with self._recording(person, "reject", number):
            with ours():
                typed = submitted.values[forms.REASON]
            reason = read_reason(typed)
        self._desk.reject(number, digest, person, reason, trigger=submitted.view)
        return None

    def submit_resolution(self, submitted: Submitted, deadline: datetime) -> Came:
        """The form that says what CCPayment's dashboard shows. Card and thread tell everybody; who
        is not the last to say so reads how many others must."""
        carried, person = ButtonValue.read(submitted.carried), self._person(submitted.who, deadline)
        number, digest = carried.payout, carried.digest
        with self._recording(person, "resolve", number):
            found = forms.order_id(submitted.values)
        payout = self._desk.resolve(number, digest, person, found, trigger=submitted.view)
        return self._others_too(payout, {"order_id": found})

    def submit_conclusion(self, submitted: Submitted, deadline: datetime) -> Came:
        """The form that says how a payout ended that CCPayment took; likewise."""
        carried, person = ButtonValue.read(submitted.carried), self._person(submitted.who, deadline)
        number, digest = carried.payout, carried.digest
        with self._recording(person, "resolve", number):
            ended = forms.ended(submitted.values)
        payout = self._desk.conclude(number, digest, person, ended, trigger=submitted.view)
        return self._others_too(payout, {"ended": ended.value})

    def _others_too(self, payout: Payout, said: Statement) -> Came:
        missing = self._desk.unstated(payout, said)
        return Instead(forms.notice(replies.stated(payout, missing))) if missing else None

    def suggest(self, typed: str, deadline: datetime) -> list[Json]:
        """The options of the typeahead: public facts, so anybody may see them."""
        return forms.options(self._catalogue(deadline), typed)

    # Asking.

    def _typed(self, wanted: Wanted, person: Person, asked: Asked, deadline: datetime) -> Message:
        try:
            outcome = self._request(wanted, person, asked.trigger, deadline)
        except Secret:  # whose text is repeated nowhere
            raise
        except Unreadable as no:
            raise acceptable(misread(asked.text, wanted, no), self._objection) from no
        return self._told(outcome, wanted)

    def _objection(self, wanted: Wanted) -> Unreadable | None:
        """What is wrong with a wish, as far as is known without asking anybody."""
        catalogue = self._outsides.known()
        return still_wrong(wanted, catalogue, self._clock()) if catalogue else None

    def _request(
        self,
        wanted: Wanted,
        person: Person,
        trigger: str,
        deadline: datetime,
        *,
        again: bool = False,
    ) -> Payout | Earlier:
        self._admit(person, "request")
        with self._recording(person, "request"):
            catalogue = self._catalogue(deadline)
            ask = read_ask(wanted, catalogue, self._clock(), self._house.fee_payer)
            fee = self._network_fee(ask.route, ask.fee_payer, deadline)
            name = self._known_payee(ask, deadline)
            if known := _if_told(fee):
                covers_fee(ask, wanted, known)
        return self._desk.request(ask, person, trigger=trigger, cwallet_name=name, again=again)

    def _known_payee(self, ask: Ask, deadline: datetime) -> str | None:
        """What CCPayment says of the destination: whose Cwallet ID that is, if it is one. An e-mail
        cannot be looked up. Raises Unreadable where CCPayment takes it for nobody's."""
        kind, text = ask.destination.kind, ask.destination.text
        if kind is Kind.CHAIN and Can.CHECK_ADDRESSES in self._outsides.gateway.can:
            self._fits(ask.token.chain, text, deadline)
        if kind is Kind.CWALLET and "@" not in text:
            return self._cwallet_name(text, deadline)
        return None

    def _network_fee(
        self, going: Going, payer: FeePayer, deadline: datetime
    ) -> Question[Fee] | None:
        """Ask what the network takes, where the payee bears it; None where it cannot be asked."""
        gateway, inside = self._outsides.gateway, going.kind is Kind.CWALLET
        if payer is not FeePayer.PAYEE or inside or Can.ESTIMATE_FEES not in gateway.can:
            return None
        return self._gateway.ask(lambda: gateway.fee(going), deadline)

    def _fits(self, chain: str, address: str, deadline: datetime) -> None:
        """CCPayment's check, besides ours. Where it only says that it cannot check this, nothing is
        lost: it checks again before it pays."""
        gateway = self._outsides.gateway

        def objects() -> bool:
            try:
                return not gateway.address_fits(chain, address)
            except GatewayTrouble as trouble:
                if not trouble.code:
                    raise
                _log.warning("an address on %s could not be checked: %s", chain, trouble)
                return False

        if self._gateway.ask(objects, deadline).get(NO_PAYOUT):
            sentence = f"CCPayment does not take this for an address on {chain}."
            raise Unreadable("destination", address, f"{sentence} Ask the payee for it again.")

    def _cwallet_name(self, id: str, deadline: datetime) -> str:
        gateway = self._outsides.gateway
        user = self._gateway.ask(lambda: gateway.cwallet_user(id), deadline).get(NO_PAYOUT)
        if user is None:
            raise Unreadable("destination", id, f"CCPayment knows no Cwallet user {id}.")
        return user.name

    def _told(self, outcome: Payout | Earlier, wanted: Wanted) -> Message:
        if isinstance(outcome, Payout):
            return replies.recorded(outcome, replace(self._scene(outcome), whole=True))
        scene, value = self._bare(outcome.first), forms.carried(wanted)
        return replies.earlier(outcome, scene, self._clock(), value)

    def _ask_again_anyway(self, pressed: Pressed, deadline: datetime) -> Message:
        """One button is one payout, however often it is pressed."""
        person, wanted = self._person(pressed.who, deadline), forms.read_carried(pressed.value)
        once = f"{person.id} {pressed.place.channel} {pressed.message}"
        return self._told(self._request(wanted, person, once, deadline, again=True), wanted)

    def _ask_again(self, pressed: Pressed, deadline: datetime) -> None:
        carried, person = ButtonValue.read(pressed.value), self._person(pressed.who, deadline)
        self._admit(person, "show", carried.payout)
        payout, _ = self._desk.shown(carried.payout, person, carried.digest)
        wanted = same_again(payout.content)
        self._open_for(person, wanted, pressed.place, pressed.trigger, deadline)

    def _open_form(self, pressed: Pressed, deadline: datetime) -> None:
        """The button carries what was typed; what can be read of it fills the form."""
        person, wanted = self._person(pressed.who, deadline), _understood(pressed.value)
        self._open_for(person, wanted, pressed.place, pressed.trigger, deadline)

    def _open_for(
        self, person: Person, wanted: Wanted | None, place: Place, trigger: str, deadline: datetime
    ) -> None:
        self._admit(person, "request")
        payer, invoices = self._house.fee_payer, self._house.invoices()
        self._open(forms.request(wanted, place, payer, invoices=invoices), trigger, deadline)

    # Deciding.

    def _approve(self, pressed: Pressed, deadline: datetime) -> None:
        self._approved(ButtonValue.read(pressed.value), pressed.who, pressed.trigger, deadline)

    def _comment(self, pressed: Pressed, deadline: datetime) -> None:
        """Asks for a comment, and for what a warning wants, but only whoever may approve."""
        carried, person = ButtonValue.read(pressed.value), self._person(pressed.who, deadline)
        payout = self._desk.may_approve(carried.payout, carried.digest, person)
        view = forms.approval(payout, self._scene(payout), carried)
        self._open(view, pressed.trigger, deadline)

    def submit_approval(self, submitted: Submitted, deadline: datetime) -> Came:
        """The form that approves with a comment, and answers the warnings. The card and its thread
        tell everybody. Where a warning came since it was opened, it is shown again."""
        carried = ButtonValue.read(submitted.carried)
        try:
            self._approved(carried, submitted.who, submitted.view, deadline, submitted.values)
        except Unanswered as new:
            with self._ledger.reading() as reading:
                payout = reading.payout(carried.payout)
            if payout is None:
                raise
            return Instead(forms.approval(payout, self._scene(payout), carried, new.sentence))
        return None

    def _approved(
        self,
        carried: ButtonValue,
        who: Who,
        trigger: str,
        deadline: datetime,
        values: Mapping[str, str] | None = None,
    ) -> None:
        """`values` are those of the form, where there was one."""
        number = carried.payout
        question, fee = self._worth(number, deadline)
        person = self._person(who, deadline)
        with self._recording(person, "approve", number):
            comment = None if values is None else forms.comment(values)
            balance, price = question.get(UNDECIDED) if question else (Decimal(0), None)
        self._desk.approve(
            *(number, carried.digest, person, balance),
            price=price,
            fee=_if_told(fee),
            comment=comment,
            answers=None if values is None else forms.answers(values),
            trigger=trigger,
        )

    def _take_back(self, pressed: Pressed, deadline: datetime) -> None:
        carried, person = ButtonValue.read(pressed.value), self._person(pressed.who, deadline)
        number, digest = carried.payout, carried.digest
        self._desk.take_back(number, digest, person, trigger=pressed.trigger)

    def _worth(
        self, number: int, deadline: datetime
    ) -> tuple[Question[tuple[Decimal, Price | None]] | None, Question[Fee] | None]:
        """Ask for the balance of the payout's coin and what the coin is worth, and for the network
        fee; None where no approval can come of it, or the fee is nobody's concern."""
        with self._ledger.reading() as reading:
            payout = reading.payout(number)
        if payout is None or payout.state is not State.REQUESTED:
            return None, None
        gateway, content = self._outsides.gateway, payout.content
        symbol = content.symbol
        worth = self._gateway.ask(lambda: (gateway.balance(symbol), self._price(symbol)), deadline)
        return worth, self._network_fee(content, content.fee_payer, deadline)

    def _price(self, symbol: str) -> Price | None:
        """What a coin is worth by the catalogue; one that is too old, the rules do not count."""
        with suppress(GatewayTrouble):
            catalogue = self._outsides.catalogue()
            coin = catalogue.coin(symbol)
            return Price(coin.price, catalogue.fetched_at) if coin and coin.price else None
        return None

    def _reject(self, pressed: Pressed, deadline: datetime) -> None:
        """Asks for the reason, but only whoever may give one."""
        carried, person = ButtonValue.read(pressed.value), self._person(pressed.who, deadline)
        self._desk.may_reject(carried.payout, carried.digest, person)
        self._open(forms.rejection(carried), pressed.trigger, deadline)

    def _send_again(self, pressed: Pressed, deadline: datetime) -> None:
        carried, person = ButtonValue.read(pressed.value), self._person(pressed.who, deadline)
        number, digest = carried.payout, carried.digest
        self._desk.send_again(number, digest, person, trigger=pressed.trigger)

    def _close(self, pressed: Pressed, deadline: datetime) -> None:
        carried, person = ButtonValue.read(pressed.value), self._person(pressed.who, deadline)
        self._desk.close(carried.payout, carried.digest, person, trigger=pressed.trigger)

    def _resolve(self, pressed: Pressed, deadline: datetime) -> None:
        """Asks what the dashboard shows, but only whoever may say so."""
        carried, person = ButtonValue.read(pressed.value), self._person(pressed.who, deadline)
        payout = self._desk.may_resolve(carried.payout, carried.digest, person)
        form = forms.conclusion if payout.state is State.SENT else forms.resolution
        self._open(form(payout, carried), pressed.trigger, deadline)

    def _frozen(self, person: Person, reason: str, trigger: str) -> Message:
        stopped = self._desk.freeze(person, trigger=trigger, reason=reason)
        return replies.frozen(stopped, self._house.command)

    def _cancel(self, pressed: Pressed, deadline: datetime) -> Message:
        carried, person = ButtonValue.read(pressed.value), self._person(pressed.who, deadline)
        return self._cancelled(carried.payout, person, pressed.trigger, carried.digest)

    def _cancelled(
        self, number: int, person: Person, trigger: str, digest: str | None = None
    ) -> Message:
        payout = self._desk.cancel(number, person, trigger=trigger, digest=digest)
        return replies.cancelled(payout)

    # Looking.

    def _record(self, pressed: Pressed, deadline: datetime) -> Message:
        carried, person = ButtonValue.read(pressed.value), self._person(pressed.who, deadline)
        return self._shown(carried.payout, person, carried.digest)

    def _shown(self, number: int, person: Person, digest: str | None = None) -> Message:
        self._admit(person, "show", number)
        payout, lines = self._desk.shown(number, person, digest)
        mine = self._desk.asked_by(payout, person)
        return replies.shown(payout, lines, replace(self._scene(payout), whole=mine))

    def _listed(self, person: Person, page: int, *, only_waiting: bool) -> Message:
        self._admit(person, "list")
        bare = Scene((), self._house.channel)
        found = self._desk.listed(person, page, only_waiting=only_waiting)
        return replies.listed(found, bare, self._house.command)

    # The outside, and the record.

    def _person(self, who: Who, deadline: datetime) -> Person:
        """Who that is. Whoever could not be looked up in time is unknown, and refused as such."""
        people, rosters = self._outsides.people, self._outsides.rosters
        groups = self._slack.ask(lambda: rosters.refresh(deadline), deadline)
        question = self._slack.ask(lambda: people.find(who.team, who.user, deadline), deadline)
        try:
            return question.get(NO_PAYOUT)
        except Unavailable:
            return Person(who.team, who.user, who.user, Standing.UNKNOWN, self._clock())
        finally:
            with suppress(Unavailable):  # then nobody in them counts
                groups.get(NO_PAYOUT)

    def _admit(self, person: Person, doing: str, number: int | None = None) -> None:
        """Members only, also where the desk is not asked. Raises Denied or Unavailable, on
        record."""
        with self._recording(person, doing, number):
            if person.standing is Standing.UNKNOWN:
                raise nobody_said("Nothing was done; try again.")
            if why := standing_objection(person):
                raise Denied(f"Your account {why}, so it can do nothing here.")

    @contextmanager
    def _recording(self, person: Person, doing: str, number: int | None = None) -> Iterator[None]:
        """A refusal that comes before the desk is asked is on record like the desk's own."""
        try:
            yield
        except Refusal as refusal:
            self._desk.refused(person, refusal, doing=doing, number=number)
            raise

    def _open(self, view: Json, trigger: str, deadline: datetime) -> None:
        client = self._outsides.client
        opening = self._slack.ask(
            lambda: client.views_open(trigger_id=trigger, view=view), deadline
        )
        opening.get(UNOPENED)

    def _catalogue(self, deadline: datetime) -> Catalogue:
        return self._gateway.ask(self._outsides.catalogue, deadline).get(NO_PAYOUT)

    def _scene(self, payout: Payout) -> Scene:
        bare = self._bare(payout)
        with self._ledger.reading() as reading:
            return scene(bare, reading, self._rules, payout, self._clock())

    def _bare(self, payout: Payout) -> Scene:
        """Enough for a reminder of a payout."""
        house, content = self._house, payout.content
        return Scene(
            self._desk.deciders(payout),
            house.channel,
            house.network(content),
            explorer=house.explorer(content),
            workspace=house.workspace,
            trouble=house.trouble(),
        )


def _if_told(question: Question[T] | None) -> T | None:
    """The answer, where there is one in time: what is not told is asked again before money goes."""
    with suppress(Unavailable):
        return question.get(NO_PAYOUT) if question else None
    return None


def _understood(typed: str) -> Wanted | None:
    """As much of a command as can be read."""
    try:
        command = read_command(typed)
    except Misread as no:
        return no.partial
    return command.wanted if isinstance(command, Request) else None
