"""The command line: serve, try, set up, and read the ledger.

Exit status: 0 done, 1 something is wrong with what was looked at, 2 the question or the settings
cannot be used; the sentences say what to do.
"""

import json
import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
from tabulate import tabulate

from approvals import silence
from approvals.audit import Broken, Line, Note
from approvals.catalogue import LIGHTNING
from approvals.destination import Kind
from approvals.errors import Busy, Unreadable
from approvals.gateway import GatewayTrouble
from approvals.ledger import Freeze, Frozen, Ledger, Reading, UnknownLedger, WrongLedger, evidence
from approvals.ledger.reports import record, table, verify
from approvals.money import dollars, micro_dollars, read_amount
from approvals.payout import Fact, Payout
from approvals.people import Roster
from approvals.policy import Policy, Subject, UnusablePolicy, Way, unsound
from approvals.policy.soundness import requesters
from approvals.reconcile import Reconciled
from approvals.reconcile import reconcile as compare_books
from approvals.secrets import no_key_in
from approvals.times import to_text, utc_now
from approvals.words import counted
from bot import checking
from bot.environment import keep_from_libraries
from bot.log import configure
from bot.manifest import EXAMPLE, creation_link, manifest
from bot.parsing import Misread, Request, read_command
from bot.settings import (
    LedgerSettings,
    PolicySettings,
    SandboxSettings,
    Settings,
    WrongSettings,
)
from bot.terminal import for_programs, show_what_can_be_shown
from bot.texts import unmarked

S = TypeVar("S", Settings, SandboxSettings, LedgerSettings, PolicySettings)

WRONG, UNUSABLE = 1, 2
ONE_BY_ONE = (
    "This API does not list its withdrawals: each payout of these days was looked up by its"
    " reference, and what left the account without a payout is not seen."
)
NOT_WHERE = "Nor does it say to which address and with which memo."
NOT_YET = (
    "Nothing was lifted: {why}. Start countersign serve first, or end it and start it again: it"
    " puts that on record and looks up what may have been sent meanwhile. Then unfreeze."
)
FIRST_DAY = datetime(2009, 1, 3, tzinfo=UTC)  # no coin is older
LAST_DAY = datetime(9999, 1, 1, tzinfo=UTC)  # time zones still fit behind it


class Day(click.DateTime):
    """A day, for lists: before the first coin or after all that will be, the first or last."""

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def convert(self, *asked: Any) -> datetime:
        day: datetime = super().convert(*asked)
        return min(max(day, FIRST_DAY.replace(tzinfo=None)), LAST_DAY.replace(tzinfo=None))


ledger_option = click.option(
    "--ledger", type=click.Path(path_type=Path), help="The ledger's file. [default: DATABASE_URL]"
)
json_option = click.option("--json", "as_json", is_flag=True, help="For programs.")


@click.group()
@click.version_option(package_name="countersign")
def main() -> None:
    """Crypto payouts that need two people."""
    show_what_can_be_shown()


@main.command()
@click.option(
    "--restored",
    is_flag=True,
    help="Only for one start, after the whole disk was put back from a copy. Freezes sending.",
)
def serve(restored: bool) -> None:
    """Answer Slack, send what is approved. Settings: docs/settings.md."""
    settings = _settings(Settings)
    configure(settings.log_level)
    from bot.wiring import NotWired, run

    for sentence in settings.warnings():
        click.echo(sentence, err=True)
    try:
        run(settings, restored=restored)
    except (NotWired, UnusablePolicy, WrongLedger) as unusable:
        _unusable(str(unusable))
    except (UnknownLedger, Busy, sqlite3.DatabaseError) as unusable:
        _unusable(f"{settings.ledger_file} cannot be used: {unusable}. See DATABASE_URL.")


@main.command()
@click.option("--once", is_flag=True, help="Only play one payout through; exit 0 or 1.")
def sandbox(once: bool) -> None:
    """Try it without Slack or CCPayment: everything on this machine, nothing real."""
    settings = _settings(SandboxSettings)
    configure("ERROR")  # its cast brings about on purpose what a warning is for
    from sandbox.run import play

    sys.exit(play(settings, once=once))


@main.command(name="manifest")
@click.option("--url", required=True, help=f"The public address, such as {EXAMPLE}.")
@click.option("--command", default="/payout", show_default=True, help="The slash command.")
def manifest_(url: str, command: str) -> None:
    """Print the Slack app's manifest for an address, and the link that creates the app."""
    try:
        text = manifest(url, command)
    except ValueError as unusable:
        _unusable(str(unusable))
    click.echo(text)
    click.echo(f"Create the app: {creation_link(text)}", err=True)


