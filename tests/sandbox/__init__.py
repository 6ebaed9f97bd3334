"""A stand-in for ODK Central: in memory, on loopback, with exactly the endpoints that Tilik uses.

It is not Central and keeps nothing; the contract suite (tests/contract) holds it to what a real one does. No product
code imports it: `tilik demo` starts it as a process. No accounts, OpenRosa, conditional requests, access filters, or
clock of its own.
"""
