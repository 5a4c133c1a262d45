"""The Slack app's manifest: what Slack must know to create the app, filled in for one address.

The text is YAML for people to read, with a reason at each scope. It is checked against Slack's
published schema by the tests. Slack's reference: docs.slack.dev, "App manifest reference".
"""

import re
import sys
from urllib.parse import quote

EXAMPLE = "https://payouts.example.com"

COMMAND = re.compile(r"/[a-z0-9_-]{1,31}")
"""What Slack's manifest takes for a slash command, as far as we use it: 32 characters."""


NEEDED = ("commands", "chat:write", "users:read")
FOR_GROUPS = ("usergroups:read",)
TO_LOOK = ("channels:read", "groups:read")
"""Scopes: without the first nothing works; a policy that names Slack's user groups needs the
second; the third only let us look at the channel before the first card."""


def manifest(url: str, command: str) -> str:
    """The manifest for a bot that answers under `url`, such as https://payouts.example.com.

    Raises ValueError where `url` is no plain https address, for Slack talks to nothing else, or
    `command` is no slash command.
    """
    base = url.removesuffix("/").removesuffix("/slack/events")
    if not re.fullmatch(r"https://[\w.-]+(:[0-9]+)?(/[\w.-]+)*", base, re.ASCII):
        raise ValueError(f"The address must look like {EXAMPLE}.")
    if not COMMAND.fullmatch(command):
        raise ValueError(
            "The command must be a slash, then lower-case letters, digits, - or _, such as /payout."
        )
    return MANIFEST.replace("{endpoint}", f"{base}/slack/events").replace("{command}", command)


def creation_link(text: str) -> str:
    """Slack's page that creates an app from the manifest `text`."""
    return f"https://api.slack.com/apps?new_app=1&manifest_yaml={quote(text, safe='')}"


MANIFEST = """\
# The Slack app of Countersign. `countersign manifest --url https://…` prints it for your address.
display_information:
  name: Countersign
  description: Crypto payouts that need two people
  background_color: "#1f3a34"
features:
  app_home:
    home_tab_enabled: false
    # Requesters get a direct message about their payouts; that needs the messages tab.
    messages_tab_enabled: true
    messages_tab_read_only_enabled: true
  bot_user:
    display_name: Countersign
    always_online: false
  slash_commands:
    - command: {command}
      description: Ask for a payout; a second person approves it
      usage_hint: 250 USDT on TRX to ADDRESS for REASON
      url: {endpoint}
      # People, channels and links then arrive as Slack's own ids, not as names.
      should_escape: true
oauth_config:
  scopes:
    bot:
      - commands    # hears the command
      - chat:write  # posts and redraws cards, replies in their threads, sends direct messages
      - users:read  # sees that an approver is no guest, no bot and not deactivated
      # Sees who is in a user group. Only a policy that names Slack's user groups needs it; where
      # yours names none, leave it out.
      - usergroups:read
      # These see, at the start, whether the bot is in the channel of the cards, whether that is
      # archived, and whether it is shared with another company: public channels and private ones.
      - channels:read
      - groups:read
      # Not asked for: chat:write.public posts cards in a public channel without an invitation.
    # Whoever installs the app may leave these out.
    bot_optional:
      - usergroups:read
      - channels:read
      - groups:read
settings:
  interactivity:
    is_enabled: true
    request_url: {endpoint}
    message_menu_options_url: {endpoint}
  org_deploy_enabled: false
  socket_mode_enabled: false
  token_rotation_enabled: false
"""


if __name__ == "__main__":
    sys.stdout.write(manifest(EXAMPLE, "/payout"))
