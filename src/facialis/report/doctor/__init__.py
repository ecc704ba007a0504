"""The report of a person's record on two pages, for the doctor: PDF and HTML of one content."""
