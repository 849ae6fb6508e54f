"""Reads OpenAPI documents and their operations, without any code of API Explorer."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

import yaml

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
# Header parameters that OpenAPI says are ignored.
RESERVED_HEADERS = ("accept", "content-type", "authorization")


class Loader(yaml.SafeLoader):
    """Reads scalars of YAML 1.2, in which `no` and dates are texts."""


Loader.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("int", r"^-?(?:0|[1-9][0-9]*)$", "-0123456789"),
    ("float", r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?$", "-0123456789"),
    ("merge", r"^<<$", "<"),
):
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))


@dataclass
class Operation:
    """One operation of a document, with references resolved one level deep."""

    method: str
    path: str
    file: Path
    parameters: list = field(default_factory=list)
    # Media types of the request body, each with its Media Type Object.
    bodies: dict = field(default_factory=dict)


class Document:
    """A document and the files that it refers to."""

    def __init__(self, file):
        self.file = Path(file).resolve()
        self.files = {}
        self.root = self.read(self.file)
        self.version = str(self.root.get("openapi") or self.root.get("swagger"))

    def read(self, file):
        if file not in self.files:
            text = file.read_text(encoding="utf-8-sig")
            self.files[file] = json.loads(text) if file.suffix == ".json" else yaml.load(text, Loader)
        return self.files[file]

    def resolve(self, value, file, depth=0):
        """Returns the target of a reference, with the file that it is in. A schema of OpenAPI 3.1 keeps its own keywords."""
        if not isinstance(value, dict) or not isinstance(value.get("$ref"), str):
            return value, file
        if depth > 20:
            raise LookupError(f"{value['$ref']} leads back to itself")
        place, _, pointer = value["$ref"].partition("#")
        target_file = (file.parent / unquote(place)).resolve() if place else file
        target = self.read(target_file)
        for key in unquote(pointer).split("/")[1:]:
            key = key.replace("~1", "/").replace("~0", "~")
            target = target[int(key)] if isinstance(target, list) else target[key]
        target, target_file = self.resolve(target, target_file, depth + 1)
        own = {key: item for key, item in value.items() if key != "$ref"}
        return ({**target, **own} if own and isinstance(target, dict) else target), target_file

    def operations(self):
        """Yields the operations of all paths."""
        for path, item in (self.root.get("paths") or {}).items():
            if path.startswith("x-"):
                continue
            item, file = self.resolve(item, self.file)
            own = [(method, item[method]) for method in METHODS if method in item]
            for method, operation in [*own, *(item.get("additionalOperations") or {}).items()]:
                if isinstance(operation, dict):
                    yield self.operation(method.upper(), path, item, operation, file)

    def operation(self, method, path, item, operation, file):
        read = Operation(method, path, file)
        found = {}
        for parameter in [*(item.get("parameters") or []), *(operation.get("parameters") or [])]:
            parameter, parameter_file = self.resolve(parameter, file)
            is_reserved = parameter["in"] == "header" and parameter["name"].lower() in RESERVED_HEADERS
            if not is_reserved:
                found[(parameter["in"], parameter["name"])] = (parameter, parameter_file)
        read.parameters = list(found.values())
        body, body_file = self.resolve(operation.get("requestBody") or {}, file)
        for media_type, content in (body.get("content") or {}).items():
            read.bodies[media_type] = self.resolve(content, body_file)
        if self.version.startswith("2."):
            self.read_swagger_body(read, operation)
        return read

    def read_swagger_body(self, read, operation):
        """Moves the parameters of Swagger 2.0 that are a body or fields of a form."""
        consumes = operation.get("consumes") or self.root.get("consumes") or ["application/json"]
        fields = [parameter for parameter, _ in read.parameters if parameter["in"] == "formData"]
        for parameter, file in read.parameters:
            if parameter["in"] == "body":
                read.bodies = {media_type: ({"schema": parameter.get("schema", {})}, file) for media_type in consumes}
        if fields:
            has_file = any(field.get("type") == "file" for field in fields)
            default = "multipart/form-data" if has_file else "application/x-www-form-urlencoded"
            schemas = {field["name"]: {"type": "string", "format": "binary"} if field.get("type") == "file" else field for field in fields}
            # `required` of a parameter is true or false.
            schemas = {name: {key: part for key, part in schema.items() if key != "required"} for name, schema in schemas.items()}
            names = [field["name"] for field in fields if field.get("required")]
            encoding = {
                field["name"]: {"style": field.get("collectionFormat", "csv"), "explode": field.get("collectionFormat") == "multi"}
                for field in fields
                if field.get("type") == "array"
            }
            schema = {"type": "object", "properties": schemas, "required": names}
            media_types = [media_type for media_type in consumes if media_type.startswith(("multipart/", "application/x-www"))]
            read.bodies = {media_type: ({"schema": schema, "encoding": encoding}, read.file) for media_type in media_types or [default]}
        read.parameters = [pair for pair in read.parameters if pair[0]["in"] not in ("body", "formData")]
