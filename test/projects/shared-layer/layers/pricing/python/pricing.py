"""Prices in cents."""

PRICES = {"bolt": 15, "nut": 5, "wrench": 1250}


def price_cents(item):
    return PRICES[item]
