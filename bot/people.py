"""Slack users: who somebody is, and whether they may act.

The signed request says which team somebody belongs to; Slack's `users.info` says the rest. Both
must say that they are ours: in a channel shared with another company its people can press our
buttons. Whoever is not plainly a member is not one, and a question that fails is no answer.
Nothing is remembered: standing is looked up whenever somebody acts.
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

_log = logging.getLogger(__name__)


class SlackPeople:
    """Implements approvals.people.People. `client` has a short time-out and retries nothing."""

    def __init__(self, client: WebClient, team: str, clock: Clock) -> None:
        self._client = client
        self._team = team
        self._clock = clock

    def find(self, team: str, id: str, deadline: datetime) -> Person:
        """Who `id` is now. Somebody of another team is not even asked about."""
        if team != self._team:
            return Person(team, id, id, Standing.STRANGER, self._clock())
        try:
            user = self._client.users_info(user=id)["user"] if self._clock() < deadline else {}
            name, standing = _name(user.get("profile") or {}) or id, self._standing(id, user)
        except Exception as trouble:  # whatever went wrong, nobody said who this is
            _log.warning("Slack did not say who %s is: %s", id, trouble)
            name, standing = id, Standing.UNKNOWN
        return Person(team, id, name, standing, self._clock())

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

    def _standing(self, id: str, user: Mapping[str, Any]) -> Standing:
        if user.get("id") != id:
            return Standing.UNKNOWN
        if user.get("team_id") != self._team:
            return Standing.STRANGER
        if user.get("deleted"):
            return Standing.DEACTIVATED
        for flag, standing in _UNUSABLE.items():
            if user.get(flag) is not False:
                return standing if user.get(flag) else Standing.UNKNOWN
        return Standing.MEMBER


def _name(profile: Mapping[str, Any]) -> str:
    """The name as Slack shows it, on one line and without characters that nobody sees."""
    shown = str(profile.get("display_name") or profile.get("real_name") or "")
    visible = (" " if char.isspace() else char for char in unicodedata.normalize("NFC", shown))
    printed = (c for c in visible if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    return re.sub(" +", " ", "".join(printed)).strip()[:MAX_NAME]
