"""Slack's signature, down to the byte."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.signature import MAX_AGE, BadRequest, check, sign

# The example of docs.slack.dev, "Verifying requests from Slack".
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
STAMP = "1531420618"
BODY = (
    b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
    b"&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
    b"&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands"
    b"%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
    b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)
SIGNATURE = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
NOW = datetime.fromtimestamp(int(STAMP), UTC)


def refused(stamp: str | None, signature: str | None, body: bytes, now: datetime = NOW) -> int:
    with pytest.raises(BadRequest) as refusal:
        check(SECRET, stamp, signature, body, now)
    return refusal.value.status


def test_slacks_own_example() -> None:
    """The request that Slack documents is genuine, and we would sign it the same way."""
    check(SECRET, STAMP, SIGNATURE, BODY, NOW)
    assert sign(SECRET, STAMP, BODY) == SIGNATURE


def test_one_changed_byte_is_noticed() -> None:
    """Another body, another secret, another time: none of them fits the signature."""
    assert refused(STAMP, SIGNATURE, BODY + b"&") == 401
    assert refused(str(int(STAMP) + 1), SIGNATURE, BODY) == 401
    assert refused(STAMP, sign("another", STAMP, BODY), BODY) == 401


def test_nothing_missing_is_genuine() -> None:
    """Without a timestamp or a signature nobody is let in."""
    assert refused(None, SIGNATURE, BODY) == 401
    assert refused(STAMP, None, BODY) == 401


@pytest.mark.parametrize("sign_of_age", [1, -1])
def test_five_minutes(sign_of_age: int) -> None:
    """A genuine request is good for five minutes around its timestamp, and not a second more."""
    age = timedelta(seconds=MAX_AGE) * sign_of_age
    check(SECRET, STAMP, SIGNATURE, BODY, NOW + age)
    assert refused(STAMP, SIGNATURE, BODY, NOW + age + timedelta(seconds=sign_of_age)) == 401


@pytest.mark.parametrize("stamp", ["", "now", "1531420618.5", " 1531420618", "-1", "١٢٣", "9" * 40])
def test_a_timestamp_is_a_plain_number(stamp: str) -> None:
    """A timestamp in any other form is a malformed request, not an error of ours."""
    assert refused(stamp, SIGNATURE, BODY) == 400


@pytest.mark.parametrize(
    "signature", ["", "v0=", SIGNATURE.upper(), SIGNATURE[3:], SIGNATURE[:-1] + "é", "v1" * 33]
)
def test_a_signature_is_plain_hex(signature: str) -> None:
    """A signature in any other form is a malformed request, also where it is no ASCII."""
    assert refused(STAMP, signature, BODY) == 400
