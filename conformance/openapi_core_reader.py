"""Reads recorded requests with openapi-core, against the same document."""

import copy
import json
import warnings
from datetime import date, datetime
from urllib.parse import parse_qsl, unquote, urlsplit
from uuid import UUID

import openapi_core
from jsonschema_path import SchemaPath
from openapi_core.datatypes import RequestParameters
from openapi_core.exceptions import OpenAPIError
from openapi_core.templating.paths.exceptions import PathError
from werkzeug.datastructures import Headers, ImmutableMultiDict

from document import METHODS
from values import FORMATS

HOST = "http://upstream.example"
UNMARSHALLERS = {
    "3.0": openapi_core.V30RequestUnmarshaller,
    "3.1": openapi_core.V31RequestUnmarshaller,
    "3.2": openapi_core.V32RequestUnmarshaller,
}
warnings.simplefilter("ignore")


class CannotRead(Exception):
    """openapi-core cannot read the request or the document; the message says why."""


class Received:
    """A request in the form that openapi-core expects: decoded, as frameworks do it."""

    def __init__(self, request, base):
        url = urlsplit(request.target)
        text = lambda value: value.encode("latin-1").decode("utf-8", "replace")
        headers = [(name, text(value)) for name, value in request.headers]
        cookies = [pair.split("=", 1) for name, value in headers if name.lower() == "cookie" for pair in value.split("; ")]
        self.host_url = HOST
        self.path = url.path.removeprefix(base)
        self.method = request.method.lower()
        self.content_type = request.header("content-type") or ""
        self.body = request.body or None
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(parse_qsl(url.query, keep_blank_values=True)),
            header=Headers(headers),
            cookie=ImmutableMultiDict([(name, unquote(value)) for name, value in cookies]),
        )


class Reader:
    """Reads the requests of a document. Its servers and security requirements are left out, like the explorer's."""

    def __init__(self, document):
        version = document.version[:3]
        if version not in UNMARSHALLERS:
            raise CannotRead(f"openapi-core does not read version {document.version}")
        root = copy.deepcopy(document.root)
        root["servers"] = [{"url": HOST}]
        root.pop("security", None)
        for item in (root.get("paths") or {}).values():
            for part in [item, *(item.get(method) for method in METHODS)] if isinstance(item, dict) else []:
                if isinstance(part, dict):
                    part.pop("servers", None)
                    part.pop("security", None)
        try:
            path = SchemaPath.from_dict(root, base_uri=document.file.as_uri())
            formats = {name: lambda _: True for name in FORMATS if name not in ("date", "date-time", "uuid", "byte", "binary")}
            self.unmarshaller = UNMARSHALLERS[version](
                path,
                extra_media_type_deserializers=deserializers(document),
                extra_format_validators=formats,
                extra_format_unmarshallers={name: str for name in formats},
            )
        except Exception as error:
            raise CannotRead(f"openapi-core refuses the document: {brief(error)}") from error

    def read(self, request, base):
        """Returns the parameters by location and name, the body, and the errors of those that cannot be read."""
        received = Received(request, base)
        try:
            variables = self.unmarshaller._find_path(received)[3].variables
            received.parameters.path = {name: unquote(value) for name, value in variables.items()}
            result = self.unmarshaller.unmarshal(received)
        except PathError as error:
            raise CannotRead(f"openapi-core finds no operation: {brief(error)}") from error
        except Exception as error:
            # Only OpenAPIError is documented; others are faults of openapi-core.
            kind = "" if isinstance(error, OpenAPIError) else f"{type(error).__name__}: "
            raise CannotRead(f"openapi-core stops: {kind}{brief(error)}") from error
        parameters = result.parameters
        found = {place: dict(getattr(parameters, place)) for place in ("path", "query", "header", "cookie")} if parameters else {}
        return found, result.body, [brief(error) for error in result.errors]


def deserializers(document):
    """Returns deserializers for media types that openapi-core knows none for: other types of JSON and of text."""
    found = {}
    for operation in document.operations():
        for media_type in operation.bodies:
            name = media_type.partition(";")[0].strip()
            if name.endswith("+json"):
                found[name] = lambda value, **_: json.loads(value)
            elif name.startswith("text/") or name.endswith("ndjson"):
                found[name] = lambda value, **_: value.decode()
    return found


def brief(error):
    """Returns the message of an error and of its cause, in one line."""
    cause = error.__cause__
    text = f"{error} ({cause})" if cause else str(error)
    return " ".join(text.split())[:160] or type(error).__name__


def plain(value):
    """Returns a value in JSON's types: openapi-core turns dates and others into objects of Python."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, (date, UUID)):
        return str(value)
    if isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value):
        return value.encode("utf-8", "surrogateescape")
    return value
