"""Closed forms that the engine must reproduce when its rules are reduced to a textbook case.

Each test says which parameters reduce the model. Every check has a fixed seed and a probability
of a false alarm below 1e-6, so that a failure means an error.

Not mapped yet: preferential and uniform attachment (X1 to X3) and friend-of-friend meetings (X4)
need rules of attachment that the model has not got; of X10, turnover of ties, the way to the
stationary state is not that of the model, whose ties last equally long, but the stationary state
is the same.
"""
