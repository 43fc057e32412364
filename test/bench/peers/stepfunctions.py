"""Step Functions side by side with other emulators, through boto3, in one run on one machine.

  python test/bench/peers/stepfunctions.py --ministack PY --localstack PY

Every server gets the same machines and the same inputs; quotas are lifted on ours, the others have none.
A ratio (2x) says how many times better the first column is. Needs boto3.
"""

import concurrent.futures
import json
import statistics
import time

import boto3
import botocore.config
import servers

ROLE = "arn:aws:iam::000000000000:role/bench"


def client(service: str, endpoint: str):
    config = botocore.config.Config(
        max_pool_connections=32, retries={"max_attempts": 1}, inject_host_prefix=False, read_timeout=600, s3={"addressing_style": "path"}
    )
    return boto3.client(
        service, endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test", config=config
    )


def passes(count: int) -> dict:
    states = {f"P{i}": {"Type": "Pass", "Next": f"P{i + 1}"} for i in range(count - 1)}
    states[f"P{count - 1}"] = {"Type": "Pass", "End": True}
    return {"StartAt": "P0", "States": states}


def inline_map() -> dict:
    return {
        "StartAt": "M",
        "States": {
            "M": {
                "Type": "Map",
                "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}},
                "End": True,
            }
        },
    }


def distributed_map(kind: str) -> dict:
    return {
        "StartAt": "M",
        "States": {
            "M": {
                "Type": "Map",
                "ItemReader": {
                    "Resource": "arn:aws:states:::s3:getObject",
                    "ReaderConfig": {"InputType": "JSON"},
                    "Parameters": {"Bucket": "bench", "Key": "items.json"},
                },
                "ItemProcessor": {
                    "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": kind},
                    "StartAt": "P",
                    "States": {"P": {"Type": "Pass", "End": True}},
                },
                "ResultPath": None,
                "End": True,
            }
        },
    }


def create(sfn, name: str, definition: dict, kind: str = "STANDARD") -> str:
    return sfn.create_state_machine(name=name, definition=json.dumps(definition), roleArn=ROLE, type=kind)["stateMachineArn"]


def finish(sfn, arn: str, poll_s: float) -> str:
    while True:
        answer = sfn.describe_execution(executionArn=arn)
        if answer["status"] != "RUNNING":
            if answer["status"] != "SUCCEEDED":
                raise RuntimeError(f"{arn}: {answer['status']} {answer.get('error')} {answer.get('cause')}")
            return arn
        time.sleep(poll_s)


def run_once(sfn, machine: str, payload: str, poll_s: float) -> float:
    began = time.perf_counter()
    finish(sfn, sfn.start_execution(stateMachineArn=machine, input=payload)["executionArn"], poll_s)
    return time.perf_counter() - began


def transitions_per_second(sfn, executions: int) -> float:
    """Eight at a time, timed from the first start to the last end."""
    machine = create(sfn, "fifty-passes", passes(50))
    run_once(sfn, machine, "{}", 0.002)
    began = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: run_once(sfn, machine, "{}", 0.002), range(executions)))
    return executions * 50 / (time.perf_counter() - began)


def sync_latency(sfn, calls: int) -> tuple[float, float]:
    machine = create(sfn, "sync", passes(3), "EXPRESS")
    times = []
    for i in range(calls + 5):
        began = time.perf_counter()
        answer = sfn.start_sync_execution(stateMachineArn=machine, input="{}")
        if answer["status"] != "SUCCEEDED":
            raise RuntimeError(answer["status"])
        if i >= 5:
            times.append((time.perf_counter() - began) * 1000)
    times.sort()
    return statistics.median(times), times[int(len(times) * 0.95)]


def open_executions_kb(sfn, server, count: int) -> float:
    """Growth of resident memory per open (waiting) execution, KB."""
    machine = create(sfn, "open", {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 100_000, "End": True}}})
    before = server.rss_mb()
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: sfn.start_execution(stateMachineArn=machine, input='{"a":1}'), range(count)))
    time.sleep(1)
    return (server.rss_mb() - before) * 1024 / count


def measure(server, heavy: bool, skip_express: bool) -> dict[str, float]:
    sfn, s3 = client("stepfunctions", server.endpoint), client("s3", server.endpoint)
    found: dict[str, float] = {"first answer": server.first_answer_s, "idle RSS": server.rss_mb()}
    items = 10_000
    s3.create_bucket(Bucket="bench")
    s3.put_object(Bucket="bench", Key="items.json", Body=json.dumps([{"id": i} for i in range(items)]))

    def note(name, value):
        found[name] = value
        print(f"  {server.name}: {name} = {value:.4g}", flush=True)

    def attempt(name, work):
        try:
            note(name, work())
        except Exception as error:  # what a peer does not offer is a finding, not the end of the run
            print(f"  {server.name}: {name}: {type(error).__name__}: {str(error)[:160]}", flush=True)

    attempt("transitions", lambda: transitions_per_second(sfn, 400 if heavy else 20))
    inline = create(sfn, "inline", inline_map())
    attempt("inline map", lambda: run_once(sfn, inline, json.dumps(list(range(1000))), 0.01))
    standard = create(sfn, "dmap-standard", distributed_map("STANDARD"))
    attempt("distributed STANDARD", lambda: run_once(sfn, standard, "{}", 0.02))
    if not skip_express:
        express = create(sfn, "dmap-express", distributed_map("EXPRESS"))
        attempt("distributed EXPRESS", lambda: run_once(sfn, express, "{}", 0.02))
    note("RSS after the maps", server.rss_mb())
    try:
        p50, p95 = sync_latency(sfn, 200)
        note("sync p50", p50)
        note("sync p95", p95)
    except Exception as error:
        print(f"  {server.name}: sync: {str(error)[:160]}", flush=True)
    attempt("open execution", lambda: open_executions_kb(sfn, server, 10_000 if heavy else 500))
    return found


ROWS = [
    ("first answer", "s", False),
    ("idle RSS", "MB", False),
    ("transitions", "per s", True),
    ("inline map", "s for 1,000 items", False),
    ("distributed STANDARD", "s for 10,000 children", False),
    ("distributed EXPRESS", "s for 10,000 children", False),
    ("RSS after the maps", "MB", False),
    ("sync p50", "ms", False),
    ("sync p95", "ms", False),
    ("open execution", "KB each", False),
]

servers.compare(
    __doc__,
    ROWS,
    lambda server: measure(server, heavy=server.name != "LocalStack", skip_express=server.name == "LocalStack"),
    ("ministack", "localstack"),
)
