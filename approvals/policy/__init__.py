"""The rules, and their explained answer. Pure: values in, values out.

rules.py       who may ask for what, who must agree, limits: a policy as values
reading.py     the policy file as a policy
soundness.py   whether it can be satisfied at all
verdict.py     what it says of one payout, and why
telling.py     a policy in words, and what changed
matrix.py      who may do what, person by person
"""

from approvals.policy.reading import UnusablePolicy, read_policy, short_policy, written_out
from approvals.policy.rules import Because, Limit, Policy, Scope, Tier, Together, Way, usd
from approvals.policy.soundness import unsound
from approvals.policy.telling import difference, rules
from approvals.policy.verdict import (
    Facts,
    Spent,
    Subject,
    Verdict,
    deciders,
    evaluate,
    exceeded,
    objection,
    requests,
    standing_objection,
    tightest,
)

__all__ = [
    "Because",
    "Facts",
    "Limit",
    "Policy",
    "Scope",
    "Spent",
    "Subject",
    "Tier",
    "Together",
    "UnusablePolicy",
    "Verdict",
    "Way",
    "deciders",
    "difference",
    "evaluate",
    "exceeded",
    "objection",
    "read_policy",
    "requests",
    "rules",
    "short_policy",
    "standing_objection",
    "tightest",
    "unsound",
    "usd",
    "written_out",
]
