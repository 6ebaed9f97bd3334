"""The rules: what was seen on site, set against what a district claimed.

Everything here is a pure function of its arguments: no file, clock, network, database or random state. Whoever
loads the data files passes them in. Start at `verification.verify.verify_district`.
"""
