"""Draw the pictures of the lateral spread response: `python docs/make_lsr_figures.py`.

The same figures as on the page of `facialis simulate lsr`, calculated here. Takes a minute or two.
"""

import re
import time
from pathlib import Path

from facialis.simulate.lateral_spread import simulate_lsr
from facialis.simulate.lateral_spread_figures import pairs_svg, stacked_svg
from facialis.simulate.operation import LateralSpread

IMAGES = Path(__file__).with_name("images")
INK = "#222"


def save(name: str, svg: str) -> None:
    """Write a figure on white, for pages that may be read in the dark."""
    white = re.sub(r"(<title>)", '<rect width="100%" height="100%" fill="white"/>\\1', svg, count=1)
    (IMAGES / name).write_text(white.replace("currentColor", INK) + "\n", encoding="utf-8")


def main() -> None:
    """Draw both pictures and say what they cost."""
    began = time.process_time()
    operation = simulate_lsr(LateralSpread(seed=2, train=0, branches=("zygomatic",)))
    before, after = operation.named("zygomatic.before"), operation.named("zygomatic.after")
    save("lateral-spread.svg", stacked_svg(before, after, "mentalis"))
    save("pairs-of-stimuli.svg", pairs_svg(operation.named("zygomatic.pairs"), "mentalis"))
    print(f"{time.process_time() - began:.0f} s of CPU")


if __name__ == "__main__":
    main()
