"""Where the real things are built, and nowhere else: `serve`, sandbox and tests all come here."""

import logging
import os
import secrets
import signal
import socket
import sys
from collections.abc import Callable, Collection
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from errno import EADDRINUSE
from http import HTTPStatus
from http.client import HTTPException
from itertools import count
from random import SystemRandom
from ssl import SSLContext, create_default_context
from threading import Event
from time import monotonic
from typing import NoReturn

from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from starlette.applications import Starlette
from starlette.routing import Route

from approvals.catalogue import Catalogue
from approvals.ccpayment.cache import CatalogueCache, Keeper
from approvals.ccpayment.generations import GENERATIONS
from approvals.ccpayment.signing import Keys, Signatures
from approvals.ccpayment.wire import Transport, direct
from approvals.clerk import Clerk
from approvals.content import Account, Content, FeePayer
from approvals.desk import Desk
from approvals.gateway import Gateway, GatewayTrouble
from approvals.ledger import Ledger
from approvals.people import Roster
from approvals.policy import Policy, UnusablePolicy, difference, read_policy, unsound
from approvals.rosters import PATIENCE, Rosters
from approvals.rulebook import Rulebook
from approvals.sender import Sender
from approvals.silence import Silence, sentence
from approvals.times import Clock, utc_now
from approvals.words import visible
from approvals.worker import Loop, Worker, back_off
from bot import front
from bot.answers import Answers
from bot.courier import Courier
from bot.disk import thrown_away
from bot.first_look import FirstLook, granted
from bot.health import Health, Watch, waiting_for
from bot.listeners import House, Listeners, Outsides
from bot.people import SlackPeople
from bot.serving import Turn
from bot.settings import PolicySettings, Settings
from bot.trouble import Reach
from bot.web import application, bolt
from bot.webhook import webhook

LISTENER_SECONDS = 2
"""Slack's Web API within a listener, which has 2.0 s for everything, and for private answers, which
come one after the other."""

WORKER_SECONDS = 10
"""Slack's Web API where nobody waits."""

LAST_SECONDS = 8.5
"""From SIGTERM to the end of the process, whatever happens. A request to CCPayment has 8 s, and
hosts wait 10 s before they kill."""

GIVEN_UP = (
    b"Something did not finish in time after SIGTERM. The process ends as if it were killed:"
    b" nothing is lost, and what was under way is looked up at the next start.\n"
)

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(seconds=30)
"""Between two questions to a Slack that does not answer at the start; the wait doubles."""

PASSING = frozenset({"ratelimited", "internal_error", "fatal_error", "service_unavailable"}) | {
    *("request_timeout", "team_added_to_org")
}
"""Errors that say nothing about the token, and pass (docs.slack.dev, auth.test)."""

EVERYWHERE = "0.0.0.0"  # noqa: S104 - a hosted app is reached from outside

log = logging.getLogger(__name__)


class NotWired(Exception):
    """Slack does not accept the token, or does not answer; the port is taken; the disk does not
    last. A sentence."""


class SlackIsSilent(NotWired):
    """Slack does not answer, or not to the question; that passes by itself."""


@dataclass(frozen=True, slots=True)
class Countersign:
    """The bot, built. `workers` are its clerk, sender and courier, run by `app` while it serves;
    a test may call their `once` instead."""

    app: Starlette
    ledger: Ledger
    desk: Desk
    gateway: Gateway
    workers: tuple[Worker, ...]
    turn: Turn

    def close(self) -> None:
        """Let the next process serve, and close the ledger. Nothing may run any more."""
        self.turn.leave()
        self.ledger.close()


def new_nonce() -> str:
    """128 random bits in hex."""
    return secrets.token_hex(16)


def new_reference() -> str:
    """What a failure is called, to people and in the log."""
    return secrets.token_hex(3)


