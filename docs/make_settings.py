"""Write docs/settings.md from the settings themselves: `python docs/make_settings.py`."""

import dataclasses
from pathlib import Path
from typing import Any

from facialis.settings import Settings

PAGE = Path(__file__).with_name("settings.md")
INTRO = """\
# Settings

The thresholds of a measurement, written by `python docs/make_settings.py` from `facialis/settings/`;
a test fails where the two differ. The defaults are meant for everyone: they rest on the literature and on
development recordings (see [benchmarks.md](benchmarks.md) for which), and none is tuned to one person or
one clip. The twelve digits of `settings_digest` in every result change with any value, so that results
made with different settings are never taken for alike.

To change one, in Python:

```python
from facialis import Settings, measure
from facialis.settings import EventSettings

settings = Settings(events=EventSettings(tonic_s=2.0))
result = measure(path, settings=settings)
```

A value outside its range is refused with a sentence that names the range. *Noise SD* is the standard
deviation of the recording's own noise ([method.md](method.md#noise)). The *inter-ocular distance* is
that between the outer corners of the eyes (outer canthi), about 1.4 times the one between the pupils.
"""


def settings_page() -> str:
    """Return the whole page: one table a group, one row a setting."""
    return INTRO + "".join(_group(name, group) for name, group in vars(Settings()).items())


def _group(name: str, group: Any) -> str:
    rows = "".join(_row(name, spec) for spec in dataclasses.fields(group))
    head = "| setting | default | unit | range | reason |\n|---|---|---|---|---|\n"
    return f"\n## {name}\n\n{type(group).__doc__}\n\n{head}{rows}"


def _row(group: str, spec: "dataclasses.Field[Any]") -> str:
    known = spec.metadata
    default, low, high = (_number(value) for value in (spec.default, known["low"], known["high"]))
    return f"| `{group}.{spec.name}` | {default} | {known['unit']} | {low} to {high} | {known['reason']} |\n"


def _number(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    PAGE.write_text(settings_page(), encoding="utf-8")
