"""Lines of a payout's record, as sentences: who did what when, and what was said. A person reads
them by `show`; the command line prints every fact."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation

from approvals.audit import Line, Note
from approvals.payout import Ended, Fact, Kind, Payout
from approvals.words import counted
from bot.telling import answer, full_stop
from bot.texts import Bold, Code, Said, Sentence, User, When, bold, coins, told


def recorded(line: Line, payout: Payout) -> Sentence:
    """What a line of `payout`'s record says."""
    return [When(line.at), " ", *_TOLD.get(line.kind, _other)(line, payout)]


def _by(what: str, *facts: str) -> Callable[[Line, Payout], Sentence]:
    """Somebody did something; `facts` are what they, or the rules, said of it."""

    def tell(line: Line, _: Payout) -> Sentence:
        by: Sentence = [f"{what} by ", User(line.by.id)] if line.by else [what]
        return [bold(*by), *_said(line, *facts)]

    return tell


def _that(what: str, *facts: str) -> Callable[[Line, Payout], Sentence]:
    """Something happened; `facts` say more of it."""
    return lambda line, _: [bold(what), *_said(line, *facts)]


def _somebody(what: str, *facts: str) -> Callable[[Line, Payout], Sentence]:
    """Whoever it was comes first."""
    return lambda line, _: [_who(line), what, *_said(line, *facts)]


def _attempt(what: str) -> Callable[[Line, Payout], Sentence]:
    """What became of an attempt, with CCPayment's own words."""

    def tell(line: Line, _: Payout) -> Sentence:
        number = _text(line, "attempt")
        came = answer(_text(line, "code"), _text(line, "message"))
        said = [": ", *came] if _text(line, "code") or _text(line, "message") else []
        return [bold(f"Attempt {number} {what}" if number else what.capitalize()), *said, "."]

    return tell


def _who(line: Line) -> Bold:
    return bold(User(line.by.id)) if line.by else bold("Somebody")


def _text(line: Line, fact: str) -> str:
    found: Fact = line.facts.get(fact)
    return "" if found is None else str(found)


def _said(line: Line, *facts: str) -> Sentence:
    """The facts that are there, as sentences that end."""
    there = [words for fact in facts if (words := _text(line, fact))]
    told_: Sentence = [piece for words in there for piece in (" ", *told(words), full_stop(words))]
    return [":", *told_] if there else ["."]


def _approved(line: Line, payout: Payout) -> Sentence:
    reviewed, ticked = _text(line, "reviewed"), len(_text(line, "ticked").split())
    looked = f" They compared the address with that of payout {reviewed}." if reviewed else ""
    answered = f" They answered {counted(ticked, 'warning')}." if ticked else ""
    said = _quoted(line, "comment")
    return [*_by("Approved", "verdict")(line, payout), *said, answered, looked]


def _rejected(line: Line, payout: Payout) -> Sentence:
    return [*_by("Rejected")(line, payout), *_quoted(line, "because")]


def _quoted(line: Line, fact: str) -> Sentence:
    """What somebody wrote, word for word."""
    words = _text(line, fact)
    return [' "', Said(words), '"'] if words else []


def _estimated(line: Line, payout: Payout) -> Sentence:
    balance = _coins(_text(line, "balance"), payout.content.symbol)
    fee = _coins(_text(line, "fee"), _text(line, "fee_coin"))
    found = ([f"network fee about {fee}"] if fee else []) + (
        [f"CCPayment holds {balance}"] if balance else []
    )
    return [bold("Looked up"), f": {', '.join(found)}." if found else "."]


def _reported(what: str) -> Callable[[Line, Payout], Sentence]:
    """What CCPayment says of a withdrawal."""

    def tell(line: Line, payout: Payout) -> Sentence:
        parts: list[Sentence] = [*_order(line)]
        if fee := _coins(_text(line, "network_fee"), _text(line, "fee_coin")):
            parts.append([f"network fee {fee}"])
        if status := _text(line, "status"):
            parts.append(["status ", Said(status)])
        if txid := _text(line, "txid"):
            parts.append(["transaction ", Code(txid)])
        joined = [piece for part in parts for piece in (", ", *part)][1:]
        by: Sentence = [", as read by ", User(line.by.id)] if line.by else []
        return [bold(what), *by, *([": ", *joined] if joined else []), "."]

    return tell


def _order(line: Line) -> Iterator[Sentence]:
    if order := _text(line, "order_id"):
        yield ["order_id ", Code(order)]


def _refused(line: Line, _: Payout) -> Sentence:
    """The bot refused whoever tried."""
    doing = _text(line, "doing")
    what = f" was refused ({doing})" if doing else " was refused"
    return [_who(line), what, *_said(line, "sentence")]


def _stated(line: Line, _: Payout) -> Sentence:
    order, ended = _text(line, "order_id"), _text(line, "ended")
    shows: Sentence = ["order ", Code(order)] if order else ["no such withdrawal"]
    if ended:
        shows = ["that it was paid" if ended == Ended.SETTLED else "that it failed"]
    return [_who(line), " says that CCPayment's dashboard shows ", *shows, "."]


def _failed(line: Line, payout: Payout) -> Sentence:
    return (_by if line.by else _that)("Closed" if line.by else "Failed", "because")(line, payout)


def _other(line: Line, payout: Payout) -> Sentence:
    return _by(str(line.kind).capitalize(), "why", "what")(line, payout)


def _coins(number: str, coin: str) -> str:
    try:
        return coins(Decimal(number), coin) if number else ""
    except InvalidOperation:
        return ""


_TOLD: Mapping[str, Callable[[Line, Payout], Sentence]] = {
    Kind.REQUESTED: _by("Asked for"),
    Kind.ESTIMATED: _estimated,
    Kind.AGREED: _approved,
    Kind.TAKEN_BACK: _by("Approval taken back"),
    Kind.APPROVED: _approved,
    Kind.REOPENED: _that("The approvals do not suffice any more", "verdict"),
    Kind.REJECTED: _rejected,
    Kind.CANCELLED: _by("Cancelled"),
    Kind.EXPIRED: _that("Expired", "because"),
    Kind.DELAYED: _that("Not sent yet", "why"),
    Kind.CLAIMED: _attempt("begins: its request may leave from now on"),
    Kind.ADOPTED: _reported("CCPayment has it already"),
    Kind.UNSENT: _attempt("did not leave"),
    Kind.DECLINED: _attempt("was declined by CCPayment"),
    Kind.DOUBTED: _attempt("had no clear answer"),
    Kind.LOOKED_UP: _that("Looked up", "said"),
    Kind.ABSENT: _that("CCPayment does not know it, as two look-ups say"),
    Kind.AGAIN_ASKED: _somebody(" asked to send it again"),
    Kind.CLOSE_ASKED: _somebody(" asked to close it as not sent"),
    Kind.UNCLEAR: _that("Look-ups do not tell what became of it", "why"),
    Kind.RESTORED: _that("An old copy of the ledger was put back"),
    Kind.SENT: _reported("CCPayment took it"),
    Kind.LEARNED: _reported("CCPayment reports"),
    Kind.SETTLED: _reported("Settled"),
    Kind.FAILED: _failed,
    Note.REFUSED: _refused,
    Note.LATE: _attempt("was answered late"),
    Note.STATED: _stated,
    Note.ALARM: _that("Alarm", "what"),
}
