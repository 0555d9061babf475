"""Validates what `unspin check` writes: validate.py SARIF_SCHEMA JUNIT_SCHEMA FOLDER, with all formats in FOLDER."""

import json
import pathlib
import sys
import xml.etree.ElementTree as xml

import jsonschema
import xmlschema

here = pathlib.Path(__file__).parent
sarif, junit, folder = map(pathlib.Path, sys.argv[1:])


def validate(file, schema):
    schema = json.loads(schema.read_text())
    jsonschema.validators.validator_for(schema)(schema).validate(json.loads((folder / file).read_text()))


validate("sarif", sarif)
validate("rdjson", here / "rdjson.json")
validate("gitlab", here / "gitlab.json")
issues = json.loads((folder / "gitlab").read_text())
assert len({it["fingerprint"] for it in issues}) == len(issues), "fingerprints are unique"

xmlschema.XMLSchema(junit).validate(folder / "junit")
# What the schema leaves open.
root = xml.parse(folder / "junit").getroot()
assert root.tag == "testsuites", root.tag
for suite in root:
    assert suite.tag == "testsuite" and suite.get("name"), suite.tag
    cases = list(suite)
    assert len(cases) == int(suite.get("tests"))
    assert sum(case.find("failure") is not None for case in cases) == int(suite.get("failures"))
    for case in cases:
        assert case.tag == "testcase" and case.get("name") and case.get("classname") and float(case.get("time")) >= 0
        for failure in case:
            assert failure.tag == "failure" and failure.get("message") and failure.get("type") and failure.text
