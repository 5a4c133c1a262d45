"""`countersign serve` as its own process, for tests: the settings it needs, in its environment."""

import random
import socket
from contextlib import suppress
from pathlib import Path

from sandbox.ccpayment.v1 import DECLINED
from sandbox.slack import PretendSlack
from sandbox.slack.cast import DANA, ELI, PAYOUTS

APP_ID = "20230101000000000000000000000001"
APP_SECRET = "0123456789abcdef0123456789abcdef"
ROOT = Path(__file__).parents[1]


def environment(slack: PretendSlack, ccpayment_url: str, ledger: Path) -> dict[str, str]:
    """All of the environment: nothing of this machine's own gets through."""
    return {
        "PYTHONPATH": str(ROOT),
        "SLACK_BOT_TOKEN": slack.token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_API_URL": f"{slack.address}/api/",
        "CCPAYMENT_APP_ID": APP_ID,
        "CCPAYMENT_APP_SECRET": APP_SECRET,
        "CCPAYMENT_URL": ccpayment_url,
        "CCPAYMENT_DECLINED_CODES": str(DECLINED),
        "PAYOUTS_CHANNEL": PAYOUTS.id,
        "PAYOUTS_APPROVERS": f"{DANA.id},{ELI.id}",
        "DATABASE_URL": f"sqlite:///{ledger}",
        "LEDGER_MAY_BE_LOST": "true",  # tests may run in a container
    }


def free_port() -> int:
    """A loopback port on which nobody listens; below those that the system gives to clients, so
    that it stays free."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as trial, suppress(OSError):
            trial.bind(("127.0.0.1", port))
            return port
