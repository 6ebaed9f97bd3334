"""The clock and the outside world: Central, through pyodk; the jobs; the demo and the bench."""
