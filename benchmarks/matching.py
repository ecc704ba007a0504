"""Found events against true ones, by the package's own matching."""

from facialis.measures.matching import Matching, Span, match, pooled

__all__ = ["Matching", "Span", "match", "pooled"]
