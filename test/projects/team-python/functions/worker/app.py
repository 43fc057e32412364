import json
import os
import runpy

import boto3

s3 = boto3.client("s3")


def fetch_folder(bucket, name):
    """Downloads every object of a folder to /tmp."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=name + "/")
    for found in (one for page in pages for one in page.get("Contents", [])):
        target = os.path.join("/tmp", found["Key"])
        os.makedirs(os.path.dirname(target), exist_ok=True)
        s3.download_file(bucket, found["Key"], target)


def handler(event, context):
    """Fetches the scripts, runs them on one partition and writes the result under the worker's rank."""
    fetch_folder(event["S3_BUCKET"], event["S3_OBJECT_NAME"])
    data = s3.get_object(Bucket=event["DATA_BUCKET"], Key=event["DATA_PATH"])["Body"].read()
    script = runpy.run_path(event["SCRIPT"])
    result = {"data_path": event["DATA_PATH"], "rank": event["RANK"], **script["infer"](json.loads(data))}
    key = f"{event['RESULT_PATH']}/{event['RANK']}.json"
    s3.put_object(Bucket=event["RESULT_BUCKET"], Key=key, Body=json.dumps(result))
    return {"statusCode": 200}
