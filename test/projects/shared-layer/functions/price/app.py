import pricing


class UnknownItem(Exception):
    pass


def handler(event, context):
    """Prices one order: {id, item, quantity, cents}."""
    try:
        cents = pricing.price_cents(event["item"]) * event["quantity"]
    except KeyError as error:
        raise UnknownItem(f"no price for {event['item']}") from error
    return {**event, "cents": cents}
