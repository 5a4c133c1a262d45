"""CCPayment behind the `Gateway` interface.

    signing.py   the two formulas, for requests and answers
    wire.py      one HTTP call with one deadline over everything
    fields.py    values out of JSON, strictly; numbers stay the digits that were sent
    codes.py     what the codes mean, for us and for people
    answer.py    what an answer says, and whether its signature vouches for it
    coins.py     a list of coins as a catalogue
    hooks.py     what is to be known of webhooks
    client.py    what both generations of the API have in common
    v1.py, v2.py     the calls and fields of each
    generations.py   one of them, by its name
    cache.py     the catalogue, kept for a while

Facts about the API come from docs.ccpayment.com (v1.0 API) and ccpayment.com/api/doc (v2). What the
vendor leaves open is read in the way that cannot pay twice, and a comment says so.
"""
