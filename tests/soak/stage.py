"""Everything that a soak consists of: the two pretended services in this process, the program in
processes of its own, and an auditor who reads the same ledger."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from approvals.ledger import Ledger
from approvals.times import utc_now
from sandbox.ccpayment import Knobs, PretendCCPayment, envelope
from sandbox.ccpayment.book import Book
from sandbox.run import APP_IDS
from sandbox.serving import serving
from sandbox.slack import PretendSlack
from sandbox.slack.cast import DANA, ELI
from tests.served import APP_SECRET, environment
from tests.soak.processes import Crew

WINDOW = 2
"""Seconds for which a request is valid, instead of 120."""

KNOBS = Knobs(slow=2.5, lag=0.8, late=1.2, held=1.0)
SETTLES_AFTER = timedelta(seconds=0.4)
RICH: Mapping[str, Decimal] = {"USDT": Decimal(10**9), "TRX": Decimal(10**9)}


TWO_APPROVALS = f"""
[groups]
finance = ["{DANA.id}", "{ELI.id}"]

[[tier]]
approvals = 2
of = ["finance"]
"""


class Gate:
    """Where CCPayment is to be had: an address that can be shut for a while."""

    def __init__(self, ccpayment: PretendCCPayment) -> None:
        self.url = ""
        self._ccpayment = ccpayment
        self._lock = threading.Lock()
        self._serving = ExitStack()
        self._is_open = False
        self._port = 0

    def open(self) -> None:
        """Listen, always at the same address, unless somebody does."""
        with self._lock:
            if not self._is_open:
                self.url = self._serving.enter_context(serving(self._ccpayment.app, self._port))
                self._port = int(self.url.rpartition(":")[2])
                self._is_open = True

    def shut(self) -> None:
        """Nobody listens there any more."""
        with self._lock:
            self._serving.close()
            self._is_open = False


@dataclass(slots=True)
class Stage:
    """`watch` hears of every point that a process reaches; each round puts its own there.
    `policies`: the settings for a policy that asks for so many approvals."""

    slack: PretendSlack
    ccpayment: PretendCCPayment
    gate: Gate
    crew: Crew
    auditor: Ledger
    policies: Mapping[int, Mapping[str, str]]
    watch: Callable[[str], None]


@contextmanager
def stage(folder: Path, api: str, chance: Random) -> Iterator[Stage]:
    """Run all of it with everything in `folder`, at that generation of CCPayment's API, until the
    block ends."""
    envelope.WINDOW = WINDOW
    book = Book(utc_now, chance, balances=RICH, settle_after=SETTLES_AFTER)
    ccpayment = PretendCCPayment(
        APP_IDS[api], APP_SECRET, utc_now, chance, api=api, book=book, knobs=KNOBS
    )
    slack, gate = PretendSlack(clock=utc_now), Gate(ccpayment)
    ledger = folder / "soak.db"
    with ExitStack() as running:
        gate.open()
        running.callback(gate.shut)
        running.enter_context(slack.serving())
        auditor = Ledger(ledger)
        running.callback(auditor.close)

        def watch(point: str) -> None:
            made.watch(point)

        settings = environment(slack, gate.url, ledger) | _account(ccpayment)
        policies = _policies(folder, settings)
        crew = Crew(folder, settings | policies[1], chance, watch)
        made = Stage(slack, ccpayment, gate, crew, auditor, policies, lambda _: None)
        running.callback(crew.close)
        crew.start()
        yield made


def _policies(folder: Path, settings: Mapping[str, str]) -> dict[int, dict[str, str]]:
    """The short way, and a file."""
    file = folder / "policy.toml"
    file.write_text(TWO_APPROVALS, "utf-8")
    short = {"PAYOUTS_APPROVERS": settings["PAYOUTS_APPROVERS"], "PAYOUTS_POLICY": ""}
    return {1: short, 2: {"PAYOUTS_APPROVERS": "", "PAYOUTS_POLICY": str(file)}}


def _account(ccpayment: PretendCCPayment) -> dict[str, str]:
    """The settings that say at which API the account is."""
    return {
        "CCPAYMENT_API": ccpayment.api,
        "CCPAYMENT_APP_ID": APP_IDS[ccpayment.api],
        "CCPAYMENT_DECLINED_CODES": ",".join(map(str, ccpayment.declined_codes)),
    }
