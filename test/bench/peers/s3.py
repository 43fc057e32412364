"""S3 side by side with other emulators, through boto3, in one run on one machine.

  python test/bench/peers/s3.py --ministack PY --localstack PY --fauxqs "NODE CLI"

Every server gets the same calls with the same bytes, checksums on as boto3 has them by default. A ratio (2x) says
how many times better the first column is. boto3 itself is the limit of the small calls: it spends longer on a
request than the first column does. Needs boto3. --fauxqs takes the Node (22 or later) that runs it and its cli.js.
"""

import concurrent.futures
import hashlib
import os
import statistics
import time
import zlib

import boto3
import boto3.s3.transfer
import botocore.config
import botocore.exceptions
import servers

MB = 1024 * 1024
LARGE = 100 * MB
BUCKET = "bench"
KEYS = 5_000
CLIENTS = 8


def client(endpoint: str):
    config = botocore.config.Config(
        max_pool_connections=32, retries={"max_attempts": 1}, read_timeout=600, s3={"addressing_style": "path"}
    )
    return boto3.client(
        "s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test", config=config
    )


def timed(run) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def median(times: int, run) -> float:
    return statistics.median(timed(run) for _ in range(times))


def get(s3, key: str, expected: int) -> None:
    """Reads an object as it comes, checking the CRC32 that boto3 put with it."""
    body = s3.get_object(Bucket=BUCKET, Key=key)["Body"]
    crc = 0
    while chunk := body.read(MB):
        crc = zlib.crc32(chunk, crc)
    if crc != expected:
        raise SystemExit("wrong bytes")


def together(count: int, run) -> float:
    """Calls of CLIENTS clients at once, per second."""
    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        seconds = timed(lambda: list(pool.map(run, range(count))))
    return count / seconds


def list_all(s3, prefix: str) -> int:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
    return sum(page["KeyCount"] for page in pages)


def measure(server) -> dict[str, float | str]:
    s3 = client(server.endpoint)
    found: dict[str, float | str] = {"first answer": server.first_answer_s, "idle RSS": server.rss_mb()}

    def attempt(name: str, run) -> None:
        try:
            found[name] = run()
            print(f"  {server.name}: {name}: {found[name]:.4g}", flush=True)
        except Exception as error:
            if isinstance(error, botocore.exceptions.ClientError) and "413" in str(error):
                found[name] = "refused (413)"
            print(f"  {server.name}: {name}: {str(error)[:160]}", flush=True)

    s3.create_bucket(Bucket=BUCKET)
    large = os.urandom(LARGE)
    crc = zlib.crc32(large)
    put = lambda key="large": s3.put_object(Bucket=BUCKET, Key=key, Body=large)
    attempt("PUT 100 MB", lambda: put() and 100 / median(3, put))
    attempt("GET 100 MB", lambda: 100 / median(3, lambda: get(s3, "large", crc)))
    transfer = boto3.s3.transfer.TransferConfig(multipart_chunksize=8 * MB, max_concurrency=4)
    path = os.path.join(server.folder, "large.bin")
    with open(path, "wb") as file:
        file.write(large)
    attempt(
        "multipart upload",
        lambda: 100 / timed(lambda: s3.upload_file(path, BUCKET, "parts", Config=transfer)),
    )

    def rss_after() -> float:
        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(lambda i: put(f"large-{i}"), range(CLIENTS)))
        return server.rss_mb()

    attempt("RSS after that", rss_after)

    small = b"x" * 1024
    name = lambda i: f"small/{hashlib.md5(str(i).encode()).hexdigest()}"
    attempt("PUT 1 KB", lambda: 1 / median(200, lambda: s3.put_object(Bucket=BUCKET, Key="one", Body=small)))
    attempt("GET 1 KB", lambda: 1 / median(200, lambda: s3.get_object(Bucket=BUCKET, Key="one")["Body"].read()))
    attempt("PUT 1 KB, 8 clients", lambda: together(KEYS, lambda i: s3.put_object(Bucket=BUCKET, Key=name(i), Body=small)))
    attempt("list page", lambda: 1000 * median(10, lambda: s3.list_objects_v2(Bucket=BUCKET, Prefix="small/", MaxKeys=1000)))

    def walk() -> float:
        seconds = timed(lambda: counts.append(list_all(s3, "small/")))
        if counts[-1] != KEYS:
            raise SystemExit(f"listed {counts[-1]} of {KEYS}")
        return seconds * 1000

    counts: list[int] = []
    attempt("list all", walk)
    keys = [{"Key": name(i)} for i in range(1000)]
    attempt("delete 1,000", lambda: 1000 * timed(lambda: s3.delete_objects(Bucket=BUCKET, Delete={"Objects": keys, "Quiet": True})))
    return found


ROWS = [
    ("first answer", "s", False),
    ("idle RSS", "MB", False),
    ("PUT 100 MB", "MB/s", True),
    ("GET 100 MB", "MB/s", True),
    ("multipart upload", "MB/s of 100 MB", True),
    ("RSS after that", "MB", False),
    ("PUT 1 KB", "per s", True),
    ("GET 1 KB", "per s", True),
    ("PUT 1 KB, 8 clients", "per s", True),
    ("list page", "ms for 1,000", False),
    ("list all", "ms for 5,000", False),
    ("delete 1,000", "ms", False),
]

servers.compare(__doc__, ROWS, measure, ("ministack", "localstack", "fauxqs"))
