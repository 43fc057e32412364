"""Managed runtime for Python: the loop between the Lambda Runtime API and the handler.

Runs inside the function's process and uses the standard library alone. Behaves towards handlers, logs and errors
as AWS's own runtime does.
Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html and .../python-handler.html
"""
import datetime
import decimal
import importlib
import importlib.machinery
import io
import json
import logging
import os
import socket
import struct
import sys
import time
import traceback
import types

API = "/2018-06-01/runtime"
HOST, PORT = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
JSON_LOGS = os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON"
FRAME_TYPE = 0xA55A0003
TELEMETRY_FD = int(os.environ.pop("_LAMBDA_TELEMETRY_LOG_FD", "0"))

current = {"request_id": None}


def emit(text):
    """One frame is one log event, line feeds and all."""
    message = text.encode("utf-8", "backslashreplace")
    frame = struct.pack(">IIQ", FRAME_TYPE, len(message), int(time.time() * 1e6)) + message
    done = 0
    while done < len(frame):
        done += os.write(TELEMETRY_FD, frame[done:])


# ---- Runtime API ------------------------------------------------------------------------------------------------


class RuntimeClient:
    """HTTP/1.1 as far as the Runtime API needs it, over one kept connection.

    Requests go out in one write, one behind the other where that saves a round trip. A general client takes several
    times as long for it, in every invocation and at every start.
    """

    def __init__(self):
        self.socket = None
        self.received = b""
        self.is_asked = False

    def next(self):
        """Waits for the next event: its headers, names in lower case, and its payload."""
        if not self.is_asked:
            self.write(NEXT)
        self.is_asked = False
        return self.answer()

    def respond(self, path, body):
        """The next event is asked for while the answer to the last one is still on its way."""
        self.write(post(path, body) + NEXT)
        self.is_asked = True
        self.answer()

    def fail(self, path, body, kind):
        self.write(post(path, body, "Lambda-Runtime-Function-Error-Type: %s\r\n" % kind))
        self.answer()

    def write(self, data):
        if self.socket is None:
            self.socket = socket.create_connection((HOST, int(PORT)))
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(data)

    def answer(self):
        while True:
            head, end, rest = self.received.partition(b"\r\n\r\n")
            if end:
                break
            self.receive()
        headers = {}
        for line in head.decode("iso-8859-1").split("\r\n")[1:]:
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
        size = int(headers["content-length"])
        parts, have = [rest], len(rest)
        while have < size:
            self.received = b""
            self.receive()
            parts.append(self.received)
            have += len(self.received)
        whole = b"".join(parts)
        self.received = whole[size:]
        return headers, whole[:size]

    def receive(self):
        data = self.socket.recv(1024 * 1024)
        if not data:
            raise ConnectionError("The Runtime API is gone.")
        self.received += data


# The key tells this runtime from other environments' processes, which the port is open to as well.
HOST_LINE = "Host: %s:%s\r\nLambda-Runtime-Key: %s\r\n" % (HOST, PORT, os.environ.pop("_LAMBDA_RUNTIME_KEY", ""))
NEXT = ("GET %s/invocation/next HTTP/1.1\r\n%s\r\n" % (API, HOST_LINE)).encode()


def post(path, body, headers=""):
    data = body if isinstance(body, bytes) else body.encode("utf-8")
    head = "POST %s%s HTTP/1.1\r\n%sContent-Type: application/json\r\nContent-Length: %d\r\n%s\r\n"
    return (head % (API, path, HOST_LINE, len(data), headers)).encode() + data


# ---- boto3 -----------------------------------------------------------------------------------------------------


class Boto3Finder:
    """AWS has boto3 in every runtime. Where this interpreter has none, that of another one serves: the last place
    looked in, for boto3 and the modules it needs alone. They are written in Python and run on any version."""

    MODULES = {"boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3"}

    def __init__(self, folder):
        self.folder = folder

    def find_spec(self, name, path=None, target=None):
        if name not in self.MODULES:
            return None
        return importlib.machinery.PathFinder.find_spec(name, [self.folder], target)


BOTO3_FOLDER = os.environ.pop("_LAMBDA_BOTO3_FOLDER", None)
if BOTO3_FOLDER:
    sys.meta_path.append(Boto3Finder(BOTO3_FOLDER))


# ---- Errors -----------------------------------------------------------------------------------------------------


def wire_error(error, frames):
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "requestId": current["request_id"] or "",
        "stackTrace": frames,
    }


def frames_of(error):
    """Frames up from the first that is not of this file."""
    frames = traceback.extract_tb(error.__traceback__)
    return traceback.format_list([frame for frame in frames if frame.filename != __file__])


def log_error(error):
    if JSON_LOGS:
        record = {
            "timestamp": now_iso(),
            "log_level": "ERROR",
            "errorMessage": error["errorMessage"],
            "errorType": error["errorType"],
            "requestId": current["request_id"],
            "stackTrace": error["stackTrace"],
        }
        return emit(json.dumps(record) + "\n")
    text = "[ERROR] %s: %s" % (error["errorType"], error["errorMessage"])
    if error["stackTrace"]:
        text += "\nTraceback (most recent call last):\n" + "".join(error["stackTrace"])
    emit(text.rstrip("\n") + "\n")


class RuntimeFailure(Exception):
    """An error of the runtime itself; `kind` is AWS's error type."""

    def __init__(self, kind, message, frames=()):
        super().__init__(message)
        self.kind = kind
        self.frames = list(frames)


# ---- Logging ----------------------------------------------------------------------------------------------------


def now_iso():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


class LambdaFormatter(logging.Formatter):
    def format(self, record):
        text = super().format(record)
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        return "[%s]\t%s.%03dZ\t%s\t%s\n" % (
            record.levelname,
            stamp,
            int(record.msecs),
            current["request_id"] or "",
            text,
        )


