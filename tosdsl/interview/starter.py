"""A text to begin with: a vocabulary, a policy with one clause, and scenarios that hold."""

from __future__ import annotations

import re

_TEXT = """\
# A vocabulary says what one has to know about a use. Each fact has a type, and a question for whoever
# describes the use. Several policies may share one vocabulary.
vocabulary {words}
    "Facts about using {title}."

party {provider}  "whose terms these are"

type Purpose is one of
    private     "at home, for oneself"
    commercial  "to earn money"

fact purpose: Purpose         "What is it used for?"
fact credit: boolean          "Is the provider named beside it?"
fact harmful: boolean judged  "Does the use harm somebody?"


# A policy restates one version of one document. What no clause speaks of is permitted by default.
policy {id}
    title "{title}"
    provider {provider}
    version "1"
    effective from 2024-01-01
    source "https://example.org/terms"
    default permit

use {words}

# One provision of the document is one clause; `at` says where it stands there.
forbid commercial_use at "1"
    "No commercial use, unless the provider is named."
    when purpose is commercial
    except with_credit at "1(a)"
        when credit
        provided not harmful

# A scenario is a use and what must come of it: `tosdsl test` runs it.
scenario "sold, and nobody is named"
    as of 2024-06-01
    given
        purpose: commercial
        credit: no
    expect forbidden
    expect commercial_use in force

scenario "sold, with the provider's name"
    as of 2024-06-01
    given
        purpose: commercial
        credit: yes
        harmful: no
    expect permitted
    expect commercial_use defeated by with_credit

scenario "sold, and nobody has said whether somebody is named"
    as of 2024-06-01
    given
        purpose: commercial
    expect undetermined
    expect needs credit, harmful
"""

_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*\Z")


def is_id(name: str) -> bool:
    """Whether a policy can be called so."""
    return _ID.match(name) is not None


def first_policy(id_: str) -> str:
    """The text of a first policy of this id (``provider.document``), in its canonical layout.

    Raises ValueError if no policy can be called so.
    """
    if not is_id(id_):
        raise ValueError(f"{id_!r} is no id of a policy")
    provider, _, rest = id_.partition(".")
    title = f"{provider} {rest or 'terms'}".replace("_", " ").replace(".", " ").title()
    words = f"{id_.replace('.', '_')}_words"
    provider = provider if rest else "provider_of_it"
    return _TEXT.format(id=id_, title=title, provider=provider, words=words)
