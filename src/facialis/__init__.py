"""Hemifacial spasm made measurable: simulate, measure, record, explain."""

__version__ = "0.1.0"
