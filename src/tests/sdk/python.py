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
    """Raised in place of sending a request, which ends the program."""


def send(session, request, **_):
    raise Sent(request)


requests.Session.send = send
warnings.simplefilter("ignore")
folder = pathlib.Path(sys.argv[1])
for program in sorted(folder.glob("*.py")):
    output = {"program": program.stem}
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            runpy.run_path(str(program))
        output["error"] = "it ended without sending anything"
    except Sent as sent:
        request = sent.args[0]
        body = request.body
        output["method"] = request.method
        output["url"] = request.url
        output["headers"] = {name.lower(): value for name, value in request.headers.items()}
        output["body"] = body.decode() if isinstance(body, bytes) else body
    except BaseException as error:
        output["error"] = repr(error)
    print(json.dumps(output))