@main.command()
@click.option("--reason", required=True, help="What was wrong, and why it is right now.")
@ledger_option
def unfreeze(reason: str, ledger: Path | None) -> None:
    """Send again, after a mismatch or an old copy of the ledger was looked into."""
    if not reason.strip():
        _unusable("Say what was wrong, and why it is right now: it goes on record.")
    try:
        no_key_in("reason", reason)
    except Unreadable as no:
        _unusable(no.sentence)
    with _opened(ledger) as opened, opened.change() as change:
        if change.rewound is not None:
            _unusable(NOT_YET.format(why=change.rewound))
        frozen = change.frozen()
        if frozen is None:
            _unusable("Sending is not frozen.")
        change.unfreeze(reason, utc_now(), "command line")
        other = change.frozen()
    click.echo(f"Sending was frozen because {frozen.why}. {_after(other)}")


def _after(other: Frozen | None) -> str:
    """What follows when a freeze was lifted."""
    if other is None:
        return "It goes on now."
    lift = "Approvers lift that in Slack." if other.kind is Freeze.PEOPLE else "Look into that too."
    return f"It is frozen again, because {other.why}. {lift}"


@main.group()
def audit() -> None:
    """Check the audit log."""


@main.group()
def payouts() -> None:
    """Read what happened."""


@audit.command(name="verify")
@ledger_option
@json_option
def audit_verify(ledger: Path | None, as_json: bool) -> None:
    """Check every line's hash, play every payout again, and compare."""
    with _reading(ledger, as_json) as reading:
        try:
            found = verify(reading)
        except Broken as broken:
            wrong = {"ok": False, "line": broken.number, "why": broken.why}
            click.echo(json.dumps(wrong) if as_json else f"The audit log is broken: {broken}.")
            sys.exit(WRONG)
    if as_json:
        sound = {"ok": True, "lines": found.lines, "payouts": found.payouts, "head": found.head}
        click.echo(json.dumps(sound))
    else:
        click.echo(
            f"{counted(found.lines, 'line')} and {counted(found.payouts, 'payout')} checked;"
            " all of them fit.\n"
            f"The newest line has the hash {found.head}.\n"
            "Keep that hash elsewhere: only with it can a log whose end was cut off be recognised."
        )


@payouts.command(name="list")
@ledger_option
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="For spreadsheets.")
@click.option("--from", "first", type=Day(), help="First day.")
@click.option("--to", "last", type=Day(), help="Last day, included.")
@click.option("--zone", default="UTC", show_default=True, help="Time zone of days and times.")
def payouts_list(
    ledger: Path | None,
    as_json: bool,
    as_csv: bool,
    first: datetime | None,
    last: datetime | None,
    zone: str,
) -> None:
    """List payouts, the oldest first."""
    if as_json and as_csv:
        _unusable("Choose one of --csv and --json.")
    here = _zone(zone)
    start = _midnight(first, here) if first else FIRST_DAY
    end = _midnight(last + timedelta(days=1), here) if last else datetime.max.replace(tzinfo=UTC)
    with _reading(ledger, as_json) as reading:
        found = reading.between(start, end)
    records = [record(payout, here) for payout in found]
    if as_csv:
        for_programs(table(found, here))
    elif as_json:
        for_programs(json.dumps(records, indent=2, ensure_ascii=False))
    elif not records:
        click.echo("No payouts.")
    else:
        columns = ("payout", "state", "asked", "requester", "amount", "coin", "network", "order_id")
        rows = [[each[column] for column in columns] for each in records]
        click.echo(tabulate(rows, headers=columns, disable_numparse=True))


@payouts.command(name="show")
@click.argument("number", type=int)
@ledger_option
@json_option
@click.option("--zone", default="UTC", show_default=True, help="Time zone of the times.")
def payouts_show(number: int, ledger: Path | None, as_json: bool, zone: str) -> None:
    """Print a payout and everything that is on record about it."""
    here = _zone(zone)
    with _reading(ledger, as_json) as reading:
        payout = reading.payout(number)
        lines = reading.lines("payout", number)
    if payout is None:
        _unusable(f"There is no payout {number}; `countersign payouts list` shows those there are.")
    facts = record(payout, here)
    if as_json:
        told = {"canonical": payout.canonical, "lines": [_spelled(each) for each in lines]}
        for_programs(json.dumps({**facts, **told}, indent=2, ensure_ascii=False))
        return
    click.echo(tabulate(list(facts.items()), tablefmt="plain", disable_numparse=True))
    click.echo()
    for line in lines:
        click.echo(_told(line, here))


