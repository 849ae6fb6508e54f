"""Runs each program of a folder in this process, and writes what it would have sent: a line of JSON each."""

import contextlib
import io
import json
import os
import pathlib
import runpy
import sys
import warnings

import requests


class Sent(BaseException):
    """Nothing is sent: the program ends where it would be."""


def send(session, request, **_):
    raise Sent(request)


requests.Session.send = send
warnings.simplefilter("ignore")
folder = pathlib.Path(sys.argv[1])
for program in sorted(folder.glob("*.py")):
    said = {"program": program.stem}
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            runpy.run_path(str(program))
        said["error"] = "it ended without sending anything"
    except Sent as sent:
        request = sent.args[0]
        body = request.body
        said["method"] = request.method
        said["url"] = request.url
        said["headers"] = {name.lower(): value for name, value in request.headers.items()}
        said["body"] = body.decode() if isinstance(body, bytes) else body
    except BaseException as error:
        said["error"] = repr(error)
    print(json.dumps(said))
