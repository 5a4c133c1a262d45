"""A pretend Slack: an HTTP server with Slack's Web API, and people who use it.

It stands where Slack stands, for tests and for newcomers, and is never kinder than Slack: it checks
tokens, scopes, block and text limits, triggers and ownership, and signs what it sends.
"""

from sandbox.slack.answers import Answer, Sent
from sandbox.slack.driver import SIGNING_SECRET, TOKEN, PretendSlack
from sandbox.slack.faults import Fault
from sandbox.slack.workspace import Channel, Content, Group, Message, OpenView, Organization, User

__all__ = [
    "SIGNING_SECRET",
    "TOKEN",
    "Answer",
    "Channel",
    "Content",
    "Fault",
    "Group",
    "Message",
    "OpenView",
    "Organization",
    "PretendSlack",
    "Sent",
    "User",
]
