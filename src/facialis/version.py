"""The version, apart from the package's names so that every module can have it without importing them."""

__version__ = "0.1.0"
