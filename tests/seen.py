"""What a person sees of a message: Block Kit, read back as words and buttons; folds are opened."""

from collections.abc import Iterator, Sequence
from typing import Any

Json = dict[str, Any]


def words(blocks: Sequence[Json]) -> str:
    """Everything that stands there, a line for each paragraph; people as @ID, times in UTC."""
    return "\n".join(line for block in blocks for line in _lines(block))


def _lines(block: Json) -> Iterator[str]:
    if block["type"] == "container":
        yield block["title"]["text"]
        for inside in block["child_blocks"]:
            yield from _lines(inside)
    for key in ("text", "fields"):
        for text in [block[key]] if isinstance(block.get(key), dict) else block.get(key, []):
            yield text["text"]
    if block["type"] == "context":
        yield from (text["text"] for text in block["elements"])
    if block["type"] in ("rich_text", "rich_text_list"):
        for part in block["elements"]:
            yield from _lines(part) if part["type"] == "rich_text_list" else [_paragraph(part)]


def _paragraph(section: Json) -> str:
    return "".join(map(_span, section["elements"]))


def _span(element: Json) -> str:
    match element:
        case {"type": "user", "user_id": id}:
            return f"@{id}"
        case {"type": "channel", "channel_id": id}:
            return f"#{id}"
        case {"type": "date", "fallback": fallback}:
            return str(fallback)
    return str(element["text"])


def marked(value: Any) -> Iterator[str]:
    """Every text in which Slack looks for mark-up."""
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield value["text"]
        for inner in value.values():
            yield from marked(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from marked(inner)


def buttons(blocks: Sequence[Json]) -> dict[str, Json]:
    """What can be pressed, by its words; a menu's options too."""
    found: dict[str, Json] = {}
    for block in blocks:
        for element in block["elements"] if block["type"] == "actions" else []:
            for one in element.get("options", [element]):
                found[one["text"]["text"]] = one
    return found


def ticks(blocks: Sequence[Json]) -> dict[str, list[str]]:
    """Every box of a form ticked, by block: what somebody says who has looked at all of it."""
    return {
        block["block_id"]: [option["value"] for option in block["element"]["options"]]
        for block in blocks
        if block["type"] == "input" and block["element"]["type"] == "checkboxes"
    }
