"""Private answers: to commands, and to presses that were refused. One person alone reads them, and
Slack does not promise to show them, so they are never the only record."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from approvals.audit import Line
from approvals.desk import Earlier, Listed, Stopped
from approvals.desk.requests import LISTED
from approvals.ledger import Freeze
from approvals.payout import Payout, State
from approvals.words import counted
from bot.blocks import (
    VALUE,
    Message,
    actions,
    bullets,
    button,
    message,
    preformatted,
    rich_text,
    section,
)
from bot.buttons import Act
from bot.cards import cancel_button, details
from bot.cautioning import read_aloud, warnings
from bot.notices import ON_THE_HOST, STOPPED, on_its_way
from bot.recorded import recorded as recorded_line
from bot.standing import stands, state_line, unseen
from bot.telling import Scene, brief, by_asked, full_stop, nobody_known
from bot.texts import Channel, Code, Piece, Said, Sentence, User, When, bold, clipped, spoken, told

TYPED = VALUE
"""Characters of a command that are repeated: as many as the button holds that opens the form."""

RECORD = 20
"""Lines of a payout's record that are shown; the command line shows all."""

_LIST = "`list`"
EXAMPLES = (
    "250 USDT on TRX to TJRabPrwbZy45sbavfcjinPJC18kjpRTv8 for Invoice 1043",
    "25 XRP on XRP to rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH memo 0012345 for Exchange top-up",
    "10 USDT to cwallet ana@example.com for Bonus",
)
INVOICE = "2500 SATS to invoice lnbc25u1… for Workshop lunch"


def recorded(payout: Payout, scene: Scene) -> Message:
    """A payout was made; what its approvers will be warned of, the requester reads first. Or it was
    made before, and has moved on since."""
    if payout.state is not State.REQUESTED:
        earlier: Sentence = [f"Payout {payout.number} was recorded already: "]
        return message([[*earlier, *brief(payout, scene), "."], state_line(payout, scene)])
    comes: Sentence = ["Its card comes in ", Channel(scene.channel), ". "]
    comes = [] if scene.trouble else comes
    waits = f"It waits for {counted(payout.missing, 'approval')}"
    until: Sentence = [", until ", When(payout.expires_at), "."]
    warned: list[Sentence] = [["⚠️ ", *read_aloud(one, scene)] for one in warnings(payout, scene)]
    return message(
        [
            [f"Payout {payout.number} is recorded: ", *brief(payout, scene), "."],
            [
                *(*comes, waits),
                *(*by_asked(scene, payout.missing), *until, nobody_known(scene)),
            ],
            *unseen(payout, scene),
            *warned,
        ],
        actions(cancel_button(payout)),
    )


def earlier(found: Earlier, scene: Scene, now: datetime, value: str) -> Message:
    """The same was asked for already, and nothing was made. `value` (at most 2,000 characters) is
    what the listener needs to ask again anyway."""
    first, where = found.first, " on another network" if found.elsewhere else ""
    asked = f"You asked for the same{where} {ago(now - first.requested_at)}"
    aloud = f"Ask again anyway for the same as payout {first.number}"
    return message(
        [
            [f"{asked} (payout {first.number}, {stands(first)}): ", *brief(first, scene), "."],
            ["No payout was made."],
        ],
        actions(button(Act.ASK_AGAIN_ANYWAY, "Ask again anyway", value, aloud)),
    )


def unreadable(
    sentence: str, typed: str, command: str, example: str, *, form: bool = True
) -> Message:
    """What is wrong, what was typed (a phone loses it), how it would be right, and the form, where
    that would help. `command` is our slash command, `typed` and `example` are what follows it."""
    shown, right = f"{command} {clipped(typed, TYPED)}", f"{command} {example}"
    body = rich_text(
        section(told(sentence)),
        *(section(["You typed:"]), preformatted(shown)),
        *(section(["For example:"]), preformatted(right)),
    )
    text = spoken([told(sentence), ["You typed: ", Said(shown)], ["For example: ", Code(right)]])
    if not form:
        return Message(text, [body])
    held = clipped(typed, VALUE, "")
    opens = button(Act.OPEN_FORM, "Open the form", held, "Open the form with what you typed")
    return Message(text, [body, actions(opens)])


def help_(command: str, *, invoices: bool) -> Message:
    """The grammar, by example; that of an invoice only where those can be paid."""
    examples = (*EXAMPLES, INVOICE) if invoices else EXAMPLES
    ways = [Code(f"{command} {rest}") for rest in examples]
    more = {
        "": "opens a form",
        " list": "shows your payouts, those that wait first",
        " list waiting": "shows only those",
        " list page 2": "shows the next ones",
        " show 42": "shows one, with its record",
        " cancel 42": "takes one back that has not been sent",
        " freeze a laptop was stolen": "stops all sending at once, with your reason (approvers)",
        " unfreeze": "lets it go on, once two approvers say so",
        " help": "shows this",
    }
    asks: Sentence = [bold("Ask for a payout"), "; a second person approves it:"]
    also: list[Sentence] = [[Code(command + word), f" {what}"] for word, what in more.items()]
    fees = 'Before "for", say "fee from amount" or "we pay the fee" if it matters.'
    memo = 'Where the network has memos, write "memo …" or "no memo".'
    body = rich_text(
        section(asks),
        bullets([[way] for way in ways]),
        section([f"{memo} {fees}"]),
        bullets(also),
    )
    return Message(spoken([asks, *([way] for way in ways), [f"{memo} {fees}"], *also]), [body])


