"""Questions to the outside under one deadline. Short deadlines are real ones; nobody sleeps."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from threading import Barrier, Event

import pytest

from approvals.errors import Unavailable
from approvals.gateway import GatewayTrouble
from approvals.silence import Silence
from bot.outside import PATIENCE, Outside, Undone

NOW = datetime(2026, 11, 22, 10, 3, tzinfo=UTC)
SOON = NOW + timedelta(milliseconds=50)
NOTHING = Undone("No payout was made", "try again")

Hanging = Callable[[], str]


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    """A question that is not answered while the test lasts."""
    over = Event()

    def question() -> str:
        over.wait(30)
        return "too late"

    yield question
    over.set()


def outside(who: str = "CCPayment", threads: int = 4) -> Outside:
    return Outside(who, lambda: NOW, threads)


def test_questions_are_asked_at_once() -> None:
    """Two questions need no longer than one: each is answered only while the other is asked."""
    both = Barrier(2)
    there = outside()
    questions = [there.ask(lambda: both.wait(10), NOW + PATIENCE) for _ in range(2)]
    assert sorted(question.get(NOTHING) for question in questions) == [0, 1]


def test_silence_has_an_end(hanging: Hanging) -> None:
    """Who does not answer by the deadline is named, and the person hears that nothing was done."""
    with pytest.raises(Unavailable) as refusal:
        outside().ask(hanging, SOON).get(NOTHING)
    assert refusal.value.who == "CCPayment"
    assert refusal.value.sentence == (
        "CCPayment did not answer in time. No payout was made; try again."
    )


def test_a_passed_deadline_waits_for_nothing(hanging: Hanging) -> None:
    """A deadline in the past is over at once."""
    with pytest.raises(Unavailable):
        outside().ask(hanging, NOW - timedelta(days=1)).get(NOTHING)


def told(trouble: Exception, who: str = "CCPayment") -> Unavailable:
    """What somebody reads who waits for an answer that is trouble."""

    def question() -> str:
        raise trouble

    with pytest.raises(Unavailable) as refusal:
        outside(who).ask(question, NOW + PATIENCE).get(NOTHING)
    return refusal.value


@pytest.mark.parametrize(
    ("trouble", "how", "silence"),
    [
        (GatewayTrouble("code 11002", "11002", "internal"), "gave no usable answer", "UNCLEAR"),
        (GatewayTrouble("HTTP 503"), "gave no usable answer", "UNCLEAR"),
        (GatewayTrouble("1.5 s", silence=Silence.SLOW), "did not answer in time", "SLOW"),
        (
            GatewayTrouble("nobody listens", silence=Silence.UNREACHABLE),
            "could not be reached",
            "UNREACHABLE",
        ),
    ],
    ids=["a general error", "no JSON", "silence", "no connection"],
)
def test_an_answer_of_no_use_is_no_answer(
    trouble: GatewayTrouble, how: str, silence: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Trouble out there is told in one sentence for each kind, without its details, which stand in
    the log; and it may be tried again."""
    refusal = told(trouble)
    assert refusal.sentence == f"CCPayment {how}. No payout was made; try again."
    assert refusal.silence is Silence[silence]
    assert trouble.why in caplog.text or trouble.message in caplog.text


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (
            GatewayTrouble("code 229013", "229013", "invalid sign", silence=Silence.REFUSED),
            '"invalid sign" (229013).',
        ),
        (
            GatewayTrouble(
                "code 11013",
                "11013",
                "v1 merchant",
                "This account belongs to API v1: set CCPAYMENT_API=v1.",
                Silence.REFUSED,
            ),
            '"v1 merchant" (11013). This account belongs to API v1: set CCPAYMENT_API=v1.',
        ),
        (GatewayTrouble("HTTP 403", silence=Silence.REFUSED), "HTTP 403."),
    ],
    ids=["a wrong secret", "an account of the other API", "a door that is closed"],
)
def test_a_refusal_is_not_told_as_silence(trouble: GatewayTrouble, said: str) -> None:
    """What CCPayment refuses is told with its own words and what the code means, and that whoever
    runs Countersign must look; nobody is told to try again."""
    assert told(trouble).sentence == (
        f"CCPayment refused the request: {said} Whoever runs Countersign must look."
        " No payout was made."
    )


@pytest.mark.parametrize(
    ("trouble", "how"),
    [
        (ConnectionRefusedError("nobody listens"), "could not be reached"),
        (TimeoutError("timed out"), "did not answer in time"),
    ],
)
def test_slack_has_its_sentences_too(trouble: Exception, how: str) -> None:
    """That Slack cannot be reached is not told as slowness, nor the other way round."""
    assert told(trouble, "Slack").sentence == f"Slack {how}. No payout was made; try again."


def test_a_mistake_of_ours_is_not_blamed_on_others() -> None:
    """A programming error in a question is raised as what it is."""
    with pytest.raises(ZeroDivisionError):
        outside().ask(lambda: 1 // 0, NOW + PATIENCE).get(NOTHING)


def test_a_question_nobody_waits_for_is_not_asked(hanging: Hanging) -> None:
    """Where all threads hang, a question that found none in time is taken back, so that a slow
    gateway is not asked for the whole queue when it comes back."""
    asked: list[str] = []
    over = Event()
    busy = outside(threads=1)
    first = busy.ask(lambda: over.wait(30), NOW + PATIENCE)
    with pytest.raises(Unavailable):
        busy.ask(lambda: asked.append("given up"), SOON).get(NOTHING)
    over.set()
    first.get(NOTHING)
    busy.ask(lambda: asked.append("asked"), NOW + PATIENCE).get(NOTHING)
    assert asked == ["asked"]


def test_a_hanging_gateway_keeps_nobody_from_asking_slack(hanging: Hanging) -> None:
    """However many questions to the gateway hang, Slack still answers who somebody is."""
    gateway, slack = outside(threads=2), outside("Slack", threads=2)
    for _ in range(10):
        gateway.ask(hanging, NOW + PATIENCE)
    assert slack.ask(lambda: "Rita", NOW + PATIENCE).get(NOTHING) == "Rita"
