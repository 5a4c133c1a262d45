"""A Cwallet user: an ID of digits, or the e-mail address of the account. Neither has a checksum;
the gateway can name the holder of an ID, of an e-mail nobody can."""

import re

from approvals.destination.text import only_plain, refused

_ID = re.compile(r"[0-9]{1,20}")
# Narrower than RFC 5321 on purpose: what is refused here is rare, what passes is never ambiguous.
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL = re.compile(
    rf"(?=.{{6,254}}\Z)(?=.{{1,64}}@)[A-Za-z0-9_%+-]+(?:\.[A-Za-z0-9_%+-]+)*@(?:{_LABEL}\.)+[A-Za-z]{{2,63}}"
)


def read_cwallet(text: str) -> str:
    """The ID or e-mail as it will be sent. Raises Unreadable("destination", …)."""
    only_plain("destination", text, "Cwallet user")
    if not (_ID.fullmatch(text) or _EMAIL.fullmatch(text)):
        raise refused(
            text,
            "A Cwallet user is an ID of up to 20 digits, or an e-mail address. Check it again.",
        )
    return text
