"""Samples become named curves, left and right."""