def wire(
    settings: Settings,
    *,
    clock: Clock = utc_now,
    transport: Transport = direct,
    nonce: Callable[[], str] = new_nonce,
    restored: bool = False,
    known: "Known | None" = None,
) -> Countersign:
    """Build everything; nothing runs yet. Asks Slack once who the bot is, unless that is `known`.
    The ledger is made ready as soon as no other process serves it. `restored`: the whole disk was
    put back from a copy, which the ledger itself cannot notice.

    Raises NotWired, UnusablePolicy, UnknownLedger where the ledger's file is something else, and
    WrongLedger where it belongs to another Slack team or CCPayment account.
    """
    tls = create_default_context()
    waited_for = _slack(settings, tls, LISTENER_SECONDS)
    unhurried = _slack(settings, tls, WORKER_SECONDS)
    identity, scopes = known or _identity(settings, unhurried)
    team = identity.team_id or ""
    gateway, signatures = _account(settings, clock, transport)
    policy = settings.policy()
    people = SlackPeople(waited_for, team, clock)
    rosters = Rosters(people, policy.slack_groups, clock)
    _sound(policy, rosters)
    ledger = Ledger(settings.ledger_file)
    rules = Rulebook(policy, rosters.current, rosters.last)
    shown = Rulebook(policy, rosters.last)
    desk = Desk(ledger, rules, gateway.account, clock=clock, nonce=nonce)
    catalogue, reach = CatalogueCache(lambda: _offered(gateway), clock), Reach()
    house = House(
        settings.payouts_command,
        settings.payouts_channel,
        FeePayer(settings.payouts_fee_payer),
        _networks(catalogue),
        _explorers(catalogue),
        _invoices(catalogue),
        identity.url or "",
        lambda: reach.trouble,
    )
    watch = Watch(ledger)
    workers = (
        Courier(
            ledger,
            unhurried,
            shown,
            channel=house.channel,
            network=house.network,
            explorer=house.explorer,
            workspace=house.workspace,
            reach=reach,
            clock=clock,
        ),
        Clerk(ledger, gateway, clock=clock),
        Keeper(catalogue),
        Introduction(gateway),
        rosters,
        Sender(
            ledger,
            gateway,
            SlackPeople(unhurried, team, clock),
            rules,
            clock=clock,
            random=SystemRandom(),
        ),
        watch,
        FirstLook(
            ledger,
            unhurried,
            SlackPeople(unhurried, team, clock),
            shown,
            scopes=scopes,
            team=team,
            channel=house.channel,
            reach=reach,
            clock=clock,
        ),
    )

    def begin() -> None:
        _open(ledger, team, gateway.account, restored=restored, now=clock())
        _remember(signatures, ledger, clock)
        _let_in(rosters, ledger)
        _adopt(ledger, policy, clock())
        watch.once()

    loops = [Loop(worker, ledger.bell(), monotonic) for worker in workers]
    turn = Turn(settings.ledger_file, begin, loops)
    answers = Answers(waited_for)
    outsides = Outsides(people, rosters, waited_for, gateway, catalogue.get, catalogue.known)
    listeners = Listeners(
        desk,
        ledger,
        shown,
        outsides,
        answers,
        house,
        ready=lambda: turn.come,
        reference=new_reference,
        clock=clock,
    )
    app = bolt(waited_for, identity)
    listeners.register(app)
    hook = _hook(settings, ledger, lambda: turn.come, clock)
    health = Health(
        ledger,
        loops,
        ready=lambda: turn.come,
        frozen=lambda: watch.frozen,
        further=reach.health,
        ticks=monotonic,
    )
    web = application(
        app,
        settings.slack_signing_secret.get_secret_value(),
        [answers, turn],
        clock,
        [*health.routes(), hook],
    )
    try:
        turn.take()
    except BaseException:
        ledger.close()
        raise
    return Countersign(web, ledger, desk, gateway, workers, turn)


def _sound(policy: Policy, rosters: Rosters) -> None:
    """Raises UnusablePolicy where the policy can never be satisfied."""
    rosters.once()
    roster = rosters.last()
    for group in sorted(policy.slack_groups - roster.members.keys()):
        log.error("Slack does not say who is in the user group %s; nobody in it counts", group)
    if sentences := unsound(policy, roster):
        raise UnusablePolicy(*sentences)


def _earlier_groups(ledger: Ledger) -> frozenset[str]:
    """Slack's user groups in policies under which payouts were asked for that are not over yet."""
    with ledger.reading() as reading:
        texts = {reading.policy(payout.policy) for payout in reading.open()}
    return frozenset().union(*(read_policy(text).slack_groups for text in texts if text))


def _let_in(rosters: Rosters, ledger: Ledger) -> None:
    """Ask for the groups of earlier policies too."""
    rosters.include(_earlier_groups(ledger))
    rosters.once()


def _adopt(ledger: Ledger, policy: Policy, now: datetime) -> None:
    """Put the policy in force; a change is told to everybody, in words."""
    with ledger.change() as change:
        before = change.policy_in_force()
        known = read_policy(before) if before is not None else None
        change.adopt(policy, "\n".join(difference(known, policy)), now)


def _open(ledger: Ledger, team: str, account: Account, *, restored: bool, now: datetime) -> None:
    """Bind the ledger, which freezes it if it is not the one that it was. A freeze from before is
    said again: nobody has to look through older logs. What kept cards from being shown may have
    been mended meanwhile."""
    if ledger.bind(team, account, now, restored=restored) is None:
        with ledger.reading() as reading:
            earlier = reading.frozen()
        if earlier:
            log.error("sending is still frozen: %s", visible(earlier.why))
    with ledger.change() as change:
        change.retry_cards(now)


