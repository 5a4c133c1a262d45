"""Private answers: said where the person stands, or in the direct message, or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from slack_sdk import WebClient

from bot.answers import Answers, Private
from bot.blocks import Message
from bot.payloads import Place
from sandbox.slack import TOKEN, Fault, PretendSlack
from sandbox.slack.cast import DANA, GENERAL, PAYOUTS, RITA

NOW = datetime(2026, 11, 22, 10, 3, tzinfo=UTC)


@pytest.fixture
def slack() -> Iterator[PretendSlack]:
    slack = PretendSlack(clock=lambda: NOW)
    with slack.serving():
        yield slack


def client(slack: PretendSlack) -> WebClient:
    return WebClient(TOKEN, f"{slack.address}/api/", timeout=5, retry_handlers=[])


@contextmanager
def answering(slack: PretendSlack, size: int = 10) -> Iterator[Answers]:
    """Everything that was put is said by the end of the block."""
    answers = Answers(client(slack), size)
    answers.start()
    yield answers
    answers.stop()


def private(text: str, place: Place | None = None) -> Private:
    return Private(RITA.id, place or Place(PAYOUTS.id), Message(text, []))


def told(slack: PretendSlack) -> list[str]:
    return [message.text for message in slack.private(RITA.id)]


def test_only_the_person_sees_it(slack: PretendSlack) -> None:
    """An answer appears where the person pressed, in their order, and for nobody else."""
    with answering(slack) as answers:
        answers.put(private("one"))
        answers.put(private("two"))
    assert told(slack) == ["one", "two"]
    assert slack.private(DANA.id) == ()
    assert slack.messages(PAYOUTS.id) == ()


def test_in_a_thread_it_stands_in_the_thread(slack: PretendSlack) -> None:
    """Who pressed below a card is answered below the card."""
    card = client(slack).chat_postMessage(channel=PAYOUTS.id, text="card")["ts"]
    client(slack).chat_postMessage(channel=PAYOUTS.id, text="reply", thread_ts=card)
    with answering(slack) as answers:
        answers.put(private("here", Place(PAYOUTS.id, card)))
    assert [message.thread_ts for message in slack.private(RITA.id)] == [card]


def test_where_the_bot_is_no_member_it_writes_directly(slack: PretendSlack) -> None:
    """A command works anywhere; an answer that cannot be shown there comes as a direct message."""
    with answering(slack) as answers:
        answers.put(private("here", Place(GENERAL.id)))
    assert [message.text for message in slack.direct_messages(RITA.id)] == ["here"]


def test_a_lost_answer_costs_no_other(
    slack: PretendSlack, caplog: pytest.LogCaptureFixture
) -> None:
    """An answer that Slack does not take is logged and forgotten; the next one is said."""
    slack.fail("chat.postEphemeral", Fault(status=500))
    slack.fail("chat.postMessage", Fault(status=500))
    with answering(slack) as answers:
        answers.put(private("lost"))
        answers.put(private("said"))
    assert told(slack) == ["said"]
    assert f"could not answer {RITA.id}" in caplog.text
    assert "lost" not in caplog.text


def test_a_full_queue_makes_nobody_wait(
    slack: PretendSlack, caplog: pytest.LogCaptureFixture
) -> None:
    """While Slack hangs, answers beyond the queue are dropped at once, and the rest follow."""
    slack.fail("chat.postEphemeral", Fault(hangs=True))
    with answering(slack, size=2) as answers:
        for number in range(20):
            answers.put(private(f"answer {number}"))
        slack.calm()
    assert "too many wait" in caplog.text
    assert "answer 19" not in told(slack)
