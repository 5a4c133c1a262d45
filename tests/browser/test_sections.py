"""What careful cards are made of, on the page: acts beside a section, marked words, mentions of
groups, and forms with limits."""

import re
from typing import Any

import pytest
from playwright.sync_api import FloatRect, Locator, expect

from sandbox.slack.cast import FINANCE, PAYOUTS, RITA
from tests.browser.conftest import Wall

pytestmark = pytest.mark.browser

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def beside(text: str, accessory: Json) -> Json:
    return {
        "type": "section",
        "text": {"type": "mrkdwn", "text": text},
        "accessory": {"action_id": "beside", **accessory},
    }


def words(text: str, **style: bool) -> Json:
    return {"type": "text", "text": text} | ({"style": style} if style else {})


def said(*spans: Json) -> Json:
    part = {"type": "rich_text_section", "elements": list(spans)}
    return {"type": "rich_text", "elements": [part]}


def entry(name: str, **element: Any) -> Json:
    return {
        "type": "input",
        "block_id": name,
        "label": plain(name),
        "element": {"type": "plain_text_input", "action_id": name, **element},
    }


def box(where: Locator) -> FloatRect:
    found = where.bounding_box()
    assert found is not None
    return found


FIVE = [f"Option {one}" for one in range(5)]
MENU = {"type": "overflow", "options": [{"text": plain(one), "value": one} for one in FIVE]}


def test_acts_stand_beside_a_section(wall: Wall) -> None:
    """A button or a menu that belongs to a section stands at its right, level with its words, and
    a menu opens with all of its five options."""
    button = {"type": "button", "text": plain("Show payout 17")}
    blocks = [
        beside("It looks like another address. " * 5, button),
        beside("Rare acts", MENU),
    ]
    wall.bot.chat_postMessage(channel=PAYOUTS.id, text="Sections", blocks=blocks)
    card = wall.screen.channel.get_by_role("article", name="Countersign")
    act, text = card.get_by_role("button", name="Show payout 17"), card.get_by_text("It looks")
    assert box(act)["x"] >= box(text)["x"] + box(text)["width"]
    assert box(act)["y"] < box(text)["y"] + box(text)["height"] / 2
    card.get_by_role("button", name="More actions").click()
    options = wall.screen.page.get_by_role("menuitem")
    expect(options).to_have_text(FIVE)


def test_marked_words(wall: Wall) -> None:
    """Bold and struck words stand out also inside code, and a group is mentioned by its handle, in
    rich text and in mark-up, also one that Slack does not know."""
    group = {"type": "usergroup", "usergroup_id": FINANCE.id}
    unknown = {"type": "usergroup", "usergroup_id": "S0NONE00001"}
    blocks = [
        said(words("bZy4", code=True, bold=True), words("5sba", code=True, strike=True)),
        said(group, words(" "), unknown),
        {
            "type": "context",
            "elements": [{"type": "mrkdwn", "text": f"of <!subteam^{FINANCE.id}>"}],
        },
    ]
    wall.bot.chat_postMessage(channel=PAYOUTS.id, text="Words", blocks=blocks)
    card = wall.screen.channel.get_by_role("article", name="Countersign")
    expect(card.locator("strong code")).to_have_text("bZy4")
    expect(card.locator("s code")).to_have_text("5sba")
    weight = card.locator("strong code").evaluate("node => getComputedStyle(node).fontWeight")
    assert int(weight) >= 600
    expect(card).to_contain_text("@finance @S0NONE00001")
    expect(card).to_contain_text("of @finance")


def test_a_form_of_several_fields_minds_their_limits(wall: Wall) -> None:
    """What is too long or too short is said below its field, all at once, and the first of them
    has the focus; nothing is sent, and what was filled in stays."""
    view = {
        "type": "modal",
        "title": plain("Review payout 42"),
        "submit": plain("Approve payout 42"),
        "blocks": [
            said(words("From the invoice:", bold=True)),
            entry("Group", min_length=4, max_length=4),
            entry("Comment", multiline=True, max_length=10),
            entry("Anything"),
        ],
    }
    wall.bot.views_open(trigger_id=wall.slack._workspace.trigger(RITA.id), view=view)
    form = wall.screen.dialog
    group, comment = (form.get_by_role("textbox", name=one) for one in ("Group", "Comment"))
    group.fill("bZy45")
    comment.fill("much too long")
    form.get_by_role("button", name="Approve payout 42").click()
    expect(group).to_have_accessible_description(re.compile("at most 4 characters"))
    expect(comment).to_have_accessible_description(re.compile("at most 10 characters"))
    expect(form.get_by_role("textbox", name="Anything")).to_have_attribute("aria-invalid", "true")
    expect(group).to_be_focused()
    group.fill("bZy")
    form.get_by_role("button", name="Approve payout 42").click()
    expect(group).to_have_accessible_description(re.compile("at least 4 characters"))
    expect(comment).to_have_value("much too long")
