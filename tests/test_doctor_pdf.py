"""The PDF of the report: at most two pages whatever the record holds, tagged, for keeping, text as text."""

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import keeps
import pytest
import verapdf
from keeps import MADE, small, small_found
from pypdf import PdfReader
from pypdf.generic import DictionaryObject
from wilds import WILD

from facialis.errors import OutputError
from facialis.report.doctor import pdf as typeset
from facialis.report.doctor.content import LADDER, Answer, Figure, Limits, Paragraph, Report, Section, Table
from facialis.report.doctor.kept import Found, Kept, Wishes
from facialis.report.doctor.making import fitted
from facialis.report.doctor.pdf import MOST_PAGES, STANDARDS, UNKNOWN, Pdf, pdf
from facialis.report.doctor.writing import write

MARKUP = (
    '#let x = $y$ *b* _i_ @ref <label> [z] {w} \\ `code` // no comment /* */ ~ = Heading - + 1. "q" https://x'
)


def made_of(kept: Kept, found: Found, wishes: Wishes | None = None) -> Pdf:
    typeset_ = fitted(kept, found, wishes).pdf
    assert typeset_ is not None
    return typeset_


def reader(body: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(body))


def text(body: bytes) -> str:
    """All text, with spaces evened out: where lines break is not the point."""
    return " ".join(
        " ".join(page.extract_text() for page in reader(body).pages).replace("\u200b", "").split()
    )


def one(paragraph: str, *, name: str = "") -> Report:
    """A report with one paragraph."""
    return Report(
        "Title",
        "",
        (name or "about",),
        (Answer("Side", "left"),),
        (Section("A", (Paragraph(paragraph),)),),
        "",
    )


def elements(body: bytes) -> Iterator[DictionaryObject]:
    """All structure elements, in the order of reading."""
    root: Any = reader(body).trailer["/Root"]

    def below(element: Any) -> Iterator[DictionaryObject]:
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, list) else [kids]:
            each = kid.get_object()
            if isinstance(each, DictionaryObject) and "/S" in each:
                yield each
                yield from below(each)

    yield from below(root["/StructTreeRoot"])


@pytest.fixture(scope="module")
def whole() -> Pdf:
    return made_of(small(), small_found(), Wishes("A. B.", "spring 2019"))


# Accessible: what can be checked without a validator


def test_it_is_tagged_and_says_its_language_and_title(whole: Pdf) -> None:
    root: Any = reader(whole.body).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is not False
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    information = reader(whole.body).metadata
    assert information is not None
    assert information.title == "Hemifacial spasm: what was recorded and felt"


def test_it_claims_the_standards_that_it_is_checked_for(whole: Pdf) -> None:
    root: Any = reader(whole.body).trailer["/Root"]
    said = root["/Metadata"].get_data().decode()
    assert STANDARDS == ("ua-1", "a-2a")
    assert "<pdfuaid:part>1</pdfuaid:part>" in said
    assert "<pdfaid:part>2</pdfaid:part>" in said
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in said


def test_every_figure_has_an_alternative(whole: Pdf) -> None:
    figures = [each for each in elements(whole.body) if each["/S"] == "/Figure"]
    assert len(figures) == 2
    assert "Two charts over time" in str(figures[0]["/Alt"])
    assert "weeks since the injection" in str(figures[1]["/Alt"])


def test_tables_have_head_cells_with_a_scope(whole: Pdf) -> None:
    tags = [str(each["/S"]) for each in elements(whole.body)]
    assert tags.count("/Table") == 4
    heads = [each for each in elements(whole.body) if each["/S"] == "/TH"]
    assert heads
    assert all("/Scope" in str(each.get("/A")) for each in heads)


def test_headings_are_in_order(whole: Pdf) -> None:
    tags = [str(each["/S"]) for each in elements(whole.body)]
    headings = [tag for tag in tags if tag.startswith("/H") or tag == "/Title"]
    assert set(headings) <= {"/Title", "/H1"}
    assert headings.count("/H1") == len(write(small(), small_found()).sections) + 1


