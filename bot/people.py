"""Slack users: who somebody is, and whether they may act.

In a channel shared with another company its people can press our buttons. Somebody is ours where
Slack's own answer about them, `users.info`, says so: by `team_id`, or by our team among those of
`enterprise_user`. The team in a signed request does not decide it: inside an Enterprise
organization people act under the team that they come from. Whoever is not plainly a member is not
one, and a question that fails is no answer. Nothing is remembered here: standing is looked up
whenever somebody acts.
"""

import logging
import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from slack_sdk import WebClient

from approvals.people import Person, Roster, Standing
from approvals.times import Clock

MAX_NAME = 80
"""Characters of a name that are kept; Slack allows 80."""

_UNUSABLE = {
    "is_restricted": Standing.GUEST,
    "is_ultra_restricted": Standing.GUEST,
    "is_bot": Standing.BOT,
}
"""Slack documents of `deleted`, and of `is_stranger`, that a field which is not there is as good as
false (docs.slack.dev, "User object"). Of these it does not: where one lacks, nobody knows."""

_ID = re.compile(r"[UW][A-Z0-9]+")

_log = logging.getLogger(__name__)


class SlackPeople:
    """Implements approvals.people.People. `client` has a short time-out and retries nothing."""

    def __init__(self, client: WebClient, team: str, clock: Clock) -> None:
        self._client = client
        self._team = team
        self._clock = clock

    def find(self, team: str, id: str, deadline: datetime) -> Person:
        """Who `id` is now. Whoever is ours is of our team, whatever `team` is; a stranger is of the
        one that the request names."""
        try:
            user = self._client.users_info(user=id)["user"] if self._clock() < deadline else {}
            name, also = _name(user.get("profile") or {}) or id, _others(id, user)
            standing = Standing.UNKNOWN if also is None else self._standing(user)
        except Exception as trouble:  # whatever went wrong, nobody said who this is
            _log.warning("Slack did not say who %s is: %s", id, trouble)
            name, standing, also = id, Standing.UNKNOWN, None
        if standing is Standing.STRANGER:
            return Person(team, id, name, standing, self._clock())
        home = team if standing is Standing.UNKNOWN else self._team
        return Person(home, id, name, standing, self._clock(), also or frozenset())

    def roster(self, groups: Collection[str], deadline: datetime) -> Roster:
        """Who is in each of these user groups now: one question each, one after the other. Whoever
        is listed counts only with a standing of their own, so deactivated people do no harm."""
        members = {}
        for group in sorted(groups):
            try:
                if self._clock() < deadline:
                    members[group] = self._members(group)
            except Exception as trouble:  # whatever went wrong, nobody said who is in it
                _log.warning("Slack did not say who is in %s: %s", group, trouble)
        return Roster(members)

    def _members(self, group: str) -> frozenset[str]:
        """Raises anything; only a list of ids is an answer."""
        found = self._client.usergroups_users_list(usergroup=group)["users"]
        if not isinstance(found, list) or not all(isinstance(id, str) for id in found):
            raise TypeError(f"not a list of ids: {found!r:.100}")
        return frozenset(found)

    def _standing(self, user: Mapping[str, Any]) -> Standing:
        teams = _teams(user)
        if not teams:
            return Standing.UNKNOWN
        if self._team not in teams or user.get("is_stranger"):
            return Standing.STRANGER
        if user.get("deleted"):
            return Standing.DEACTIVATED
        for flag, standing in _UNUSABLE.items():
            if user.get(flag) is not False:
                return standing if user.get(flag) else Standing.UNKNOWN
        return Standing.MEMBER


def _teams(user: Mapping[str, Any]) -> frozenset[str]:
    """The teams to which Slack says that somebody belongs."""
    told = [user.get("team_id"), *((user.get("enterprise_user") or {}).get("teams") or ())]
    return frozenset(team for team in told if isinstance(team, str) and team)


def _others(id: str, user: Mapping[str, Any]) -> frozenset[str] | None:
    """The further ids of the person whom an answer to the question for `id` is about; None where
    it is about somebody else. Inside an Enterprise organization a person may have two, which can
    be used interchangeably, and `enterprise_user` names the one that counts everywhere."""
    answered, everywhere = user.get("id"), (user.get("enterprise_user") or {}).get("id")
    if answered != id and (everywhere is None or everywhere not in (id, answered)):
        return None
    named = {str(one) for one in (answered, everywhere) if one}
    if not all(map(_ID.fullmatch, named)):
        return None
    return frozenset(named - {id})


def _name(profile: Mapping[str, Any]) -> str:
    """The name as Slack shows it, on one line and without characters that nobody sees."""
    shown = str(profile.get("display_name") or profile.get("real_name") or "")
    visible = (" " if char.isspace() else char for char in unicodedata.normalize("NFC", shown))
    printed = (c for c in visible if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    return re.sub(" +", " ", "".join(printed)).strip()[:MAX_NAME]
