"""How bytes are written in addresses and signed in invoices: letters, checksums, hashes, curves.

They know nothing of networks; each is held against what others make in the tests.
"""
