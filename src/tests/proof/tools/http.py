"""Sends the message of call.http: with variables, files and Base64 in their places, and line ends as RFC 9112 has them."""

import base64
import os
import re
import socket
from pathlib import Path


def filled(text: bytes) -> bytes:
    pair = rb"<base64 of \$\{(\w+)\}:\$\{(\w+)\}>"
    text = re.sub(pair, lambda found: base64.b64encode(b":".join(os.environb[name] for name in found.groups())), text)
    # Only variables that snippets read, because arguments can look like variables.
    text = re.sub(rb"\$\{((?:PROOF|RESPONSE)_\w+)\}", lambda found: os.environb[found[1]], text)
    return re.sub(rb"<the bytes of ([\w.]+)>", lambda found: Path(os.fsdecode(found[1])).read_bytes(), text)


head, body = Path("call.http").read_bytes().split(b"\n\n", 1)
if b"multipart/form-data" in head:
    parts = re.split(rb"(?:^|\n)--boundary", body)[1:-1]
    lines = [part.removeprefix(b"\n").split(b"\n\n", 1) for part in parts]
    parts = [about.replace(b"\n", b"\r\n") + b"\r\n\r\n" + filled(content) for about, content in lines]
    body = b"".join(b"--boundary\r\n" + part + b"\r\n" for part in parts) + b"--boundary--\r\n"
else:
    body = filled(body)
head = filled(head).replace(b"\n", b"\r\n")
if b"\r\ncontent-length: " not in head and body:
    head += b"\r\ncontent-length: %d" % len(body)
host = re.search(rb"\r\nhost: ([\d.]+):(\d+)", head)
with socket.create_connection((host[1].decode(), int(host[2]))) as connection:
    connection.sendall(head + b"\r\nconnection: close\r\n\r\n" + body)
    response = connection.recv(65536)
assert response.startswith(b"HTTP/1.1 200"), response
