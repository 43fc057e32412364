def handler(event, context):
    """Adds up the sales of a shop: {id, score}."""
    sales = event["sales"]
    if any(value < 0 for value in sales):
        raise ValueError(f"shop {event['id']} has negative sales")
    return {"id": event["id"], "score": sum(sales)}
