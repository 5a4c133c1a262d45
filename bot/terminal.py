r"""What is printed, on whatever is behind standard output.

People read as much as their terminal can show: what it cannot is spelt out, such as `\U0001f389`.
Programs read UTF-8, whatever the terminal does: nothing of a record may depend on it.
"""

import sys
from io import TextIOWrapper

import click


def show_what_can_be_shown() -> None:
    """From now on nothing that is printed fails for a character that the terminal does not know,
    and each line is seen when it is printed, through a pipe too."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace", line_buffering=True)


def for_programs(text: str) -> None:
    """Print JSON or CSV; each line of it ends itself, or is the last."""
    click.echo(text.encode(errors="backslashreplace"), nl=not text.endswith("\n"))
