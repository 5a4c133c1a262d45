"""The Slack app's manifest: least scopes, one address, and valid for Slack."""

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jsonschema
import pytest
import yaml

from bot.manifest import EXAMPLE, FOR_GROUPS, NEEDED, TO_LOOK, creation_link, manifest
from sandbox.slack.driver import SCOPES

ROOT = Path(__file__).parents[2]
SCHEMA = os.environ.get("SLACK_MANIFEST_SCHEMA", "")


def read(text: str) -> Any:
    """The manifest as Slack reads it."""
    return yaml.safe_load(text)


@pytest.mark.current
def test_the_file_is_the_rendered_default() -> None:
    """manifest.yml is what the command prints for the example's address; `make docs` renews it."""
    assert (ROOT / "manifest.yml").read_text(encoding="utf-8") == manifest(EXAMPLE, "/payout")


@pytest.mark.current
@pytest.mark.skipif(
    not SCHEMA,
    reason="SLACK_MANIFEST_SCHEMA does not name a copy of slackapi/manifest-schema's "
    "manifest.schema.json, which carries no licence to copy it here",
)
def test_slack_would_take_it() -> None:
    """The manifest fits Slack's published schema, and a misspelt key would not."""
    schema = json.loads(Path(SCHEMA).read_text(encoding="utf-8"))
    good = read(manifest(EXAMPLE, "/payout"))
    jsonschema.validate(good, schema)
    good["settings"]["interactivity"]["options_url"] = EXAMPLE
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(good, schema)


def test_the_app_asks_for_the_least() -> None:
    """Three scopes are enough. A fourth is for a policy that names user groups, and two are to look
    at the channel before the first card: whoever installs the app may leave these out, as the
    manifest says itself. No event is subscribed to."""
    text = manifest(EXAMPLE, "/payout")
    app = read(text)
    needed = ["commands", "chat:write", "users:read"]
    optional = ["usergroups:read", "channels:read", "groups:read"]
    scopes = {"bot": [*needed, *optional], "bot_optional": optional}
    assert app["oauth_config"] == {"scopes": scopes}
    assert {*needed, *optional} == SCOPES
    assert (NEEDED, (*FOR_GROUPS, *TO_LOOK)) == (tuple(needed), tuple(optional))
    assert "Only a policy that names Slack's user groups needs it" in text
    assert "event_subscriptions" not in app["settings"]


@pytest.mark.parametrize(
    "url", ["https://bot.example.org", "https://bot.example.org/slack/events/"]
)
def test_every_address_is_the_one_asked_for(url: str) -> None:
    """Command, clicks and typeahead reach one address, in either way of writing it."""
    app = read(manifest(url, "/pay"))
    (command,) = app["features"]["slash_commands"]
    interactivity = app["settings"]["interactivity"]
    assert (command["command"], command["should_escape"]) == ("/pay", True)
    assert {
        command["url"],
        interactivity["request_url"],
        interactivity["message_menu_options_url"],
    } == {"https://bot.example.org/slack/events"}


@pytest.mark.parametrize(
    "url",
    ["http://bot.example.org", "bot.example.org", "https://", "https://a b", 'https://a"\nx: y'],
)
def test_an_address_that_slack_would_refuse_is_refused(url: str) -> None:
    """Only a plain https address can get into the manifest."""
    with pytest.raises(ValueError, match=r"must look like https://payouts\.example\.com"):
        manifest(url, "/payout")


def test_the_link_carries_the_whole_manifest() -> None:
    """Slack's page for new apps gets exactly the text that was printed."""
    text = manifest(EXAMPLE, "/payout")
    parts = urlsplit(creation_link(text))
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "api.slack.com", "/apps")
    assert parse_qs(parts.query) == {"new_app": ["1"], "manifest_yaml": [text]}


@pytest.mark.parametrize(
    "command", ["payout", "/Pay", "/", "/pay out", "/x\n  evil: y", "/" + "x" * 32]
)
def test_a_command_that_slack_would_not_take_is_refused(command: str) -> None:
    """What PAYOUTS_COMMAND does not take is no manifest either: it could hold YAML of its own."""
    with pytest.raises(ValueError, match="The command must be a slash"):
        manifest(EXAMPLE, command)
