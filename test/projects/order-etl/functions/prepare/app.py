import csv
import io
import os

import boto3

s3 = boto3.client("s3")
COLUMNS = ["order_id", "customer", "amount", "currency"]


class BadFile(Exception):
    pass


def handler(event, context):
    """Checks the CSV and plans twenty batches: {rows, batch}."""
    body = s3.get_object(Bucket=event["bucket"], Key=event["key"])["Body"].read().decode("utf-8")
    rows = list(csv.reader(io.StringIO(body)))
    if not rows or rows[0] != COLUMNS:
        raise BadFile(f"{event['key']} has the columns {rows[0] if rows else []}, expected {COLUMNS}")
    count = len(rows) - 1
    print(f"{count} orders go to {os.environ['OUT_BUCKET']}")
    return {"rows": count, "batch": max(1, -(-count // 20))}
