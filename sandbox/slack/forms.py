"""What Slack's client does with a form: keeps what is filled in, and stops what cannot be sent.

A person's values come by block id, as a page or a test has them; what goes to the bot is the state
that Slack describes: by block id and action id, with the kind of element.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sandbox.slack.limits import elements
from sandbox.slack.shapes import length
from sandbox.slack.workspace import Json

REQUIRED = "Please complete this required field."
MANY = "checkboxes"
ONE_OPTION = frozenset({"static_select", "external_select", "radio_buttons"})
STATEFUL = ONE_OPTION | {MANY, "plain_text_input"}

Offered = Callable[[str, str], Sequence[Json]]
"""What a typeahead, named by block id and action id, has offered to this person."""


def placed(blocks: Sequence[Json]) -> Iterator[tuple[Json, Json]]:
    """Every interactive element with its block, in the order drawn."""
    for block in blocks:
        for element in elements(block):
            yield block, element


def find(blocks: Sequence[Json], action_id: str, block_id: str | None) -> tuple[Json, Json]:
    """The one element of this name with its block. Raises LookupError for none, or for several."""
    found = [
        (block, element)
        for block, element in placed(blocks)
        if element["action_id"] == action_id and block_id in (None, block["block_id"])
    ]
    if len(found) != 1:
        raise LookupError(f"{len(found)} elements are called {action_id!r}, in {block_id!r}")
    return found[0]


def options(element: Json) -> list[Json]:
    """A menu's own options, out of their groups."""
    groups = element.get("option_groups", [])
    return [*element.get("options", []), *(one for group in groups for one in group["options"])]


def choose(element: Json, value: str, offered: Sequence[Json] = ()) -> Json:
    """The option with this value. Raises LookupError where nobody offered it."""
    for option in (*options(element), *offered, *_preset(element)):
        if option["value"] == value:
            return option
    raise LookupError(f"{element['action_id']} does not offer {value!r}")


def _preset(element: Json) -> list[Json]:
    return [element["initial_option"]] if "initial_option" in element else []


def action(block: Json, element: Json, value: str | None, offered: Sequence[Json], ts: str) -> Json:
    """What a click on an element says. Raises LookupError where `value` is no option of it."""
    out: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": ts,
    }
    if element["type"] == "button":
        return out | {key: element[key] for key in ("text", "value", "style") if key in element}
    if value is None:
        raise LookupError(f"{element['action_id']} needs an option")
    chosen = choose(element, value, offered)
    if element["type"] == MANY:
        return out | {"selected_options": [chosen]}
    return out | {"selected_option": chosen}


def initial(blocks: Sequence[Json]) -> Json:
    """The state of the elements before anybody touched them."""
    return _by_block(
        (block, element, _initial(element))
        for block, element in placed(blocks)
        if element["type"] in STATEFUL
    )


def _initial(element: Json) -> Json:
    kind = element["type"]
    if kind == MANY:
        return {"type": kind, "selected_options": element.get("initial_options", [])}
    if kind in ONE_OPTION:
        return {"type": kind, "selected_option": element.get("initial_option")}
    return {"type": kind, "value": element.get("initial_value") or None}


def _by_block(states: Iterator[tuple[Json, Json, Json]]) -> Json:
    out: dict[str, Json] = {}
    for block, element, state in states:
        out.setdefault(block["block_id"], {})[element["action_id"]] = state
    return out


def fill(blocks: Sequence[Json], values: Mapping[str, Any], offered: Offered) -> Json:
    """The state after a person filled in `values`; what they left alone stays as prefilled.

    Raises LookupError for a block that is not there, or an option that nobody offered.
    """
    inputs = {block["block_id"] for block in blocks if block["type"] == "input"}
    unknown = values.keys() - inputs
    if unknown:
        raise LookupError(f"the view has no input {sorted(unknown)}, only {sorted(inputs)}")
    state = initial(blocks)
    for block, element in placed(blocks):
        if block["block_id"] in values:
            known = offered(block["block_id"], element["action_id"])
            filled = _filled(element, values[block["block_id"]], known)
            state[block["block_id"]][element["action_id"]] = filled
    return state


def _filled(element: Json, value: Any, offered: Sequence[Json]) -> Json:
    kind = element["type"]
    if kind == MANY:
        return {"type": kind, "selected_options": [choose(element, one) for one in value]}
    if kind in ONE_OPTION:
        chosen = choose(element, value, offered) if value else None
        return {"type": kind, "selected_option": chosen}
    typed = value or ""
    # A field of one line takes no line breaks: what is pasted into it loses them.
    if not element.get("multiline"):
        typed = re.sub(r"[\r\n]+", " ", typed)
    return {"type": kind, "value": typed or None}


def stopped(blocks: Sequence[Json], state: Json) -> dict[str, str]:
    """What the client refuses to send, as sentences by block id; empty where all is well."""
    out = {}
    for block in blocks:
        if block["type"] == "input":
            element = block["element"]
            filled = state[block["block_id"]][element["action_id"]]
            sentence = _wrong(element, filled, optional=block.get("optional", False))
            if sentence:
                out[block["block_id"]] = sentence
    return out


def _wrong(element: Json, filled: Json, *, optional: bool) -> str | None:
    value = filled.get("value") or filled.get("selected_option") or filled.get("selected_options")
    if not value:
        return None if optional else REQUIRED
    if element["type"] != "plain_text_input":
        return None
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if length(value) < least:
        return f"This must be at least {least} characters."
    return f"This must be at most {most} characters." if length(value) > most else None
