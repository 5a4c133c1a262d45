"""Who may act, as Slack says it: asked over HTTP, believed only where it is plain."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from slack_sdk import WebClient
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from approvals.people import Person, Roster, Standing
from bot.people import MAX_NAME, SlackPeople
from sandbox.serving import serving
from sandbox.slack import TOKEN, Fault, Group, Organization, PretendSlack, User
from sandbox.slack.cast import DANA, ELI, FINANCE, MAX, NOA, PEOPLE, RITA
from sandbox.slack.driver import reached
from sandbox.slack.workspace import TEAM

NOW = datetime(2026, 11, 22, 10, 3, tzinfo=UTC)
SOON = NOW + timedelta(seconds=2)
ANY = ["GET", "POST"]

GUEST = User("U0GUEST0001", "guest", "A guest", is_restricted=True)
SINGLE = User("U0SINGLE001", "single", "A guest of one channel", is_ultra_restricted=True)
GONE = User("U0GONE00001", "gone", "Gone", deleted=True)
BUILDER = User("U0BUILDER01", "builder", "Builder", is_bot=True)
SHADY = User("U0SHADY0001", "shady", "\u202eRita\u200b\n(approved)\t")
OTHER_WORKSPACE = "T0OTHERWS01"
EVERYWHERE = "W0GRACE0001"
OURS_AND_OTHER = (OTHER_WORKSPACE, TEAM)
GRACE = User(
    "U0GRACE0001",
    "grace",
    "Grace",
    organization=Organization(EVERYWHERE, OURS_AND_OTHER, acts_under=OTHER_WORKSPACE),
)
"""From another workspace of our Enterprise organization."""


def grace(number: int, *unsaid: str, **organization: Any) -> User:
    """Somebody like Grace, in an organization like hers; `unsaid` is left out of Slack's answer."""
    assert GRACE.organization
    local, everywhere = f"U0GRACE000{number}", f"W0GRACE000{number}"
    told = replace(GRACE.organization, id=everywhere, **organization)
    return replace(GRACE, id=local, organization=told, unsaid=frozenset(unsaid))


WITHOUT_TEAM = grace(2, "team_id")
ELSEWHERE = grace(3, "team_id", teams=(OTHER_WORKSPACE,))
TRANSLATED = grace(4, translated=True)
HOMELESS = grace(5, "team_id", teams=())
ORGANIZED = (GRACE, WITHOUT_TEAM, ELSEWHERE, TRANSLATED, HOMELESS)

FLAGS = ("is_restricted", "is_ultra_restricted", "is_bot")
SILENT = tuple(
    replace(RITA, id=f"U0SILENT00{place}", unsaid=frozenset({flag}))
    for place, flag in enumerate((*FLAGS, "deleted"))
)
"""Of each of these, Slack's answer leaves out one thing."""
MIXED = Group("S0MIXED0001", "mixed", (RITA.id, GONE.id, MAX.id, GUEST.id, "U0NOBODY001"))
TEAMS = Group("S0TEAMS0001", "teams", (RITA.id, NOA.id))
LONG = User("U0LONG00001", "long", "é" * 500)


@pytest.fixture(scope="module")
def workspace() -> Iterator[PretendSlack]:
    """The pretend workspace, with people of every standing."""
    people = (*PEOPLE, GUEST, SINGLE, GONE, BUILDER, SHADY, LONG, *ORGANIZED, *SILENT)
    slack = PretendSlack(clock=lambda: NOW, people=people, groups=(FINANCE, MIXED, TEAMS))
    with slack.serving():
        yield slack


@pytest.fixture
def slack(workspace: PretendSlack) -> Iterator[PretendSlack]:
    yield workspace
    workspace.calm()


@pytest.fixture
def people(slack: PretendSlack) -> SlackPeople:
    client = WebClient(TOKEN, f"{slack.address}/api/", timeout=5, retry_handlers=[])
    return SlackPeople(client, TEAM, lambda: NOW)


def find(people: SlackPeople, user: User) -> Person:
    return people.find(user.acts_under, user.id, SOON)


def test_a_member_is_named_as_slack_shows_them(people: SlackPeople) -> None:
    """A member of our own team may act, under the name that colleagues see."""
    assert find(people, RITA) == Person(TEAM, RITA.id, "Rita", Standing.MEMBER, NOW)


