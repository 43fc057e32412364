def handler(event, context):
    """Sums up the batches: {orders, totalCents}."""
    orders = [order for batch in event["batches"] for order in batch]
    return {"orders": len(orders), "totalCents": sum(order["cents"] for order in orders)}
