"""The catalogue that is kept for a while."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from approvals.catalogue import Catalogue
from approvals.ccpayment import cache
from approvals.ccpayment.cache import CatalogueCache
from approvals.gateway import GatewayTrouble
from approvals.silence import Silence

START = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)
LONG = timedelta(seconds=20)
BRIEF = timedelta(milliseconds=50)


class Source:
    """A gateway's catalogue: counts how often it is asked, and answers when it may."""

    def __init__(self) -> None:
        self.now = START
        self.asked = 0
        self.fails = False
        self.trouble: Exception = RuntimeError("silence")
        self.may_answer = threading.Event()
        self.may_answer.set()

    def clock(self) -> datetime:
        return self.now

    def fetch(self) -> Catalogue:
        self.asked += 1
        asked_at = self.now
        self.may_answer.wait(20)
        if self.fails:
            raise self.trouble
        return Catalogue((), asked_at)

    def cache(self, patience: timedelta = LONG) -> CatalogueCache:
        return CatalogueCache(
            self.fetch,
            self.clock,
            fresh=timedelta(minutes=10),
            usable=timedelta(hours=1),
            patience=patience,
        )


def landed() -> None:
    """Wait until no fetch is under way."""
    for thread in threading.enumerate():
        if thread.name == cache.THREAD:
            thread.join(20)


def test_a_fresh_catalogue_is_not_fetched_again() -> None:
    """Up to ten minutes old, the catalogue is given without asking."""
    source = Source()
    kept = source.cache()
    first = kept.get()
    source.now = START + timedelta(minutes=10)
    assert kept.get() is first
    assert source.asked == 1


def test_a_stale_catalogue_is_given_while_a_new_one_comes() -> None:
    """An older one is given at once; the next one who asks gets the new one."""
    source = Source()
    kept = source.cache()
    first = kept.get()
    source.now = START + timedelta(minutes=11)
    source.may_answer.clear()
    assert kept.get() is first
    source.may_answer.set()
    landed()
    assert kept.get().fetched_at == source.now
    assert source.asked == 2


def test_a_silent_gateway_is_bridged_for_an_hour() -> None:
    """While the gateway fails, the last catalogue is served up to an hour old, then none."""
    source = Source()
    kept = source.cache()
    first = kept.get()
    source.fails = True
    source.now = START + timedelta(hours=1)
    for _ in range(2):
        assert kept.get() is first
        landed()
    source.now += timedelta(seconds=1)
    with pytest.raises(GatewayTrouble) as told:
        kept.get()
    assert told.value.silence is Silence.UNCLEAR
    source.fails = False
    assert kept.get().fetched_at == source.now


def test_nobody_waits_longer_than_their_patience() -> None:
    """Without any catalogue one waits a moment and is told; the fetch goes on for the next."""
    source = Source()
    kept = source.cache(BRIEF)
    source.may_answer.clear()
    with pytest.raises(GatewayTrouble) as told:
        kept.get()
    assert told.value.silence is Silence.SLOW
    source.may_answer.set()
    landed()
    assert kept.get().fetched_at == START
    assert source.asked == 1


def test_what_the_gateway_said_reaches_who_waits() -> None:
    """Where the fetch that somebody waits for is refused, they hear that, not silence; one that
    hangs later is silence again."""
    source = Source()
    kept = source.cache()
    source.fails = True
    source.trouble = GatewayTrouble("code 1", "1", "invalid sign", silence=Silence.REFUSED)
    with pytest.raises(GatewayTrouble) as told:
        kept.get()
    assert (told.value.code, told.value.silence) == ("1", Silence.REFUSED)
    hanging = source.cache(BRIEF)
    source.may_answer.clear()
    with pytest.raises(GatewayTrouble) as told:
        hanging.get()
    assert told.value.silence is Silence.SLOW
    source.may_answer.set()
    landed()


def test_many_who_ask_at_once_make_one_fetch() -> None:
    """Whoever comes while a fetch is under way waits for it instead of starting another."""
    source = Source()
    kept = source.cache(BRIEF)
    source.may_answer.clear()
    told: list[GatewayTrouble] = []

    def ask() -> None:
        with pytest.raises(GatewayTrouble) as refused:
            kept.get()
        told.append(refused.value)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    source.may_answer.set()
    landed()
    assert len(told) == 8
    assert source.asked == 1


def test_names_are_known_at_once() -> None:
    """Whoever only wants names gets the last catalogue, however old, and where there is none yet,
    none: nobody is asked, and nobody waited for."""
    source = Source()
    kept = source.cache()
    assert kept.known() is None
    first = kept.get()
    source.now = START + timedelta(days=9)
    source.may_answer.clear()
    assert kept.known() is first
    assert source.asked == 1
