"""The explorer under test, and an upstream that records its requests."""

import json
import os
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

# So that operations need no credential. Credentials have tests of their own.
OVERLAY = """overlay: 1.1.0
info: { title: Without credentials, version: "1" }
actions:
  - { target: $.security, remove: true }
  - { target: "$.paths[*][*].security", remove: true }
"""


@dataclass
class Request:
    """A request as it arrived."""

    method: str
    target: str
    headers: list
    body: bytes

    def header(self, name):
        return next((value for key, value in self.headers if key.lower() == name), None)


class Upstream:
    """Records requests and responds with an empty object."""

    def __init__(self):
        self.requests = requests = []

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                requests.append(Request(self.command, self.path, list(self.headers.items()), body))
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", "2")
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(b"{}")

            def __getattr__(self, name):
                if name.startswith("do_"):
                    return self.handle_any
                raise AttributeError(name)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"


class Links(HTMLParser):
    """Finds the operations that a provider's page lists: method, path and address of each."""

    def __init__(self):
        super().__init__()
        self.found = {}
        self.address = self.part = None
        self.texts = {}

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        classes = (attributes.get("class") or "").split()
        if tag == "a":
            self.address, self.texts = attributes.get("href"), {}
        self.part = next((name for name in ("method", "path") if name in classes), self.part)

    def handle_endtag(self, tag):
        if tag == "a" and {"method", "path"} <= self.texts.keys():
            self.found[(self.texts["method"].strip(), self.texts["path"].strip())] = self.address
        if tag in ("a", "span", "code"):
            self.part = None

    def handle_data(self, data):
        if self.part:
            self.texts[self.part] = self.texts.get(self.part, "") + data


class Explorer:
    """A started server with a provider for each document."""

    def __init__(self, program, documents, upstream):
        self.folder = tempfile.TemporaryDirectory(prefix="api-explorer-conformance-")
        folder = Path(self.folder.name)
        (folder / "overlay.yaml").write_text(OVERLAY)
        entries = [
            f"[[provider]]\nid = {json.dumps(name)}\ndocument = {json.dumps(str(file))}\n"
            f'overlays = ["overlay.yaml"]\nservers = ["{upstream.url}/{name}"]\n'
            for name, file in documents.items()
        ]
        (folder / "explorer.toml").write_text("".join(entries))
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
        self.origin = f"http://127.0.0.1:{port}"
        variables = {
            "PATH": os.environ["PATH"],
            "LEPTOS_SITE_ADDR": f"127.0.0.1:{port}",
            "DATABASE_URL": f"sqlite:{folder / 'explorer.db'}",
            "EXPLORER_CONFIG": str(folder / "explorer.toml"),
        }
        self.log = open(folder / "log", "w+", encoding="utf-8")
        self.process = subprocess.Popen([program], env=variables, stdout=self.log, stderr=self.log)
        while self.request("/readyz")[0] != 200:
            if self.process.poll() is not None:
                self.log.seek(0)
                raise RuntimeError(f"the explorer did not start: {self.log.read()[-500:]}")
            time.sleep(0.05)

    def request(self, path, message=None):
        """Returns the status and the body of a response."""
        data = None if message is None else json.dumps(message).encode()
        request = urllib.request.Request(self.origin + path, data, {"content-type": "application/json"})
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
        except OSError:
            return 0, b""

    def operations(self, provider):
        links = Links()
        links.feed(self.request(f"/{provider}")[1].decode())
        return links.found

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()
        self.folder.cleanup()
