"""The ledger's format: the tables as they are made, and how an earlier format becomes this one.

schema.sql makes a fresh ledger, as it is now. Beside this page stands a file for each format but
the first, named by its number: it makes that format out of the one before. A fresh ledger and one
that was brought up have the same tables and indexes.
"""

import sqlite3
from importlib.resources import files
from importlib.resources.abc import Traversable

from sqlite_utils import Database

FORMAT = 2
"""Version of the schema that this program writes; it reads every earlier one too."""


def make_tables(writer: Database) -> None:
    """The tables of a fresh ledger, within the transaction at hand."""
    _run(writer, files("approvals.ledger").joinpath("schema.sql"))


def migrate(writer: Database, found: int) -> None:
    """Bring the tables from format `found` to ours, within the transaction at hand."""
    for number in range(found + 1, FORMAT + 1):
        _run(writer, files(__package__).joinpath(f"{number:04}.sql"))
    writer.execute("UPDATE ledger SET format = :format", {"format": FORMAT})


def _run(writer: Database, script: Traversable) -> None:
    """Statement by statement: executescript() would commit before it starts."""
    statement = ""
    for line in script.read_text("utf-8").splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            writer.execute(statement)
            statement = ""
