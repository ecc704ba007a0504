"""The page of the report: headings, alternatives, language, nothing loaded, no markup by a person."""

from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import keeps
import pytest
from keeps import nothing, small, small_found

from facialis.measures.history import History
from facialis.report.doctor.html import html
from facialis.report.doctor.kept import Wishes, look
from facialis.report.doctor.writing import write

HOSTILE = "</style></script><script>alert(1)</script><img src=x onerror=alert(1)> {{ 7*7 }} & \"'"
VOID = {"meta", "link", "img", "br", "hr", "input"}


class Page(HTMLParser):
    """Tags in order, text, and whether every tag is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID and not self.get_starttag_text().endswith("/>"):  # type: ignore[union-attr]
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("style", "script"):
            self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(html(write(small(), small_found(), Wishes("A. B.", "spring 2019"))))


def test_every_tag_is_closed(page: Page) -> None:
    assert page.open == []


def test_language_and_title(page: Page) -> None:
    assert page.all("html")[0]["lang"] == "en"
    assert "<title>Hemifacial spasm" in html(write(small(), small_found()))


def test_headings_go_down_step_by_step(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.tags if tag in ("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_each_section_is_named_by_its_heading(page: Page) -> None:
    ids = {attributes.get("id") for tag, attributes in page.tags if tag == "h2"}
    for section in page.all("section"):
        assert section["aria-labelledby"] in ids
    assert len(ids) == len(page.all("h2"))


def test_pictures_have_a_name_and_their_words(page: Page) -> None:
    pictures = [each for each in page.all("svg") if each.get("role") == "img"]
    assert len(pictures) == len(page.all("svg")) == 2
    assert "Two charts over time" in page.text
    assert "Spasms per minute by weeks since the injection. 25 Jan 2026 Botox" in page.text


def test_tables_have_captions_and_headed_rows_and_columns(page: Page) -> None:
    assert len(page.all("caption")) == len(page.all("table")) == 4
    scopes = [each.get("scope") for each in page.all("th")]
    assert set(scopes) == {"row", "col"}
    assert len(page.all("tbody")) == len(page.all("table"))


def test_what_can_be_scrolled_can_be_reached_by_keyboard(page: Page) -> None:
    scrolled = [each for each in page.all("div") if each.get("class") == "scroll"]
    assert scrolled
    assert all(each.get("tabindex") == "0" and each.get("aria-label") for each in scrolled)


def test_nothing_is_loaded_from_anywhere(page: Page) -> None:
    for tag, attributes in page.tags:
        assert tag not in ("script", "link", "iframe", "object", "embed", "img", "a", "form", "base")
        assert not {"src", "href", "style", "srcset", "action"} & set(attributes), (tag, attributes)
        assert not [name for name in attributes if name.startswith("on")]
    policy = next(each for each in page.all("meta") if each.get("http-equiv"))
    content = str(policy["content"])
    assert "default-src 'none'" in content
    assert "unsafe" not in content


def test_the_style_is_the_one_that_the_policy_allows() -> None:
    import base64
    import hashlib
    import re

    made = html(write(small(), small_found()))
    style = re.search(r"<style>(.*?)</style>", made, flags=re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"&#39;sha256-{digest}&#39;" in made or f"'sha256-{digest}'" in made


def test_what_a_person_wrote_is_never_markup() -> None:
    kept = small()
    entries = tuple(replace(each, note=HOSTILE) for each in kept.entries)
    treatments = tuple(replace(each, name=HOSTILE) for each in kept.treatments)
    found = small_found()
    answers = tuple(replace(each, factor=HOSTILE) for each in found.triggers.answers)
    found = replace(found, triggers=replace(found.triggers, answers=answers))
    kept = replace(kept, entries=entries, treatments=treatments)
    made = Page(html(write(kept, found, Wishes(HOSTILE, HOSTILE))))
    assert not made.all("script")
    assert not made.all("img")
    assert made.open == []
    assert "{{ 7*7 }}" in made.text


def test_an_empty_record_makes_a_whole_page() -> None:
    made = Page(html(write(nothing(), look(History()))))
    assert made.open == []
    assert "This record is still empty." in made.text


def test_the_page_says_what_the_content_says(page: Page) -> None:
    report = write(small(), small_found(), Wishes("A. B.", "spring 2019"))
    for line in keeps.as_text(report).splitlines():
        for part in line.removeprefix("* ").removeprefix("# ").removesuffix("(new page)").split(" | "):
            bare = part.strip(" []:")
            assert " ".join(bare.split()) in page.text or ": " in bare, bare


def test_the_same_content_gives_the_same_page() -> None:
    assert html(write(small(), small_found())) == html(write(small(), small_found()))


def test_tables_do_not_break_inside_words() -> None:
    made = html(write(small(), small_found()))
    assert "anywhere" not in made
    assert "th { overflow-wrap: normal; }" in made
