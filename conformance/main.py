"""Calls every operation of OpenAPI documents, and compares the requests that arrive with the arguments of the calls.

The requests are read by openapi-core, and, where it cannot read them, by the style tables of the specification.
"""

import argparse
import json
import os
import sys
from collections import Counter
from pathlib import Path

from calls import calls, compare
from document import Document
from openapi_core_reader import CannotRead, Reader
from upstream import Explorer, Upstream
from values import NoValue, Values

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ["end2end/node_modules/@readme/oas-examples", "src/providers/examples", "end2end/kinds.yaml"]


class Report:
    """Counts the outcomes of calls, and keeps the reasons."""

    def __init__(self):
        self.outcomes = Counter()
        self.reasons = {"skipped": Counter(), "refused": Counter(), "read by style": Counter()}
        self.differences = []

    def add(self, outcome, reason=None, place=""):
        self.outcomes[outcome] += 1
        if outcome in self.reasons:
            self.reasons[outcome][reason] += 1
        if os.environ.get("CONFORMANCE_VERBOSE") and outcome != "equal":
            print(f"{outcome}: {place}: {reason}")

    def print(self):
        print(f"{sum(self.outcomes.values())} calls")
        for outcome in ("equal", "read by style", "unequal", "refused", "skipped"):
            print(f"  {self.outcomes[outcome]:6} {outcome}")
            for reason, count in self.reasons.get(outcome, Counter()).most_common(20):
                print(f"         {count:6} {reason}")
        for place, difference in self.differences:
            print(f"unequal: {place}: {json.dumps(difference, ensure_ascii=False, default=repr)}")


def documents(places):
    """Returns the documents of files and folders, by the ID of their provider."""
    found = {}
    for place in places:
        place = Path(place)
        files = sorted(place.rglob("*")) if place.is_dir() else [place]
        for file in files:
            if file.suffix in (".json", ".yaml", ".yml") and is_document(file):
                found[f"d{len(found)}"] = file.resolve()
    return found


def is_document(file):
    try:
        root = Document(file).root
    except Exception:
        return False
    return isinstance(root, dict) and ("openapi" in root or "swagger" in root)


def run(explorer, upstream, provider, file, report):
    document = Document(file)
    base = f"/{provider}"
    try:
        reader, why_not = Reader(document), ""
    except CannotRead as error:
        reader, why_not = None, str(error)
    addresses = explorer.operations(provider)
    values = Values(document)
    for operation in document.operations():
        place = f"{file.name} {operation.method} {operation.path}"
        address = addresses.get((operation.method, operation.path))
        if address is None:
            report.add("skipped", "the provider's page does not list the operation", place)
            continue
        try:
            made = list(calls(operation, values))
        except (NoValue, LookupError) as error:
            report.add("skipped", f"no arguments: {error}", place)
            continue
        for call in made:
            where = f"{place} {call.media_type or ''}"
            try:
                check(explorer, upstream, address, operation, call, (reader, why_not), base, report, where)
            except Exception as error:
                report.add("unequal", None, where)
                report.differences.append((where, f"{type(error).__name__}: {error}"))


def check(explorer, upstream, address, operation, call, core, base, report, place):
    """Makes a call, and compares the request."""
    reader, why_not = core
    if (call.media_type or "").partition(";")[0].endswith("xml"):
        return report.add("skipped", "no reader for XML", place)
    last = next((str(value) for (where, _), value in reversed(call.parameters.items()) if where == "path"), None)
    upstream.requests.clear()
    refusal = None
    for is_flat in (call.is_flat, not call.is_flat) if isinstance(call.body, dict) else (False,):
        message = {"args": call.arguments(operation, is_flat), "unlock": True, "confirm": last or address.rpartition("/")[2]}
        if call.media_type:
            message["contentType"] = call.media_type
        status, response = explorer.request(f"/tools{address}", message)
        # A union or a map is the argument `body`.
        refusal = refusal or brief(response)
        if status != 400:
            break
    if len(upstream.requests) != 1:
        return report.add("refused", refusal, place)
    request = upstream.requests[0]
    read = None
    if reader:
        try:
            read = reader.read(request, base)
        except CannotRead as error:
            why_not = str(error)
    by_style, differences = compare(operation, call, request, base, read)
    if differences:
        report.add("unequal", None, place)
        report.differences += [(f"{place} {request.target}", difference) for difference in differences]
    elif by_style:
        first = by_style[0]
        reason = why_not or f"{first['where'].split()[0]}, openapi-core reads: {first['openapi-core']}"[:110]
        report.add("read by style", reason, f"{place} {by_style}")
    else:
        report.add("equal")
    return None


def brief(response):
    try:
        error = json.loads(response)
    except ValueError:
        return response[:80].decode("utf-8", "replace")
    details = error.get("detail") or []
    return f"{details[0]['field']}: {details[0]['message']}"[:140] if details else f"{error.get('code')}: {error.get('error')}"[:140]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("places", nargs="*", help="documents, or folders of documents (default: those of the repository)")
    places = parser.parse_args().places or [ROOT / folder for folder in FOLDERS]
    found = documents(places)
    if not found:
        sys.exit("There are no documents.")
    upstream = Upstream()
    program = os.environ.get("EXPLORER_PROGRAM", ROOT / "target/quick/api-explorer")
    explorer = Explorer(program, found, upstream)
    report = Report()
    try:
        for provider, file in found.items():
            run(explorer, upstream, provider, file, report)
    finally:
        explorer.stop()
    print(f"{len(found)} documents")
    report.print()
    return 1 if report.differences else 0


sys.exit(main())
