"""A whole fictional partnership with a known truth, in the publishers' formats: for the demo and the tests.

Exampleshire is no real place: its codes lie in ranges ONS has never issued, its shore is in the
middle of the North Sea, and every count in it was drawn from a seed.
"""

from evenhand.synthetic.national import National, write_national
from evenhand.synthetic.partnership import write
from evenhand.synthetic.truth import BadRow, Step, Truth

__all__ = ["BadRow", "National", "Step", "Truth", "write", "write_national"]
