"""The rate of one recording with its interval, as the report shows it."""

from facialis.measures.history import RecordedRate
from facialis.measures.intervals import poisson_interval


def per_min(rate: RecordedRate) -> float:
    """Return spasms per minute observed."""
    return 60 * rate.count / rate.seconds_observed


def interval_of(rate: RecordedRate) -> tuple[float, float]:
    """Return the 95 % interval per minute (Garwood, widened where spasms come in bursts)."""
    low, high = poisson_interval(rate.count, rate.dispersion)
    return 60 * low / rate.seconds_observed, 60 * high / rate.seconds_observed
