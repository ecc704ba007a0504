"""The documentation says everything the code offers, nothing it does not, and its examples run."""

import dataclasses
import importlib
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import click
import pytest
from click.testing import CliRunner
from clips import write_clip
from faces import needs_gl

import facialis
from facialis.cli import cli
from facialis.measures.course import before_after
from facialis.measures.design import Outcome
from facialis.measures.surgery import SurgeryCourse
from facialis.measures.toxin import CycleComparison, ToxinCycle
from facialis.measures.trigger_answers import Answer, When
from facialis.report.folder import write_report
from facialis.settings import Settings
from facialis.types import Context, EventKind, EventSide, RecordingSide, Region, Result

ROOT = Path(__file__).parents[1]
README, CHANGELOG, NOTICE = ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "NOTICE"
PAGES = [README, CHANGELOG, *sorted((ROOT / "docs").glob("*.md"))]
HOSTS = {
    "bids-specification.readthedocs.io",
    "creativecommons.org",
    "doi.org",
    "github.com",
    "semver.org",
    "static.makehumancommunity.org",
    "www.apache.org",
}
LARGEST_IMAGE = 300_000


def text(*pages: Path) -> str:
    return "\n".join(page.read_text(encoding="utf-8") for page in pages)


def code(*pages: Path) -> set[str]:
    """Every word that stands between backticks."""
    spans = re.findall(r"`([^`\n]+)`", text(*pages))
    return {word for span in spans for word in (span, *re.split(r"[\s,]+", span))}


def docs(name: str) -> Path:
    return ROOT / "docs" / f"{name}.md"


