"""Why there is no answer of the gateway that can be used: four reasons, and four sentences.

Who must do something differs. What the gateway refuses, it refuses again: whoever runs Countersign
must look. All else may pass by itself. The reason is a type, made where the wire and the envelope
are read; what people read is made of it here, and nowhere else.
"""

from enum import StrEnum
from typing import Protocol

LOOK = "Whoever runs Countersign must look."


class Silence(StrEnum):
    """What kept a usable answer away."""

    REFUSED = "refused"
    UNREACHABLE = "not reachable"
    SLOW = "too slow"
    UNCLEAR = "not understood"


_HOW = {
    Silence.REFUSED: "refused the request",
    Silence.UNREACHABLE: "could not be reached",
    Silence.SLOW: "did not answer in time",
    Silence.UNCLEAR: "gave no usable answer",
}


class Nothing(Protocol):
    """A call that brought no usable answer. `why` is for operators; `code`, `message` and `meaning`
    are "" where the gateway gave none, or nobody knows."""

    @property
    def why(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def meaning(self) -> str: ...
    @property
    def silence(self) -> Silence: ...


def briefly(who: str, silence: Silence) -> str:
    """For somebody who waits: `CCPayment did not answer in time.`"""
    said = f"{who} {_HOW[silence]}."
    return f"{said} {LOOK}" if silence is Silence.REFUSED else said


def sentence(nothing: Nothing) -> str:
    """All that is known: what was said, what the code means where that is known, and who must
    look."""
    said = f'"{nothing.message}" ({nothing.code})' if nothing.message else nothing.why
    told = f"CCPayment {_HOW[nothing.silence]}: {said}."
    must = LOOK if nothing.silence is Silence.REFUSED else ""
    return " ".join(filter(None, (told, nothing.meaning, must)))


def for_asker(nothing: Nothing) -> str:
    """For somebody who waits. What the gateway said is repeated where it refused: others must look,
    and they will ask what it was. All other details stand in the log."""
    if nothing.silence is Silence.REFUSED:
        return sentence(nothing)
    return briefly("CCPayment", nothing.silence)
