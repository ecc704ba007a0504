"""The thresholds, each with its unit, default and reason. Their digest goes into every result."""

import dataclasses
import hashlib
import json
from dataclasses import dataclass, field

from facialis.settings.belief import ProbabilitySettings, SideSettings
from facialis.settings.emg import BurstSettings, ResponseSettings
from facialis.settings.events import BlinkSettings, ContextSettings, EventSettings, ExcessSettings
from facialis.settings.measures import MeasureSettings
from facialis.settings.signals import CalibrationSettings, MuscleSettings, QualitySettings

__all__ = [
    "BlinkSettings",
    "BurstSettings",
    "CalibrationSettings",
    "ContextSettings",
    "EventSettings",
    "ExcessSettings",
    "MeasureSettings",
    "MuscleSettings",
    "ProbabilitySettings",
    "QualitySettings",
    "ResponseSettings",
    "Settings",
    "SideSettings",
]


@dataclass(frozen=True)
class Settings:
    """All settings of one measurement."""

    quality: QualitySettings = field(default_factory=QualitySettings)
    calibration: CalibrationSettings = field(default_factory=CalibrationSettings)
    excess: ExcessSettings = field(default_factory=ExcessSettings)
    events: EventSettings = field(default_factory=EventSettings)
    blinks: BlinkSettings = field(default_factory=BlinkSettings)
    context: ContextSettings = field(default_factory=ContextSettings)
    probability: ProbabilitySettings = field(default_factory=ProbabilitySettings)
    side: SideSettings = field(default_factory=SideSettings)
    muscle: MuscleSettings = field(default_factory=MuscleSettings)
    bursts: BurstSettings = field(default_factory=BurstSettings)
    responses: ResponseSettings = field(default_factory=ResponseSettings)
    measures: MeasureSettings = field(default_factory=MeasureSettings)

    def digest(self) -> str:
        """Return twelve hexadecimal digits that change with any value."""
        text = json.dumps(dataclasses.asdict(self), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]