@pytest.mark.parametrize(
    ("user", "standing"),
    [
        (GUEST, Standing.GUEST),
        (SINGLE, Standing.GUEST),
        (GONE, Standing.DEACTIVATED),
        (BUILDER, Standing.BOT),
        (MAX, Standing.STRANGER),
    ],
    ids=lambda value: value.name if isinstance(value, User) else str(value),
)
def test_nobody_else_is_a_member(people: SlackPeople, user: User, standing: Standing) -> None:
    """Guests, bots, deactivated people and other companies' people are each told apart."""
    assert find(people, user).standing is standing


def test_saying_that_one_is_ours_does_not_make_it_so(people: SlackPeople) -> None:
    """Somebody of another company stays a stranger where the request names our team: Slack's
    own record of them has a say too."""
    assert people.find(TEAM, MAX.id, SOON).standing is Standing.STRANGER


def test_who_comes_from_another_workspace_of_our_organization_is_ours(people: SlackPeople) -> None:
    """A click under user.team_id T0OTHERWS01 is ours where Slack's own answer says so: by team_id,
    or, where that is not in it, by our team among those of `enterprise_user`. Then they are of our
    team, whatever the click says; and where neither names us, they are of another company."""
    for user in (GRACE, WITHOUT_TEAM, TRANSLATED):
        found = find(people, user)
        assert (found.team, found.standing) == (TEAM, Standing.MEMBER)
    other = find(people, ELSEWHERE)
    assert (other.team, other.standing) == (OTHER_WORKSPACE, Standing.STRANGER)


def test_somebody_whose_team_slack_does_not_say_is_unknown(people: SlackPeople) -> None:
    """An answer that names no team at all makes nobody ours, nor another company's."""
    assert find(people, HOMELESS).standing is Standing.UNKNOWN


@pytest.mark.parametrize("user", [GRACE, TRANSLATED], ids=["not translated", "translated"])
def test_both_ids_of_an_answer_are_one_person(people: SlackPeople, user: User) -> None:
    """Whether Slack answers a question for a U… id with the W… one of the organization, or names it
    beside the other: both are theirs."""
    assert user.organization
    found, everywhere = find(people, user), user.organization.id
    assert found.id == user.id
    assert found.ids == {user.id, everywhere}
    asked = people.find(OTHER_WORKSPACE, everywhere, SOON)
    assert (asked.id, asked.standing) == (everywhere, Standing.MEMBER)


@pytest.mark.parametrize(
    "user",
    [
        {"id": ELI.id},
        {"id": ELI.id, "enterprise_user": {"id": "W0ELI000001"}},
        {"id": ELI.id, "enterprise_user": {}},
        {"id": "W0RITA 0001", "enterprise_user": {"id": "W0RITA 0001"}},
        {},
    ],
)
def test_an_answer_about_somebody_else_is_none(user: dict[str, Any]) -> None:
    """Where neither id of an answer is the one that was asked about, and it does not say itself
    that its id is that of the organization, nobody knows whom it is about. What is no id joins
    nobody to nobody."""
    flags = dict.fromkeys((*FLAGS, "deleted"), False)
    answer = {"ok": True, "user": flags | {"team_id": TEAM} | user}
    said = Starlette(routes=[Route("/api/{method}", lambda _: JSONResponse(answer), methods=ANY)])
    with serving(said) as address:
        client = WebClient(TOKEN, f"{reached(address)}/api/", timeout=5, retry_handlers=[])
        found = SlackPeople(client, TEAM, lambda: NOW).find(TEAM, RITA.id, SOON)
        assert found.standing is Standing.UNKNOWN
        assert found.ids == {RITA.id}


def test_what_slack_leaves_out_is_false_only_where_it_says_so(people: SlackPeople) -> None:
    """Slack documents of `deleted` that a field which is not there is false. Of is_restricted,
    is_ultra_restricted and is_bot it does not: where one lacks, nobody knows, and nobody is let
    in."""
    standings = [find(people, user).standing for user in SILENT]
    assert standings == [Standing.UNKNOWN] * len(FLAGS) + [Standing.MEMBER]


@pytest.mark.parametrize(
    "fault",
    [Fault(error="internal_error"), Fault(status=500), Fault(retry_after=30)],
    ids=["an error", "a broken server", "too many questions"],
)
def test_no_answer_makes_nobody_a_member(
    slack: PretendSlack, people: SlackPeople, fault: Fault
) -> None:
    """Where Slack gives no answer, nobody knows who this is, and nothing is raised."""
    slack.fail("users.info", fault)
    assert find(people, RITA) == Person(TEAM, RITA.id, RITA.id, Standing.UNKNOWN, NOW)


