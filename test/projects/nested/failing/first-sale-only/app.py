def handler(event, context):
    return {"id": event["id"], "score": event["sales"][0]}