def commands(
    group: click.Group, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


COMMANDS = dict(commands(cli))
OPTIONS = [
    (" ".join(path), option)
    for path, command in COMMANDS.items()
    for parameter in command.params
    for option in parameter.opts
    if option.startswith("-")
]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six seconds of the recording facialis carries."""
    return write_clip(tmp_path_factory.mktemp("docs") / "recording.mp4")


@pytest.fixture(scope="module")
def result(clip: Path) -> Result:
    return facialis.measure(clip)


# Everything the code offers is told


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_is_in_the_readme(path: tuple[str, ...]) -> None:
    assert f"facialis {' '.join(path)}" in text(README)


@pytest.mark.parametrize(("command", "option"), OPTIONS, ids=" ".join)
def test_every_option_is_explained_where_its_command_is(command: str, option: str) -> None:
    pages = {"measure": README, "demo": docs("results"), "simulate": docs("simulate")}
    pages |= {"course": docs("course"), "compare": docs("course")}
    pages |= {"triggers": docs("triggers"), "trial": docs("triggers"), "report": docs("report")}
    of_every_command = option in ("--record", "--person")
    page = docs("record") if of_every_command else pages.get(command.split()[0], docs("record"))
    assert option in code(page)


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_help_shows_an_example(path: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(cli, [*path, "--help"]).output
    assert re.search(r"Examples?:\s+facialis " + " ".join(path), shown)


def test_the_page_of_settings_is_what_the_settings_give() -> None:
    page = importlib.import_module("docs.make_settings").settings_page()
    assert text(docs("settings")) == page, "run `python docs/make_settings.py`"


def test_the_page_of_tables_is_what_the_tables_give() -> None:
    page = importlib.import_module("docs.make_tables").tables_page()
    assert text(docs("tables")) == page, "run `python docs/make_tables.py`"


def test_every_column_of_a_diary_is_explained() -> None:
    assert set(importlib.import_module("facialis.record.diary_csv").COLUMNS) <= code(docs("record"))


def test_every_measure_is_explained(result: Result) -> None:
    assert {measure.name for measure in result.measures} <= code(docs("measures"))


def test_every_unit_of_a_measure_is_explained(result: Result) -> None:
    page = text(docs("measures"))
    assert all(f"| {measure.unit} |" in page for measure in result.measures)


def test_every_column_of_the_curves_is_explained(result: Result) -> None:
    assert set(result.signals.columns) <= code(docs("results"))


@pytest.mark.parametrize("words", [EventKind, EventSide, RecordingSide, Region, Context], ids=str)
def test_every_word_for_events_and_sides_is_explained(words: object) -> None:
    assert set(get_args(words)) <= code(docs("events"))


def test_every_field_of_an_event_is_explained() -> None:
    names = {field.name for field in dataclasses.fields(facialis.Event)}
    assert names | {"duration_s"} <= code(docs("events"))


def test_every_file_that_is_written_is_in_the_docs(clip: Path, result: Result, tmp_path: Path) -> None:
    write_report(result, tmp_path / "out", video=clip, overlay=True)
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written <= code(README) & code(docs("results"))


def test_every_measure_of_the_course_is_explained() -> None:
    change = before_after([], [])
    names = {getattr(change, spec.name).name for spec in dataclasses.fields(change)}
    course = {
        spec.name
        for kind in (ToxinCycle, CycleComparison, SurgeryCourse)
        for spec in dataclasses.fields(kind)
    }
    told_apart = {"treatment", "earlier", "later", "chances", "words"}
    assert names | course - told_apart <= code(docs("course"))


def test_every_answer_about_triggers_is_explained() -> None:
    kinds = {kind.__name__ for kind in get_args(Answer)}
    assert kinds | set(get_args(Outcome)) | set(get_args(When)) <= code(docs("triggers"))


@pytest.mark.parametrize("error", [name for name in facialis.__all__ if name.endswith("Error")])
def test_every_error_is_in_the_docs(error: str) -> None:
    assert error in code(docs("python"))


def test_everything_made_by_others_is_in_the_notice() -> None:
    package = ROOT / "src" / "facialis"
    carried = {
        path.name
        for folder in ("data", "report/static")
        for path in (package / folder).iterdir()
        if path.suffix in (".task", ".npz", ".mp4") or "uPlot" in path.name
    }
    known = text(NOTICE)
    assert all(name in known for name in carried)


# Nothing is told that is not so


def test_every_setting_named_anywhere_exists() -> None:
    groups = {spec.name: getattr(Settings(), spec.name) for spec in dataclasses.fields(Settings)}
    named = {
        (group, name)
        for group, name in re.findall(r"`(\w+)\.(\w+)`", text(*PAGES))
        if group in groups and name not in ("md", "tsv", "json", "py")
    }
    assert named
    for group, name in named:
        assert hasattr(groups[group], name), f"{group}.{name}"


def shell_lines() -> list[str]:
    lines = [line.strip() for page in PAGES for line in text(page).splitlines() if line.startswith("    ")]
    parts = [part.strip() for line in lines for part in line.split("&&")]
    return sorted({part for part in parts if part.startswith("facialis ")})


@pytest.mark.parametrize("line", shell_lines())
def test_every_command_line_shown_is_one_that_is_understood(line: str) -> None:
    # The help comes after the line was read, so that an unknown option or command fails.
    ran = CliRunner().invoke(cli, [*shlex.split(line)[1:], "--help"])
    assert ran.exit_code == 0, ran.output


def test_ci_runs_the_two_commands_of_the_readme() -> None:
    script = text(ROOT / ".ci" / "run")
    shown = re.findall(r"^    (pip install .*)$", text(README), flags=re.MULTILINE)
    assert shown == ["pip install . && facialis demo", "pip install '.[test]' && pytest"]
    assert all(f"({line})" in script for line in shown)


def test_the_changes_begin_with_this_version() -> None:
    latest = re.search(r"^## (\S+)", text(CHANGELOG), flags=re.MULTILINE)
    assert latest is not None
    assert latest[1] == facialis.__version__


@pytest.mark.parametrize("page", [*PAGES, NOTICE], ids=lambda page: page.name)
def test_no_page_names_a_machine(page: Path) -> None:
    content = text(page)
    assert not re.search(r"(^|[\s`\"'(])/(work|tmp|home|root|mnt|Users)/", content)
    assert not re.search(r"localhost|\b\d{1,3}(\.\d{1,3}){3}\b|[A-Z]:\\", content)
    assert set(re.findall(r"https?://([^/\s)>\"`]+)", content)) <= HOSTS


# Tables, links and pictures


def rows_without_header(markdown: str) -> list[str]:
    """The rows of tables that stand apart from any header, which are shown as text with bars in it."""
    fenced, lines = False, list[str]()
    for line in markdown.splitlines():
        fenced ^= line.startswith("```")
        lines.append("" if fenced else line)
    rows: list[str] = []
    for block in re.split(r"\n\s*\n", "\n".join(lines)):
        table = [line for line in block.splitlines() if line.startswith("|")]
        if table and not (len(table) > 1 and re.fullmatch(r"\|(\s*:?-+:?\s*\|)+", table[1])):
            rows += table
    return rows


@pytest.mark.parametrize("page", [*PAGES, NOTICE], ids=lambda page: page.name)
def test_every_row_of_a_table_has_a_header(page: Path) -> None:
    assert rows_without_header(text(page)) == []


def test_a_row_after_a_blank_line_is_found() -> None:
    assert rows_without_header("| a | b |\n|---|---|\n| 1 | 2 |\n\n| 3 | 4 |") == ["| 3 | 4 |"]
    assert rows_without_header("text\n| a |\n|---|\n| 1 |\n\n```\n| x |\n```") == []


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text(page), flags=re.MULTILINE)
    slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return slugs | set(re.findall(r'<a id="([^"]+)">', text(page)))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_within_the_docs_resolves(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", text(page)):
        if target.startswith("https://"):
            continue
        name, _, anchor = target.partition("#")
        goal = (page.parent / name).resolve() if name else page
        assert goal.is_file(), target
        assert not anchor or anchor in anchors(goal), target


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda page: page.name)
def test_every_page_can_be_reached_from_the_readme(page: Path) -> None:
    assert f"docs/{page.name}" in text(README)


def test_every_picture_is_used_has_words_and_is_small() -> None:
    found = re.findall(r"!\[([^\]]*)\]\(([^)\s]+)\)", text(*PAGES))
    shown = {Path(path).name: words for words, path in found}
    for picture in (ROOT / "docs" / "images").iterdir():
        assert len(shown[picture.name].split()) >= 5
        assert picture.stat().st_size < LARGEST_IMAGE


# Examples run


def examples(page: Path) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```$", text(page), flags=re.MULTILINE | re.DOTALL)


def run_examples(page: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a page's examples one after the other, as a reader would."""
    monkeypatch.chdir(folder)
    names: dict[str, object] = {"path": "recording.mp4"}
    for number, example in enumerate(examples(page), start=1):
        exec(compile(example, f"{page.name}, example {number}", "exec"), names)


@pytest.mark.parametrize("name", ["README", "python", "settings", "course", "triggers", "exchange", "report"])
def test_the_examples_run(name: str, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(clip, tmp_path / "recording.mp4")
    page = README if name == "README" else docs(name)
    assert examples(page)
    run_examples(page, tmp_path, monkeypatch)


@needs_gl
def test_the_example_of_a_simulated_face_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_examples(docs("simulate"), tmp_path, monkeypatch)
    assert (tmp_path / "simulated.mp4").is_file()
    assert (tmp_path / "simulated.truth.json").is_file()


def test_no_page_has_an_example_that_is_not_run() -> None:
    with_examples = {page.stem for page in PAGES if "```python" in text(page)}
    assert with_examples == {
        "README",
        "python",
        "settings",
        "simulate",
        "course",
        "triggers",
        "exchange",
        "report",
    }