def test_somebody_slack_does_not_know(people: SlackPeople) -> None:
    """An id that Slack does not know is nobody's."""
    assert people.find(TEAM, "U0NOBODY001", SOON).standing is Standing.UNKNOWN


def test_groups_are_told_apart(people: SlackPeople) -> None:
    """Each group that is asked for is answered by its own members, and no other group is."""
    roster = people.roster({FINANCE.id, TEAMS.id}, SOON)
    assert roster.members == {FINANCE.id: {DANA.id, ELI.id}, TEAMS.id: {RITA.id, NOA.id}}
    assert people.roster((), SOON) == Roster()


def test_being_in_a_group_is_no_standing(people: SlackPeople) -> None:
    """A group may list people who were deactivated, are guests, of another company or nobody:
    each of them is what they are when they act, and no member."""
    (listed,) = people.roster([MIXED.id], SOON).members.values()
    assert listed == set(MIXED.members)
    standing = {id: people.find(TEAM, id, SOON).standing for id in listed}
    assert [id for id, one in standing.items() if one is Standing.MEMBER] == [RITA.id]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(error="missing_scope"),
        Fault(error="plan_upgrade_required"),
        Fault(status=500),
        Fault(retry_after=30),
    ],
    ids=["a scope that lacks", "a plan without groups", "a broken server", "too many questions"],
)
def test_a_group_without_an_answer_is_missing(
    slack: PretendSlack, people: SlackPeople, fault: Fault
) -> None:
    """Where Slack does not say who is in a group, the group is missing, which is not the same as
    empty; nothing is raised, and the others are told."""
    slack.fail("usergroups.users.list", fault)  # the first one by id: finance
    roster = people.roster([TEAMS.id, FINANCE.id], SOON)
    assert roster.members == {TEAMS.id: {RITA.id, NOA.id}}


def test_a_group_that_slack_does_not_know_is_missing(
    slack: PretendSlack, people: SlackPeople
) -> None:
    """A group that was never there, or is switched off, is not in the answer; one without members
    is, and is empty."""
    slack.set_group(FINANCE.id, FINANCE.members, disabled=True)
    slack.set_group(TEAMS.id, [])
    roster = people.roster(["S0NONE00001", FINANCE.id, TEAMS.id], SOON)
    slack.set_group(FINANCE.id, FINANCE.members)
    slack.set_group(TEAMS.id, TEAMS.members)
    assert roster.members == {TEAMS.id: frozenset()}


@pytest.mark.parametrize(
    "answer", [{}, {"users": None}, {"users": DANA.id}, {"users": {}}, {"users": [DANA.id, 7]}]
)
def test_only_a_list_of_ids_is_an_answer(answer: dict[str, Any]) -> None:
    """An answer of another shape says nothing, not even in part."""
    said = Starlette(
        routes=[Route("/api/{method}", lambda _: JSONResponse({"ok": True, **answer}), methods=ANY)]
    )
    with serving(said) as address:
        client = WebClient(TOKEN, f"{reached(address)}/api/", timeout=5, retry_handlers=[])
        people = SlackPeople(client, TEAM, lambda: NOW)
        assert people.roster([FINANCE.id], SOON) == Roster()


def test_one_deadline_is_over_all_groups(slack: PretendSlack) -> None:
    """Once the time is up no further group is asked for; what was said until then counts."""
    ticks = iter([NOW, NOW, SOON, SOON])
    client = WebClient(TOKEN, f"{slack.address}/api/", timeout=5, retry_handlers=[])
    people = SlackPeople(client, TEAM, lambda: next(ticks))
    roster = people.roster([FINANCE.id, MIXED.id, TEAMS.id], SOON)
    assert roster.members.keys() == {FINANCE.id, MIXED.id}


def test_nothing_is_asked_after_the_deadline(slack: PretendSlack, people: SlackPeople) -> None:
    """When the time is up already, Slack is not asked at all."""
    slack.fail("users.info", Fault(error="internal_error"))
    found = [people.find(TEAM, RITA.id, until).standing for until in (NOW, SOON, SOON)]
    assert found == [
        Standing.UNKNOWN,
        Standing.UNKNOWN,
        Standing.MEMBER,
    ]  # the second met the fault


@pytest.mark.parametrize(
    ("user", "name"), [(SHADY, "Rita (approved)"), (LONG, "é" * MAX_NAME)], ids=["shady", "long"]
)
def test_names_are_one_short_visible_line(people: SlackPeople, user: User, name: str) -> None:
    """A name holds no line break, no invisible mark, and an end."""
    assert find(people, user).name == name
