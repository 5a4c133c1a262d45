"""Questions to the outside world, under one deadline.

Slack waits three seconds for an answer. What a listener must know from outside (who somebody is,
a balance, whether a form opened) is asked on other threads, at once where it can be, and waited
for until one moment; whoever has not answered by then is Unavailable and nothing is done.

Each outside has threads of its own, so that a gateway that hangs does not keep anybody from
asking Slack. A question that nobody waits for any more ends by its own time-out, and one that
never got a thread is never asked.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Generic, TypeVar

from slack_sdk.errors import SlackApiError, SlackClientError

from approvals.errors import Unavailable
from approvals.gateway import GatewayTrouble
from approvals.silence import Silence, briefly, for_asker, sentence
from approvals.times import Clock

PATIENCE = timedelta(seconds=2)
"""From a request's arrival to the moment when all questions must be answered."""

THREADS = 40
"""At most so many questions at once to one outside: as many as there are listeners."""

_log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Undone:
    """What was not done for want of an answer, and what to do about it."""

    what: str
    then: str

    def __str__(self) -> str:
        return f"{self.what}; {self.then}."


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """A question that is being asked of `who` until `deadline`."""

    who: str
    answer: Future[T]
    deadline: datetime
    clock: Clock

    def get(self, undone: Undone) -> T:
        """The answer. Raises Unavailable when time is up or the answer is of no use."""
        try:
            return self.answer.result(self._seconds_left())
        except TooLate:
            self.answer.cancel()
            raise self._unavailable(briefly(self.who, Silence.SLOW), undone, Silence.SLOW) from None
        except GatewayTrouble as trouble:
            _log.warning("%s", sentence(trouble))
            raise self._unavailable(for_asker(trouble), undone, trouble.silence) from trouble
        except (SlackClientError, OSError, HTTPException) as trouble:
            _log.warning("%s gave no usable answer: %s", self.who, trouble)
            silence = _silence(trouble)
            raise self._unavailable(briefly(self.who, silence), undone, silence) from trouble

    def _unavailable(self, why: str, undone: Undone, silence: Silence) -> Unavailable:
        """What is refused now is refused again: to try again would be bad advice."""
        then = f"{undone.what}." if silence is Silence.REFUSED else str(undone)
        return Unavailable(self.who, f"{why} {then}", silence)

    def _seconds_left(self) -> float:
        left = self.deadline - self.clock()
        return min(max(left, timedelta()), PATIENCE).total_seconds()


class Outside:
    """One party out there; sentences call it `who`. Its threads come with the first questions."""

    def __init__(self, who: str, clock: Clock, threads: int = THREADS) -> None:
        self._who = who
        self._clock = clock
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=f"ask {who}")

    def ask(self, question: Callable[[], T], deadline: datetime) -> Question[T]:
        """Start asking; the answer is fetched with `get`."""
        return Question(self._who, self._pool.submit(question), deadline, self._clock)


def _silence(trouble: Exception) -> Silence:
    """Slack's own errors are many, and most of them pass by themselves."""
    if isinstance(trouble, SlackApiError):
        return Silence.UNCLEAR
    return Silence.SLOW if isinstance(trouble, TimeoutError) else Silence.UNREACHABLE
