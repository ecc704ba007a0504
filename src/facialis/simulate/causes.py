"""The causes by the names of the command line. Light, so that help and mistakes answer at once."""

from collections.abc import Mapping

CAUSE_OPTIONS: Mapping[str, str] = {
    "artery-loop": "anterior inferior cerebellar artery",
    "pica-loop": "posterior inferior cerebellar artery",
    "vertebral-artery": "vertebral artery",
    "ectatic-artery": "ectatic artery",
    "tumour": "tumour",
    "plaque": "multiple sclerosis plaque",
    "injury": "nerve injury with misrouting",
    "early": "early disease",
    "none": "none",
}
