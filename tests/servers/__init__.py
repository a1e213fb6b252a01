"""Strict local servers of the vendors hayal speaks to, with faults to order and a ledger of what would be billed.

Each server checks a request the way the real service does (unknown fields, types, models, keys) and answers in its real
shape; `tests/kit` holds them against the vendors' own SDKs. In a test:

    async with openai_server(key="sk-test") as vendor:
        vendor.faults.add("POST /v1/images/generations", faults_openai.rate_limited(after=2))
        ...  # a plugin with base_url = vendor.base_url
        assert [paid.what for paid in vendor.ledger.paid] == ["image"]
"""
