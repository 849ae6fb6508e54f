"""Builds the calls of an operation, and compares the requests that arrive with their arguments."""

import base64
import json
from dataclasses import dataclass, field
from urllib.parse import unquote, unquote_plus, urlsplit

import style_reader
from openapi_core_reader import plain
from values import NoValue

FORM = "application/x-www-form-urlencoded"


@dataclass
class Call:
    """The values of a call: those of parameters by place and name, and the body."""

    media_type: str | None
    parameters: dict = field(default_factory=dict)
    body: object = None
    content: dict = field(default_factory=dict)
    # Whether the fields of the body are arguments of their own.
    is_flat: bool = False

    def arguments(self, operation, is_flat):
        """Returns the arguments as docs/http-api.md describes them."""
        names = [parameter["name"] for parameter, _ in operation.parameters]
        arguments = {
            (f"{place}.{name}" if names.count(name) > 1 else name): value for (place, name), value in self.parameters.items()
        }
        if self.body is not None and is_flat:
            return {**arguments, **self.body}
        return arguments if self.body is None else {**arguments, "body": self.body}


def calls(operation, values):
    """Yields calls with all fields and calls with the required ones, for each media type of the body."""
    for media_type in operation.bodies or [None]:
        seen = []
        for only_required in (False, True):
            call = build(operation, values, media_type, only_required)
            key = json.dumps([sorted(map(str, call.parameters)), sorted(call.body) if isinstance(call.body, dict) else call.body])
            if key not in seen:
                seen.append(key)
                yield call


def build(operation, values, media_type, only_required):
    call = Call(media_type)
    for parameter, file in operation.parameters:
        if only_required and not parameter.get("required"):
            continue
        if is_undefined(values, parameter, file):
            continue
        content = next(iter((parameter.get("content") or {}).values()), None)
        content, content_file = values.document.resolve(content, file) if content else (parameter, file)
        schema = content.get("schema", {}) if content is not parameter or "schema" in parameter else parameter
        schema = {key: part for key, part in schema.items() if key != "required"} if schema is parameter else schema
        is_plain = parameter["in"] == "cookie" or is_list_or_object(values, schema, content_file)
        try:
            call.parameters[(parameter["in"], parameter["name"])] = values.value(schema, content_file, 1, is_plain)
        except NoValue:
            if parameter.get("required"):
                raise
    if media_type is None:
        return call
    content, file = operation.bodies[media_type]
    call.content = content
    in_form = media_type.startswith("multipart/")
    if is_file(media_type):
        call.body = {"filename": "a.bin", "contentType": media_type, "base64": "AAH/DQot"}
        return call
    schema, file = values.merged(*values.document.resolve(content.get("schema", {}), file))
    # A text with the delimiter of its list cannot be told apart.
    values.plain_fields = {name for name, encoding in (content.get("encoding") or {}).items() if not encoding.get("explode", False)}
    call.body = values.value(schema, file, 0, False, in_form)
    if isinstance(call.body, dict) and not any(schema.get(key) for key in ("oneOf", "anyOf", "discriminator")):
        if only_required and schema.get("properties"):
            required = schema.get("required") or []
            call.body = {name: value for name, value in call.body.items() if name in required}
        names = {name for _, name in call.parameters} | {parameter["name"] for parameter, _ in operation.parameters}
        call.is_flat = not names & {*call.body, *(schema.get("properties") or {})}
    return call


def is_list_or_object(values, schema, file):
    schema, _ = values.document.resolve(schema, file)
    return isinstance(schema, dict) and (schema.get("type") in ("array", "object") or "properties" in schema or "items" in schema)


def is_undefined(values, parameter, file):
    """Returns true for exploded objects in cookies of the style `form`, which OpenAPI does not define."""
    if parameter["in"] != "cookie" or parameter.get("style") == "cookie" or not parameter.get("explode", True):
        return False
    schema, _ = values.document.resolve(parameter.get("schema", {}), file)
    return schema.get("type") == "object" or "properties" in schema


def is_file(media_type):
    kind, _, subtype = media_type.partition(";")[0].partition("/")
    return kind in ("image", "audio", "video") or subtype in ("octet-stream", "pdf", "zip")


