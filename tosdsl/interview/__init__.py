"""Facts from somebody who has none written down: what policies read, and questions one after another.

A clause reads few of a vocabulary's facts. ``template`` writes those as a facts document to fill in,
``Interview`` asks for them one by one, the one that can settle most first, and ``first_policy`` is a
text to begin a policy with. Nothing here reads from a terminal or writes to one.
"""

from __future__ import annotations

from tosdsl.interview.asking import Interview, Question
from tosdsl.interview.reads import Asked, facts_read
from tosdsl.interview.starter import first_policy
from tosdsl.interview.template import template

__all__ = ["Asked", "Interview", "Question", "facts_read", "first_policy", "template"]
