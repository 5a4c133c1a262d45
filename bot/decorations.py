"""What Slack adds to the text of a command, taken off again.

With `should_escape`, Slack writes links as `<target|label>`, mentions as `<@U…|name>`, `<#C…|name>`
and `<!here>`, and spells the characters & < > as entities (docs.slack.dev, "Implementing slash
commands"). People can type all of that too, so nothing in it is trusted.
"""

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

from approvals.errors import Unreadable
from approvals.words import quoted

MENTION = re.compile(r"<([@#!])([^<>|\s]*)(?:\|([^<>]*))?>")

_LINK = re.compile(r"<([a-z][a-z0-9+.-]*:[^<>|]*)(?:\|([^<>]*))?>", re.IGNORECASE)
_PUNYCODE = "xn--"
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}


def undecorated(text: str) -> str:
    """`text` without Slack's links and entities, with every kind of space as a plain one.

    Mentions stay, to be refused where they matter; so do invisible characters: they may have been
    put there on purpose.
    """
    linked = _LINK.sub(lambda link: link[2] or _schemeless(link[1], "mailto:|tel:"), text)
    decoded = re.sub("&(?:amp|lt|gt);", lambda entity: _ENTITIES[entity[0]], linked)
    return re.sub(r"\s", " ", decoded).strip()


def false_links(text: str) -> Iterator[Unreadable]:
    """Links that show something else than what they lead to."""
    for link in _LINK.finditer(text):
        target, label = (
            _schemeless(side or "", "mailto:|tel:|https?://") for side in link.groups()
        )
        phone = link[1].lower().startswith("tel:")
        if label and _spelled(label, phone=phone) != _spelled(target, phone=phone):
            sentence = f"{quoted(label)} is a link to {quoted(target)}. Write it without a link."
            yield Unreadable("destination", label, sentence)


def _spelled(address: str, *, phone: bool) -> str:
    """Equal for two spellings of one address: Slack writes what people type with other letters than
    ASCII in escapes, and browsers write the name of such a host in punycode (RFC 3492)."""
    if phone:
        return re.sub(r"[\s().-]", "", address)
    host, slash, path = address.partition("/")
    labels = ".".join(map(_label, host.split(".")))
    spelled = unquote(f"{labels}{slash}{path}").rstrip("/")
    return unicodedata.normalize("NFKC", spelled).casefold()


def _label(label: str) -> str:
    if not label.lower().startswith(_PUNYCODE):
        return label
    try:
        return label[len(_PUNYCODE) :].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def _schemeless(address: str, schemes: str) -> str:
    return re.sub(f"^(?:{schemes})", "", address, flags=re.IGNORECASE)


def flat(text: str) -> str:
    """Mentions as people see them: `@rita`, `#general`."""
    return MENTION.sub(lambda found: _sigil(found[1]) + (found[3] or found[2]).lstrip("@#"), text)


def _sigil(sort: str) -> str:
    return "#" if sort == "#" else "@"
