"""Rules that came later: a policy's text on record says all that holds."""

import tomllib
from datetime import timedelta

import pytest

from approvals.policy import Together, UnusablePolicy, difference, read_policy, written_out
from approvals.policy.reading import LATER
from tests.policies import ONE, PEOPLE, TIERS

DAY = timedelta(hours=24)
OLD = PEOPLE + TIERS
"""As a policy was put in force before there was the rule."""


def test_a_text_on_record_holds_as_it_was_put_in_force() -> None:
    """A text that does not name a rule that came later is read without it."""
    assert read_policy(OLD).together == timedelta(0)


def test_a_text_that_is_put_in_force_says_all() -> None:
    """A file that does not name the rule gets its defaults written into the text: another name, and
    a change that is told."""
    now = read_policy(written_out(OLD))
    assert (now.together, now.together_by) == (DAY, (Together.DESTINATION,))
    assert now.hash != read_policy(OLD).hash
    (told,) = difference(read_policy(OLD), now)
    assert told.startswith("New: Payouts to one destination that are asked for within 24 h count")
    assert LATER.keys() <= tomllib.loads(now.text)["request"].keys()


@pytest.mark.parametrize("text", [OLD, f'[request]\nwho = ["finance"]\n{OLD}'])
def test_writing_out_again_changes_nothing(text: str) -> None:
    """What is written out is a file that anybody could have written."""
    assert written_out(written_out(text)) == written_out(text)


@pytest.mark.parametrize(
    "asking",
    [
        '[request]\nwho = ["finance"]\n',
        "[ request ]  # who may ask\n",
        "[request]",
        '\ufeff[request]\r\nwho = ["finance"]\r\n',
        '# [request]\n[request]\ntogether_by = ["requester"]\n',
    ],
)
def test_what_the_file_says_stays(asking: str) -> None:
    """Every rule that the file names holds as it is; only what is missing is added."""
    text = f"{asking}\n{OLD}"
    named = tomllib.loads(text.removeprefix("\ufeff"))
    now = tomllib.loads(written_out(text).removeprefix("\ufeff"))
    assert now.pop("request") == {
        "together": "24h", "together_by": ["destination"], **named.pop("request")
    }  # fmt: skip
    assert now == named


@pytest.mark.parametrize("named", ['together = "0h"', 'together = "2d"'])
def test_who_names_it_decides(named: str) -> None:
    """A file that names the rule has it as it says, or not at all."""
    read = read_policy(written_out(f"[request]\n{named}\n{OLD}"))
    assert read.together == (timedelta(0) if "0h" in named else 2 * DAY)


def test_with_one_tier_there_is_nothing_to_count() -> None:
    """A policy with one tier keeps its text and its name."""
    assert written_out(PEOPLE + ONE) == PEOPLE + ONE


@pytest.mark.parametrize(
    "asking", ['request = { who = ["finance"] }\n', '["request"]\nwho = ["finance"]\n']
)
def test_what_cannot_be_written_in_is_asked_for(asking: str) -> None:
    """Where the line cannot be added safely, the sentence says what to add; nothing is guessed."""
    with pytest.raises(UnusablePolicy, match='write together = "24h" and together_by'):
        written_out(asking + OLD)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('together = "31d"', 'must be a time such as "90m"'),
        ("together = 24", 'must be a time such as "90m"'),
        ('together_by = ["address"]', '"address" is none of destination, destination-and-memo'),
        ("together_by = []", "must be a list of one or more words"),
    ],
)
def test_what_it_may_say(line: str, sentence: str) -> None:
    """A time up to 30 days, and words that are known."""
    with pytest.raises(UnusablePolicy) as wrong:
        read_policy(f"[request]\n{line}\n{OLD}")
    assert sentence in str(wrong.value)
