"""What goes over a wire, as plain values: whoever has no sockets can speak it too."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Call:
    """A POST as it arrived: header names in lower case, the body byte for byte."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer that leaves `after` seconds after the call came in."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class HungUp:
    """The connection was closed and nothing was said."""


Answer = Reply | HungUp


@dataclass(frozen=True, slots=True)
class Webhook:
    """A POST from CCPayment to the merchant."""

    headers: Mapping[str, str]
    body: bytes
