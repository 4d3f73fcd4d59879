"""`python -m sim.cli` is `netgrow`."""

from sim.cli import main

main()
