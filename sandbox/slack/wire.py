"""How things look in JSON, both in the Web API's answers and in what Slack sends."""

from sandbox.slack.state import Workspace
from sandbox.slack.workspace import (
    APP,
    BOT,
    TEAM,
    Channel,
    Json,
    Message,
    OpenView,
    Organization,
    User,
)


def user_json(user: User) -> Json:
    """A user object. Deactivated people lack their time zone and what they may do, and anybody may
    lack more: "data that has not been supplied may not be present at all" (docs.slack.dev)."""
    said = _user(user) | (_organization(user.organization) if user.organization else {})
    return {name: value for name, value in said.items() if name not in user.unsaid}


def _organization(one: Organization) -> Json:
    """What an Enterprise organization adds. Where ids are not translated, the answer is about the
    organization's, whichever was asked for."""
    told = {"id": one.id, "enterprise_id": one.enterprise, "teams": list(one.teams)}
    return {"enterprise_user": told} | ({} if one.translated else {"id": one.id})


def _user(user: User) -> Json:
    common = {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.name,
        "deleted": user.deleted,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": 0,
        "profile": {
            "real_name": user.real_name,
            "display_name": user.display_name,
            "team": user.team_id,
        },
    }
    if user.deleted:
        return common
    return {
        **common,
        "real_name": user.real_name,
        "tz": user.tz,
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": user.is_ultra_restricted,
    }


def channel_json(channel: Channel) -> Json:
    """A conversation object."""
    common = {
        "id": channel.id,
        "is_archived": channel.is_archived,
        "is_im": channel.person is not None,
        "context_team_id": TEAM,
    }
    if channel.person is not None:
        return {**common, "user": channel.person}
    return {
        **common,
        "name": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_private": channel.is_private,
        "is_member": channel.is_member,
        "is_shared": channel.is_ext_shared,
        "is_ext_shared": channel.is_ext_shared,
    }


def message_json(workspace: Workspace, message: Message, version: int = -1) -> Json:
    """A message as it was in one of its versions. The first of a thread names itself its thread."""
    content = message.versions[version]
    out: Json = {
        "type": "message",
        "user": message.author,
        "ts": message.ts,
        "bot_id": BOT,
        "app_id": APP,
        "team": TEAM,
        "text": content.text,
        "blocks": list(content.blocks),
    }
    replies = workspace.replies(message.channel, message.ts)
    if replies:
        out |= {"thread_ts": message.ts, "reply_count": len(replies)}
    if message.thread_ts is not None:
        out |= {"thread_ts": message.thread_ts}
    if message.edited_ts is not None:
        out |= {"edited": {"user": message.author, "ts": message.edited_ts}}
    if message.metadata is not None:
        out |= {"metadata": message.metadata}
    return out


def view_json(workspace: Workspace, view: OpenView, values: Json | None = None) -> Json:
    """A view, with what was filled in. An external person has it open in their own team."""
    return {
        "submit": None,
        "close": None,
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "clear_on_close": False,
        "notify_on_close": False,
        **view.content,
        "id": view.id,
        "team_id": workspace.users[view.user].acts_under,
        "hash": view.hash,
        "root_view_id": view.root_id,
        "previous_view_id": view.previous_id,
        "state": {"values": values or {}},
        "app_id": APP,
        "app_installed_team_id": TEAM,
        "bot_id": BOT,
    }
