"""What is in the pretend workspace: people, channels, messages, views.

The values are frozen and safe to keep: a change makes a new value. `blocks` and `content` are
Slack's own dictionaries, as a client would draw them (block ids filled in); they are read only.
"""

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
Blocks = tuple[Json, ...]

TEAM = "T0SANDBOX01"
APP = "A0COUNTER01"
BOT = "B0COUNTER01"
BOT_USER = "U0COUNTER01"
ENTERPRISE = "E0GRID00001"


@dataclass(frozen=True, slots=True)
class Organization:
    """What an Enterprise organization adds to a person: `id`, theirs in all of its workspaces, and
    those `teams`. They act under the workspace `acts_under`, which may be another than the one in
    which they act. Slack's answers name `id` first, or the workspace's own one where they are
    `translated`, as for apps that are older than the organization."""

    id: str
    teams: tuple[str, ...] = (TEAM,)
    acts_under: str = TEAM
    translated: bool = False
    enterprise: str = ENTERPRISE


@dataclass(frozen=True, slots=True)
class User:
    """A person or a bot. `tz` is an IANA name; another `team_id` makes them external. Without a
    `display_name` they are shown by their real one. `unsaid`: what Slack's answer leaves out."""

    id: str
    name: str
    real_name: str
    team_id: str = TEAM
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    deleted: bool = False
    is_bot: bool = False
    tz: str = "Europe/Berlin"
    display_name: str = ""
    organization: Organization | None = None
    unsaid: frozenset[str] = frozenset()

    @property
    def acts_under(self) -> str:
        """The team that a signed request calls theirs."""
        return self.organization.acts_under if self.organization else self.team_id


@dataclass(frozen=True, slots=True)
class Group:
    """A user group; `handle` is what people write after the @. One that is `disabled` keeps its
    members. Slack takes in neither guests nor bots, but nothing keeps members from becoming so."""

    id: str
    handle: str
    members: tuple[str, ...]
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    """A conversation. `is_member` is the bot's membership; `members` None means everyone; where it
    is `restricted`, only some people may post.

    A direct message with the bot is a Channel too, with `person` naming the other side.
    """

    id: str
    name: str
    is_member: bool = True
    is_private: bool = False
    is_archived: bool = False
    is_ext_shared: bool = False
    restricted: bool = False
    members: frozenset[str] | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """One version of a message: the top-level text and the blocks drawn instead of it."""

    text: str
    blocks: Blocks


@dataclass(frozen=True, slots=True)
class Message:
    """A message at (channel, ts) by `author`, a user id.

    `versions[-1]` is what is shown, the earlier ones were. `only_for` names the one person who sees
    an ephemeral message; None means everyone. A message that is `deleted` stays only where it has
    replies, as Slack keeps "This message was deleted." above them.
    """

    channel: str
    ts: str
    author: str
    versions: tuple[Content, ...]
    thread_ts: str | None = None
    only_for: str | None = None
    edited_ts: str | None = None
    metadata: Json | None = None
    deleted: bool = False

    @property
    def text(self) -> str:
        """The top-level text shown now."""
        return self.versions[-1].text

    @property
    def blocks(self) -> Blocks:
        """The blocks shown now."""
        return self.versions[-1].blocks


@dataclass(frozen=True, slots=True)
class OpenView:
    """A modal on one person's screen, or their home tab; `content` is what the bot sent."""

    id: str
    user: str
    content: Json
    hash: str
    root_id: str
    previous_id: str | None = None