def _account(settings: Settings, clock: Clock, transport: Transport) -> tuple[Gateway, Signatures]:
    """The gateway, and what is learned of whether it signs."""
    seen = Signatures()
    return ccpayment(settings, clock=clock, transport=transport, signatures=seen), seen


def _remember(signatures: Signatures, ledger: Ledger, clock: Clock) -> None:
    """Once CCPayment was seen to sign for this account, the ledger knows it for good."""

    def tell() -> None:
        with ledger.change() as change:
            change.note_signs(clock())

    with ledger.reading() as reading:
        seen = reading.signs()
    signatures.keep(seen=seen, tell=tell)


def run(settings: Settings, *, restored: bool = False) -> None:
    """Serve until SIGTERM or SIGINT; then the steps at hand are finished and the ledger is closed.
    Raises as `wire`, NotWired where port or disk are not to be had, and SystemExit at SIGTERM."""
    _on_a_disk_that_lasts(settings)
    signal.signal(signal.SIGTERM, _end)  # uvicorn raises it again when all is done
    with closing(_listener(settings.port)) as listener:
        limits = front.within(front.raised())
        built = wire(settings, restored=restored, known=_patiently(settings, listener, limits))
        try:
            with suppress(KeyboardInterrupt):  # which is raised again, too
                front.Front(built.app, limits, lambda: _hurry(built.turn)).run([listener])
        finally:
            built.close()


def _on_a_disk_that_lasts(settings: Settings) -> None:
    """Raises NotWired where the ledger would be lost with its container, unless it may be."""
    folder = settings.ledger_file.absolute().parent
    kind = thrown_away(folder)
    if kind is None:
        return
    lost = f"in {folder}, on a disk that is thrown away ({kind}), and what was paid is forgotten"
    if not settings.ledger_may_be_lost:
        raise NotWired(
            f"The ledger would lie {lost} with it. Mount a volume and let DATABASE_URL name a file"
            " on it; for a trial, set LEDGER_MAY_BE_LOST=true."
        )
    log.warning("the ledger lies %s with it: LEDGER_MAY_BE_LOST allows that", visible(lost))


def _patiently(settings: Settings, listener: socket.socket, limits: front.Limits) -> "Known":
    """Who the bot is, as soon as Slack says so; until then somebody answers the health checks, or
    a host would end what only waits. Raises NotWired where Slack refuses."""
    client = _slack(settings, create_default_context(), WORKER_SECONDS)
    try:
        return _identity(settings, client)
    except SlackIsSilent as silent:
        log.warning("%s It is asked again, until it answers.", silent)
    with front.beside(waiting_for("Slack"), listener.dup(), limits):
        for tries in count():
            Event().wait(back_off(tries, FIRST_WAIT, LONGEST_WAIT).total_seconds())
            with suppress(SlackIsSilent):
                return _identity(settings, client)
    raise AssertionError("counting has no end")


def _listener(port: int) -> socket.socket:
    """The port, held before anything else is done: nobody is told that somebody serves who cannot
    be reached. Raises NotWired."""
    try:
        return front.listener(EVERYWHERE, port)
    except OSError as trouble:
        why = "another program listens there" if trouble.errno == EADDRINUSE else trouble.strerror
        raise NotWired(f"Countersign cannot listen on port {port}: {why}. See PORT.") from trouble


class Introduction:
    """A worker with one round of work: it asks CCPayment one thing that needs App ID and secret, so
    that a wrong one is told at the start and not by the first payout. The program serves all the
    same: what is on its way must be looked up, and most silence passes."""

    name = "introduction"

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._done = False

    def once(self) -> int:
        """Ask, the first time. There is never more to do."""
        if not self._done:
            self._done = True
            self._ask()
        return 0

    def _ask(self) -> None:
        try:
            self._gateway.balance(_ANY_COIN)
        except GatewayTrouble as trouble:
            level = logging.ERROR if trouble.silence is Silence.REFUSED else logging.WARNING
            log.log(level, "nothing can be sent now: %s", visible(sentence(trouble)))
        else:
            log.info("CCPayment answers this account")


_ANY_COIN = "USDT"


def _hurry(turn: Turn) -> None:
    """At SIGTERM: no worker begins anything more, and whatever keeps the process from ending, it
    ends in time. In a signal, nothing may wait."""
    turn.end()
    signal.signal(signal.SIGALRM, _give_up)
    signal.setitimer(signal.ITIMER_REAL, LAST_SECONDS)


