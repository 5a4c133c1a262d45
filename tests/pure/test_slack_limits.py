"""The pretend Slack's limits: each is met exactly, and one step further is refused."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.slack.limits import (
    MESSAGE_BLOCKS_TEXT,
    VIEW_BYTES,
    problems_with_blocks,
    problems_with_message,
    problems_with_options,
    problems_with_view,
)

Json = dict[str, Any]


def plain(text: str = "Words") -> Json:
    return {"type": "plain_text", "text": text}


def markdown(text: str = "*Words*") -> Json:
    return {"type": "mrkdwn", "text": text}


def option(value: str = "one", text: str = "One") -> Json:
    return {"text": plain(text), "value": value}


def numbered(count: int) -> list[Json]:
    return [option(str(number)) for number in range(count)]


def button(**more: Any) -> Json:
    return {"type": "button", "action_id": "go", "text": plain("Go"), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def confirm(**more: Any) -> Json:
    sides = {"title": plain(), "text": plain(), "confirm": plain("Yes"), "deny": plain("Back")}
    return {**sides, **more}


def section(**more: Any) -> Json:
    return {"type": "section", **more}


def entry(element: Json, **more: Any) -> Json:
    return {"type": "input", "block_id": "amount", "label": plain(), "element": element, **more}


def typed(**more: Any) -> Json:
    return {"type": "plain_text_input", "action_id": "value", **more}


def chosen(kind: str, **more: Any) -> Json:
    return {"type": kind, "action_id": "value", **more}


def modal(*blocks: Json, **more: Any) -> Json:
    some = list(blocks) or [section(text=plain())]
    return {"type": "modal", "title": plain(), "submit": plain(), "blocks": some, **more}


def rich(*parts: Json) -> Json:
    return {"type": "rich_text", "elements": list(parts)}


def container(*inside: Json, **more: Any) -> Json:
    some = list(inside) or [section(text=plain())]
    return {"type": "container", "title": plain(), "child_blocks": some, **more}


def spans(*elements: Json, kind: str = "rich_text_section") -> Json:
    return {"type": kind, "elements": list(elements)}


def span(text: str = "words", **more: Any) -> Json:
    return {"type": "text", "text": text, **more}


SIZED: dict[str, tuple[int, Callable[[int], Json]]] = {
    "header": (150, lambda n: {"type": "header", "text": plain("x" * n)}),
    "section text": (3000, lambda n: section(text=markdown("x" * n))),
    "section fields": (10, lambda n: section(fields=[markdown()] * n)),
    "field text": (2000, lambda n: section(fields=[plain("x" * n)])),
    "context elements": (10, lambda n: {"type": "context", "elements": [markdown()] * n}),
    "actions": (25, lambda n: actions(*(button(action_id=str(i)) for i in range(n)))),
    "button text": (75, lambda n: actions(button(text=plain("x" * n)))),
    "button value": (2000, lambda n: actions(button(value="x" * n))),
    "button label": (75, lambda n: actions(button(accessibility_label="x" * n))),
    "action_id": (255, lambda n: actions(button(action_id="x" * n))),
    "block_id": (255, lambda n: {"type": "divider", "block_id": "x" * n}),
    "confirm title": (100, lambda n: actions(button(confirm=confirm(title=plain("x" * n))))),
    "confirm text": (300, lambda n: actions(button(confirm=confirm(text=plain("x" * n))))),
    "confirm yes": (30, lambda n: actions(button(confirm=confirm(confirm=plain("x" * n))))),
    "confirm no": (30, lambda n: actions(button(confirm=confirm(deny=plain("x" * n))))),
    "overflow options": (5, lambda n: actions(chosen("overflow", options=numbered(n)))),
    "option text": (
        75,
        lambda n: actions(chosen("static_select", options=[option(text="x" * n)])),
    ),
    "option value": (150, lambda n: actions(chosen("static_select", options=[option("x" * n)]))),
    "select options": (100, lambda n: actions(chosen("static_select", options=numbered(n)))),
    "radio options": (10, lambda n: actions(chosen("radio_buttons", options=numbered(n)))),
    "checkbox options": (10, lambda n: actions(chosen("checkboxes", options=numbered(n)))),
    "placeholder": (150, lambda n: actions(chosen("external_select", placeholder=plain("x" * n)))),
    "container title": (150, lambda n: container(title=plain("x" * n))),
    "container subtitle": (150, lambda n: container(subtitle=markdown("x" * n))),
    "blocks in a container": (10, lambda n: container(*[section(text=plain())] * n)),
    "rich text": (3000, lambda n: rich(spans(span("x" * n)))),
}
VIEW_SIZED: dict[str, tuple[int, Callable[[int], Json]]] = {
    "title": (24, lambda n: modal(title=plain("x" * n))),
    "submit": (24, lambda n: modal(submit=plain("x" * n))),
    "close": (24, lambda n: modal(close=plain("x" * n))),
    "callback_id": (255, lambda n: modal(callback_id="x" * n)),
    "private_metadata": (3000, lambda n: modal(private_metadata="x" * n)),
    "blocks": (100, lambda n: modal(*[section(text=plain())] * n)),
    "label": (2000, lambda n: modal(entry(typed(), label=plain("x" * n)))),
    "hint": (2000, lambda n: modal(entry(typed(), hint=plain("x" * n)))),
    "placeholder": (150, lambda n: modal(entry(typed(placeholder=plain("x" * n))))),
    "initial value": (3000, lambda n: modal(entry(typed(initial_value="x" * n)))),
    "its own length": (9, lambda n: modal(entry(typed(initial_value="x" * n, max_length=9)))),
    "max_length": (3000, lambda n: modal(entry(typed(max_length=n)))),
    "home blocks": (100, lambda n: {"type": "home", "blocks": [section(text=plain())] * n}),
}


@pytest.mark.parametrize("name", SIZED)
def test_block_is_sized_exactly(name: str) -> None:
    """A block that just fits passes, and one character or item more is refused."""
    most, build = SIZED[name]
    assert problems_with_blocks([build(most)]) == []
    assert problems_with_blocks([build(most + 1)]) != []


@pytest.mark.parametrize("name", VIEW_SIZED)
def test_view_is_sized_exactly(name: str) -> None:
    """A view that just fits passes, and one character or item more is refused."""
    most, build = VIEW_SIZED[name]
    assert problems_with_view(build(most)) == []
    assert problems_with_view(build(most + 1)) != []


def test_message_holds_fifty_blocks() -> None:
    """A message has at most 50 blocks."""
    assert problems_with_blocks([{"type": "divider"}] * 50) == []
    assert problems_with_blocks([{"type": "divider"}] * 51) == [
        "[ERROR] no more than 50 items allowed [json-pointer:/blocks]"
    ]


def test_all_texts_of_a_message_are_limited_in_sum() -> None:
    """Blocks that fit one by one are refused where their texts are too long together."""
    full = [section(text=plain("x" * 2990)) for _ in range(4)]
    assert problems_with_message({"text": "ok", "blocks": full}) == []
    more = [*full, section(text=plain("x" * (MESSAGE_BLOCKS_TEXT + 1 - 4 * 2990)))]
    assert problems_with_message({"text": "ok", "blocks": more}) != []


def test_text_of_a_message_is_needed_and_limited() -> None:
    """The top-level text must say something, in 4,000 characters unless it is told otherwise."""
    blocks = [{"type": "divider"}]
    assert problems_with_message({"text": "x" * 4000, "blocks": blocks}) == []
    for text in (None, "", " \n", "x" * 4001, 7):
        assert problems_with_message({"text": text, "blocks": blocks}) != []
    assert problems_with_message({"text": "x" * 4001}, most=40_000) == []


def test_large_view_is_refused() -> None:
    """A view of more than 250 kB is refused though each of its texts fits."""
    wide = modal(*[section(text=plain("ä" * 2000)) for _ in range(60)])
    assert problems_with_view(wide) == []
    wider = modal(*[section(text=plain("ä" * 2000)) for _ in range(63)])
    assert problems_with_view(wider) == [
        f"[ERROR] no more than {VIEW_BYTES} bytes [json-pointer:/view]"
    ]


REFUSED: dict[str, Json] = {
    "an unknown block": {"type": "video"},
    "a block without type": {"text": plain()},
    "an unknown key": {"type": "divider", "colour": "red"},
    "an empty header": {"type": "header", "text": plain("")},
    "a blank header": {"type": "header", "text": plain(" \n")},
    "mrkdwn in a header": {"type": "header", "text": markdown()},
    "a text that is a string": section(text="hello"),
    "a section of nothing": section(),
    "no fields": section(fields=[]),
    "emoji on mrkdwn": section(text={**markdown(), "emoji": True}),
    "verbatim on plain_text": section(text={**plain(), "verbatim": True}),
    "a flag that is a number": section(text={**plain(), "emoji": 1}),
    "no actions": actions(),
    "mrkdwn on a button": actions(button(text=markdown())),
    "a button without text": actions({"type": "button", "action_id": "go"}),
    "an empty button value": actions(button(value="")),
    "a value that is a number": actions(button(value=42)),
    "a style of its own": actions(button(style="default")),
    "mrkdwn in a confirm": actions(button(confirm=confirm(text=markdown()))),
    "half a confirm": actions(button(confirm={"title": plain(), "text": plain()})),
    "two actions of one name": actions(button(), button()),
    "an overflow of one": actions(chosen("overflow", options=[option()])),
    "a text field among buttons": actions(typed()),
    "an input in a message": entry(typed()),
    "options without value": actions(chosen("static_select", options=[{"text": plain()}])),
    "mrkdwn in a select": actions(
        chosen("static_select", options=[{"text": markdown(), "value": "a"}])
    ),
    "a url in a select": actions(
        chosen("static_select", options=[{**option(), "url": "https://example.com"}])
    ),
    "options twice": actions(chosen("static_select", options=[option(), option()])),
    "no options": actions(chosen("static_select")),
    "options and groups": actions(
        chosen(
            "static_select",
            options=[option()],
            option_groups=[{"label": plain(), "options": [option("two")]}],
        )
    ),
    "an initial option from elsewhere": actions(
        chosen("static_select", options=[option()], initial_option=option("two"))
    ),
    "an initial option that is written otherwise": actions(
        chosen("radio_buttons", options=[option()], initial_option=option(text="one"))
    ),
    "a list of spans in no section": rich(span()),
    "an empty span": rich(spans(span(""))),
    "an empty section of rich text": rich(spans()),
    "a mention in preformatted": rich(
        spans({"type": "user", "user_id": "U1"}, kind="rich_text_preformatted")
    ),
    "bold in preformatted": rich(spans(span(style={"bold": True}), kind="rich_text_preformatted")),
    "a style unheard of": rich(spans(span(style={"loud": True}))),
    "a container without title": {"type": "container", "child_blocks": [{"type": "divider"}]},
    "a container of nothing": {"type": "container", "title": plain(), "child_blocks": []},
    "a container in a container": container(container()),
    "rich text in a container": container(rich(spans(span()))),
    "an input in a container": container(entry(typed())),
    "mrkdwn in a container's title": container(title=markdown()),
    "a container of a width unheard of": container(width="huge"),
    "a container that is closed for good": container(default_collapsed=True),
    "a container with a divider where it folds": container(
        is_collapsible=True, has_header_divider=True
    ),
    "a list of no kind": rich({"type": "rich_text_list", "elements": [spans(span())]}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_message_refuses(name: str) -> None:
    """What Slack refuses in a message is refused, and nothing is raised."""
    assert problems_with_blocks([REFUSED[name]]) != []


@pytest.mark.parametrize("blocks", [None, "[]", 7, {}, [None], ["divider"], [[]], []])
def test_blocks_that_are_no_blocks(blocks: object) -> None:
    """Whatever comes instead of blocks is a problem, and raises nothing."""
    assert problems_with_blocks(blocks) != []
    assert problems_with_view({"type": "modal", "title": plain(), "blocks": blocks}) != []


REFUSED_VIEWS: dict[str, Json] = {
    "a container in a modal": modal(container()),
    "a container on a home tab": {"type": "home", "blocks": [container()]},
    "inputs without submit": {"type": "modal", "title": plain(), "blocks": [entry(typed())]},
    "no title": {"type": "modal", "blocks": [section(text=plain())]},
    "mrkdwn in the title": modal(title=markdown()),
    "a message": {"type": "message", "blocks": [section(text=plain())]},
    "a home with a title": {"type": "home", "title": plain(), "blocks": [section(text=plain())]},
    "a home with inputs": {"type": "home", "blocks": [entry(typed())]},
    "two blocks of one name": modal(entry(typed()), entry(typed())),
    "a button as an input": modal(entry(button())),
    "an input without label": modal({"type": "input", "element": typed()}),
    "mrkdwn in a label": modal(entry(typed(), label=markdown())),
    "more at least than at most": modal(entry(typed(min_length=5, max_length=4))),
    "a focus on two": modal(
        entry(typed(focus_on_load=True)),
        entry(typed(focus_on_load=True), block_id="coin"),
    ),
    "a dialog in a text field": modal(entry(typed(confirm=confirm()))),
}


@pytest.mark.parametrize("name", REFUSED_VIEWS)
def test_view_refuses(name: str) -> None:
    """What Slack refuses in a view is refused."""
    assert problems_with_view(REFUSED_VIEWS[name]) != []


def test_problems_name_the_place() -> None:
    """A complaint says what is wrong and where, as Slack's does."""
    blocks = [{"type": "divider"}, actions(button(), button(action_id="b", text=plain("x" * 76)))]
    assert problems_with_blocks(blocks) == [
        "[ERROR] no more than 75 characters allowed [json-pointer:/blocks/1/elements/1/text/text]"
    ]


