"""Events become numbers with intervals."""