def test_all_fonts_are_inside(whole: Pdf) -> None:
    fonts = {}
    for page in reader(whole.body).pages:
        fonts.update(page["/Resources"].get("/Font", {}))  # type: ignore[index, union-attr]
    assert fonts
    for font in fonts.values():
        below = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(below)
        assert "/ToUnicode" in font


def test_nothing_in_it_runs_or_points_elsewhere(whole: Pdf) -> None:
    root: Any = reader(whole.body).trailer["/Root"]
    assert not {"/OpenAction", "/AA", "/AcroForm"} & set(root)
    assert b"/JavaScript" not in whole.body
    assert b"/URI" not in whole.body


def test_all_of_the_content_can_be_read_out(whole: Pdf) -> None:
    said = text(whole.body).replace(" ", "")
    report = fitted(small(), small_found(), Wishes("A. B.", "spring 2019")).report
    for answer in report.answers:
        assert answer.words.replace(" ", "") in said
    for section in report.sections:
        assert section.heading.replace(" ", "") in said
        for block in section.blocks:
            if isinstance(block, Table):
                for row in block.rows:
                    assert all(cell.replace(" ", "") in said for cell in row)


def test_the_same_content_gives_the_same_file() -> None:
    report = write(small(), small_found())
    assert pdf(report, MADE.utc).body == pdf(report, MADE.utc).body


def test_its_date_is_that_of_the_report(whole: Pdf) -> None:
    information = reader(whole.body).metadata
    assert information is not None
    assert information.creation_date == datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


# At most two pages


@cache
def wild(name: str) -> Pdf:
    return made_of(*WILD[name]())


@pytest.mark.parametrize("name", WILD)
def test_it_has_at_most_two_pages(name: str) -> None:
    typeset_ = wild(name)
    assert 1 <= typeset_.pages <= MOST_PAGES
    assert len(reader(typeset_.body).pages) == typeset_.pages
    assert "At a glance" in text(typeset_.body)
    assert "How it was measured" in text(typeset_.body)
    assert len(typeset_.body) < 600_000


def test_a_year_fits_without_leaving_anything_out() -> None:
    kept, found = keeps.year(), small_found()
    assert fitted(kept, found).report == write(kept, found, None, LADDER[0])


def test_the_second_page_begins_with_the_last_recording(whole: Pdf) -> None:
    pages = [page.extract_text() for page in reader(whole.body).pages]
    assert len(pages) == 2
    assert pages[1].startswith("The last recording")


def test_no_line_runs_out_of_the_page() -> None:
    for page in reader(wild("words without a space").body).pages:
        edges: list[float] = []

        def note(
            _text: str, _context: Any, place: Any, _font: Any, _size: Any, to: list[float] = edges
        ) -> None:
            to.append(float(place[4]))

        page.extract_text(visitor_text=note)
        assert max(edges) < 595


# What people write


def test_markup_of_typst_is_text() -> None:
    kept = small()
    entries = tuple(replace(each, note=MARKUP) for each in kept.entries)
    treatments = tuple(replace(each, name="#" + MARKUP[:12]) for each in kept.treatments)
    body = made_of(replace(kept, entries=entries, treatments=treatments), small_found(), Wishes(MARKUP)).body
    said = text(body).replace(" ", "")
    assert MARKUP[:55].replace(" ", "") in said
    assert said.count(MARKUP.replace(" ", "")) >= 1


@pytest.mark.parametrize(
    "secret", ['#read("/etc/passwd")', '#image("x.png")', '#import "x.typ"', "#sys.inputs"]
)
def test_code_of_typst_is_not_run(secret: str) -> None:
    assert secret.replace(" ", "") in text(pdf(one(secret, name=secret), MADE.utc).body).replace(" ", "")


