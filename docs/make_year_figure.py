"""Draw the picture of a simulated year in docs/simulate.md: `python docs/make_year_figure.py`.

The year is that of `facialis demo --year`; it takes a minute.
"""

import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory

from facialis.simulate.course_days import days_of, recordings_of
from facialis.simulate.course_diary import diary_of
from facialis.simulate.course_figures import factors_svg, felt_svg, rates_svg
from facialis.simulate.course_files import simulate_course
from facialis.simulate.course_rates import true_year
from facialis.simulate.course_record import demo_course

OUT = Path(__file__).parent / "images" / "year.svg"
_VIEW = re.compile(r'viewBox="0 0 (\d+) (\d+)" role="img"')
TITLE = "A simulated year under four injections: true rates and recordings, what is felt, triggers"


def main() -> None:
    """Simulate the year and draw it."""
    course = demo_course()
    with TemporaryDirectory() as folder:
        simulate_course(course, Path(folder) / "year", jobs=2)
        truth = json.loads((Path(folder) / "year" / "course.truth.json").read_text(encoding="utf-8"))
    days = days_of(course)
    assert len(recordings_of(course, days)) == len(truth["recordings"])
    entries = diary_of(course, days, true_year(course, days))
    top, parts = 0, []
    for figure in (rates_svg(course, truth), felt_svg(course, truth, entries), factors_svg(course, truth)):
        found = _VIEW.search(figure)
        assert found is not None
        width, height = map(int, found.groups())
        place = f'y="{top}" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        parts.append(figure.replace(found[0], place))
        top += height + 8
    OUT.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 {top}" role="img" color="#1d2330">'
        f"<title>{TITLE}</title>"
        f'<rect width="900" height="{top}" fill="#ffffff"/>{"".join(parts)}</svg>\n',
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
