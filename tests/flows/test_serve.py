"""`countersign serve` as people run it: a process of its own, signals, settings, a second one."""

import fcntl
import resource
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from random import Random
from signal import SIGCONT, SIGKILL, SIGSTOP, SIGTERM
from tempfile import TemporaryDirectory
from time import monotonic
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from approvals.audit import Note
from approvals.ledger import Ledger
from approvals.payout import Kind, State
from approvals.times import utc_now
from bot.disk import thrown_away
from sandbox.ccpayment import Knobs, Mode, PretendCCPayment
from sandbox.serving import serving
from sandbox.slack import Fault, PretendSlack
from sandbox.slack.cast import DANA, PAYOUTS, RITA
from tests.ledger.format1.make import put_unserved
from tests.served import APP_ID, APP_SECRET, environment, free_port

REQUEST = "250 USDT on TRX to TJRabPrwbZy45sbavfcjinPJC18kjpRTv8 for Invoice 1043"
HALF = b"POST /slack/events HTTP/1.1\r\nHost: here\r\nContent-Length: 500000\r\n"
CLAIMS = b"X-Slack-Request-Timestamp: %d\r\nX-Slack-Signature: v0=" + b"0" * 64 + b"\r\n\r\n"
MEMORY = Path("/dev/shm")  # noqa: S108 - only folders of our own are made there
PATIENCE = 30.0
"""Seconds until a busy machine must have done what usually takes one."""


