"""Draw the picture of docs/report.md: `python docs/make_report_picture.py`.

Both pages of a report, as the PDF shows them, of the simulated year that the tests use. No person is in it.
"""

import json
import sys
from pathlib import Path

import cv2
import numpy as np
import typst

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
PIXELS_PER_INCH = 92
EDGE_PX = 10
LEVEL = 255 / 7


def pages() -> list[bytes]:
    """Return the pages of the report of the simulated year as PNG."""
    sys.path.insert(0, str(ROOT / "tests"))
    from keeps import year

    from facialis.report.doctor.kept import Wishes
    from facialis.report.doctor.making import make
    from facialis.report.doctor.pdf import template, typeset_data

    report = make(year(), Wishes("A. B.", "spring 2019, first around the eye")).report
    inputs = {"report": json.dumps(typeset_data(report), ensure_ascii=False)}
    drawn = typst.compile(
        template(), format="png", ppi=PIXELS_PER_INCH, sys_inputs=inputs, ignore_system_fonts=True
    )
    return drawn if isinstance(drawn, list) else [drawn]


def main() -> None:
    """Write the picture: the pages side by side on grey."""
    decoded = [cv2.imdecode(np.frombuffer(page, np.uint8), cv2.IMREAD_COLOR) for page in pages()]
    grey = (208, 208, 208)
    framed = [cv2.copyMakeBorder(page, *[EDGE_PX] * 4, cv2.BORDER_CONSTANT, value=grey) for page in decoded]
    # Eight levels a channel are enough for text and lines, and halve the file.
    few = (np.round(np.hstack(framed) / LEVEL) * LEVEL).astype(np.uint8)
    cv2.imwrite(str(IMAGES / "doctor-report.png"), few, [cv2.IMWRITE_PNG_COMPRESSION, 9])


if __name__ == "__main__":
    main()
