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
from approvals.times import Clock

PATIENCE = timedelta(seconds=2)
"""From a request's arrival to the moment when all questions must be answered."""

THREADS = 40
"""At most so many questions at once to one outside: as many as there are listeners."""

_log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """A question that is being asked of `who` until `deadline`."""

    who: str
    answer: Future[T]
    deadline: datetime
    clock: Clock

    def get(self, nothing: str) -> T:
        """The answer. `nothing` says what was not done, such as "No payout was made; try again."
        Raises Unavailable when time is up or the answer is of no use."""
        try:
            return self.answer.result(self._seconds_left())
        except TooLate:
            self.answer.cancel()
            raise self._unavailable("did not answer in time", nothing) from None
        except (GatewayTrouble, SlackClientError, OSError, HTTPException) as trouble:
            _log.warning("%s gave no usable answer: %s", self.who, trouble)
            how = "gave no usable answer" if _answered(trouble) else "did not answer in time"
            raise self._unavailable(how, nothing) from trouble

    def _unavailable(self, how: str, nothing: str) -> Unavailable:
        return Unavailable(self.who, f"{self.who} {how}. {nothing}")

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


def _answered(trouble: Exception) -> bool:
    """Whether it was at least said that something is wrong."""
    return isinstance(trouble, SlackApiError) or (
        isinstance(trouble, GatewayTrouble) and trouble.code != ""
    )
