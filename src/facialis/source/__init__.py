"""A file becomes samples with true times."""
