import json

import boto3

s3 = boto3.client("s3")


def handler(event, context):
    """Joins every result under the result path. Like the original, it does not check which run a result is of."""
    prefix = event["result_path"] + "/"
    listed = s3.list_objects_v2(Bucket=event["bucket"], Prefix=prefix)
    keys = [found["Key"] for found in listed.get("Contents", []) if not found["Key"].endswith("combined_data.json")]
    results = [json.loads(s3.get_object(Bucket=event["bucket"], Key=key)["Body"].read()) for key in keys]
    s3.put_object(Bucket=event["bucket"], Key=prefix + "combined_data.json", Body=json.dumps(results))
    return {"statusCode": 200, "body": {"results": len(results), "anomalies": sum(one["anomalies"] for one in results)}}
