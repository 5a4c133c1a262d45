"""Why a card cannot be shown, where that will not pass by itself, and what mends it.

Slack's errors (docs.slack.dev, chat.postMessage and chat.update) are of two kinds: those that pass,
which are waited out, and these, for which somebody must do something. Until then nobody can approve
what nobody sees, so people are told: whoever asked, the approvers, and whoever runs Countersign.
"""

import threading
from collections.abc import Callable, Mapping
from enum import StrEnum

from bot.texts import Channel, Code, Sentence, bold

INVITE = "/invite @Countersign"


class Trouble(StrEnum):
    """Slack's own names for what does not pass by itself."""

    NOT_IN_CHANNEL = "not_in_channel"
    CHANNEL_NOT_FOUND = "channel_not_found"
    IS_ARCHIVED = "is_archived"
    IS_INACTIVE = "is_inactive"
    RESTRICTED_ACTION = "restricted_action"
    READ_ONLY = "restricted_action_read_only_channel"
    THREADS_ONLY = "restricted_action_thread_only_channel"
    NO_THREADS = "restricted_action_non_threadable_channel"
    THREAD_LOCKED = "restricted_action_thread_locked"
    KEYS_DENIED = "ekm_access_denied"
    ENTERPRISE_IS_RESTRICTED = "enterprise_is_restricted"
    TEAM_NOT_GRANTED = "team_access_not_granted"
    MISSING_SCOPE = "missing_scope"
    WRONG_KIND = "not_allowed_token_type"
    NO_PERMISSION = "no_permission"
    ACCESS_DENIED = "access_denied"
    REVOKED = "token_revoked"
    ENDED = "token_expired"
    INVALID_AUTH = "invalid_auth"
    NOT_AUTHED = "not_authed"
    ACCOUNT_INACTIVE = "account_inactive"
    ORG_LOGIN_REQUIRED = "org_login_required"
    MESSAGES_TAB_DISABLED = "messages_tab_disabled"
    CANNOT_DM_BOT = "cannot_dm_bot"
    USER_NOT_FOUND = "user_not_found"
    USER_DISABLED = "user_disabled"

    @classmethod
    def of(cls, error: object) -> "Trouble | None":
        """What an error's name stands for; None for what may pass by itself, and for nothing."""
        return next((one for one in cls if one.value == error), None)


class Reach:
    """What is known of the channel: why nothing can be shown there, as it was found last. Safe to
    use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._trouble: Trouble | None = None

    @property
    def trouble(self) -> Trouble | None:
        """None where nothing is known to be wrong."""
        with self._lock:
            return self._trouble

    def health(self) -> dict[str, str]:
        """What the health check says of it: nothing where nothing is known to be wrong. Slack would
        not be reached better by a new process, so it is no reason to be ended."""
        trouble = self.trouble
        return {"cards": trouble.value} if trouble else {}

    def found(self, trouble: Trouble | None) -> None:
        """What came of the last try to show something there."""
        with self._lock:
            self._trouble = trouble


def mended(trouble: Trouble, channel: str) -> Sentence:
    """What is wrong, and what to do about it; `channel` is the id of the one for the cards."""
    return _SAID[trouble](channel)


def cannot_be_shown(trouble: Trouble, channel: str, *, seen: bool) -> Sentence:
    """The same, behind what follows from it for a payout whose card was `seen` before, or not."""
    never = "Its card cannot be shown, so nobody can approve it."
    follows = "Its card cannot show what is new." if seen else never
    return [bold(follows), " ", *mended(trouble, channel)]


def _not_inside(channel: str) -> Sentence:
    return ["Countersign is not in ", Channel(channel), ". Type ", Code(INVITE), " there."]


def _not_there(channel: str) -> Sentence:
    unknown: Sentence = ["Slack shows Countersign no channel ", Code(channel), "."]
    private: Sentence = [" If it is private, type ", Code(INVITE), " there."]
    wrong = " If the id is wrong, whoever runs Countersign must correct "
    return [*unknown, *private, wrong, Code("PAYOUTS_CHANNEL"), "."]


def _closed(channel: str) -> Sentence:
    elsewhere = " is archived. Open it again, or whoever runs Countersign must set "
    return [Channel(channel), elsewhere, Code("PAYOUTS_CHANNEL"), " to another channel."]


def _restricted(channel: str) -> Sentence:
    must = ". Who manages this channel must let the app Countersign post and reply there."
    return ["Slack does not let Countersign post in ", Channel(channel), must]


def _refused(_: str) -> Sentence:
    must = " Whoever runs Countersign must give the app the scopes of its manifest"
    return ["Slack does not let Countersign post.", must, ", and install it again."]


def _token(_: str) -> Sentence:
    must = " Whoever runs Countersign must install the app again and copy "
    return [
        *("Slack does not take Countersign's token any more.", must),
        *(Code("SLACK_BOT_TOKEN"), " anew."),
    ]


def _direct(_: str) -> Sentence:
    must = " The app's messages tab must be switched on, and the person's account be active."
    return ["Slack does not let Countersign write this person a direct message.", must]


_SAID: Mapping[Trouble, Callable[[str], Sentence]] = {
    Trouble.NOT_IN_CHANNEL: _not_inside,
    Trouble.CHANNEL_NOT_FOUND: _not_there,
    Trouble.IS_ARCHIVED: _closed,
    Trouble.IS_INACTIVE: _closed,
    Trouble.RESTRICTED_ACTION: _restricted,
    Trouble.READ_ONLY: _restricted,
    Trouble.THREADS_ONLY: _restricted,
    Trouble.NO_THREADS: _restricted,
    Trouble.THREAD_LOCKED: _restricted,
    Trouble.KEYS_DENIED: _restricted,
    Trouble.ENTERPRISE_IS_RESTRICTED: _restricted,
    Trouble.TEAM_NOT_GRANTED: _refused,
    Trouble.MISSING_SCOPE: _refused,
    Trouble.WRONG_KIND: _refused,
    Trouble.NO_PERMISSION: _refused,
    Trouble.ACCESS_DENIED: _refused,
    Trouble.REVOKED: _token,
    Trouble.ENDED: _token,
    Trouble.INVALID_AUTH: _token,
    Trouble.NOT_AUTHED: _token,
    Trouble.ACCOUNT_INACTIVE: _token,
    Trouble.ORG_LOGIN_REQUIRED: _token,
    Trouble.MESSAGES_TAB_DISABLED: _direct,
    Trouble.CANNOT_DM_BOT: _direct,
    Trouble.USER_NOT_FOUND: _direct,
    Trouble.USER_DISABLED: _direct,
}