class LambdaJsonFormatter(logging.Formatter):
    def format(self, record):
        fields = {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
            "requestId": current["request_id"],
        }
        if record.exc_info:
            fields["errorType"] = record.exc_info[0].__name__
            fields["errorMessage"] = str(record.exc_info[1])
            fields["stackTrace"] = traceback.format_tb(record.exc_info[2])
        return json.dumps({key: value for key, value in fields.items() if value is not None}) + "\n"


class TelemetryHandler(logging.Handler):
    def emit(self, record):
        try:
            emit(self.format(record))
        except Exception:
            self.handleError(record)


def set_up_logging():
    handler = TelemetryHandler()
    handler.setFormatter(LambdaJsonFormatter() if JSON_LOGS else LambdaFormatter("%(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    level = os.environ.get("AWS_LAMBDA_LOG_LEVEL")
    if JSON_LOGS and level:
        root.setLevel({"TRACE": "DEBUG", "FATAL": "CRITICAL"}.get(level, level))


# ---- Handler ----------------------------------------------------------------------------------------------------


def load_handler(text):
    try:
        module_name, function_name = text.rsplit(".", 1)
    except ValueError:
        raise RuntimeFailure(
            "Runtime.MalformedHandlerName",
            "Bad handler '%s': not enough values to unpack (expected 2, got 1)" % text,
        )
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise RuntimeFailure(
            "Runtime.ImportModuleError", "Unable to import module '%s': %s" % (module_name, error)
        )
    except SyntaxError as error:
        frame = '  File "%s" Line %s\n    %s' % (error.filename, error.lineno, error.text)
        raise RuntimeFailure(
            "Runtime.UserCodeSyntaxError",
            "Syntax error in module '%s': %s" % (module_name, error),
            [frame],
        )
    handler = getattr(module, function_name, None)
    if handler is None:
        raise RuntimeFailure(
            "Runtime.HandlerNotFound", "Handler '%s' missing on module '%s'" % (function_name, module_name)
        )
    return handler


class CognitoIdentity:
    cognito_identity_id = None
    cognito_identity_pool_id = None


class ClientContext:
    def __init__(self, parsed):
        self.custom = parsed.get("custom")
        self.env = parsed.get("env")
        client = parsed.get("client")
        self.client = types.SimpleNamespace(**client) if client else None


class LambdaContext:
    def __init__(self, headers):
        self._deadline_ms = int(headers["lambda-runtime-deadline-ms"])
        self.aws_request_id = headers["lambda-runtime-aws-request-id"]
        self.invoked_function_arn = headers["lambda-runtime-invoked-function-arn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = CognitoIdentity()
        context = headers.get("lambda-runtime-client-context")
        self.client_context = ClientContext(json.loads(context)) if context else None

    def get_remaining_time_in_millis(self):
        return max(self._deadline_ms - int(time.time() * 1000), 0)

    def log(self, message):
        sys.stdout.write(str(message))


def to_json(value):
    """Decimals are numbers, as in AWS's runtime."""
    if isinstance(value, decimal.Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError("Object of type %s is not JSON serializable" % type(value).__name__)


def marshal(result):
    if isinstance(result, (bytes, bytearray)):
        return bytes(result)
    try:
        return json.dumps(result, ensure_ascii=False, default=to_json)
    except Exception as error:
        raise RuntimeFailure("Runtime.MarshalError", "Unable to marshal response: %s" % error)


def serve_one(client, handler):
    headers, payload = client.next()
    current["request_id"] = headers["lambda-runtime-aws-request-id"]
    os.environ["_X_AMZN_TRACE_ID"] = headers.get("lambda-runtime-trace-id", "")
    path = "/invocation/%s" % current["request_id"]
    try:
        text = marshal(handler(json.loads(payload or "{}"), LambdaContext(headers)))
        flush()
        client.respond(path + "/response", text)
    except Exception as error:
        flush()
        report(client, path + "/error", error)


def report(client, path, error):
    if isinstance(error, RuntimeFailure):
        wire = wire_error(error, error.frames)
        wire["errorType"] = error.kind
    else:
        wire = wire_error(error, frames_of(error))
    log_error(wire)
    kind = wire["errorType"].encode("ascii", "replace").decode()
    client.fail(path, json.dumps(wire), kind)


def flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass


class EventStream(io.TextIOBase):
    """Output of print: every line is one log event. Recorded: print("multi\\nline") makes two."""

    def __init__(self, plain):
        self.plain = plain
        self.pending = ""

    def write(self, text):
        self.pending += text
        if self.pending.endswith("\n"):
            self.flush()
        return len(text)

    def flush(self):
        lines, self.pending = self.pending.split("\n"), ""
        for line in lines[:-1]:
            emit(line + "\n")
        if lines[-1]:
            emit(lines[-1])

    def fileno(self):
        return self.plain.fileno()

    def isatty(self):
        return False

    @property
    def buffer(self):
        self.flush()
        return self.plain.buffer

    @property
    def encoding(self):
        return "utf-8"


def main():
    sys.stdout, sys.stderr = EventStream(sys.__stdout__), EventStream(sys.__stderr__)
    sys.path[0] = os.environ["LAMBDA_TASK_ROOT"]
    set_up_logging()
    client = RuntimeClient()
    try:
        handler = load_handler(os.environ["_HANDLER"])
    except Exception as error:
        flush()
        report(client, "/init/error", error)
        sys.exit(1)
    while True:
        serve_one(client, handler)


if __name__ == "__main__":
    try:
        main()
    except ConnectionError:
        # The harness is gone: there is nothing left to live for.
        os._exit(1)
