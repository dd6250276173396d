"""What an asker gets: the decision, its JSON, its explanation.

``model``    the decision and its parts
``build``    findings to a decision
``explain``  findings to a tree that says why
``text``     the explanation as plain lines
``reads``    which facts a clause reads
``support``  which facts a finding rests on
``evidence`` assertions in words
``readings`` one decision of several, under several readings
"""

from tosdsl.base.verdict import Verdict
from tosdsl.decision.model import Decision

__all__ = ["Decision", "Verdict"]
