"""A stand-in for ODK Central: in memory, on loopback, with exactly the endpoints that Tilik uses.

It is not Central and keeps nothing; the contract suite (tests/contract) holds it to what a real one does. No product
code imports it: `tilik demo` starts it as a process. Accounts of phones, their properties and a list's filter are told
again, never enforced. No OpenRosa, conditional requests, or clock of its own.
"""
