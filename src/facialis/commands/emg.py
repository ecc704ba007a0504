"""What the commands that take an EMG share: the options that say what its file does not."""

from collections.abc import Callable
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from facialis.source.emg import EmgOptions

Command = TypeVar("Command", bound=Callable[..., Any])


def with_emg(command: Command) -> Command:
    """Add the options that say what the file of an EMG does not: channels, rate, unit."""
    for option in (
        click.option(
            "--unit", type=click.Choice(["V", "mV", "uV", "nV"]),
            help="EMG: the unit, whatever the file says.",
        ),
        click.option(
            "--rate", type=click.FloatRange(1, 100_000), metavar="HZ",
            help="EMG: samples a second of a table.",
        ),
        click.option(
            "--channel", "channels", multiple=True, metavar="NAME=SIDE MUSCLE",
            help="EMG: what a channel recorded, as 'EMG3=left orbicularis_oculi'; may be repeated.",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


def emg_options(channels: tuple[str, ...], rate: float | None, unit: str | None) -> "EmgOptions | None":
    """Return what was told of an EMG, None where nothing was; what is told must name a side and muscle."""
    from facialis.source.channels import column_from
    from facialis.source.emg import EmgOptions

    if not (channels or rate or unit):
        return None
    if rate is not None and not isfinite(rate):  # A range does not refuse what is no number.
        raise click.BadParameter(f"{rate} is no number of samples a second", param_hint="--rate")
    told = {}
    for each in channels:
        name, is_told, words = each.rpartition("=")
        if not is_told or not name.strip():
            raise click.BadParameter(f"{each!r} is not NAME=SIDE MUSCLE", param_hint="--channel")
        column_from(words)
        told[name] = words
    return EmgOptions(told, rate, unit)
