"""What Slack accepts in a message, a view and a list of options: Block Kit, written as tables.

Source of the numbers: docs.slack.dev, reference of blocks, block elements and composition objects.
Described is the part of Block Kit that this project may use; any other type or key is refused, and
where the documentation leaves room, the stricter reading is taken. The public functions return
complaints, none for what Slack would take; they never raise.
"""

import json
from collections.abc import Iterator
from typing import Any

from sandbox.slack.shapes import (
    Check,
    every,
    flag,
    integer,
    length,
    listing,
    one_of,
    problem,
    shape,
    string,
    typed,
    unique,
)

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
OPTIONS = 100
POST_TEXT = 40_000
UPDATE_TEXT = 4_000
VIEW_BYTES = 250_000
# Not documented: seen as `msg_blocks_too_long` from 13,172 characters on (slackapi/bolt-js 2509).
MESSAGE_BLOCKS_TEXT = 13_000

Json = dict[str, Any]


def plain(most: int) -> Check:
    """A `plain_text` object; only this kind has `emoji`."""
    return typed({"plain_text": shape({"text": string(most)}, {"emoji": flag})})


def text(most: int) -> Check:
    """A `plain_text` or `mrkdwn` object; only the latter has `verbatim`."""
    return typed(
        {
            "plain_text": shape({"text": string(most)}, {"emoji": flag}),
            "mrkdwn": shape({"text": string(most)}, {"verbatim": flag}),
        }
    )


ID = string(255)
URL = string(3000)
STYLE = one_of("primary", "danger")
CONFIRM = shape(
    {"title": plain(100), "text": plain(300), "confirm": plain(30), "deny": plain(30)},
    {"style": STYLE},
)
PLAIN_OPTION = shape({"text": plain(75), "value": string(150)}, {"description": plain(75)})
OVERFLOW_OPTION = shape({"text": plain(75), "value": string(150)}, {"url": URL})
RICH_OPTION = shape({"text": text(75), "value": string(150)}, {"description": text(75)})
OPTION_GROUP = shape({"label": plain(75), "options": listing(PLAIN_OPTION, OPTIONS)})


def _offered(element: Json) -> list[Json]:
    """Every option of a menu, out of its groups where it has some."""
    groups = element.get("option_groups", [])
    return [*element.get("options", []), *(one for group in groups for one in group["options"])]


def _options_or_groups(element: Json, where: str) -> Iterator[str]:
    if ("options" in element) == ("option_groups" in element):
        yield problem("either options or option_groups is required, not both", where)


def _sound_choice(element: Json, where: str) -> Iterator[str]:
    offered = _offered(element)
    yield from unique((option["value"] for option in offered), "option value", where)
    chosen = element.get("initial_options", [])
    if "initial_option" in element:
        chosen = [element["initial_option"]]
    if any(option not in offered for option in chosen):
        yield problem("the initial option must be one of the options, exactly", where)


def _sound_lengths(element: Json, where: str) -> Iterator[str]:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if least > most:
        yield problem("min_length must not exceed max_length", where)
    if length(element.get("initial_value", "")) > most:
        yield problem("initial_value must not exceed max_length", where)


