"""The page about CCPayment's codes, made from the tables that the program runs on."""

import sys
from collections.abc import Mapping

from approvals.ccpayment.codes import V1_CODES, V2_CODES, Code, explained

PAGE = """\
# CCPayment's codes

What CCPayment's codes mean, and how Countersign reads them where they answer a withdrawal:

- **nothing was sent**: the payout ends as failed, once a look-up at least 5 s later does not find
  it. Ask again when the reason is gone: that is a new payout, with new eyes.
- **in doubt**: nobody knows yet. It is looked up, and [never sent again by itself](sending.md).
  So is every code that is not on this page.

CCPayment gives its codes names and no guarantees; how they are read is inferred from the names.

## API v2

{v2}

## API v1

{v1}

The rest of v1's table is not public. Codes that CCPayment told you mean "refused, nothing was sent"
can be added as `CCPAYMENT_DECLINED_CODES` ([settings](settings.md)).

This page is made from `approvals/ccpayment/codes.py` by `make docs`.
"""

TABLE = """\
| code | how it is read | what it means |
|---|---|---|
{rows}"""


def page() -> str:
    """docs/codes.md."""
    return PAGE.format(v1=_table(V1_CODES), v2=_table(V2_CODES))


def _table(codes: Mapping[str, Code]) -> str:
    return TABLE.format(rows="\n".join(_row(codes, code) for code in codes))


def _row(codes: Mapping[str, Code], code: str) -> str:
    read = "nothing was sent" if codes[code].declined else "in doubt"
    return f"| {code} | {read} | {explained(codes, code, None)} |"


if __name__ == "__main__":
    sys.stdout.write(page())
