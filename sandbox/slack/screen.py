"""What one person sees, as JSON for a page to draw."""

from sandbox.slack.state import Workspace
from sandbox.slack.workspace import (
    APP,
    BOT,
    BOT_USER,
    TEAM,
    Channel,
    Json,
    Message,
    OpenView,
    User,
)


def screen(workspace: Workspace, user: User) -> Json:
    """The conversations, modals and home tab of a person; PretendSlack.snapshot tells its shape."""
    if user.team_id == TEAM:
        workspace.direct_channel(user.id)
    with workspace.lock:
        home = workspace.home(user.id)
        return {
            "version": workspace.version,
            "team": {"id": TEAM},
            "app": {
                "id": APP,
                "bot_id": BOT,
                "user_id": BOT_USER,
                "name": workspace.users[BOT_USER].real_name,
            },
            "me": _person(user),
            "people": [_person(one) for one in workspace.users.values()],
            "groups": [
                {"id": group.id, "handle": group.handle}
                for group in (workspace.groups or {}).values()
            ],
            "channels": [
                _channel(workspace, user, one)
                for one in workspace.channels.values()
                if workspace.sees(user.id, one)
            ],
            "views": [_view(view) for view in workspace.stack(user.id)],
            "home": _view(home) if home else None,
        }


def _person(user: User) -> Json:
    return {
        "id": user.id,
        "name": user.name,
        "real_name": user.real_name,
        "team_id": user.team_id,
        "tz": user.tz,
    }


def _channel(workspace: Workspace, user: User, channel: Channel) -> Json:
    return {
        "id": channel.id,
        "name": channel.name,
        "person": channel.person,
        "is_member": channel.is_member,
        "messages": [
            _message(workspace, user, one)
            for one in workspace.timeline(channel.id)
            if one.only_for in (None, user.id)
        ],
    }


def _message(workspace: Workspace, user: User, message: Message) -> Json:
    return {
        "ts": message.ts,
        "thread_ts": message.thread_ts,
        "user": message.author,
        "text": message.text,
        "blocks": list(message.blocks),
        "edited": message.edited_ts is not None,
        "private": message.only_for is not None,
        "deleted": message.deleted,
        "versions": len(message.versions),
        "replies": [
            _message(workspace, user, one)
            for one in workspace.thread(message.channel, message.ts)
            if one.only_for in (None, user.id)
        ],
    }


def _view(view: OpenView) -> Json:
    return {"id": view.id, "hash": view.hash, "content": view.content}