def compare(operation, call, request, base, core):
    """Returns what openapi-core does not read as the arguments, and what differs from them for the other reader too."""
    read, body, errors = core if core else ({}, None, [])
    if call.body == {} and not request.body:
        body = {}
    by_style, differences = [], []
    for parameter, _ in operation.parameters:
        place, name = parameter["in"], parameter["name"]
        if (place, name) not in call.parameters:
            continue
        value = call.parameters[(place, name)]
        if core and name in read.get(place, {}) and plain(read[place][name]) == value:
            continue
        if place == "querystring":
            found, expected = read_query_string(request, parameter, value)
        else:
            found = style_reader.read_parameter(operation, parameter, value, request, base)
            expected = value if "content" in parameter else style_reader.texts(value)
        where = f"{place} {name}"
        (by_style if found == expected else differences).append(describe(where, expected, found, read.get(place, {}).get(name), errors))
    differences += unknown_pairs(operation, call, request)
    if call.body is not None and not (core and plain(body) == bytes_of_files(call.body)):
        found, expected = read_body(call, request)
        (by_style if found == expected else differences).append(describe("body", expected, found, body, errors))
    return by_style, differences


def bytes_of_files(value):
    """Returns a value in which files are their bytes."""
    if isinstance(value, dict) and "base64" in value:
        return base64.b64decode(value["base64"])
    if isinstance(value, dict):
        return {name: bytes_of_files(inner) for name, inner in value.items()}
    return [bytes_of_files(inner) for inner in value] if isinstance(value, list) else value


def describe(where, expected, found, by_core, errors):
    return {"where": where, "sent": expected, "read": found, "openapi-core": by_core if by_core is not None else "; ".join(errors)}


def unknown_pairs(operation, call, request):
    """Returns pairs of the query that are of no argument."""
    if any(place == "querystring" for place, _ in call.parameters):
        return []
    names = {name for place, name in call.parameters if place == "query"}
    fields = {key for (place, _), value in call.parameters.items() if place == "query" and isinstance(value, dict) for key in value}
    pairs = [unquote_plus(key) for key, _ in style_reader.pairs(urlsplit(request.target).query)]
    # Path keys may have a query string.
    names |= {key for key, _ in style_reader.pairs(operation.path.partition("?")[2])}
    unknown = [key for key in pairs if key not in names | fields and key.partition("[")[0] not in names]
    return [{"where": "query", "sent": None, "read": key, "openapi-core": ""} for key in unknown]


def read_query_string(request, parameter, value):
    query = urlsplit(request.target).query
    media_type = next(iter(parameter["content"]))
    if media_type == FORM:
        encoding = parameter["content"][media_type].get("encoding") or {}
        return style_reader.read_urlencoded(query.encode(), value, encoding), fields(value)
    return json.loads(unquote(query)), value


def fields(value):
    """Returns the fields of a form as the reader returns them: objects are JSON, lists have several texts."""
    return {name: inner if isinstance(inner, dict) else style_reader.texts(inner) for name, inner in value.items()}


def read_body(call, request):
    """Returns the body that was read, and the one that is expected."""
    media_type = (request.header("content-type") or "").partition(";")[0].strip()
    if not request.body and call.body == {}:
        return {}, {}
    if media_type == "application/json" or media_type.endswith("+json"):
        return json.loads(request.body), call.body
    if media_type == FORM:
        encodings = call.content.get("encoding") or {}
        expected = {
            name: style_reader.texts(inner) if isinstance(inner, dict) and has_style(encodings.get(name)) else value
            for (name, inner), value in zip(call.body.items(), fields(call.body).values())
        }
        return style_reader.read_urlencoded(request.body, call.body, encodings), expected
    if media_type.startswith("multipart/"):
        parsed = style_reader.read_multipart(request.body, request.header("content-type")) if request.body else []
        return parsed, parts(call)
    if isinstance(call.body, dict) and "base64" in call.body:
        return request.body, base64.b64decode(call.body["base64"])
    return request.body.decode(), call.body


def has_style(encoding):
    return any(key in (encoding or {}) for key in ("style", "explode", "allowReserved"))


def parts(call):
    """Returns the parts that a multipart body should have: name, file name, media type and bytes."""
    encodings = call.content.get("encoding") or {}
    found = []
    for name, value in call.body.items():
        encoding = encodings.get(name) or {}
        if isinstance(value, list) and has_style(encoding) and not encoding.get("explode", True):
            delimiter = {"spaceDelimited": " ", "pipeDelimited": "|", "ssv": " ", "tsv": "\t", "pipes": "|"}.get(encoding.get("style"), ",")
            value = delimiter.join(style_reader.texts(value))
        for item in value if isinstance(value, list) else [value]:
            given = encoding.get("contentType", "").partition(",")[0].strip()
            if isinstance(item, dict) and "base64" in item:
                is_exact = given and "*" not in given
                found.append((name, item["filename"], given if is_exact else item["contentType"], base64.b64decode(item["base64"])))
            elif isinstance(item, (dict, list)):
                found.append((name, None, given or "application/json", style_reader.as_text(item).encode()))
            else:
                found.append((name, None, given, style_reader.as_text(item).encode()))
    return found
