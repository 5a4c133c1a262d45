"""Where operators read: one line a fact, in UTC, on standard error."""

import logging
import sys
import time

THIRD_PARTIES = ("httpx", "httpcore", "slack_sdk", "slack_bolt", "uvicorn", "asyncio", "urllib3")
"""Held at WARNING: at INFO some of them log whole requests."""


def configure(level: str) -> None:
    """Log from `level` on; other people's libraries from WARNING on."""
    formatter = logging.Formatter("%(asctime)sZ %(levelname)s %(name)s: %(message)s")
    formatter.converter = time.gmtime
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in THIRD_PARTIES:
        logging.getLogger(name).setLevel(logging.WARNING)