@payouts.command()
@ledger_option
@json_option
@click.option("--from", "first", type=Day(), help="First day.")
@click.option("--to", "last", type=Day(), help="Last day, included.")
@click.option("--zone", default="UTC", show_default=True, help="Time zone of the days.")
def reconcile(
    ledger: Path | None, as_json: bool, first: datetime | None, last: datetime | None, zone: str
) -> None:
    """Hold CCPayment's own books against the ledger; by default yesterday's and today's.

    Asks CCPayment, with the settings of `serve`. `--to` alone means that one day. Exit status 1:
    something does not fit; 2: CCPayment gave no usable answer.
    """
    settings, here = _settings(Settings), _zone(zone)
    from bot.wiring import ccpayment

    gateway = ccpayment(settings)
    start, end = _days(first, last, here)

    def known() -> tuple[Payout, ...]:
        with _reading(ledger, as_json) as reading:
            return reading.between(FIRST_DAY, datetime.max.replace(tzinfo=UTC))

    if any(payout.content.account != gateway.account for payout in known()):
        _unusable("The settings name another CCPayment account than this ledger's.")
    try:
        found = compare_books(gateway, known, start, end)
    except GatewayTrouble as trouble:
        _unusable(silence.sentence(trouble))
    click.echo(json.dumps(asdict(found), indent=2) if as_json else _compared(found))
    answered = any(odd.answered for odd in found.odd)
    sys.exit((WRONG if answered else UNUSABLE) if found.odd else 0)


@main.group()
def policy() -> None:
    """Look at the rules for payouts before they are in force."""


@policy.command(name="check")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@json_option
def policy_check(file: Path | None, as_json: bool) -> None:
    """Print who may do what; or say why the policy does not load.

    Without FILE: the policy of `serve`. User groups are looked up with SLACK_BOT_TOKEN, if it is
    set.
    """
    settings = _settings(PolicySettings)
    from bot.wiring import roster

    try:
        rules = settings.policy(file)
        found = roster(settings, rules.slack_groups)
        if sentences := unsound(rules, found):
            raise UnusablePolicy(*sentences)
    except UnusablePolicy as wrong:
        if as_json:
            click.echo(json.dumps({"ok": False, "why": wrong.sentences}, indent=2))
            sys.exit(UNUSABLE)
        _unusable("The policy does not load.", *wrong.sentences)
    if as_json:
        click.echo(json.dumps(checking.overview_facts(rules, found), indent=2))
    else:
        click.echo(checking.overview(rules, found))


@policy.command(name="try")
@click.argument("payout")
@click.option("--as", "who", help="Who asks: a user id, or a name of [people].")
@click.option("--value", help="What it is worth in USD; without it, no price is known.")
@click.option("--together", help="What others that count together with it are worth in USD.")
@click.option("--file", type=click.Path(path_type=Path), help="A policy. [default: that of serve]")
@json_option
def policy_try(
    payout: str,
    who: str | None,
    value: str | None,
    together: str | None,
    file: Path | None,
    as_json: bool,
) -> None:
    """Show the verdict for a made-up payout, typed as behind /payout. Asks nobody.

    Exit status 1: it could not be asked for, or nobody could approve it.
    """
    try:
        rules = _settings(PolicySettings).policy(file)
        subject = replace(_subject(rules, payout, who, value), together=_micro(together) or 0)
    except UnusablePolicy as wrong:
        _unusable("The policy does not load.", *wrong.sentences)
    except Misread as no:
        _unusable(no.sentence, f"For example: {no.example}")
    except Unreadable as no:
        _unusable(no.sentence)
    facts = checking.trial(rules, subject, payout)
    click.echo(json.dumps(facts, indent=2) if as_json else checking.facts_table(facts))
    sys.exit(WRONG if facts["forbidden"] else 0)


def _subject(rules: Policy, payout: str, who: str | None, value: str | None) -> Subject:
    """The payout that was typed, as the rules look at it. Raises Unreadable."""
    command = read_command(payout)
    if not isinstance(command, Request):
        _unusable('Say what to pay, such as "250 USDT on TRX to ADDRESS for Invoice 1043".')
    wanted = command.wanted
    read_amount(wanted.amount, wanted.coin)
    if rules.networks is not None and wanted.kind is Kind.CHAIN and not wanted.network:
        _unusable("Say on which network, such as on TRX: the policy allows some of them only.")
    return Subject(
        requester=_asking(rules, who),
        way=Way.of(wanted.kind, wanted.destination),
        symbol=wanted.coin,
        chain=LIGHTNING if wanted.kind is Kind.LIGHTNING else wanted.network or "",
        value=_micro(value),
    )


def _micro(usd: str | None) -> int | None:
    """USD as somebody typed it, in micro-dollars. Raises Unreadable."""
    return micro_dollars(read_amount(usd, "USD"), Decimal(1)) if usd else None


def _asking(rules: Policy, who: str | None) -> str:
    """The id of whoever asks; without a word about it, of somebody who may."""
    if who is None:
        return next(iter(requesters(rules, Roster())), "") or _unusable("Say who asks: --as USER.")
    if who not in rules.people and not re.fullmatch(r"[UW][A-Z0-9]+", who):
        _unusable(f"{who} is no user id, and no name of [people].")
    return rules.people.get(who, (who,))[0]


