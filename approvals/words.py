"""Small pieces of English that sentences are made of."""

import json
from collections.abc import Sequence

_SHOWN = 40


def quoted(text: str) -> str:
    """`text` in quotation marks, on one line, shortened: a sentence repeats what is wrong, so that
    it is recognised, and a line break in it must be seen."""
    shown = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
    return json.dumps(shown, ensure_ascii=False)


def either(choices: Sequence[str]) -> str:
    """The choices as a sentence lists them: a, b or c."""
    *most, last = choices
    return f"{', '.join(most)} or {last}" if most else last
