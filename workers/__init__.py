"""The clock and the outside world: Central, through pyodk in one file; the jobs; the demo and the bench."""
