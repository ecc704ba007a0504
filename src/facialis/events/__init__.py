"""Curves become onsets and offsets."""