def _days(first: datetime | None, last: datetime | None, zone: tzinfo) -> tuple[datetime, datetime]:
    """The beginning of the first of these days, and the end of the last one, which is today at the
    latest."""
    today = utc_now().astimezone(zone).replace(tzinfo=None)
    end = min(last or today, today)
    start = first or (end if last else today - timedelta(days=1))
    if start.date() > end.date():
        _unusable("These are no days: the first comes after the last, or after today.")
    return _midnight(start, zone), _midnight(end + timedelta(days=1), zone)


def _compared(found: Reconciled) -> str:
    what = "withdrawal" if found.listed else "payout"
    compared = f"{counted(found.compared, what)} compared"
    unseen = {ONE_BY_ONE: found.listed, NOT_WHERE: found.destinations}
    scope = "".join(f" {sentence}" for sentence, seen in unseen.items() if not seen)
    if not found.odd:
        fit = "; all of them fit." if found.compared else "."
        return f"{compared}{fit}{scope}"
    rows = [(odd.payout or "-", odd.order_id or "-", odd.what) for odd in found.odd]
    listed = tabulate(rows, headers=("payout", "order_id", "what"), disable_numparse=True)
    do = "does" if len(rows) == 1 else "do"
    return f"{listed}\n\n{compared}; {counted(len(rows), 'thing')} {do} not fit.{scope}"


def _spelled(line: Line) -> dict[str, object]:
    who = {"id": line.by.id, "name": line.by.name} if line.by else None
    return {
        "line": line.number,
        "at": to_text(line.at),
        "what": line.kind,
        "by": who,
        "via": line.via,
        "facts": dict(line.facts),
    }


def _told(line: Line, zone: tzinfo) -> str:
    """One line of the record, for people: who did what when, and the facts that came with it."""
    when = line.at.astimezone(zone).isoformat(sep=" ", timespec="seconds")
    who = f"{line.by.name} ({line.by.id})" if line.by else line.via
    did = f"to {who}" if line.kind == Note.REFUSED else f"by {who}"
    told = [f"{line.number:>6}  {when}  {line.kind:<10} {did}"]
    told += [
        f"{'':8}{name}: {_fact(name, fact)}"
        for name, fact in line.facts.items()
        if fact not in (None, "")
    ]
    return "\n".join(told)


def _fact(name: str, fact: Fact) -> str:
    if name == "value" and isinstance(fact, int):
        return f"about {dollars(fact)} USD"
    return unmarked(str(fact))


@contextmanager
def _opened(file: Path | None) -> Iterator[Ledger]:
    """The ledger, to write to; a file that is not there is not made."""
    path = _there(file)
    with _in_words(path), closing(Ledger(path)) as ledger:
        ledger.open()
        yield ledger


@contextmanager
def _reading(file: Path | None, as_json: bool = False) -> Iterator[Reading]:
    """The ledger as it is, with nothing made and nothing changed."""
    path = _there(file)
    with _in_words(path, as_json), evidence(path) as reading:
        yield reading


def _there(file: Path | None) -> Path:
    path = file or _settings(LedgerSettings).ledger_file
    if not path.is_file():
        _unusable(f"There is no ledger at {path}. Name it with --ledger or DATABASE_URL.")
    return path


@contextmanager
def _in_words(path: Path, as_json: bool = False) -> Iterator[None]:
    """Say what is wrong with the file at `path`, and exit."""
    try:
        yield
    except UnknownLedger as unknown:
        status, why = UNUSABLE, f"{path} cannot be read: {unknown}."
    except Busy as busy:
        status, why = UNUSABLE, f"{path} cannot be used now: {busy}. Try again."
    except sqlite3.DatabaseError as damaged:
        status, why = WRONG, f"The ledger's file is damaged or cannot be read: {damaged}."
    else:
        return
    click.echo(json.dumps({"ok": False, "why": why}) if as_json else why, err=not as_json)
    sys.exit(status)


def _settings(kind: type[S]) -> S:
    """Settings of this kind from the environment, or a list of sentences and exit status 2."""
    try:
        return kind.load()
    except WrongSettings as wrong:
        _unusable(*wrong.sentences)
    finally:
        keep_from_libraries()


def _midnight(day: datetime, zone: tzinfo) -> datetime:
    return datetime.combine(day.date(), time(), zone)


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        _unusable(f"{name} is no time zone; write UTC or a name such as Europe/Berlin.")


def _unusable(*sentences: str) -> NoReturn:
    for sentence in sentences:
        click.echo(sentence, err=True)
    sys.exit(UNUSABLE)


if __name__ == "__main__":
    main()
