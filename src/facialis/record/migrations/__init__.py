"""Alembic's revisions of the record's tables, newest last. A released revision is never changed."""

HEAD = "0005"
"""The newest revision, known without Alembic so that opening a record stays quick."""
