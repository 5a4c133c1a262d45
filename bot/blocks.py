"""Block Kit, as far as this program draws it: sentences in, Slack's dictionaries out.

Limits are Slack's (docs.slack.dev, reference of blocks and composition objects). What may be cut
is cut here; addresses never are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.buttons import Act, ButtonValue
from bot.texts import Json, Sentence, bold, clipped, mrkdwn, rich, spans, spoken, visible

HEADER = 150
BUTTON = 75
VALUE = 2000
FIELD = 700
"""Characters of a figure or of small print: enough for every transaction id, and ten of them stay
below what Slack takes in all."""
CONFIRM_TEXT = 300


@dataclass(frozen=True, slots=True)
class Message:
    """What `chat.postMessage` and `chat.update` take. `text` stands alone: it is all that screen
    readers and phones get."""

    text: str
    blocks: list[Json]


def plain_text(text: str, most: int = BUTTON) -> Json:
    """Text that Slack takes literally."""
    return {"type": "plain_text", "text": clipped(text, most), "emoji": False}


def header(text: str) -> Json:
    """A message's headline."""
    return {"type": "header", "text": plain_text(text, HEADER)}


def section(sentence: Sentence) -> Json:
    """One paragraph of rich text."""
    return {"type": "rich_text_section", "elements": rich(sentence)}


def preformatted(*lines: str) -> Json:
    """Lines in a box, complete and literal."""
    text = "\n".join(map(visible, lines))
    return {"type": "rich_text_preformatted", "elements": list(spans(text))}


def bullets(sentences: Iterable[Sentence]) -> Json:
    """A list."""
    return {
        "type": "rich_text_list",
        "style": "bullet",
        "elements": [section(one) for one in sentences],
    }


def rich_text(*parts: Json) -> Json:
    """A block of paragraphs, boxes and lists."""
    return {"type": "rich_text", "elements": list(parts)}


def paragraphs(sentences: Iterable[Sentence]) -> Json:
    """A block of paragraphs."""
    return rich_text(*map(section, sentences))


def fields(named: Iterable[tuple[str, Sentence]]) -> Json:
    """Named facts in two columns."""
    drawn = [_marked([bold(name), "\n", *fact]) for name, fact in named]
    return {"type": "section", "fields": drawn}


def context(*sentences: Sentence) -> Json:
    """Small print."""
    return {"type": "context", "elements": [_marked(one) for one in sentences]}


def _marked(sentence: Sentence) -> Json:
    return {"type": "mrkdwn", "text": clipped(mrkdwn(sentence), FIELD), "verbatim": True}


def folded(title: str, *blocks: Json) -> Json:
    """Blocks below a line that shows them when it is pressed. Slack takes rich text not in there,
    and the whole in messages only (docs.slack.dev, container block)."""
    return {
        "type": "container",
        "title": plain_text(title, HEADER),
        "is_collapsible": True,
        "default_collapsed": True,
        "child_blocks": list(blocks),
    }


def unfolded(drawn: Message) -> Message:
    """The same for a Slack that knows no folds: what is in them stands there openly."""
    return Message(drawn.text, [one for block in drawn.blocks for one in _opened(block)])


def _opened(block: Json) -> list[Json]:
    inside = block.get("child_blocks")
    return [block] if inside is None else numbered(inside, block["block_id"])


def actions(*elements: Json) -> Json:
    """Buttons in a row."""
    return {"type": "actions", "elements": list(elements)}


def button(act: Act, words: str, value: str, aloud: str = "") -> Json:
    """A button; `aloud` is what a screen reader says instead of `words`: which of many it is."""
    return {
        "type": "button",
        "action_id": act.value,
        "text": plain_text(words),
        "value": value,
        "accessibility_label": clipped(aloud or words, BUTTON),
    }


def menu(options: Sequence[tuple[str, ButtonValue]]) -> Json:
    """Rare acts behind three dots; Slack wants two at least."""
    drawn = [{"text": plain_text(words), "value": value.text()} for words, value in options]
    return {"type": "overflow", "action_id": Act.MORE.value, "options": drawn}


def confirm(title: str, text: str, yes: str, no: str) -> Json:
    """The dialog before an act."""
    return {
        "title": plain_text(title, 100),
        "text": plain_text(text, CONFIRM_TEXT),
        "confirm": plain_text(yes, 30),
        "deny": plain_text(no, 30),
    }


def message(sentences: Sequence[Sentence], *more: Json) -> Message:
    """Paragraphs, and what stands below them."""
    return Message(spoken(sentences), [paragraphs(sentences), *more])


def numbered(blocks: Sequence[Json], prefix: str) -> list[Json]:
    """The blocks with ids of their own: Slack wants new ones whenever a message changes."""
    return [{**block, "block_id": f"{prefix}.{place}"} for place, block in enumerate(blocks)]
