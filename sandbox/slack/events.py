"""What Slack sends to the bot: payloads, their encoding, and the signature over the exact bytes.

Shapes: docs.slack.dev, interaction payloads and slash commands. In a view of an external person the
outer `team` is theirs and `view.app_installed_team_id` is ours; in a click the outer `team` is ours
and only `user.team_id` tells them apart.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterable
from urllib.parse import urlencode

from sandbox.slack.state import Workspace
from sandbox.slack.wire import message_json, view_json
from sandbox.slack.workspace import (
    APP,
    BOT_USER,
    TEAM,
    Channel,
    Json,
    Message,
    OpenView,
    User,
)

# Sent by Slack for old apps' sake, and proof of nothing: only the signature is.
VERIFICATION_TOKEN = "sandbox-verification"
DOMAIN = "sandbox"


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Slack's signature of a request, version 0 (docs.slack.dev, verifying requests)."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def headers(secret: str, timestamp: int, body: bytes, content_type: str) -> dict[str, str]:
    """The headers of a signed request."""
    return {
        "Content-Type": content_type,
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "Accept": "application/json,*/*",
        "X-Slack-Request-Timestamp": str(timestamp),
        "X-Slack-Signature": sign(secret, str(timestamp), body),
    }


def form(payload: Json) -> bytes:
    """The body of an interaction: one form field that holds JSON."""
    return urlencode({"payload": json.dumps(payload)}).encode()


# Typing a command.

TYPED = re.compile(
    r"""(?P<raw><[@#][A-Z0-9]+(?:\|[^<>&]*)?>)
      | (?P<url>https?://[^\s<>|]+)
      | (?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)
      | (?P<site>\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io)\b)
      | (?P<person>@[\w-]+(?:\.[\w-]+)*)
      | (?P<place>\#[\w-]+)
      | (?P<special>[&<>])""",
    re.VERBOSE,
)
ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def as_sent(text: str, people: Iterable[User], channels: Iterable[Channel]) -> str:
    """A command's text as Slack sends it with `should_escape`: mentions, channels and links in
    angle brackets, `& < >` escaped. Who types `<@U…>` by hand gets it through as it is."""
    mentions = {f"@{user.name}": f"<@{user.id}|{user.name}>" for user in people}
    places = {f"#{place.name}": f"<#{place.id}|{place.name}>" for place in channels}

    def decorated(found: re.Match[str]) -> str:
        one = found.group()
        match found.lastgroup:
            case "url":
                return f"<{one.replace('&', '&amp;')}>"
            case "mail":
                return f"<mailto:{one}|{one}>"
            case "site":
                return f"<http://{one}|{one}>"
            case "special":
                return ESCAPES[one]
        return mentions.get(one) or places.get(one) or one

    return TYPED.sub(decorated, text.strip())


def command(
    workspace: Workspace, user: User, channel: Channel, *, name: str, text: str, response_url: str
) -> bytes:
    """The body of a slash command, a plain form."""
    fields = {
        "token": VERIFICATION_TOKEN,
        "team_id": user.acts_under,
        "team_domain": DOMAIN,
        **({"enterprise_id": user.organization.enterprise} if user.organization else {}),
        "channel_id": channel.id,
        "channel_name": "privategroup" if channel.is_private else channel.name,
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": as_sent(text, workspace.users.values(), workspace.channels.values()),
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": workspace.trigger(user.id),
    }
    return urlencode(fields).encode()


# Clicks, typeaheads, modals.


def _interaction(kind: str, user: User, team: str) -> Json:
    return {
        "type": kind,
        "token": VERIFICATION_TOKEN,
        "api_app_id": APP,
        "team": {"id": team, "domain": DOMAIN},
        "enterprise": _enterprise(user),
        "is_enterprise_install": False,
        "user": {
            "id": user.id,
            "username": user.name,
            "name": user.name,
            "team_id": user.acts_under,
        },
    }


def _enterprise(user: User) -> Json | None:
    one = user.organization
    return {"id": one.enterprise, "name": "Sandbox Organization"} if one else None


def message_click(
    workspace: Workspace,
    user: User,
    message: Message,
    *,
    version: int,
    action: Json,
    values: Json,
    response_url: str,
) -> Json:
    """A click in a message. An ephemeral message is named, but not sent along."""
    channel = workspace.channels[message.channel]
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.only_for is not None,
    }
    shown = message_json(workspace, message, version)
    if "thread_ts" in shown:
        container["thread_ts"] = shown["thread_ts"]
    out = {
        **_interaction("block_actions", user, TEAM),
        "container": container,
        "trigger_id": workspace.trigger(user.id),
        "channel": {"id": channel.id, "name": channel.name},
        "state": {"values": values},
        "response_url": response_url,
        "actions": [action],
    }
    return out if message.only_for is not None else {**out, "message": shown}


def view_click(
    workspace: Workspace, user: User, view: OpenView, *, action: Json, values: Json
) -> Json:
    """A click in a modal or on the home tab."""
    return {
        **_interaction("block_actions", user, TEAM),
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": workspace.trigger(user.id),
        "view": view_json(workspace, view, values),
        "actions": [action],
    }


def suggestion(
    workspace: Workspace, user: User, view: OpenView, *, block_id: str, action_id: str, typed: str
) -> Json:
    """Somebody types into a typeahead."""
    return {
        **_interaction("block_suggestion", user, TEAM),
        "container": {"type": "view", "view_id": view.id},
        "view": view_json(workspace, view),
        "block_id": block_id,
        "action_id": action_id,
        "value": typed,
    }


def submission(workspace: Workspace, user: User, view: OpenView, values: Json) -> Json:
    """A modal is submitted."""
    return {
        **_interaction("view_submission", user, user.acts_under),
        "trigger_id": workspace.trigger(user.id),
        "view": view_json(workspace, view, values),
        "response_urls": [],
    }


def closing(workspace: Workspace, user: User, view: OpenView) -> Json:
    """A modal is closed by its cross or its close button."""
    return {
        **_interaction("view_closed", user, user.acts_under),
        "view": view_json(workspace, view),
        "is_cleared": False,
    }


# Events.


def home_opened(workspace: Workspace, user: User, tab: str) -> Json:
    """The Events API's envelope around `app_home_opened`."""
    now, home = int(workspace.clock().timestamp()), workspace.home(user.id)
    event = {
        "type": "app_home_opened",
        "user": user.id,
        "channel": workspace.direct_channel(user.id).id,
        "tab": tab,
        "event_ts": workspace.ts(),
    }
    return {
        "type": "event_callback",
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM,
        "api_app_id": APP,
        "event": event | ({"view": view_json(workspace, home)} if home else {}),
        "event_id": f"Ev{workspace.number():08d}",
        "event_time": now,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    }


def challenge(word: str) -> Json:
    """What Slack sends when somebody saves the request URL."""
    return {"type": "url_verification", "token": VERIFICATION_TOKEN, "challenge": word}