def test_repeated_block_id_is_refused() -> None:
    """Two blocks of one message cannot share an id; blocks without one can stand side by side."""
    twice = [{"type": "divider", "block_id": "a"}, {"type": "divider", "block_id": "a"}]
    assert problems_with_blocks(twice) == [
        "[ERROR] block_id must be unique: a [json-pointer:/blocks]"
    ]
    assert problems_with_blocks([{"type": "divider"}, {"type": "divider"}]) == []


def test_emoji_counts_twice() -> None:
    """Characters outside the basic plane count as two, the stricter reading of Slack's limits."""
    assert problems_with_blocks([{"type": "header", "text": plain("💸" * 75)}]) == []
    assert problems_with_blocks([{"type": "header", "text": plain("💸" * 76)}]) != []


def test_a_card_passes() -> None:
    """A message made of everything that a card has is accepted, and is not changed by the check."""
    card = [
        {"type": "header", "text": {**plain("Payout 42"), "emoji": False}},
        section(text=markdown("*Waits*"), expand=True),
        rich(
            spans(span("To this address", style={"bold": True})),
            spans(span("TJRa bPrw"), kind="rich_text_preformatted"),
            {"type": "rich_text_list", "style": "bullet", "elements": [spans(span())]},
            spans(
                {"type": "user", "user_id": "U1"},
                span(" "),
                {"type": "emoji", "name": "warning"},
                {"type": "link", "url": "https://example.com", "text": "here"},
                {"type": "date", "timestamp": 1, "format": "{date}", "fallback": "then"},
                kind="rich_text_quote",
            ),
        ),
        section(fields=[markdown(), plain()], accessory=button()),
        {"type": "context", "elements": [markdown(), plain()]},
        {"type": "divider"},
        actions(
            button(style="primary", value="42", confirm=confirm(style="danger")),
            chosen("overflow", options=numbered(2)),
        ),
    ]
    before = copy.deepcopy(card)
    assert problems_with_blocks(card) == []
    assert card == before


