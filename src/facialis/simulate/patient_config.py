"""A patient as JSON and back: the file from which a recording can be made anew."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from facialis.errors import OutputError, SettingsError, SourceError
from facialis.simulate.artery import Cause
from facialis.simulate.emg import EmgSettings
from facialis.simulate.patient import Patient
from facialis.simulate.spikes import SpikeSettings
from facialis.simulate.tables import nerve_tables
from facialis.simulate.treatments import Healing, OnDay, Treatment
from facialis.simulate.triggers import Habits, Trigger
from facialis.version import __version__

_SCHEMA, _VERSION = "facialis-patient", 1


def config(patient: Patient) -> dict[str, Any]:
    """Return everything the recording follows from, and what it makes of the nerve on that day."""
    return {
        **made_by(_SCHEMA, _VERSION),
        "patient": asdict(patient),
        "on_that_day": on_that_day(patient.today()),
    }


def made_by(schema: str, version: int) -> dict[str, Any]:
    """Return what every file of a simulation begins with: what it is, that it is simulated, and by what."""
    return {
        "schema": schema,
        "version": version,
        "simulated": True,
        "facialis": __version__,
        "nerve_tables": nerve_tables().digest,
    }


def on_that_day(today: OnDay) -> dict[str, Any]:
    """Return a patient's nerve on one day as JSON holds it."""
    return {
        "cause": asdict(today.cause),
        "block": {f"{side} {muscle}": share for (side, muscle), share in today.block.items()},
        "sodium_block": today.sodium_block,
        "nucleus_gain": today.nucleus_gain,
        "membrane_recovered": today.membrane,
    }


def write_config(patient: Patient, path: Path) -> None:
    """Write the patient as JSON. OutputError where the file cannot be written."""
    write_json(config(patient), path)


def write_json(content: dict[str, Any], path: Path) -> None:
    """Write JSON. OutputError where the file cannot be written."""
    try:
        path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{path} cannot be written ({error.strerror}); choose another folder.") from error


def read_config(path: Path) -> Patient:
    """Return the patient written by `write_config`. SourceError where the file is missing or something else.

    With the same version of facialis and the same tables it gives the same recording.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if (content["schema"], content["version"]) != (_SCHEMA, _VERSION):
            raise SourceError(f"{path} has another schema than {_SCHEMA} {_VERSION}; write it again.")
        kept = dict(content["patient"])
        kept |= cause_and_treatments(kept)
        kept["triggers"] = tuple(Trigger(**each) for each in kept["triggers"])
        kept["habits"], kept["spikes"] = Habits(**kept["habits"]), SpikeSettings(**kept["spikes"])
        if "healing" in kept:  # Files of older versions have neither this nor the next.
            kept["healing"] = Healing(**kept["healing"])
        if "emg" in kept:
            kept["emg"] = EmgSettings(**{**kept["emg"], "band_hz": tuple(kept["emg"]["band_hz"])})
        return Patient(**kept)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, SettingsError | SourceError):
            raise
        raise SourceError(f"{path} holds no simulated patient; write it again.") from error


def cause_and_treatments(kept: dict[str, Any]) -> dict[str, Any]:
    """Return cause and treatments as they were before JSON made lists and dictionaries of them."""
    cause = Cause(**kept["cause"]) if isinstance(kept["cause"], dict) else kept["cause"]
    treatments = tuple(
        Treatment(**{**each, "muscles": tuple(each["muscles"])}) for each in kept["treatments"]
    )
    return {"cause": cause, "treatments": treatments}
