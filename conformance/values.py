"""Generates values that match a schema. Each value is written by the explorer and read back by the readers."""

from itertools import cycle

from patterns import MAX_LENGTH, matching

# Texts with characters that queries, paths, forms and headers must encode.
TEXTS = ["plain", "a b", "x&y=z", "ä/ö?#", "it's 100%", "+1;2"]
FORMATS = {
    "date": "2026-11-30",
    "date-time": "2026-11-30T06:45:10Z",
    "time": "06:45:10Z",
    "duration": "P1D",
    "email": "reader@example.com",
    "idn-email": "reader@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/a?b=c",
    "url": "https://example.com/a?b=c",
    "uri-reference": "/a?b=c",
    "uuid": "123e4567-e89b-12d3-a456-426614174000",
    "byte": "aGVsbG8=",
    "regex": "^a$",
    "json-pointer": "/a/0",
}
FILE = {"filename": "a b.bin", "contentType": "application/octet-stream", "base64": "AAH/DQot"}
MAX_DEPTH = 4


class NoValue(Exception):
    """No value can be generated; the message says why."""


class Values:
    """Generates values of the schemas of a document."""

    def __init__(self, document):
        self.document = document
        self.texts = cycle(TEXTS)
        # Fields of a form whose lists are written as one text.
        self.plain_fields = set()

    def value(self, schema, file, depth=0, is_plain=False, in_form=False):
        """Returns a value; `is_plain` excludes characters that lists and cookies cannot express."""
        schema, file = self.document.resolve(schema, file)
        if schema is True or schema == {}:
            return next(self.texts) if not is_plain else "any"
        if not isinstance(schema, dict):
            raise NoValue("the schema excludes every value")
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return next((value for value in schema["enum"] if value is not None), None)
        schema, file = self.merged(schema, file)
        for kind in ("oneOf", "anyOf"):
            if schema.get(kind):
                return self.variant(schema, kind, file, depth, is_plain, in_form)
        types = schema.get("type")
        types = types if isinstance(types, list) else [types] if types else []
        types = [name for name in types if name != "null"] or types
        kind = types[0] if types else "object" if "properties" in schema else "array" if "items" in schema else "string"
        if kind == "object":
            return self.object(schema, file, depth, in_form)
        if kind == "array":
            return self.array(schema, file, depth, is_plain, in_form)
        if kind in ("integer", "number"):
            return self.number(schema, kind)
        return {"boolean": True, "null": None}[kind] if kind in ("boolean", "null") else self.text(schema, is_plain, in_form)

    def merged(self, schema, file):
        """Returns the schema with the properties of its `allOf`."""
        if not schema.get("allOf"):
            return schema, file
        merged = {key: value for key, value in schema.items() if key != "allOf"}
        merged["properties"] = {name: (part, file) for name, part in (schema.get("properties") or {}).items()}
        required = list(schema.get("required") or [])
        for part in schema["allOf"]:
            part, part_file = self.document.resolve(part, file)
            part, part_file = self.merged(part, part_file)
            for name, inner in (part.get("properties") or {}).items():
                merged["properties"].setdefault(name, inner if isinstance(inner, tuple) else (inner, part_file))
            required += part.get("required") or []
            for key, value in part.items():
                merged.setdefault(key, value)
        merged["required"] = required
        if not merged["properties"]:
            del merged["properties"]
        return merged, file

    def variant(self, schema, kind, file, depth, is_plain, in_form):
        """Returns a value of the first variant, with its discriminator and the fields beside it."""
        variants = [part for part in schema[kind] if self.document.resolve(part, file)[0].get("type") != "null"]
        first = (variants or schema[kind])[0]
        value = self.value(first, file, depth, is_plain, in_form)
        if schema.get("properties") and isinstance(value, dict):
            rest = {key: part for key, part in schema.items() if key not in ("oneOf", "anyOf")}
            value = {**self.object(rest, file, depth, in_form), **value}
        discriminator = schema.get("discriminator")
        if isinstance(discriminator, dict) and isinstance(value, dict):
            reference = first.get("$ref", "")
            mapping = discriminator.get("mapping") or {}
            name = reference.rpartition("/")[2]
            tag = next((key for key, target in mapping.items() if target in (reference, name)), name)
            value[discriminator["propertyName"]] = tag
        return value

    def object(self, schema, file, depth, in_form):
        properties = schema.get("properties") or {}
        required = schema.get("required") or []
        value = {}
        for name, inner in properties.items():
            inner, inner_file = inner if isinstance(inner, tuple) else (inner, file)
            resolved, _ = self.document.resolve(inner, inner_file)
            if isinstance(resolved, dict) and resolved.get("readOnly"):
                continue
            if depth >= MAX_DEPTH and name not in required:
                continue
            if depth > 12:
                raise NoValue("a required field contains itself")
            try:
                value[name] = self.value(inner, inner_file, depth + 1, depth == 0 and name in self.plain_fields, in_form)
            except NoValue:
                if name in required:
                    raise
        extra = schema.get("additionalProperties")
        if not properties and isinstance(extra, dict) and depth < MAX_DEPTH:
            value["key"] = self.value(extra, file, depth + 1, False, in_form)
        return value

    def array(self, schema, file, depth, is_plain, in_form):
        if schema.get("prefixItems"):
            return [self.value(part, file, depth + 1, True, in_form) for part in schema["prefixItems"]]
        least = schema.get("minItems") or 0
        if depth >= MAX_DEPTH and not least:
            return []
        wanted = 1 if schema.get("uniqueItems") else max(least, 2)
        wanted = min(wanted, schema.get("maxItems", wanted))
        return [self.value(schema.get("items", {}), file, depth + 1, is_plain, in_form) for _ in range(max(wanted, 0))]

    def number(self, schema, kind):
        low, high = schema.get("minimum"), schema.get("maximum")
        if isinstance(schema.get("exclusiveMinimum"), (int, float)) and schema["exclusiveMinimum"] is not True:
            low = schema["exclusiveMinimum"] + 1
        if low is not None and schema.get("exclusiveMinimum") is True:
            low += 1
        value = low if low is not None else high if high is not None and high < 7 else 7
        step = schema.get("multipleOf")
        if step:
            value = step * max(1, -(-value // step))
        return int(value) if kind == "integer" or value == int(value) else value

    def text(self, schema, is_plain, in_form):
        is_file = schema.get("format") == "binary" or ("contentMediaType" in schema and "contentEncoding" not in schema)
        if in_form and is_file and not str(schema.get("contentMediaType", "")).startswith("text/"):
            return dict(FILE)
        if schema.get("format") in FORMATS:
            return FORMATS[schema["format"]]
        if schema.get("pattern"):
            given = [schema.get("example"), *(schema.get("examples") or []), schema.get("default")]
            value = next((value for value in given if isinstance(value, str)), None)
            if value is None:
                value = matching(schema["pattern"], schema.get("minLength") or 0, schema.get("maxLength") or MAX_LENGTH)
            if value is None:
                raise NoValue(f"no text is known that matches {schema['pattern']}")
            return value
        text = "text" if is_plain else next(self.texts)
        text += "x" * max(0, (schema.get("minLength") or 0) - len(text))
        return text[: schema.get("maxLength", len(text))]
