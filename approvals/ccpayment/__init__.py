"""CCPayment behind the `Gateway` interface.

    signing.py   the two formulas, for requests and answers
    wire.py      one HTTP call with one deadline over everything
    fields.py    values out of JSON, strictly; numbers stay the digits that were sent
    answer.py    what an answer says, and whether its signature vouches for it
    coins.py     API v1's list of coins as a catalogue
    v1.py        API v1: the calls, and what their answers mean
    cache.py     the catalogue, kept for a while

Facts about the API come from docs.ccpayment.com (v1.0 API). What the vendor leaves open is read in
the way that cannot pay twice, and a comment says so.
"""
