"""What an asker gets: the decision, its JSON, its explanation.

``model``     the decision and its parts
``layout``    the entries that decisions on one program share
``assemble``  the values of a program's nodes to a decision, by these entries
``told``      the values to findings, for whoever explains
``explain``   findings to a tree that says why; ``workings``: how a condition came out
``text``      the explanation as plain lines
``reads``     which facts a clause reads
``resting``   which facts a finding rests on
``evidence``  assertions in words
``readings``  one decision of several, under several readings; ``alternatives``: of several versions
"""

from tosdsl.base.verdict import Verdict
from tosdsl.decision.model import Decision

__all__ = ["Decision", "Verdict"]