ACTION = {"action_id": ID}
FOCUS = {"focus_on_load": flag}
MENU = {**ACTION, **FOCUS, "placeholder": plain(150), "confirm": CONFIRM}
BUTTON = shape(
    {"text": plain(75)},
    {
        **ACTION,
        "value": string(2000),
        "url": URL,
        "style": STYLE,
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
)
OVERFLOW = every(
    # Two options at least was Slack's rule for years; one alone is only accepted lately.
    shape({"options": listing(OVERFLOW_OPTION, 5, 2)}, {**ACTION, "confirm": CONFIRM}),
    _sound_choice,
)
STATIC_SELECT = every(
    shape(
        {},
        {
            **MENU,
            "options": listing(PLAIN_OPTION, OPTIONS),
            "option_groups": listing(OPTION_GROUP, OPTIONS),
            "initial_option": PLAIN_OPTION,
        },
    ),
    _options_or_groups,
    _sound_choice,
)
EXTERNAL_SELECT = shape(
    {}, {**MENU, "min_query_length": integer(0, 3000), "initial_option": PLAIN_OPTION}
)
RADIO_BUTTONS = every(
    shape(
        {"options": listing(RICH_OPTION, 10)},
        {**ACTION, **FOCUS, "confirm": CONFIRM, "initial_option": RICH_OPTION},
    ),
    _sound_choice,
)
CHECKBOXES = every(
    shape(
        {"options": listing(RICH_OPTION, 10)},
        {**ACTION, **FOCUS, "confirm": CONFIRM, "initial_options": listing(RICH_OPTION, 10)},
    ),
    _sound_choice,
)
TEXT_INPUT = every(
    shape(
        {},
        {
            **ACTION,
            **FOCUS,
            "placeholder": plain(150),
            "initial_value": string(3000, 0),
            "multiline": flag,
            "min_length": integer(0, 3000),
            "max_length": integer(1, 3000),
        },
    ),
    _sound_lengths,
)
CHOICES = {
    "static_select": STATIC_SELECT,
    "external_select": EXTERNAL_SELECT,
    "radio_buttons": RADIO_BUTTONS,
    "checkboxes": CHECKBOXES,
}
ACTIONS = typed({"button": BUTTON, "overflow": OVERFLOW, **CHOICES})
INPUTS = typed({"plain_text_input": TEXT_INPUT, **CHOICES})

TEXT_STYLE = shape({}, {"bold": flag, "italic": flag, "strike": flag, "code": flag})
MENTION_STYLE = shape({}, {"bold": flag, "italic": flag, "strike": flag})
STYLED = {"style": TEXT_STYLE}
SPAN_TEXT = string(3000, blank=True)
SPAN = typed(
    {
        "text": shape({"text": SPAN_TEXT}, STYLED),
        "link": shape({"url": URL}, {"text": string(3000), **STYLED}),
        "user": shape({"user_id": ID}, {"style": MENTION_STYLE}),
        "usergroup": shape({"usergroup_id": ID}, {"style": MENTION_STYLE}),
        "channel": shape({"channel_id": ID}, {"style": MENTION_STYLE}),
        "broadcast": shape({"range": one_of("here", "channel", "everyone")}, STYLED),
        "emoji": shape({"name": string(100)}, {"unicode": string(100)}),
        "date": shape(
            {"timestamp": integer(0, 2**53), "format": string(500)},
            {"url": URL, "fallback": string(500), **STYLED},
        ),
    }
)
PREFORMATTED_SPAN = typed(
    {"text": shape({"text": SPAN_TEXT}), "link": shape({"url": URL}, {"text": string(3000)})}
)
BORDER = {"border": integer(0, 1)}
SECTION_TEXT = shape({"elements": listing(SPAN, 1000)})
RICH_TEXT = {
    "rich_text_section": SECTION_TEXT,
    # Documented with a border, which Slack has been seen to refuse here.
    "rich_text_preformatted": shape({"elements": listing(PREFORMATTED_SPAN, 1000)}),
    "rich_text_quote": shape({"elements": listing(SPAN, 1000)}, BORDER),
    "rich_text_list": shape(
        {
            "style": one_of("bullet", "ordered"),
            "elements": listing(typed({"rich_text_section": SECTION_TEXT}), 1000),
        },
        {"indent": integer(0, 8), "offset": integer(0, 1000), **BORDER},
    ),
}


def _text_or_fields(block: Json, where: str) -> Iterator[str]:
    if "text" not in block and "fields" not in block:
        yield problem("missing required field: text", where)


def _distinct_actions(block: Json, where: str) -> Iterator[str]:
    yield from unique((one.get("action_id") for one in block["elements"]), "action_id", where)


BLOCK = {"block_id": ID}
BLOCKS = {
    "header": shape({"text": plain(150)}, BLOCK),
    "section": every(
        shape(
            {},
            {
                **BLOCK,
                "text": text(3000),
                "fields": listing(text(2000), 10),
                "accessory": ACTIONS,
                "expand": flag,
            },
        ),
        _text_or_fields,
    ),
    "context": shape({"elements": listing(text(3000), 10)}, BLOCK),
    "actions": every(shape({"elements": listing(ACTIONS, 25)}, BLOCK), _distinct_actions),
    "divider": shape({}, BLOCK),
    "rich_text": shape({"elements": listing(typed(RICH_TEXT), 100)}, BLOCK),
}


def _folds(block: Json, where: str) -> Iterator[str]:
    if block.get("default_collapsed") and not block.get("is_collapsible"):
        yield problem("default_collapsed requires is_collapsible", where)
    if block.get("has_header_divider") and block.get("is_collapsible"):
        yield problem("has_header_divider requires that is_collapsible is not true", where)


# Of the blocks that may stand inside, those that the documentation names and the service was seen
# to take: it refuses rich_text there, which is documented.
INSIDE = {kind: BLOCKS[kind] for kind in ("header", "section", "context", "actions", "divider")}
CONTAINER = every(
    shape(
        {"title": plain(150), "child_blocks": listing(typed(INSIDE), 10)},
        {
            **BLOCK,
            "subtitle": text(150),
            "width": one_of("narrow", "standard", "wide", "full"),
            "is_collapsible": flag,
            "default_collapsed": flag,
            "has_header_divider": flag,
        },
    ),
    _folds,
)
# Slack draws inputs in messages and on the home tab too, but nothing submits them there.
INPUT = shape(
    {"label": plain(2000), "element": INPUTS},
    {**BLOCK, "hint": plain(2000), "optional": flag, "dispatch_action": flag},
)


def elements(block: Json) -> list[Json]:
    """A block's interactive elements, in the order they are drawn."""
    if block["type"] == "container":
        return [one for child in block["child_blocks"] for one in elements(child)]
    if block["type"] == "actions":
        return list(block["elements"])
    return [block[key] for key in ("accessory", "element") if key in block]


def _distinct_blocks(blocks: list[Json], where: str) -> Iterator[str]:
    yield from unique((block.get("block_id") for block in blocks), "block_id", where)
    focused = [one for block in blocks for one in elements(block) if one.get("focus_on_load")]
    if len(focused) > 1:
        yield problem("only one element may have focus_on_load", where)


# A container stands in messages only.
MESSAGE = every(
    listing(typed({**BLOCKS, "container": CONTAINER}), MESSAGE_BLOCKS), _distinct_blocks
)
HOME_BLOCKS = every(listing(typed(BLOCKS), VIEW_BLOCKS), _distinct_blocks)
MODAL_BLOCKS = every(listing(typed({**BLOCKS, "input": INPUT}), VIEW_BLOCKS), _distinct_blocks)


def _submit_for_inputs(view: Json, where: str) -> Iterator[str]:
    if "submit" not in view and any(block["type"] == "input" for block in view["blocks"]):
        yield problem("missing required field: submit (the view has inputs)", where)


VIEW = {"private_metadata": string(3000, 0), "callback_id": ID, "external_id": ID}
VIEWS = typed(
    {
        "modal": every(
            shape(
                {"title": plain(24), "blocks": MODAL_BLOCKS},
                {
                    **VIEW,
                    "submit": plain(24),
                    "close": plain(24),
                    "clear_on_close": flag,
                    "notify_on_close": flag,
                },
            ),
            _submit_for_inputs,
        ),
        "home": shape({"blocks": HOME_BLOCKS}, VIEW),
    }
)
CHOICE_ANSWER = every(
    shape(
        {},
        {
            "options": listing(PLAIN_OPTION, OPTIONS, 0),
            "option_groups": listing(OPTION_GROUP, OPTIONS, 0),
        },
    ),
    _options_or_groups,
    _sound_choice,
)


def problems_with_text(value: object, most: int = UPDATE_TEXT) -> list[str]:
    """Check a message's top-level text of at most `most` characters."""
    return list(string(most)(value, "/text"))


def has_container(blocks: list[Json]) -> bool:
    """Whether sound blocks need a Slack that knows containers."""
    return any(block["type"] == "container" for block in blocks)


def problems_with_blocks(blocks: object) -> list[str]:
    """Check a message's blocks, without their total length."""
    return list(MESSAGE(blocks, "/blocks"))


def blocks_text_length(value: object) -> int:
    """Characters of all texts in blocks, which Slack limits in sum."""
    if isinstance(value, dict):
        shown = (one for key, one in value.items() if key not in {"type", "block_id", "action_id"})
        return sum(map(blocks_text_length, shown))
    if isinstance(value, list | tuple):
        return sum(map(blocks_text_length, value))
    return length(value) if isinstance(value, str) else 0


def problems_with_message(payload: Json, most: int = UPDATE_TEXT) -> list[str]:
    """Check `text` and `blocks` of a message; the text must be there, since phones show only it.

    `most` is the length of `text`: 4,000 is what chat.update takes; chat.postMessage takes more.
    """
    found = problems_with_text(payload.get("text"), most)
    if payload.get("blocks"):
        found += problems_with_blocks(payload["blocks"])
    if blocks_text_length(payload.get("blocks")) > MESSAGE_BLOCKS_TEXT:
        found.append(problem(f"no more than {MESSAGE_BLOCKS_TEXT} characters in sum", "/blocks"))
    return found


def problems_with_view(view: object) -> list[str]:
    """Check a modal or a home tab."""
    found = list(VIEWS(view, "/view"))
    if view_bytes(view) > VIEW_BYTES:
        found.append(problem(f"no more than {VIEW_BYTES} bytes", "/view"))
    return found


def view_bytes(view: object) -> int:
    """The size of a view as JSON."""
    return len(json.dumps(view, ensure_ascii=False).encode())


def problems_with_options(answer: object) -> list[str]:
    """Check the answer to a typeahead: `{"options": […]}` or `{"option_groups": […]}`."""
    return list(CHOICE_ANSWER(answer, ""))
