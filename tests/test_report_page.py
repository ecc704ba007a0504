import base64
import hashlib
import json
import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from result_fixture import make_empty_result, make_result

from facialis.errors import OutputError
from facialis.report.page import FACES_BYTES, N_EVENTS_LISTED, page_html, write_page
from facialis.types import Exclusion, RecordingSide, Result

LOADING = {"link", "iframe", "object", "embed", "base", "form", "audio", "video", "source", "use"}
VOID = {"meta", "img", "br", "input", "link", "hr"}
JPEG = b"\xff\xd8\xff\xe0" + bytes(500) + b"\xff\xd9"


class Page(HTMLParser):
    """What a browser would see: elements, text outside scripts and styles, and balanced tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.blocks: dict[str, list[str]] = {"script": [], "style": []}
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] in self.blocks:
            self.blocks[self._open[-1]].append(data)
        else:
            self.words.append(data)

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for each, attributes in self.elements if each == tag]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    @property
    def data(self) -> Any:
        return json.loads(self.blocks["script"][0])

    @property
    def policy(self) -> dict[str, str]:
        content = next(
            m["content"] for m in self.of("meta") if m.get("http-equiv") == "Content-Security-Policy"
        )
        assert content is not None
        return dict(part.strip().partition(" ")[::2] for part in content.split(";"))


def page_of(result: Result, faces: dict[int, bytes] | None = None) -> Page:
    return Page(page_html(result, faces or {}))


def test_the_page_loads_nothing() -> None:
    page = page_of(make_result(), {0: JPEG})
    for tag, attributes in page.elements:
        assert tag not in LOADING
        for name in ("src", "href", "srcset", "data", "action", "poster", "xlink:href", "background"):
            assert (attributes.get(name) or "data:").startswith("data:"), (tag, name)
    style = "".join(page.blocks["style"])
    assert "@import" not in style
    assert "url(" not in style
    assert not re.search(
        r"\b(fetch|XMLHttpRequest|WebSocket|importScripts|sendBeacon|EventSource)\b",
        "".join(page.blocks["script"][1:]),
    )


def test_the_policy_allows_only_what_is_inside() -> None:
    html = page_html(make_result(), {})
    page = Page(html)
    assert page.policy["default-src"] == "'none'"
    assert page.policy["img-src"] == "data:"
    for kind, blocks in (("script", page.blocks["script"][1:]), ("style", page.blocks["style"])):
        assert len(blocks) == 1
        digest = base64.b64encode(hashlib.sha256(blocks[0].encode()).digest()).decode()
        assert page.policy[f"{kind}-src"] == f"'sha256-{digest}'"
    assert not any(
        name.startswith("on") or name == "style" for _, attributes in page.elements for name in attributes
    )


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>.mp4", "a&b\"'</title>.mp4", "面 ölçü 🙂.mov", "</script><b>.mp4"]
)
def test_a_file_name_is_text_and_nothing_else(tmp_path: Path, name: str) -> None:
    result = make_result(10.0, name=name)
    evil = replace(result.events[0], reason=name)
    quality = replace(result.quality, exclusions=(Exclusion(1.0, 2.0, name),), notes=(name,))
    result = replace(
        result,
        events=(evil, *result.events[1:]),
        quality=quality,
        verdict=replace(result.verdict, evidence=name),
    )
    write_page(result, tmp_path / "report.html")
    page = Page((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert len(page.blocks["script"]) == 2
    assert name in "".join(page.words)
    assert page.data["excluded"] == [[1.0, 2.0, None, name]]


def test_a_file_name_that_is_no_text_still_gives_a_page(tmp_path: Path) -> None:
    write_page(make_result(5.0, name="broken\udcff.mp4"), tmp_path / "report.html")
    assert "broken?.mp4" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_without_faces_there_is_no_picture_at_all() -> None:
    html = page_html(make_result(), {})
    assert Page(html).of("img") == []
    assert "data:image" not in html
    assert "image/jpeg" not in html


def test_faces_are_shown_with_words_for_who_cannot_see_them() -> None:
    result = make_result()
    chosen = [index for index, event in enumerate(result.events) if event.kind == "episode"][:3]
    page = page_of(result, dict.fromkeys(chosen, JPEG))
    images = page.of("img")
    assert len(images) == 3
    for image in images:
        assert image["src"] == "data:image/jpeg;base64," + base64.b64encode(JPEG).decode()
        assert re.match(
            r"The face at \d+:\d\d\.\d, the peak of an episode of the left eye", image["alt"] or ""
        )


def test_too_many_faces_are_cut_to_the_strongest_and_the_page_says_so() -> None:
    result = make_result()
    big = JPEG + bytes(FACES_BYTES // 5)
    page = page_of(result, dict.fromkeys(range(len(result.events)), big))
    assert len(page.of("img")) == 4
    assert f"The 4 strongest of {len(result.events)} are shown" in page.text


def test_the_verdict_and_ten_measures_with_their_intervals() -> None:
    page = page_of(make_result())
    assert "The left side of the face went into spasm 10 times" in page.text
    assert "10.4 per minute 6.26 to 15.7 n = 10 in 58 s; exact Poisson interval" in page.text
    assert "not measurable: fewer than 5 episodes moved both" in page.text
    assert "All other measures (3)" in page.text
    assert "SMC grade, proxy" in page.text


def test_it_says_what_it_does_not_say() -> None:
    text = page_of(make_result()).text
    for words in (
        "not a diagnosis",
        "no advice on treatment or dose",
        "wink",
        "verification",
        "clinical validation",
        "neither CE-marked nor FDA-cleared",
        "the person's own",
    ):
        assert words in text


def test_how_it_was_measured() -> None:
    result = make_result()
    text = page_of(result).text
    assert result.version in text
    assert result.settings_digest in text
    assert result.recording.sha256 in text
    assert "cut along its midline" in text


def test_the_model_is_named_and_another_one_is_marked() -> None:
    packaged, other = (page_of(make_result(packaged=each)).text for each in (True, False))
    assert make_result().model.sha256 in packaged
    assert "not the packaged one" in other
    assert "not the packaged one" not in packaged


def test_a_simulated_recording_is_labelled_and_a_real_one_is_not() -> None:
    assert "Simulated recording." in page_of(make_result()).text
    assert "Simulated" not in page_of(make_result(simulated=False)).text


def test_quality_says_how_much_and_why_not_all() -> None:
    text = page_of(make_result()).text
    assert "Of 60 s recorded, both sides could be measured for 58 s" in text
    assert "a hand over the mouth" in text
    assert "The light changed at 0:31." in text


def test_nothing_found_and_nothing_measured() -> None:
    page = page_of(make_empty_result())
    assert "Events were not looked for: only 0.0 s could be measured." in page.text
    assert "No events were found." not in page.text
    assert "Nothing could be measured: only 0.0 s could be measured." in page.text
    assert f"All other measures ({len(make_empty_result().measures)})" in page.text
    assert not re.search(r"\bnan\b", page.text, re.IGNORECASE)
    assert "None" not in page.text
    assert page.data["events"] == []


def test_a_result_without_any_measure_or_frame() -> None:
    base = make_empty_result()
    none = np.array([])
    usable = dict.fromkeys(base.signals.usable, none.astype(bool))
    columns = dict.fromkeys(base.signals.columns, none)
    signals = replace(base.signals, time_s=none, columns=columns, usable=usable)
    page = page_of(replace(base, signals=signals, measures=()))
    assert "Nothing could be measured." in page.text


def test_the_charts_hold_every_curve_of_both_sides() -> None:
    result = make_result()
    more = dict(result.signals.columns) | {"left_platysma": result.signals.columns["left_chin"]}
    data = page_of(replace(result, signals=replace(result.signals, columns=more))).data
    panels = {panel["name"]: panel for panel in data["panels"]}
    assert data["panels"][0]["name"] == "closure"
    assert set(panels["closure"]["series"]) == {"left", "right"}
    assert set(panels["yaw_deg"]["series"]) == {"value"}
    assert data["panels"][-1]["name"] == "platysma"
    for panel in panels.values():
        for values in panel["series"].values():
            assert len(values) == len(data["time"])
    shown = np.array(panels["closure"]["series"]["left"], dtype=float)
    np.testing.assert_allclose(shown, result.signals.columns["left_closure"], atol=6e-4)


def test_every_button_points_at_its_event() -> None:
    result = make_result()
    page = page_of(result)
    indices = [int(b["data-event"] or "") for b in page.of("button") if "data-event" in b]
    assert sorted(indices) == list(range(len(result.events)))
    for index, event in enumerate(result.events):
        onset_s, offset_s, kind, side, _ = page.data["events"][index]
        assert (onset_s, offset_s) == pytest.approx((event.onset_s, event.offset_s), abs=1e-3)
        assert (kind, side) == (event.kind, event.side)


@pytest.mark.parametrize(("duration_s", "rate"), [(600.0, 60.0), (6000.0, 60.0)])
def test_long_recordings_stay_small_and_say_that_they_are_thinned(
    tmp_path: Path, duration_s: float, rate: float
) -> None:
    result = make_result(duration_s, rate)
    faces = {
        index: JPEG + bytes(15_000) for index, event in enumerate(result.events) if event.kind == "episode"
    }
    write_page(result, tmp_path / "report.html", faces)
    assert (tmp_path / "report.html").stat().st_size < 3_100_000
    page = Page((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert "The curves are thinned" in page.text
    assert f"The {N_EVENTS_LISTED} strongest of {len(result.events)} are listed" in page.text
    closure = next(panel for panel in page.data["panels"] if panel["name"] == "closure")
    peak = max(value for value in closure["series"]["left"] if value is not None)
    assert peak == pytest.approx(float(np.nanmax(result.signals.columns["left_closure"])), abs=1e-3)


def test_many_excluded_stretches_are_counted_and_cut() -> None:
    result = make_result(duration_s=600.0)
    many = tuple(Exclusion(i, i + 0.5, "head turned too far") for i in range(500))
    page = page_of(replace(result, quality=replace(result.quality, exclusions=many)))
    assert "Left out (500)" in page.text
    assert "The first 200 of 500 are listed" in page.text


def test_excluded_slivers_are_summed_and_not_listed() -> None:
    result = make_result(duration_s=600.0)
    slivers = tuple(Exclusion(i, i + 0.1, "beside it") for i in range(20, 320))
    excluded = (Exclusion(10.0, 12.0, "head turned too far", "left"), *slivers)
    html = page_html(replace(result, quality=replace(result.quality, exclusions=excluded)), {})
    page = Page(html)
    assert "Left out (301)" in page.text
    assert "0:10.0 0:12.0 left head turned too far" in page.text
    assert "And 300 stretches shorter than 0.5 s: beside it (30 s)." in page.text
    assert "<td>beside it</td>" not in html


def test_slivers_alone_make_no_empty_table() -> None:
    result = make_result()
    sliver = (Exclusion(3.0, 3.1, "blurred"),)
    page = page_of(replace(result, quality=replace(result.quality, exclusions=sliver)))
    assert "1 stretch shorter than 0.5 s: blurred (0.1 s)." in page.text
    assert "Stretches that were left out" not in page.text


def test_the_charts_shade_what_touches_as_one_stretch() -> None:
    result = make_result()
    touching = (
        Exclusion(3.0, 3.1, "beside", "left"),
        Exclusion(3.1, 4.0, "hand", "left"),
        Exclusion(3.5, 5.0, "dark"),
    )
    page = page_of(replace(result, quality=replace(result.quality, exclusions=touching)))
    assert page.data["excluded"] == [[3.5, 5.0, None, "dark"], [3.0, 4.0, "left", "beside, hand"]]


def test_the_page_can_be_read_without_seeing_it() -> None:
    page = page_of(make_result(), {0: JPEG})
    assert page.of("html")[0]["lang"] == "en"
    assert len(page.of("h1")) == 1
    assert all(header.get("scope") in ("col", "row") for header in page.of("th"))
    assert len(page.of("caption")) == len(page.of("table"))
    assert all(image.get("alt") for image in page.of("img"))
    assert all(svg.get("role") == "img" and svg.get("aria-label") for svg in page.of("svg"))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    named = [
        attributes["aria-labelledby"] for _, attributes in page.elements if "aria-labelledby" in attributes
    ]
    assert set(named) <= set(ids)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_curves_reach_the_contrast_of_wcag(scheme: str) -> None:
    style = "".join(page_of(make_result(5.0)).blocks["style"])
    blocks = [
        dict(re.findall(r"--([\w-]+): (#\w{6})", block))
        for block in re.findall(r":root \{(.*?)\}", style, re.S)
    ]
    colours = blocks[0] if scheme == "light" else blocks[0] | blocks[1]
    for ink in ("ink", "soft", "left-ink", "right-ink"):
        assert contrast(colours[ink], colours["page"]) >= 4.5
    assert contrast(colours["link"], colours["panel"]) >= 4.5
    assert contrast(colours["ink"], colours["warn"]) >= 4.5
    for line in ("left", "right"):
        assert contrast(colours[line], colours["page"]) >= 3


def test_a_page_that_cannot_be_written_is_said_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="it is a folder"):
        write_page(make_result(2.0), tmp_path)


def test_wild_values_where_nothing_could_be_measured_do_not_press_the_curves_flat() -> None:
    result = make_result()
    wild = result.signals.columns["left_closure"].copy()
    wild[~result.signals.usable["left"]] = 40.0
    columns = {**result.signals.columns, "left_closure": wild}
    data = page_of(replace(result, signals=replace(result.signals, columns=columns))).data
    low, high = data["panels"][0]["limits"]
    assert -0.5 < low <= 0
    assert 1 <= high < 1.5


def test_a_note_given_twice_is_read_once() -> None:
    result = make_result()
    recording = replace(result.recording, notes=result.quality.notes)
    assert page_of(replace(result, recording=recording)).text.count("The light changed") == 1


@pytest.mark.parametrize("verdict", ["left", "none", "undetermined"])
def test_no_two_sentences_run_together(verdict: RecordingSide) -> None:
    html = page_html(make_result(verdict=verdict), {})
    head = re.sub(r"<[^>]+>", "", html[html.index("<header>") : html.index("<main>")])
    assert not re.search(r"[.:)][A-Z]", head), head
    assert "Left and right are always the person's own" in head


def test_none_says_what_it_cannot_know() -> None:
    quiet = replace(make_result(verdict="none"), events=())
    text = page_of(quiet).text
    assert "A recording this short would miss rare spasms: certainty 97 %" in text
    assert "This says nothing about times that were not recorded." in text
    assert "No events were found." in text


def test_nothing_is_100_percent_sure() -> None:
    made = make_result()
    sure = replace(
        made,
        verdict=replace(made.verdict, probability=1.0),
        events=tuple(replace(event, intensity=0.5, probability=1.0) for event in made.events),
    )
    text = page_of(sure).text
    assert "100 %" not in text
    assert "over 99 %" in text


def test_probabilities_are_said_to_be_the_programs_own() -> None:
    text = page_of(make_result()).text
    assert "Probabilities are this program's own and not yet compared with patients" in text
    assert "misses and false finds come on top of the intervals" in text


def test_pictures_of_a_simulated_face_are_not_called_a_persons() -> None:
    made, real = (page_of(make_result(simulated=each), {0: JPEG}).text for each in (True, False))
    assert "These pictures show the person." not in made
    assert "show the computer-made face" in made
    assert "These pictures show the person." in real


def test_the_kinds_of_events_have_one_name_each() -> None:
    text = page_of(make_result()).text
    assert "tonic spasm" in text
    assert not re.search(r"held|clonic|short contraction|tonic contraction", text)


def test_rarer_curves_are_folded_away() -> None:
    page = page_of(make_result())
    common = {panel["name"] for panel in page.data["panels"] if panel["common"]}
    assert {panel["name"] for panel in page.data["panels"] if panel["shown"]} <= common
    assert len(common) <= 5 < len(page.data["panels"])
    assert {"id": "rarer"} in page.of("details")


def test_paper_leaves_out_what_only_the_screen_can_show() -> None:
    page = page_of(make_result(), {0: JPEG})
    left_out = {s["aria-labelledby"] for s in page.of("section") if s.get("class") == "screen"}
    assert left_out == {"events", "faces", "how"}
    kept = {s["aria-labelledby"] for s in page.of("section")} - left_out
    assert {"measures", "curves", "limits"} <= kept


@pytest.mark.skipif(shutil.which("chromium") is None, reason="there is no chromium to print with")
def test_printed_it_has_three_pages_at_most(tmp_path: Path) -> None:
    write_page(make_result(), tmp_path / "report.html", dict.fromkeys(range(6), JPEG))
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}/b"]
    printed = tmp_path / "report.pdf"
    subprocess.run(
        [*command, f"--print-to-pdf={printed}", (tmp_path / "report.html").as_uri()],
        capture_output=True,
        check=True,
    )
    assert len(re.findall(rb"/Type\s*/Page\b", printed.read_bytes())) <= 3
