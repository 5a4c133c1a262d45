"""Block Kit on the sandbox's page: also what the bot does not draw yet."""

import re
from collections.abc import Mapping
from time import time
from typing import Any

import pytest
from playwright.sync_api import Locator, expect
from slack_sdk import WebClient

from approvals.cautions import History, cautions
from bot.cards import Scene, channel_card
from sandbox.run import Everything
from sandbox.slack.cast import DANA, PAYOUTS, RITA
from tests.browser.conftest import Look
from tests.browser.screen import DESKTOP, Screen
from tests.earlier import SETTLED, earlier

pytestmark = pytest.mark.browser


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def option(text: str) -> dict[str, Any]:
    return {"text": plain(text), "value": text.lower()}


LONG_AGO = 3 * 3600 + 60

ALL_SORTS: list[dict[str, Any]] = [
    {"type": "divider"},
    {
        "type": "section",
        "text": {
            "type": "mrkdwn",
            "text": "*bold* and 𝟚 &lt; 3 <!here> <#C0PAYOUTS01> <https://example.com/a|there>",
        },
        "accessory": {
            "type": "button",
            "action_id": "delete",
            "style": "danger",
            "text": plain("Delete"),
        },
    },
    {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_list",
                "style": "ordered",
                "elements": [
                    {"type": "rich_text_section", "elements": [{"type": "text", "text": word}]}
                    for word in ("one", "two")
                ],
            },
            {"type": "rich_text_quote", "elements": [{"type": "text", "text": "said"}]},
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "link", "url": "https://example.com/tx/f3a9?a=1&b=2", "text": "f3a9"},
                    {
                        "type": "date",
                        "timestamp": int(time()) - LONG_AGO,
                        "format": " ({ago})",
                        "fallback": "long ago",
                    },
                    {
                        "type": "date",
                        "timestamp": int(time()) + LONG_AGO,
                        "format": " ({ago})",
                        "fallback": "not yet",
                    },
                ],
            },
        ],
    },
]
FORM = {
    "type": "modal",
    "title": plain("All sorts"),
    "submit": plain("Send"),
    "blocks": [
        {
            "type": "input",
            "block_id": "size",
            "label": plain("Size"),
            "element": {
                "type": "static_select",
                "action_id": "size",
                "option_groups": [
                    {"label": plain("Usual"), "options": [option("Small"), option("Large")]}
                ],
            },
        },
        {
            "type": "input",
            "block_id": "colours",
            "label": plain("Colours"),
            "element": {
                "type": "checkboxes",
                "action_id": "colours",
                "options": [option("Red"), option("Blue")],
                "initial_options": [option("Red")],
            },
        },
    ],
}


PAID = earlier(17, *SETTLED, chain="ETH", destination="0x5290" + "b2" * 16 + "9ee7")
ASKED = earlier(42, chain="ETH", destination="0x5290" + "a1" * 16 + "9ee7")
PHONE = (375, 667)


def drawn_on(screen: Screen, running: Everything, *, links: Mapping[int, str]) -> Locator:
    """The card of a payout that looks like what payout 17 paid."""
    found = cautions(ASKED, History(ending_alike=(PAID,)))
    scene = Scene((DANA.id,), PAYOUTS.id, network="ERC20", cautions=found, links=links)
    card = channel_card(ASKED, scene)
    bot = WebClient(running.slack.token, running.settings.slack_api_url)
    bot.chat_postMessage(channel=PAYOUTS.id, text=card.text, blocks=card.blocks)
    return screen.card(42)


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_a_look_alike_stands_aligned(
    look: Look, running: Everything, size: tuple[int, int]
) -> None:
    """Both addresses stand row below row, unbroken, on a phone too; the button says what it is
    about."""
    card = drawn_on(look(size=size), running, links={})
    box = card.locator("pre").first
    lines = box.inner_text().splitlines()
    assert lines[:3] == [
        "this   0x52 •••• a1a1 a1a1",
        "known  0x52 90b2 b2b2 b2b2",
        "            ^^^^ ^^^^ ^^^^",
    ]
    height, line = box.evaluate(
        """box => {
            const style = getComputedStyle(box);
            const inside = box.clientHeight - 2 * parseFloat(style.paddingTop);
            return [inside, parseFloat(style.lineHeight)];
        }"""
    )
    assert round(height / line) == len(lines)
    review = card.get_by_role("button", name="Review and approve payout 42: 250 USDT on ETH")
    expect(review).to_have_text("Review and approve…")


def test_evidence_is_one_press_away(screen: Screen, running: Everything) -> None:
    """A link to another card leads to it, without leaving the page."""
    bot = WebClient(running.slack.token, running.settings.slack_api_url)
    paid = bot.chat_postMessage(channel=PAYOUTS.id, text="The card of payout 17")
    for line in range(40):
        bot.chat_postMessage(channel=PAYOUTS.id, text=f"Something else, {line}")
    place = f"archives/{PAYOUTS.id}/p{str(paid['ts']).replace('.', '')}"
    url = f"{bot.auth_test()['url']}{place}"
    card = drawn_on(screen, running, links={17: url})
    other = screen.channel.get_by_text("The card of payout 17")
    expect(other).not_to_be_in_viewport()
    card.get_by_role("link", name="Payout 17").click()
    expect(other).to_be_in_viewport()


def test_block_kit(screen: Screen, running: Everything) -> None:
    """What the bot may draw one day is drawn too: lists, quotes, links, groups of options."""
    bot = WebClient(running.slack.token, running.settings.slack_api_url)
    bot.chat_postMessage(channel=PAYOUTS.id, text="All sorts", blocks=ALL_SORTS)
    message = screen.channel.get_by_role("article", name="Countersign")
    expect(message.get_by_role("listitem")).to_have_text(["one", "two"])
    expect(message.get_by_role("blockquote")).to_have_text("said")
    for words, url in (("there", "a"), ("f3a9", "tx/f3a9?a=1&b=2")):
        link = message.get_by_role("link", name=words)
        expect(link).to_have_attribute("href", f"https://example.com/{url}")
    expect(message).to_contain_text("f3a9 (3 hours ago) (0 seconds ago)")
    expect(message.get_by_role("separator")).to_be_attached()
    expect(message).to_contain_text("bold and 𝟚 < 3 @here #payouts")
    expect(message.get_by_role("strong").last).to_have_text("bold")
    expect(message.get_by_role("button", name="Delete")).to_be_visible()

    bot.views_open(trigger_id=running.slack._workspace.trigger(RITA.id), view=FORM)
    submit = screen.dialog.get_by_role("button", name="Send")
    submit.click()
    size = screen.dialog.get_by_role("combobox", name="Size")
    expect(size).to_have_accessible_description(re.compile("Please complete"))
    expect(screen.dialog.get_by_role("checkbox", name="Red")).to_be_checked()
    screen.dialog.get_by_role("checkbox", name="Blue").check()
    size.select_option("Large")
    submit.click()
    expect(screen.dialog).to_have_count(0)