def test_a_form_passes() -> None:
    """A modal made of everything that a form has is accepted."""
    form = modal(
        entry(typed(min_length=3, max_length=500, multiline=True, focus_on_load=True)),
        entry(
            chosen("external_select", min_query_length=0, initial_option=option()),
            block_id="coin",
            hint=plain(),
        ),
        entry(
            chosen("radio_buttons", options=numbered(2), initial_option=option("1")),
            block_id="fee",
            optional=True,
        ),
        entry(chosen("checkboxes", options=[{"text": markdown(), "value": "read"}]), block_id="ok"),
        close=plain("Back"),
        private_metadata="",
        callback_id="ask",
        notify_on_close=True,
    )
    assert problems_with_view(form) == []


@pytest.mark.parametrize(
    "answer",
    [
        {"options": []},
        {"options": numbered(100)},
        {"option_groups": [{"label": plain(), "options": [option("two")]}]},
    ],
)
def test_typeahead_takes(answer: Json) -> None:
    """A typeahead takes up to 100 options, or groups of them; none is fine too."""
    assert problems_with_options(answer) == []


@pytest.mark.parametrize(
    "answer",
    [
        {},
        None,
        [],
        {"options": numbered(101)},
        {"options": [option(), option()]},
        {"options": [option()], "option_groups": [{"label": plain(), "options": numbered(1)}]},
        {"options": [option(text="x" * 76)]},
    ],
)
def test_typeahead_refuses(answer: object) -> None:
    """A typeahead refuses too many options, one of them twice, or options beside groups."""
    assert problems_with_options(answer) != []