class House:
    """Both outsides, a place for the ledger, and the processes that were started here."""

    def __init__(self, folder: Path, slack: PretendSlack, ccpayment_url: str) -> None:
        self.ledger = folder / "payouts.db"
        self.folder = folder
        self.slack = slack
        self.settings = environment(slack, ccpayment_url, self.ledger)
        self.processes: list[subprocess.Popen[str]] = []

    def serve(self, *bound: str, **changes: str) -> "Served":
        """Start one more, by a command that may set it bounds."""
        port = free_port()
        process = subprocess.Popen(
            [*bound, sys.executable, "-m", "bot.cli", "serve"],
            cwd=self.folder,
            env={**self.settings, "PORT": str(port), **changes},
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.processes.append(process)
        return Served(self, process, f"http://127.0.0.1:{port}")

    def beside(self) -> list[str]:
        """Files of SQLite's beside the ledger, which are gone once it is closed."""
        return [file.name for file in self.folder.glob(f"{self.ledger.name}-*")]

    def kinds(self) -> list[str]:
        """What is on record of the ledger as a whole, by kind."""
        ledger = Ledger(self.ledger)
        with ledger.reading() as reading:
            lines = reading.lines("ledger", 0)
        ledger.close()
        return [line.kind for line in lines]

    def until(self, seen: Callable[[], object]) -> None:
        self.slack.wait_until(lambda: bool(seen()), PATIENCE)

    def end(self) -> None:
        for process in self.processes:
            process.kill()
            process.communicate()


class Served:
    """One process."""

    def __init__(self, house: House, process: subprocess.Popen[str], url: str) -> None:
        self._house = house
        self._process = process
        self.url = url

    def health(self) -> str:
        """What its health check says; nothing while nobody listens."""
        with suppress(OSError), urlopen(f"{self.url}/healthz", timeout=PATIENCE) as answer:
            return str(answer.read())
        return ""

    @property
    def pid(self) -> int:
        return self._process.pid

    def status(self, path: str) -> int:
        """The HTTP status there; 0 while nobody listens."""
        try:
            with urlopen(self.url + path, timeout=PATIENCE) as answer:
                return int(answer.status)
        except HTTPError as refused:
            return refused.code
        except OSError:
            return 0

    def comes_to(self, status: str) -> "Served":
        """Wait until its health check says so."""
        self._house.until(lambda: status in self.health())
        return self

    def signal(self, number: int) -> None:
        self._process.send_signal(number)

    def ended(self) -> tuple[int, str]:
        """Its exit status and what it wrote to standard error, once it has ended."""
        _, said = self._process.communicate(timeout=PATIENCE)
        return self._process.returncode, said


@pytest.fixture
def ccpayment() -> PretendCCPayment:
    knobs = Knobs(slow=1.5)
    return PretendCCPayment(APP_ID, APP_SECRET, utc_now, Random(1), knobs=knobs)


@pytest.fixture
def house(tmp_path: Path, ccpayment: PretendCCPayment) -> Iterator[House]:
    with ExitStack() as open_:
        slack = PretendSlack(clock=utc_now)
        open_.enter_context(slack.serving())
        house = House(tmp_path, slack, open_.enter_context(serving(ccpayment.app)))
        open_.callback(house.end)
        yield house


def test_a_second_process_waits_and_takes_over_when_the_first_is_killed(house: House) -> None:
    """Of two processes on one ledger one serves; the other answers the health check, tells people
    to come back, and takes over as soon as the first is gone, however that ended."""
    slack = house.slack
    first = house.serve().comes_to("serving")
    second = house.serve().comes_to("starting")
    slack.bot_url = second.url
    assert "is starting" in slack.command(RITA.id, REQUEST, PAYOUTS.id).text
    slack.bot_url = first.url
    assert "Payout 1 is recorded" in slack.command(RITA.id, REQUEST, PAYOUTS.id).text
    first.signal(SIGKILL)
    second.comes_to("serving")
    slack.bot_url = second.url
    assert "You asked for the same" in slack.command(RITA.id, REQUEST, PAYOUTS.id).text
    house.until(lambda: slack.messages(PAYOUTS.id))


def test_a_wrong_secret_is_told_at_the_start(house: House) -> None:
    """CCPayment is asked one thing at the start: that it refuses, and who must look, stands in the
    log before anybody asks for a payout. The process serves all the same."""
    served = house.serve(CCPAYMENT_APP_SECRET="another").comes_to("serving")
    served.signal(SIGTERM)
    status, said = served.ended()
    assert status == 0
    assert 'CCPayment refused the request: "invalid sign" (229013).' in said
    assert "Whoever runs Countersign must look." in said


def test_a_silent_gateway_does_not_hold_up_the_start(house: House) -> None:
    """Where CCPayment cannot be reached, that is told, and the process serves."""
    url = f"http://127.0.0.1:{free_port()}"
    served = house.serve(CCPAYMENT_URL=url).comes_to("serving")
    served.signal(SIGTERM)
    status, said = served.ended()
    assert status == 0
    assert "nothing can be sent now: CCPayment could not be reached" in said


def test_a_process_that_waits_puts_no_policy_in_force(house: House) -> None:
    """What serves decides by its own policy. Another one is in force, on record and told, when the
    process that has it begins to serve."""
    first = house.serve().comes_to("serving")
    second = house.serve(PAYOUTS_APPROVERS=DANA.id).comes_to("starting")
    assert house.kinds().count(Note.POLICY_CHANGED) == 0
    first.signal(SIGTERM)
    second.comes_to("serving")
    assert house.kinds().count(Note.POLICY_CHANGED) == 1
    house.until(lambda: house.slack.messages(PAYOUTS.id))


def test_a_process_that_waits_brings_no_ledger_up(house: House) -> None:
    """A ledger of an earlier format is brought up by the process whose turn it is: while another
    one serves, it stays as it is."""
    before = put_unserved(house.ledger).read_bytes()
    with Path(f"{house.ledger}.serving").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        waits = house.serve().comes_to("starting")
        assert house.ledger.read_bytes() == before
    waits.comes_to("serving")
    assert Note.UPGRADED in house.kinds()
    waits.signal(SIGTERM)
    assert "the ledger was brought from format 1 to 2; as it was, it lies in" in waits.ended()[1]


def test_an_old_copy_is_noticed_when_the_turn_comes(house: House) -> None:
    """A process that waits holds nothing of the ledger: the copy that is put back before its turn
    is what it serves, frozen; log and health check say so, also after the next start."""
    first = house.serve().comes_to("serving")
    first.signal(SIGTERM)
    first.ended()
    copy = house.ledger.read_bytes()
    first = house.serve().comes_to("serving")
    house.slack.bot_url = first.url
    house.slack.command(RITA.id, REQUEST, PAYOUTS.id)
    second = house.serve().comes_to("starting")
    second.signal(SIGSTOP)
    first.signal(SIGTERM)
    first.ended()
    assert house.beside() == []
    house.ledger.write_bytes(copy)
    second.signal(SIGCONT)
    assert '"frozen":true' in second.comes_to("serving").health()
    assert Note.FROZEN in house.kinds()
    second.signal(SIGTERM)
    assert "ERROR approvals.ledger.change: sending is frozen: the ledger is" in second.ended()[1]
    third = house.serve().comes_to("serving")
    assert '"frozen":true' in third.health()
    third.signal(SIGTERM)
    assert "ERROR bot.wiring: sending is still frozen: the ledger is" in third.ended()[1]


def test_a_turn_that_cannot_begin_ends_the_process(house: House) -> None:
    """A process that waited for its turn and then finds something else than a ledger ends, so that
    its host sees it and starts it again."""
    first = house.serve().comes_to("serving")
    second = house.serve().comes_to("starting")
    second.signal(SIGSTOP)
    first.signal(SIGTERM)
    first.ended()
    house.ledger.write_bytes(b"no ledger" * 100)
    second.signal(SIGCONT)
    status, said = second.ended()
    assert status == 1
    assert "cannot serve this ledger" in said
    assert house.ledger.read_bytes() == b"no ledger" * 100


def test_sigterm_lets_the_step_at_hand_finish(house: House, ccpayment: PretendCCPayment) -> None:
    """A process that is told to end while CCPayment is thinking waits for the answer, puts it on
    record and closes the ledger before it goes."""
    slack = house.slack
    served = house.serve().comes_to("serving")
    slack.bot_url = served.url
    slack.command(RITA.id, REQUEST, PAYOUTS.id)
    house.until(lambda: slack.messages(PAYOUTS.id))
    ccpayment.switch(Mode.SLOW, once=True)
    slack.click(DANA.id, PAYOUTS.id, slack.messages(PAYOUTS.id)[0].ts, "approve")
    house.until(lambda: ccpayment.received)
    served.signal(SIGTERM)
    status, said = served.ended()
    assert status == 0, said
    assert house.beside() == []
    assert "Traceback" not in said
    ledger = Ledger(house.ledger)
    with ledger.reading() as reading:
        payout, lines = reading.payout(1), reading.lines("payout", 1)
    ledger.close()
    assert payout is not None
    assert payout.state is State.SENT
    assert [line.kind for line in lines].count(Kind.DOUBTED) == 0


def test_a_full_disk_is_told(house: House) -> None:
    """A process whose disk takes nothing any more answers people that it failed, and its health
    check says so, until the disk takes something again."""
    served = house.serve().comes_to("serving")
    house.slack.bot_url = served.url
    _, most = resource.prlimit(served.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(served.pid, resource.RLIMIT_FSIZE, (1, most))  # no file may grow beyond that
    answer = house.slack.command(RITA.id, REQUEST, PAYOUTS.id)
    assert "Something went wrong" in answer.text
    house.until(lambda: served.status("/healthz") == served.status("/readyz") == 503)
    resource.prlimit(served.pid, resource.RLIMIT_FSIZE, (most, most))
    house.until(lambda: served.status("/healthz") == served.status("/readyz") == 200)
    assert "Payout 1 is recorded" in house.slack.command(RITA.id, REQUEST, PAYOUTS.id).text


def test_strangers_do_not_delay_the_end(house: House) -> None:
    """Whoever holds a connection, silent or with half a request, the process ends within 9 s of
    SIGTERM, in order."""
    served = house.serve().comes_to("serving")
    port = int(served.url.rpartition(":")[2])
    now = int(utc_now().timestamp())
    with ExitStack() as held:
        for first in (b"", b"POST", HALF, HALF + CLAIMS % now, HALF + CLAIMS % now + b"x" * 9):
            connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
            held.enter_context(connection).sendall(first)
        began = monotonic()
        served.signal(SIGTERM)
        status, said = served.ended()
    assert monotonic() - began < 9
    assert status == 0
    assert "Traceback" not in said
    assert house.beside() == []


def test_an_outside_that_hangs_does_not_delay_the_end(
    house: House, ccpayment: PretendCCPayment
) -> None:
    """Though Slack hangs for longer, while a card is drawn and while people wait, the process ends
    within 9 s of SIGTERM; nothing is lost by that."""
    slack = house.slack
    served = house.serve().comes_to("serving")
    slack.bot_url = served.url
    slack.fail("chat.postMessage", Fault(hangs=True), times=20)
    assert "Payout 1 is recorded" in slack.command(RITA.id, REQUEST, PAYOUTS.id).text
    house.until(lambda: len(slack._faults._waiting["chat.postMessage"]) < 20)
    began = monotonic()
    served.signal(SIGTERM)
    status, said = served.ended()
    assert monotonic() - began < 9
    assert status == 1
    assert "ends as if it were killed" in said
    slack.calm()
    slack.bot_url = house.serve().comes_to("serving").url
    house.until(lambda: slack.messages(PAYOUTS.id))


def test_a_crowd_at_the_door_keeps_nobody_from_working(house: House) -> None:
    """300 connections that are held open by strangers, some with half a body, at 256 file
    descriptors: a command is answered within 12 s, its card comes, and it is paid."""
    slack = house.slack
    served = house.serve("sh", "-c", 'ulimit -n 256; exec "$@"', "sh").comes_to("serving")
    slack.bot_url = served.url
    port = int(served.url.rpartition(":")[2])
    now = int(utc_now().timestamp())
    with ExitStack() as held:
        for number in range(300):
            connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
            held.enter_context(connection)
            with suppress(OSError):
                connection.sendall(HALF + (CLAIMS % now if number % 2 else b""))
        began = monotonic()
        assert "Payout 1 is recorded" in slack.command(RITA.id, REQUEST, PAYOUTS.id).text
        assert monotonic() - began < 12
        house.until(lambda: slack.messages(PAYOUTS.id))
        slack.click(DANA.id, PAYOUTS.id, slack.messages(PAYOUTS.id)[0].ts, "approve")
        house.until(lambda: "Sent to CCPayment" in str(slack.messages(PAYOUTS.id)[0].versions[-1]))
        assert "serving" in served.health()
    served.signal(SIGTERM)
    status, said = served.ended()
    assert status == 0
    assert "Traceback" not in said


def test_wrong_settings_are_sentences_and_exit_status_2(house: House) -> None:
    """Whoever sets it up wrongly reads all that is wrong at once, without a secret in it, and
    nothing is made on the disk."""
    wrong = {"SLACK_BOT_TOKEN": "xoxp-of-a-person", "PAYOUTS_CHANNEL": "#payouts"}
    status, said = house.serve(**wrong).ended()
    assert status == 2
    assert {line.split()[0] for line in said.splitlines()} == set(wrong)
    assert "xoxp" not in said
    assert not house.ledger.exists()


def test_a_token_that_slack_refuses_is_a_sentence_and_exit_status_2(house: House) -> None:
    """A token that looks right and is not is found out at start."""
    status, said = house.serve(SLACK_BOT_TOKEN="xoxb-revoked").ended()
    assert status == 2
    assert said.startswith("Slack refuses SLACK_BOT_TOKEN (invalid_auth).")


@pytest.mark.parametrize(
    "fault",
    [Fault(status=503), Fault(error="internal_error"), Fault(retry_after=1)],
    ids=["down", "an error that passes", "too many questions"],
)
def test_a_silent_slack_is_waited_for(house: House, fault: Fault) -> None:
    """Slack that does not answer at the start ends nothing: the log says that it is waited for,
    the health check that it is alive and not ready, and it serves as soon as Slack answers."""
    house.slack.fail("auth.test", fault, times=2)
    served = house.serve().comes_to("waits_for")
    assert served.status("/healthz") == 200
    assert served.status("/readyz") == 503
    assert served.status("/slack/events") == 503
    assert served.comes_to("serving").status("/readyz") == 200
    served.signal(SIGTERM)
    status, said = served.ended()
    assert status == 0
    assert "WARNING bot.wiring: Slack gives no usable answer. It is asked again" in said


def test_who_waits_for_slack_can_be_ended(house: House) -> None:
    """A process that waits for Slack ends at once when it is told to."""
    house.slack.outage = True
    served = house.serve().comes_to("waits_for")
    served.signal(SIGTERM)
    assert served.ended()[0] == 0
    assert not house.ledger.exists()


@pytest.mark.skipif(thrown_away(MEMORY) is None, reason=f"{MEMORY} is no disk in memory here")
def test_a_disk_that_is_thrown_away_is_a_sentence_and_exit_status_2(house: House) -> None:
    """A ledger in memory, or in a container's own layer, would be forgotten at the next start:
    that is said, with what to do, and nothing is made; unless it is allowed, and then it is
    warned of."""
    with TemporaryDirectory(dir=MEMORY) as folder:
        there = {"DATABASE_URL": f"sqlite:///{folder}/payouts.db"}
        status, said = house.serve(**there, LEDGER_MAY_BE_LOST="").ended()
        assert status == 2
        assert said.startswith(f"The ledger would lie in {folder}, on a disk that is thrown away")
        assert "DATABASE_URL" in said
        assert list(Path(folder).iterdir()) == []
        served = house.serve(**there, LEDGER_MAY_BE_LOST="true").comes_to("serving")
        served.signal(SIGTERM)
        status, said = served.ended()
        assert status == 0
        assert f"WARNING bot.wiring: the ledger lies in {folder}, on a disk that is" in said


@pytest.mark.parametrize("place", ["nowhere/payouts.db", ""])
def test_a_ledger_that_cannot_be_is_a_sentence_and_exit_status_2(house: House, place: str) -> None:
    """A path in a folder that is not there, or of a folder, is named with the setting to change."""
    path = house.folder / place
    status, said = house.serve(DATABASE_URL=f"sqlite:///{path}").ended()
    assert status == 2
    assert "Traceback" not in said
    assert f"{path} cannot be used: " in said
    assert "DATABASE_URL" in said
