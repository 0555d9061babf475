"""Validates what `unspin check` writes: validate.py SARIF_SCHEMA FOLDER, with all formats in FOLDER."""

import json
import pathlib
import sys
import xml.etree.ElementTree as xml

import jsonschema

here = pathlib.Path(__file__).parent
schema, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])


def validate(file, schema):
    schema = json.loads(schema.read_text())
    jsonschema.validators.validator_for(schema)(schema).validate(json.loads((folder / file).read_text()))


validate("sarif", schema)
validate("rdjson", here / "rdjson.json")
validate("gitlab", here / "gitlab.json")
issues = json.loads((folder / "gitlab").read_text())
assert len({it["fingerprint"] for it in issues}) == len(issues), "fingerprints are unique"

# What Jenkins and GitLab read of https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
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
