"""The policies of histories: in every other one the short way, else a file that is put together
from parts by chance. Whoever runs the program can deploy another one whenever it starts.

Everybody whom a policy needs is in the sandbox's cast, and most payouts can still be approved by
Dana and Eli.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

from approvals.policy import short_policy
from sandbox.slack.cast import DANA, ELI, FINANCE, NOA, PEOPLE

ELI_TOO = replace(ELI, id="U0ELI000002", name="eli2", real_name="Eli (phone)")
"""Eli's other account. Only policies that say so know that it is his."""

EVERYBODY = (*PEOPLE, ELI_TOO)
APPROVERS = (DANA, ELI, NOA, ELI_TOO)
"""Whom some policy takes for an approver."""

USUAL_APPROVERS = (DANA, ELI, DANA, ELI, NOA)
"""Who decides, each as probable as they are often here."""


@dataclass(frozen=True, slots=True)
class Rules:
    """A policy file: the parts that it is made of, and its text."""

    parts: tuple[str, ...]
    text: str

    @property
    def hash(self) -> str:
        """SHA-256 of the text, as the ledger names it."""
        return hashlib.sha256(self.text.encode()).hexdigest()


SHORT = Rules(("short",), short_policy([DANA.id, ELI.id], timedelta(hours=24)).text)

_PEOPLE = f"""
[people]
dana = ["{DANA.id}"]
noa = ["{NOA.id}"]
"""
_ONE_ACCOUNT = f'eli = ["{ELI.id}"]'
_TWO_ACCOUNTS = f'eli = ["{ELI.id}", "{ELI_TOO.id}"]'
_NAMED = """
[groups]
finance = ["dana", "eli", "noa"]
leads = ["eli"]
"""
_USER_GROUP = f"""
[groups]
finance = ["{FINANCE.id}"]
leads = ["dana", "eli"]
"""
_TIERS = {
    "one tier": """
[[tier]]
approvals = 1
of = ["finance"]
""",
    "two approvals": """
[[tier]]
approvals = 2
of = ["finance"]
""",
    "tiers": """
[[tier]]
up_to = 100
approvals = 1
of = ["finance"]

[[tier]]
up_to = 1_000
approvals = 2
of = ["finance"]

[[tier]]
approvals = 2
of = ["finance"]
among = { leads = 1 }
""",
    "a share": """
[[tier]]
up_to = 50
approvals = 1
of = ["finance"]
expiry = "20h"

[[tier]]
approvals = 2
of = ["leads", "finance"]
among = { leads = 1 }
expiry = "12h"
""",
}
_LIMITS = {
    "limit per requester": "\n[limits.requester]\nday = 300\n30_days = 25_000\n",
    "limit per destination": "\n[limits.destination]\nday = 400\n30_days = 700\n",
    "limit in total": "\n[limits.total]\nday = 500\n30_days = 25_300.50\n",
}
_HOLD = '\n[hold]\nnew_destination = "1h"\n'
_BY_VALUE = '\n[cwallet]\nemail_tier = "by value"\n'
_TOGETHER = '\n[request]\ntogether = "12h"\ntogether_by = ["{kind}"]\n'
_COMMENT = 'comment = "required"\n'


def drawn(chance: Random) -> Rules:
    """A policy."""
    if chance.random() < 0.5:
        return SHORT
    return _put_together(chance)


def _put_together(chance: Random) -> Rules:
    tiers = chance.choice(list(_TIERS))
    parts, text = [tiers], _TIERS[tiers]

    def with_chance(share: float, part: str) -> bool:
        chosen = chance.random() < share
        parts.extend([part] if chosen else [])
        return chosen

    text += _COMMENT if with_chance(0.25, "comment") else ""  # of the highest tier
    two, group = with_chance(0.5, "two accounts"), with_chance(0.4, "user group")
    if with_chance(0.4, "limits"):
        limit = chance.choice(list(_LIMITS))
        parts.append(limit)
        text += _LIMITS[limit]
    text += _HOLD if with_chance(0.3, "hold") else ""
    text += _BY_VALUE if with_chance(0.5, "e-mails by value") else ""
    if with_chance(0.5, "together"):
        kind = chance.choice(["destination", "requester"])
        parts.append(f"together by {kind}")
        text += _TOGETHER.format(kind=kind)
    people = _PEOPLE + (_TWO_ACCOUNTS if two else _ONE_ACCOUNT) + "\n"
    return Rules(tuple(parts), people + (_USER_GROUP if group else _NAMED) + text)
