CENTS = {"bolt": 15, "nut": 5, "wrench": 1250}


def handler(event, context):
    """Prices a batch of orders: [{id, cents}]."""
    return [
        {"id": order["order_id"], "cents": CENTS[order["item"]] * int(order["quantity"])} for order in event["Items"]
    ]
