import json

import boto3

s3 = boto3.client("s3")


def handler(event, context):
    """Lists the partitions and answers one job for each."""
    listed = s3.list_objects_v2(Bucket=event["data_bucket"], Prefix=event["data_prefix"] + "/")
    keys = [found["Key"] for found in listed.get("Contents", [])][: int(event["file_limit"])]
    jobs = [
        {
            "S3_BUCKET": event["bucket"],
            "S3_OBJECT_NAME": event["S3_object_name"],
            "SCRIPT": event["script"],
            "DATA_BUCKET": event["data_bucket"],
            "DATA_PATH": key,
            "RESULT_BUCKET": event["bucket"],
            "RESULT_PATH": event["result_path"],
            "RANK": str(rank),
            "WORLD_SIZE": str(len(keys)),
        }
        for rank, key in enumerate(keys)
    ]
    s3.put_object(Bucket=event["bucket"], Key="payload.json", Body=json.dumps({**event, "jobs": jobs}))
    return {"statusCode": 200, "body": jobs}
