"""The commands. Each names its options, calls the package and prints what it gave."""

import sys

import click

import facialis.commands.correcting  # Its commands join the group `record`, as the next one's.
import facialis.commands.exchange  # noqa: F401
from facialis.commands.course import compare, course
from facialis.commands.diary import diary
from facialis.commands.keeping import people
from facialis.commands.measure import demo, measure
from facialis.commands.questionnaire import questionnaire
from facialis.commands.record import record
from facialis.commands.report import report
from facialis.commands.simulate import simulate
from facialis.commands.treatment import treatment
from facialis.commands.trial import trial
from facialis.commands.triggers import triggers
from facialis.console import run
from facialis.version import __version__

# Heavy modules are imported inside the commands, so that help and mistakes in options answer at once.


def main() -> None:
    """Run the command line and end the process with its exit code."""
    sys.exit(run(cli))


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100, "show_default": True}
)
@click.version_option(__version__, prog_name="facialis")
def cli() -> None:
    """Measure hemifacial spasm from a video or an EMG, on this computer only.

    \b
    Examples:
      facialis demo
      facialis measure recording.mp4
      facialis measure recording.edf
      facialis simulate face --out simulated.mp4
      facialis record add recording.mp4
      facialis diary add
      facialis course
      facialis report

    Exit code: 0 when done, 1 when it could not be done, 2 for a wrong option, 130 after Ctrl-C, 143 and 129
    when ended from outside (SIGTERM, SIGHUP).
    """


COMMANDS = (
    measure,
    demo,
    simulate,
    record,
    diary,
    treatment,
    questionnaire,
    course,
    compare,
    triggers,
    trial,
    report,
    people,
)
for command in COMMANDS:
    cli.add_command(command)
