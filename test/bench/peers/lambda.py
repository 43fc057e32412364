"""Lambda side by side with other emulators, through boto3, in one run on one machine.

  python test/bench/peers/lambda.py --ministack PY

Every server gets the same packages and the same calls. LocalStack runs functions in containers that it would have to
fetch, so it has no column here. A ratio (2x) says how many times better the first column is. Needs boto3.
"""

import base64
import concurrent.futures
import io
import json
import re
import statistics
import time
import zipfile

import boto3
import botocore.config
import botocore.exceptions
import servers

ROLE = "arn:aws:iam::000000000000:role/bench"
MB = 1024 * 1024

ECHO_NODE = "exports.handler = async (event) => event;"
ECHO_PYTHON = "def handler(event, context):\n    return event\n"
BURN = """
import time
def handler(event, context):
    while time.process_time() < BEGAN + 1e9:
        if time.process_time() - start_of(context) >= event["cpu_s"]:
            return 1
BEGAN = time.process_time()
STARTS = {}
def start_of(context):
    return STARTS.setdefault(context.aws_request_id, time.process_time())
"""
HOLD = """
def handler(event, context):
    held = bytearray(event["mb"] * 1024 * 1024)
    for i in range(0, len(held), 4096):
        held[i] = 1
    with open("/proc/self/status") as status:
        return int([line for line in status if line.startswith("VmHWM")][0].split()[1]) / 1024
"""


def client(service: str, endpoint: str):
    config = botocore.config.Config(max_pool_connections=64, retries={"max_attempts": 1}, read_timeout=300)
    return boto3.client(service, endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test", config=config)


def package(name: str, source: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, source)
    return buffer.getvalue()


def create(client_, name: str, source: str, runtime: str, memory: int = 256) -> None:
    file = "index.js" if runtime.startswith("node") else "index.py"
    client_.create_function(
        FunctionName=name, Runtime=runtime, Role=ROLE, Handler="index.handler", Timeout=120, MemorySize=memory, Code={"ZipFile": package(file, source)}
    )
    client_.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})


def invoke(client_, name: str, event: object, tail: bool = False) -> dict:
    answer = client_.invoke(FunctionName=name, Payload=json.dumps(event), LogType="Tail" if tail else "None")
    answer["text"] = answer["Payload"].read()
    return answer


def report(answer: dict, figure: str) -> float | None:
    text = base64.b64decode(answer.get("LogResult", "")).decode("utf-8", "replace")
    found = re.search(figure + r": ([\d.]+)", text)
    return float(found.group(1)) if found else None


def timed_ms(work) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def warm(client_, name: str, calls: int) -> tuple[float, float]:
    for _ in range(10):
        invoke(client_, name, {"n": 1})
    times = sorted(timed_ms(lambda: invoke(client_, name, {"n": 1})) for _ in range(calls))
    return statistics.median(times), times[int(len(times) * 0.95)]


def cold(client_, runtime: str, source: str, count: int) -> float:
    for i in range(count):
        create(client_, f"cold-{runtime[:4]}-{i}", source, runtime)
    return statistics.median(timed_ms(lambda i=i: invoke(client_, f"cold-{runtime[:4]}-{i}", {})) for i in range(count))


def takes_too_much(client_, name: str) -> bool:
    """True when a payload beyond AWS's 6 MB is accepted."""
    try:
        return invoke(client_, name, "x" * (7 * MB))["StatusCode"] == 200
    except botocore.exceptions.ClientError:
        return False


def throughput(client_, name: str, calls: int, threads: int) -> float:
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda _: invoke(client_, name, {}), range(threads)))
        began = time.perf_counter()
        list(pool.map(lambda i: invoke(client_, name, {"i": i}), range(calls)))
        return calls / (time.perf_counter() - began)


def crowded_durations(client_, name: str, children: int) -> float | None:
    """Median reported Duration, s, of children that each compute for 0.8 s of CPU, all at once."""
    with concurrent.futures.ThreadPoolExecutor(children) as pool:
        answers = list(pool.map(lambda _: invoke(client_, name, {"cpu_s": 0.8}, tail=True), range(children)))
    durations = [report(answer, "Duration") for answer in answers]
    if not all(durations):
        raise RuntimeError("no Duration is reported")
    return statistics.median(durations) / 1000


def measure(server) -> dict[str, float | str]:
    client_ = client("lambda", server.endpoint)
    found: dict[str, float | str] = {"first answer": server.first_answer_s, "idle RSS": server.rss_mb()}

    def attempt(name, work):
        try:
            found[name] = value = work()
            print(f"  {server.name}: {name} = {value}", flush=True)
        except Exception as error:  # what a peer does not offer is a finding, not the end of the run
            print(f"  {server.name}: {name}: {type(error).__name__}: {str(error)[:160]}", flush=True)

    for language, runtime, source in (("Node", "nodejs20.x", ECHO_NODE), ("Python", "python3.11", ECHO_PYTHON)):
        name = f"echo-{language}"

        def both(name=name, runtime=runtime, source=source, language=language):
            create(client_, name, source, runtime)
            found[f"warm {language} p50"], found[f"warm {language} p95"] = warm(client_, name, 300)
            return found[f"warm {language} p50"]

        attempt(f"warm {language}", both)
        attempt(f"cold {language}", lambda runtime=runtime, source=source: cold(client_, runtime, source, 8))
    attempt("throughput", lambda: throughput(client_, "echo-Node", 800, 16))
    attempt("7 MB payload", lambda: "accepted" if takes_too_much(client_, "echo-Node") else "refused")
    create(client_, "hold", HOLD, "python3.11", 128)
    attempt("300 MB in a function of 128 MB", lambda: "killed" if "FunctionError" in invoke(client_, "hold", {"mb": 300}) else "let be")

    def memory_truth():
        answer = invoke(client_, "hold", {"mb": 60}, tail=True)
        told = report(answer, "Max Memory Used")
        return "nothing" if told is None else f"{told:.0f} of {float(answer['text']):.0f} MB"

    attempt("Max Memory Used, reported of true", memory_truth)
    create(client_, "burn", BURN, "python3.11", 1769)
    attempt("0.8 s of CPU, 24 at once on few cores", lambda: crowded_durations(client_, "burn", 24))
    found["RSS at the end"] = server.rss_mb()
    return found


ROWS = [
    ("first answer", "s", False),
    ("idle RSS", "MB", False),
    ("warm Node p50", "ms", False),
    ("warm Node p95", "ms", False),
    ("warm Python p50", "ms", False),
    ("warm Python p95", "ms", False),
    ("cold Node", "ms", False),
    ("cold Python", "ms", False),
    ("throughput", "invocations per s, 16 clients", True),
    ("7 MB payload", "", False),
    ("300 MB in a function of 128 MB", "", False),
    ("Max Memory Used, reported of true", "", False),
    ("0.8 s of CPU, 24 at once on few cores", "s reported as Duration", False),
]

# Quotas in force: whether they bite is part of what is measured.
servers.compare(__doc__, ROWS, measure, ("ministack",), own=lambda: servers.cosmicai(limits="aws-default"))
