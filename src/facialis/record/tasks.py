"""Tasks: a person's own words for what was done in a recording. A slip of the pen makes another task. Pure.

They are free text by design: a home has `rest` and `talking`, a study the steps of its protocol. One word
means something to facialis, `CLOSURE_TASK`; the others are only compared with each other, in any case.
"""

from collections import Counter
from collections.abc import Iterable

from facialis.errors import RecordError
from facialis.record.types import StoredRecording

CLOSURE_TASK = "closure"
"""A recording of this task shows the eyes shut when asked to. Its spasms are not counted: movement provokes
them."""


def tidied(task: str) -> str:
    """Return the task as it is kept: in one line, without room around it."""
    return " ".join(task.split())


def is_task(recording: StoredRecording, task: str) -> bool:
    """Tell whether the recording is of that task."""
    return tidied(recording.task).casefold() == tidied(task).casefold()


def known_tasks(recordings: Iterable[StoredRecording]) -> dict[str, int]:
    """Return how many recordings there are of each task, as first spelt; those without are left out."""
    spelt: dict[str, str] = {}
    number: Counter[str] = Counter()
    for each in recordings:
        if task := tidied(each.task):
            number[spelt.setdefault(task.casefold(), task)] += 1
    return dict(number)


def new_task_sentence(recording: StoredRecording, others: Iterable[StoredRecording]) -> str:
    """Say that a recording is the first of its task where others have tasks; nothing where it is not."""
    known = known_tasks(each for each in others if each.id != recording.id)
    task = tidied(recording.task)
    alike = {name.casefold() for name in known} | {CLOSURE_TASK}
    if not task or not known or task.casefold() in alike:
        return ""
    return (
        f"{task!r} is a new task in this record, which has {_listed(known)}; if it is one of those, "
        f"`facialis record edit {recording.id} --task TASK` corrects it."
    )


def checked_task(task: str, recordings: Iterable[StoredRecording]) -> str:
    """Return the task; RecordError with those there are where no recording is of it."""
    recordings = tuple(recordings)
    known = known_tasks(recordings)
    if any(is_task(each, task) for each in recordings):
        return task
    has = f"this record has {_listed(known)}" if known else "none of this record has a task"
    raise RecordError(f"No recording is of the task {tidied(task)!r}; {has}.")


def _listed(known: dict[str, int]) -> str:
    return ", ".join(
        f"{name} ({n})" for name, n in sorted(known.items(), key=lambda each: (-each[1], each[0]))
    )