def listed(found: Listed, scene: Scene, command: str) -> Message:
    """A page of a list; what does not fit on it is said, with the way to see it."""
    if not found.pages:
        return _nothing_listed(found, command)
    entries = [_entry(payout, scene) for payout in found.payouts]
    counts: Sentence = [_counts(found), *_other_pages(found, command)]
    blocks = [rich_text(*([bullets(entries)] if entries else []), section(counts))]
    return Message(spoken([*entries, counts]), blocks)


def _nothing_listed(found: Listed, command: str) -> Message:
    if found.only_waiting:
        return message([["Nothing waits for anybody. All payouts: ", Code(f"{command} list")]])
    return message([["No payouts yet. Ask for one: ", Code(f"{command} {EXAMPLES[0]}")]])


def _counts(found: Listed) -> str:
    waits = {0: "None waits", 1: "1 waits"}.get(found.waiting, f"{found.waiting} wait")
    total = counted(found.waiting + found.others, "payout")
    return f"{waits} for people." if found.only_waiting else f"{total}. {waits} for people."


def _other_pages(found: Listed, command: str) -> Sentence:
    """The ways to what is not on this page."""
    base = f"{command} list{' waiting' if found.only_waiting else ''}"
    if found.page > found.pages:
        return [f" There is no page {found.page}. ", Code(f"{base} page {found.pages}")]
    ways: list[Piece] = []
    if found.page < found.pages:
        following = [Code(f"{base} page {found.page + 1}")]
        ways += [f" This is page {found.page} of {found.pages}. The next: ", *following]
    if found.waiting > LISTED and not found.only_waiting:
        ways += [" Only those that wait: ", Code(f"{command} list waiting")]
    return ways


def _entry(payout: Payout, scene: Scene) -> Sentence:
    return [
        *(bold(f"{payout.number}"), " · ", *brief(payout, scene), f" · {stands(payout)} · "),
        *(User(payout.requester.id), " ", When(payout.requested_at), " · "),
        Said(clipped(payout.content.reason, 60)),
    ]


def shown(payout: Payout, record: Sequence[Line], scene: Scene) -> Message:
    """A payout and what is on record about it, the newest line last."""
    told_lines = [recorded_line(line, payout) for line in record[-RECORD:]]
    more = len(record) - len(told_lines)
    note = f" (the last {RECORD} of {len(record)})" if more > 0 else ""
    headline: Sentence = [bold("On record"), note, ":"]
    body = rich_text(section(headline), bullets(told_lines))
    start: Sentence = [f"Payout {payout.number}: ", *brief(payout, scene), ". "]
    stands_so: list[Sentence] = [[*start, *state_line(payout, scene)], *unseen(payout, scene)]
    text = spoken([*stands_so, headline, *told_lines])
    return Message(text, [*details(payout, scene), body])


def cancelled(payout: Payout) -> Message:
    """A payout was taken back."""
    return message([[f"Payout {payout.number} is cancelled. Nothing was sent."]])


def stated(payout: Payout, missing: int) -> Message:
    """Somebody said what CCPayment's dashboard shows; `missing` others must say the same."""
    must = "other person must" if missing == 1 else "other people must"
    noted = f"What you see is on record. {missing} {must} say the same of payout {payout.number}"
    return message([[f"{noted} before it counts. Look-ups go on meanwhile."]])


def frozen(stopped: Stopped, command: str) -> Message:
    """Sending is frozen: why, what is on its way, and who lifts it."""
    why = stopped.frozen.why
    first: Sentence = [bold("Sending is frozen: "), Said(why), full_stop(why), STOPPED]
    how: Sentence = ["Whoever runs Countersign lifts it: ", Code(ON_THE_HOST)]
    if stopped.frozen.kind is Freeze.PEOPLE:
        how = ["Two approvers lift it, or one where there is only one: ", Code(unfreeze(command))]
    return message([first, on_its_way(stopped.under_way), how])


def unfreezing(missing: int, command: str) -> Message:
    """An approver agreed that sending goes on; `missing` more must."""
    if not missing:
        return message([[bold("Sending goes on.")]])
    more = f"{counted(missing, 'more approver')} must agree"
    return message([[f"You agree that sending goes on. {more}: ", Code(unfreeze(command))]])


def unfreeze(command: str) -> str:
    """What approvers type to let sending go on."""
    return f"{command} unfreeze"


def refused(sentence: str, command: str, typed: str = "") -> Message:
    """A "no", in the words of `approvals`, which does not know how `list` is typed here; with the
    request that was `typed`, if one was."""
    before, found, after = sentence.partition(_LIST)
    how: Sentence = [Code(f"{command} list")] if found else []
    no: Sentence = [*told(before), *how, *told(after)]
    if not typed:
        return message([no])
    shown = f"{command} {clipped(typed, TYPED)}"
    body = rich_text(section(no), section(["You typed:"]), preformatted(shown))
    return Message(spoken([no, ["You typed: ", Said(shown)]]), [body])


def trouble(reference: str, command: str) -> Message:
    """Something of ours broke; `reference` is in the log too."""
    return message(
        [
            [
                *("Something went wrong; reference ", Code(reference), ". Look with "),
                *(Code(f"{command} list"), " what is recorded before you try again, and"),
                " give the reference to whoever runs Countersign.",
            ]
        ]
    )


def ago(time: timedelta) -> str:
    """`just now`, `2 minutes ago`, `3 hours ago`."""
    hours, minutes = divmod(int(time.total_seconds()) // 60, 60)
    if not hours and not minutes:
        return "just now"
    return f"{counted(hours, 'hour') if hours else counted(minutes, 'minute')} ago"
