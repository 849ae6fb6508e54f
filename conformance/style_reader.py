"""Reads recorded requests by the style tables of the OpenAPI Specification, into texts: they have no types."""

import json
import re
from urllib.parse import unquote, unquote_plus, urlsplit

from python_multipart.multipart import MultipartParser, parse_options_header

DELIMITERS = {"spaceDelimited": "%20", "pipeDelimited": "%7C", "ssv": "%20", "tsv": "%09", "pipes": "%7C"}


def as_text(value):
    """Returns a value as it is written outside of JSON."""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def texts(value):
    """Returns a value with texts as its leaves; values within lists and objects are JSON."""
    if isinstance(value, list):
        return [as_text(item) for item in value]
    if isinstance(value, dict):
        return {name: as_text(item) for name, item in value.items()}
    return as_text(value)


def pairs(text):
    return [tuple(pair.partition("=")[::2]) for pair in text.split("&") if pair]


def split_pairs(items):
    """Reads `a,1,b,2` as an object."""
    return dict(zip(items[::2], items[1::2]))


def read_path(operation, target):
    """Returns the values of the path's expressions as they are written; `None` if the target does not match."""
    path = target.partition("?")[0]
    pattern, names = "", []
    for part in re.split(r"(\{[^}]*\})", re.sub(r"#.*", "", operation.path)):
        if part.startswith("{"):
            names.append(part[1:-1])
            pattern += "([^/&]*)" if "\\?" in pattern else "([^/]*)"
        else:
            pattern += re.escape(part)
    has_query = "?" in operation.path
    match = re.fullmatch(f"{pattern}(?:&.*)?", target) if has_query else re.fullmatch(pattern, path)
    return dict(zip(names, match.groups())) if match else None


def read_simple(text, name, style, explode, kind):
    """Reads a value of a path or a header: `simple`, `label`, `matrix`."""
    if style == "matrix":
        parts = [part.partition("=") for part in text.split(";")[1:]]
        if kind == "array" and explode:
            return [unquote(value) for _, _, value in parts]
        if kind == "object" and explode:
            return {unquote(key): unquote(value) for key, _, value in parts}
        text = parts[0][2] if parts else ""
    if style == "label":
        text = text[1:]
    items = text.split("." if style == "label" and explode else ",")
    if kind == "array":
        return [unquote(item) for item in items]
    if kind == "object" and explode:
        return {unquote(key): unquote(value) for key, _, value in (item.partition("=") for item in items)}
    if kind == "object":
        return {key: value for key, value in split_pairs([unquote(item) for item in items]).items()}
    return unquote(text)


def read_form(given, name, style, explode, kind, names):
    """Reads a value of a query, a cookie or a form; `given` are its pairs, percent-encoded. `names` are the fields of objects."""
    decoded = [(unquote_plus(key), value) for key, value in given]
    own = [value for key, value in decoded if key == name]
    if style == "deepObject":
        found = [(re.fullmatch(re.escape(name) + r"\[([^]]*)\]", key), value) for key, value in decoded]
        return {match[1]: unquote_plus(value) for match, value in found if match}
    if kind == "object" and explode:
        return {key: unquote_plus(value) for key, value in decoded if names is None or key in names}
    if kind == "array" and explode:
        return [unquote_plus(value) for value in own]
    if not own:
        return None
    if kind in ("array", "object"):
        delimiter = DELIMITERS.get(style, ",")
        items = [unquote_plus(item) for item in re.split(re.escape(delimiter), own[0], flags=re.IGNORECASE)]
        return items if kind == "array" else split_pairs(items)
    return unquote_plus(own[0])


def kind_of(value):
    return "array" if isinstance(value, list) else "object" if isinstance(value, dict) else "single"


def read_parameter(operation, parameter, value, request, base):
    """Returns the text, the list or the object that a parameter has in the request. `value` is the argument, for its type and names."""
    place, name = parameter["in"], parameter["name"]
    url = urlsplit(request.target)
    style = parameter.get("style") or parameter.get("collectionFormat")
    explode = parameter.get("explode", style in (None, "form", "deepObject", "multi") and place in ("query", "cookie"))
    if "collectionFormat" in parameter or ("type" in parameter and parameter["type"] == "array"):
        explode = parameter.get("collectionFormat") == "multi"
    kind = kind_of(value)
    is_json = "content" in parameter
    if place == "path":
        written = (read_path(operation, request.target.removeprefix(base)) or {}).get(name)
        if written is None:
            return None
        return json.loads(unquote(written)) if is_json else read_simple(written, name, style or "simple", explode, kind)
    if place == "header":
        written = (request.header(name.lower()) or "").encode("latin-1").decode("utf-8", "replace")
        if is_json:
            return json.loads(written)
        if style == "pipes":
            return written.split("|")
        # Headers are not percent-encoded.
        return read_simple(written.replace("%", "%25"), name, "simple", explode, kind)
    given = pairs(url.query) if place == "query" else [tuple(pair.partition("=")[::2]) for pair in (request.header("cookie") or "").split("; ")]
    if place == "cookie":
        given = [(key, text.replace("+", "%2B")) for key, text in given]
    if is_json:
        written = read_form(given, name, "form", False, "single", None)
        return json.loads(written) if written is not None else None
    return read_form(given, name, style or "form", explode, kind, list(value) if isinstance(value, dict) else None)


def read_urlencoded(body, value, encodings):
    """Returns the fields of a URL-encoded form. `value` is the argument, for types and names."""
    given = pairs(body.decode())
    found = {}
    for name, inner in value.items():
        encoding = encodings.get(name) or {}
        has_style = any(key in encoding for key in ("style", "explode", "allowReserved"))
        style = encoding.get("style") or "form"
        kind = kind_of(inner) if has_style or isinstance(inner, list) else "single"
        read = read_form(given, name, style, encoding.get("explode", style == "form"), kind, list(inner) if isinstance(inner, dict) else None)
        found[name] = json.loads(read) if kind == "single" and isinstance(inner, dict) and read else read
    return found


def read_multipart(body, content_type):
    """Returns the parts of a multipart body: name, file name, media type and bytes of each, read by python-multipart."""
    parts, state = [], {}

    def begin():
        state.update(headers={}, name=b"", value=b"", data=b"")

    def add(key):
        def append(data, start, end):
            state[key] += data[start:end]

        return append

    def end_header():
        state["headers"][state["name"].lower()] = state["value"]
        state.update(name=b"", value=b"")

    def end():
        _, options = parse_options_header(state["headers"][b"content-disposition"])
        name = lambda key: options[key].decode("utf-8", "replace") if key in options else None
        media_type = state["headers"].get(b"content-type", b"").decode()
        parts.append((name(b"name"), name(b"filename"), media_type, bytes(state["data"])))

    callbacks = {
        "on_part_begin": begin,
        "on_header_field": add("name"),
        "on_header_value": add("value"),
        "on_header_end": end_header,
        "on_part_data": add("data"),
        "on_part_end": end,
    }
    parser = MultipartParser(parse_options_header(content_type)[1][b"boundary"], callbacks)
    parser.write(body)
    parser.finalize()
    return parts
