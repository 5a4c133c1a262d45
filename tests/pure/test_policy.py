"""The short rule: anybody on the list approves, one approval is enough, nobody approves what they
asked for. It fails closed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.people import Person, Standing
from approvals.policy import Policy, evaluate, objection
from tests.core import DANA, ELI, NOA, POLICY, RITA, now_a

PEOPLE = (RITA, NOA, DANA, ELI)


def test_another_approver_suffices() -> None:
    """One member of the list who did not ask reaches the quorum; the verdict names them."""
    verdict = evaluate(POLICY, RITA.id, [DANA])
    assert verdict.satisfied
    assert verdict.counted == (DANA.id,)
    assert verdict.words() == "1 of 1 approvals"


@pytest.mark.parametrize(
    ("person", "why"),
    [
        (RITA, "asked for it"),
        (NOA, "is not an approver"),
        (now_a(Standing.STRANGER, DANA), "belongs to another company"),
        (now_a(Standing.GUEST, DANA), "is a guest"),
        (now_a(Standing.BOT, DANA), "is a bot"),
        (now_a(Standing.DEACTIVATED, DANA), "is deactivated"),
        (now_a(Standing.UNKNOWN, DANA), "could not be looked up"),
    ],
)
def test_who_does_not_count(person: Person, why: str) -> None:
    """Requester, non-approvers and everybody who is not plainly a member do not count, and the
    verdict says why, how many are missing and who could give them."""
    verdict = evaluate(POLICY, RITA.id, [person])
    assert not verdict.satisfied
    assert verdict.not_counted == ((person.id, why),)
    assert verdict.words() == (
        f"0 of 1 approvals; {{{person.id}}} does not count: {why};"
        f" needs 1 more of {{{DANA.id}}}, {{{ELI.id}}}"
    )


def test_an_approver_cannot_approve_their_own() -> None:
    """The requester is taken out before counting, approver or not."""
    verdict = evaluate(POLICY, DANA.id, [DANA])
    assert (verdict.satisfied, verdict.could) == (False, (ELI.id,))
    assert POLICY.deciders(DANA.id) == (ELI.id,)


def test_nobody_is_no_quorum() -> None:
    """Without approvals nothing is satisfied, and a sole approver's own payout says so."""
    alone = Policy(frozenset({DANA.id}), timedelta(hours=1))
    assert evaluate(POLICY, RITA.id, []).missing == 1
    assert evaluate(alone, DANA.id, []).words().endswith("needs 1 more of nobody")


def test_a_policy_that_nobody_could_satisfy_does_not_load() -> None:
    """An empty list of approvers is an error, not a rule under which everything passes."""
    with pytest.raises(ValueError, match="nobody could satisfy"):
        Policy(frozenset(), timedelta(hours=1))


@given(
    requester=st.sampled_from(PEOPLE),
    approvers=st.frozensets(st.sampled_from(PEOPLE), min_size=1),
    said_yes=st.lists(
        st.builds(now_a, st.sampled_from(Standing), st.sampled_from(PEOPLE)), max_size=6
    ),
)
def test_satisfied_means_another_approving_member(
    requester: Person, approvers: frozenset[Person], said_yes: list[Person]
) -> None:
    """Whoever agreed, however often: the quorum is reached exactly if somebody is among them who
    is an approver, a member, and not the requester."""
    policy = Policy(frozenset(person.id for person in approvers), timedelta(hours=1))
    latest = {person.id: person for person in said_yes}
    fit = {
        person.id
        for person in latest.values()
        if person.standing is Standing.MEMBER
        and person.id in policy.approvers
        and person.id != requester.id
    }
    verdict = evaluate(policy, requester.id, said_yes)
    assert verdict.satisfied == bool(fit)
    assert set(verdict.counted) == fit
    assert {id for id, _ in verdict.not_counted} == latest.keys() - fit
    assert requester.id not in verdict.could


@given(person=st.builds(now_a, st.sampled_from(Standing), st.sampled_from(PEOPLE)))
def test_names_decide_nothing(person: Person) -> None:
    """Only the id and the standing count: whatever somebody calls themselves changes nothing."""
    renamed = replace(person, name=DANA.name)
    assert objection(POLICY, RITA.id, renamed) == objection(POLICY, RITA.id, person)
