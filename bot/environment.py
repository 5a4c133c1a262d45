"""The only reader of the environment and of `.env`: texts by name, before any of them has a type.

Hosts, shells and editors each write a value in a way of their own. What is the same for all
settings is settled here and in `plain`, once: line breaks and blanks around a value are taken off,
quotes that are left around it are a mistake, a `$` is a `$`. No sentence repeats a value.
"""

import io
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from dotenv.parser import Original, parse_stream

QUOTES = ("'", '"', "`", "‘", "’", "“", "”", "„")

_FOR_LIBRARIES = re.compile(r".*_proxy|web_concurrency|forwarded_allow_ips", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Written:
    """What was found: `texts` by the setting's name, in lower case, without those that are empty;
    `wrong`, a sentence for each thing that cannot be read; and the names of the settings that may
    stand there."""

    texts: Mapping[str, str]
    wrong: tuple[str, ...] = ()
    unread: frozenset[str] = frozenset()


def written(names: Collection[str], file: Path | None) -> Written:
    """The texts of these settings in `file`, if it is there, and in the environment, which wins.
    Names count in any case."""
    there = _in_file(names, file) if file else Written({})
    return replace(there, texts={**there.texts, **_ours(names, os.environ)})


def plain(value: object) -> object:
    """What a text is without what surrounds it. Raises ValueError where that is a quote: `docker
    --env-file` keeps those, and a secret with a quote fits nowhere."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text.startswith(QUOTES) or text.endswith(QUOTES):
        raise ValueError("stands in quotes, and they would be part of it: take them off")
    return text


def keep_from_libraries() -> None:
    """Take out of the environment what libraries would read of it by themselves: proxies and
    uvicorn's settings are given to them instead. A user without a home gets one, for slack_bolt
    asks where that is when it is imported; nothing is kept there."""
    for name in [name for name in os.environ if _FOR_LIBRARIES.fullmatch(name)]:
        del os.environ[name]
    try:
        Path.home()
    except RuntimeError:
        os.environ["HOME"] = "/"


def _ours(names: Collection[str], found: Mapping[str, str | None]) -> dict[str, str]:
    """Those of `names` that have a value; a name in capitals comes before its other spellings."""
    spelled = (
        (name.lower(), (found[name] or "").strip()) for name in sorted(found, key=str.isupper)
    )
    return {name: text for name, text in spelled if text and name in names}


def _in_file(names: Collection[str], file: Path) -> Written:
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return Written({})
    except IsADirectoryError:
        why = f"{file} is a folder, so no setting can be read from it. Remove it."
    except OSError as trouble:
        why = f"{file} cannot be read ({trouble.strerror}). Let this user read it, or remove it."
    except UnicodeDecodeError:
        why = f"{file} is not written in UTF-8. Save it in that encoding."
    else:
        return _read(names, file, text)
    return Written({}, (why,), frozenset(names))


def _read(names: Collection[str], file: Path, text: str) -> Written:
    bindings = list(parse_stream(io.StringIO(text)))
    texts = _ours(names, {one.key: one.value for one in bindings if one.key})
    broken = dict(_broken(names, [one.original for one in bindings if one.error]))
    wrong = (
        f"{file}, line {line}: {name.upper()} cannot be read. Write {name.upper()}=value."
        for name, line in broken.items()
    )
    return Written(texts, tuple(wrong), frozenset(broken))


def _broken(names: Collection[str], lines: Iterable[Original]) -> Iterator[tuple[str, int]]:
    """Lines that were meant as settings of ours and are none, by name and number. What else stands
    in the file is not our business."""
    for text, first in lines:
        meant = re.match(r"\s*(?:export\s+)?'?(\w+)", text)
        if meant and meant[1].lower() in names:
            yield meant[1].lower(), first + text[: meant.start(1)].count("\n")
