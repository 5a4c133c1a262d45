"""The process that the soak kills: the real `countersign serve`, with short waits and fault points.

Nothing of this is in the product. The program is imported, its waits and windows are replaced by
shorter ones in the same order, and around each commit and each call to the outside a *point* is
put: there the process says its name to the soak through the socket that it inherited, and goes on
when it is told to. A process that is to die there never is: it is killed from outside, with
SIGKILL, while it waits. If the soak itself is gone, the process ends.
"""

import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import wraps
from types import ModuleType
from typing import Any

from slack_sdk import WebClient

from approvals import evidence, followup, sender, worker
from approvals.ccpayment.client import CCPayment
from approvals.ccpayment.generations import GENERATIONS
from approvals.ccpayment.wire import Deadlines
from approvals.ledger import Change, Ledger
from bot import cli, serving, wiring
from bot.people import SlackPeople
from tests.soak.points import CALLS, NO_LINE, after, before, between

SHORT: Mapping[ModuleType, Mapping[str, object]] = {
    evidence: {"REQUEST_LIVES": timedelta(seconds=3)},
    followup: {"WATCH_WAIT": timedelta(seconds=2), "REQUEST_LIVES": timedelta(seconds=3)},
    sender: {
        "LOOKS_APART": timedelta(seconds=0.4),
        "STALE_REQUEST": timedelta(seconds=2),
        "DECLINE_SETTLES": timedelta(seconds=0.2),
        "RETRY_WAIT": timedelta(seconds=0.2),
        "DOUBT_WAIT": timedelta(seconds=0.1),
        "LONGEST_DOUBT_WAIT": timedelta(seconds=0.5),
        "AGAIN_AT_ONCE": timedelta(seconds=0.1),
    },
    worker: {"POLL_SECONDS": 0.1},
    serving: {"ASK_AGAIN_SECONDS": 0.02},
}
"""By module: what waits for how long. A request lives for 2 s at the soak's CCPayment."""

BACK_OFF = (timedelta(seconds=0.1), timedelta(seconds=1))
DEADLINES = Deadlines(timedelta(seconds=0.5), timedelta(seconds=1.5), timedelta(seconds=1.5))

GATEWAYS = tuple(generation.gateway for generation in GENERATIONS.values())
OUTSIDE: tuple[tuple[Sequence[type], str], ...] = (
    (GATEWAYS, "find"),
    (GATEWAYS, "withdraw"),
    (GATEWAYS, "catalogue"),
    (GATEWAYS, "balance"),
    (GATEWAYS, "fee"),
    ([SlackPeople], "find"),
    ([WebClient], "chat_postMessage"),
    ([WebClient], "chat_update"),
)
"""What `CALLS` names, in the same order."""

Reach = Callable[[str], None]


def main() -> None:
    """Serve, as `countersign serve` does."""
    soak = socket.socket(fileno=int(sys.argv[1]))
    one_at_a_time = threading.Lock()

    def reach(point: str) -> None:
        with one_at_a_time:
            soak.sendall(f"{point}\n".encode())
            if not soak.recv(1):
                os._exit(1)

    shorten()
    put_points(reach)
    cli.main(["serve"])


def shorten() -> None:
    """Replace the waits, wherever they are kept."""
    for module, waits in SHORT.items():
        for name, wait in waits.items():
            if not hasattr(module, name):
                raise LookupError(f"{module.__name__} has no {name} any more")
            setattr(module, name, wait)
    worker.back_off.__defaults__ = BACK_OFF
    _keyword_defaults(CCPayment.__init__)["deadlines"] = DEADLINES


def _keyword_defaults(function: Any) -> dict[str, object]:
    found: dict[str, object] = function.__kwdefaults__
    return found


def put_points(reach: Reach) -> None:
    """Put a point before and after each call, and before, within and after each commit."""
    for call, (owners, name) in zip(CALLS, OUTSIDE, strict=True):
        for owner in owners:
            setattr(owner, name, _around(getattr(owner, name), call, reach))
    vars(wiring)["Ledger"] = _pointed(reach)


def _around(real: Callable[..., Any], call: str, reach: Reach) -> Callable[..., Any]:
    @wraps(real)
    def pointed(*args: Any, **kwargs: Any) -> Any:
        reach(before(call))
        answer = real(*args, **kwargs)
        reach(after(call))
        return answer

    return pointed


def _pointed(reach: Reach) -> type[Ledger]:
    class PointedLedger(Ledger):
        """The ledger; a commit is called by the first thing that it puts on record."""

        _what = NO_LINE

        @contextmanager
        def change(self) -> Iterator[Change]:
            with super().change() as change:
                newest = change.newest()
                yield change
                first = change.line(newest[0] + 1 if newest else 1)
                self._what = what = first.kind if first else NO_LINE
                reach(before(f"the commit of {what}"))
            reach(after(f"the commit of {what}"))

        def _follow(self, change: Change) -> None:
            if change.appended:
                reach(between(self._what))
            super()._follow(change)

    return PointedLedger


if __name__ == "__main__":
    main()