@pytest.mark.parametrize(
    "name",
    [
        "Zoë Łukasiewicz-Ñuñez, Gražina Čiurlionytė, Işıl Ağaoğlu, Nguyễn Thị Hạnh, Ștefan Țurcanu",
        "Ελένη Παπαδοπούλου, Ἀριστοτέλης",
        "Жанна Щербакова, Їжакевич, Ђорђевић, Өмүр",
        "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿ “” ‘’ – — … € % ± × µ °",
    ],
)
def test_latin_greek_and_cyrillic_need_no_font_of_the_computer(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = typeset._compiled
    asked: list[bool] = []

    def compiled(data: Any, made_: datetime, own_fonts: bool) -> tuple[bytes, int]:
        asked.append(own_fonts)
        return original(data, made_, own_fonts)

    monkeypatch.setattr(typeset, "_compiled", compiled)
    typeset_ = pdf(one(name, name=name), MADE.utc)
    assert asked == [False]
    assert typeset_.unknown == ()
    assert UNKNOWN not in text(typeset_.body)
    assert name.split(",")[0].replace(" ", "") in text(typeset_.body).replace(" ", "")


def test_letters_that_no_font_has_become_a_square_and_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    original = typeset._compiled
    monkeypatch.setattr(typeset, "_compiled", lambda data, when, _own: original(data, when, False))
    kept = replace(small(), treatments=tuple(replace(each, name="薬 x") for each in small().treatments))
    typeset_ = made_of(kept, small_found(), Wishes("山田 \U0001f642 A"))
    assert set("山田薬") <= set(typeset_.unknown)
    said = text(typeset_.body)
    assert f"{UNKNOWN * 2} {UNKNOWN} A" in said
    assert f"{UNKNOWN}: a letter that no font here has." in said


def test_the_page_keeps_the_letters_that_the_pdf_lacks() -> None:
    made_ = fitted(small(), small_found(), Wishes("山田"))
    assert "山田" in made_.html
    assert "no font here" not in made_.html


def test_text_in_pictures_is_not_markup_either() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text>#panic()</text></svg>'
    report = replace(one("x"), sections=(Section("A", (Figure(svg, "an alternative", ""),)),))
    assert pdf(report, MADE.utc).pages == 1


# When typst is missing or the content is impossible


def test_without_typst_there_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(OutputError, match=r"needs typst.*--html"):
        pdf(one("x"), MADE.utc)


def test_what_typst_refuses_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typeset, "template", lambda: b"#panic()")
    with pytest.raises(OutputError, match=r"could not be made .*--html") as refused:
        pdf(one("x"), MADE.utc)
    assert "\n" not in str(refused.value)


def test_letters_that_stay_without_a_shape_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: Any) -> tuple[bytes, int]:
        raise typeset._NoShapeError({"x"})

    monkeypatch.setattr(typeset, "_compiled", never)
    with pytest.raises(OutputError, match=r"no shape in any font.*--html"):
        pdf(one("x"), MADE.utc)


def test_the_folder_one_stands_in_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = pdf(one("x"), MADE.utc).body
    monkeypatch.chdir(tmp_path)
    (tmp_path / "__typst_py_bytes__.typ").write_text("#panic()")
    assert pdf(one("x"), MADE.utc).body == here


def test_the_page_alone_needs_no_typst(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    made_ = fitted(small(), small_found(), with_pdf=False)
    assert made_.pdf is None
    assert made_.report == write(small(), small_found(), None, Limits())


# A validator


def validated(files: dict[str, bytes], folder: Path) -> dict[str, dict[str, list[str]]]:
    paths = {name: folder / f"{k}.pdf" for k, name in enumerate(files)}
    for name, path in paths.items():
        path.write_bytes(files[name])
    command = [sys.executable, verapdf.__file__, *map(str, paths.values())]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    return {name: told[str(path)] for name, path in paths.items()}


@pytest.mark.skipif(bool(verapdf.why_not()), reason=verapdf.why_not() or "veraPDF is here")
def test_verapdf_finds_both_standards_kept(whole: Pdf, tmp_path: Path) -> None:
    import typst

    names = ("nothing", "hundreds of recordings", "everything at once")
    files = {name: wild(name).body for name in names} | {"small": whole.body}
    files["scripts"] = made_of(small(), small_found(), Wishes("山田 \U0001f642 עברית Ωж", words=MARKUP)).body
    plain = typst.compile(b'#set document(title: "T")\n#set text(lang: "en")\nText', format="pdf")
    told = validated({**files, "plain": plain}, tmp_path)
    broken = told.pop("plain")
    assert broken["PDF/A-2a"], "a validator that finds nothing proves nothing"
    assert broken["PDF/UA-1"]
    for name, found in told.items():
        assert found == {"PDF/UA-1": [], "PDF/A-2a": []}, name
