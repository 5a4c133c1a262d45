"""The generations of CCPayment's API, by the name that `CCPAYMENT_API` has for them. An account
belongs to one of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from approvals.ccpayment.v1 import CCPaymentV1
from approvals.ccpayment.v2 import CCPaymentV2


@dataclass(frozen=True, slots=True)
class Generation:
    """`url` is where the vendor runs it."""

    gateway: type[CCPaymentV1] | type[CCPaymentV2]
    url: str


GENERATIONS: Mapping[str, Generation] = MappingProxyType(
    {
        "v1": Generation(CCPaymentV1, "https://admin.ccpayment.com"),
        "v2": Generation(CCPaymentV2, "https://ccpayment.com"),
    }
)
