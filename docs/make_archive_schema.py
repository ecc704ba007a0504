"""Write the package's `archive.schema.json` from the tables: `python docs/make_archive_schema.py`."""

import json
from pathlib import Path

from facialis.record import exchange_schema

SCHEMA = Path(exchange_schema.__file__).with_name("archive.schema.json")

if __name__ == "__main__":
    text = json.dumps(exchange_schema.schema(), indent=1) + "\n"
    SCHEMA.write_text(text, encoding="utf-8", newline="\n")
