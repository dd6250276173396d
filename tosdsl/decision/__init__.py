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

from tosdsl.decision.model import Decision
from tosdsl.verdict import Verdict

__all__ = ["Decision", "Verdict"]