def _give_up(*_: object) -> NoReturn:
    """What a kill would do: what was under way is looked up at the next start."""
    os.write(sys.stderr.fileno(), GIVEN_UP)
    os._exit(1)


def _end(*_: object) -> NoReturn:
    sys.exit(0)


def roster(settings: PolicySettings, groups: Collection[str], *, clock: Clock = utc_now) -> Roster:
    """Who is in these user groups now, as far as Slack says; without a token nobody is asked."""
    if settings.slack_bot_token is None or not groups:
        return Roster()
    client = _slack(settings, create_default_context(), WORKER_SECONDS)
    return SlackPeople(client, "", clock).roster(groups, clock() + PATIENCE)


def _slack(settings: Settings | PolicySettings, tls: SSLContext, seconds: int) -> WebClient:
    token = settings.slack_bot_token
    away = settings.slack_api_url.startswith("https")  # all else is on this machine
    proxy = settings.https_proxy if away else None
    return WebClient(
        token=token.get_secret_value() if token else None,
        base_url=settings.slack_api_url,
        timeout=seconds,
        proxy=proxy.get_secret_value() if proxy else None,
        ssl=tls,
        retry_handlers=[],
    )


Known = tuple[AuthorizeResult, frozenset[str] | None]
"""Who the bot is, its team and its own ids; and what its token may do, None where Slack does not
say."""


def _identity(settings: Settings, client: WebClient) -> Known:
    """Ask Slack. Raises SlackIsSilent, and NotWired where it refuses."""
    try:
        found = client.auth_test()
    except SlackApiError as refused:
        why = str(refused.response.get("error"))
        if refused.response.status_code != HTTPStatus.OK or why in PASSING:
            raise SlackIsSilent("Slack gives no usable answer.") from refused
        raise NotWired(f"Slack refuses SLACK_BOT_TOKEN ({visible(why)}). Copy it again.") from None
    except (SlackClientError, OSError, HTTPException) as silent:
        raise SlackIsSilent("Slack does not answer.") from silent
    token = settings.slack_bot_token.get_secret_value()
    identity = AuthorizeResult.from_auth_test_response(auth_test_response=found, bot_token=token)
    return identity, granted(found.headers)


def ccpayment(
    settings: Settings,
    *,
    clock: Clock = utc_now,
    transport: Transport = direct,
    signatures: Signatures | None = None,
) -> Gateway:
    """The gateway of these settings. `signatures`: what is known of whether the account signs.
    Asks nobody."""
    api, app_id = settings.ccpayment_api, settings.ccpayment_app_id
    account = Account(api, app_id, settings.ccpayment_address)
    return GENERATIONS[api].gateway(
        account,
        settings.ccpayment_app_secret.get_secret_value(),
        clock,
        declined_codes=frozenset(map(str, settings.ccpayment_declined_codes)),
        verify_answers=settings.ccpayment_verify_answers,
        signatures=signatures,
        transport=transport,
    )


def _hook(settings: Settings, ledger: Ledger, ready: Callable[[], bool], clock: Clock) -> Route:
    """Where CCPayment posts its webhooks, signed with the account's own keys."""
    news, secret = GENERATIONS[settings.ccpayment_api].gateway.hook, settings.ccpayment_app_secret
    keys = Keys(settings.ccpayment_app_id, secret.get_secret_value(), news.formula)
    return webhook(news, keys, ledger, ready, clock)


def _offered(gateway: Gateway) -> Catalogue:
    """What people choose from. That links to transactions are not to be had keeps nobody from
    paying. Raises GatewayTrouble."""
    offered = gateway.priced(gateway.catalogue())
    with suppress(GatewayTrouble):
        return replace(offered, explorers=gateway.explorers())
    return offered


def _networks(catalogue: CatalogueCache) -> Callable[[Content], str | None]:
    """The names that people have for networks, once CCPayment has told them."""

    def network(content: Content) -> str | None:
        known = catalogue.known()
        token = known.token(content.token_id) if known else None
        return token.network if token else None

    return network


def _explorers(catalogue: CatalogueCache) -> Callable[[Content], str | None]:
    """Where the transactions of a chain can be seen, once CCPayment has told it."""

    def explorer(content: Content) -> str | None:
        known = catalogue.known()
        return known.explorers.get(content.chain) if known else None

    return explorer


def _invoices(catalogue: CatalogueCache) -> Callable[[], bool]:
    """Whether Lightning invoices can be paid, as far as CCPayment has told."""

    def invoices() -> bool:
        known = catalogue.known()
        return known is not None and known.pays_invoices

    return invoices
