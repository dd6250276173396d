"""The story's clause as an engine each: by hand, by this program, and in the languages of others.

Each function here prepares one and raises ImportError where it is not installed. ``KNOWN`` are asked
uses of which all facts are known. ``GAPS`` are asked any: where an engine has no word for
*undetermined* of its own, the clause is written for it with a guard before each fact.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import tosdsl
from benchmarks import hand
from benchmarks.hand import FORBIDDEN, PERMITTED, UNDETERMINED, Word
from benchmarks.reference import reference
from benchmarks.timing import Call

POLICY = "openai.business_terms"


@dataclass(frozen=True)
class Engine:
    """``ask`` is what is timed, with nothing around it; ``read`` makes a verdict of its answer."""

    title: str
    ask: Call
    read: Callable[[Any], Word]


def forbids(answer: object) -> Word:
    """The verdict of an engine that says whether the use is forbidden."""
    return FORBIDDEN if answer is True else PERMITTED


# --- Python -----------------------------------------------------------------------------------


def by_hand() -> Engine:
    return Engine("Python, by hand", hand.verdict, lambda word: word)


def by_hand_with_gaps() -> Engine:
    return Engine("Python, by hand, made for gaps", hand.verdict_with_gaps, lambda word: word)


def generated() -> Engine:
    return Engine("tosdsl, `verdict`", tosdsl.load(POLICY).verdict, lambda answer: answer.value)


def by_reference() -> Engine:
    return Engine("tosdsl, the reference", reference(tosdsl.load(POLICY)), lambda answer: answer.value)


# --- zen --------------------------------------------------------------------------------------

_ZEN = """
"openai" in output_of
and some(activities, # in ["train", "annotate", "distill", "fine_tune", "evaluate"])
and "openai" in model.competes_with
and not (model.purpose in ["classify", "categorize", "organize"]
         and not model.distributed and not model.commercially_available)
and not ("fine_tune" in activities and model.base_offered_by == "openai")
"""

_ZEN_GUARDED = """
(output_of != null and not ("openai" in output_of))
or (activities != null
    and not some(activities, # in ["train", "annotate", "distill", "fine_tune", "evaluate"]))
or (model.competes_with != null and not ("openai" in model.competes_with))
or (model.purpose != null and model.purpose in ["classify", "categorize", "organize"]
    and model.distributed == false and model.commercially_available == false)
or (activities != null and "fine_tune" in activities and model.base_offered_by == "openai")
? "permitted"
: (output_of != null and activities != null and model.competes_with != null
   and (model.distributed == true or model.commercially_available == true
        or (model.purpose != null
            and not (model.purpose in ["classify", "categorize", "organize"])))
   and (not ("fine_tune" in activities) or model.base_offered_by != null)
   ? "forbidden" : "undetermined")
"""


def zen() -> Engine:
    import zen

    expression = zen.compile_expression(" ".join(_ZEN.split()))
    return Engine("zen, expression", expression.evaluate, forbids)


def zen_guarded() -> Engine:
    import zen

    expression = zen.compile_expression(" ".join(_ZEN_GUARDED.split()))
    return Engine("zen, expression with guards", expression.evaluate, lambda word: word)


# --- CEL --------------------------------------------------------------------------------------

_CEL = """
"openai" in output_of
&& activities.exists(a, a in ["train", "annotate", "distill", "fine_tune", "evaluate"])
&& "openai" in model.competes_with
&& !(model.purpose in ["classify", "categorize", "organize"]
     && !model.distributed && !model.commercially_available)
&& !("fine_tune" in activities && model.base_offered_by == "openai")
"""


def cel_rust() -> Engine:
    import cel

    return Engine("CEL in Rust", cel.compile(_CEL).execute, forbids)


def cel_rust_with_gaps() -> Engine:
    """An error of CEL's is what is not known: its ``&&`` and ``||`` absorb errors as Kleene's do."""
    import cel

    execute = cel.compile(_CEL).execute

    def ask(facts: Mapping[str, Any]) -> Word:
        try:
            return FORBIDDEN if execute(facts) else PERMITTED
        except (RuntimeError, KeyError, ValueError, TypeError):
            return UNDETERMINED

    return Engine("CEL in Rust, its errors caught", ask, lambda word: word)


def _cel_cpp() -> Callable[[Mapping[str, Any]], Any]:
    from cel_expr_python import cel

    dyn = cel.Type.DYN
    env = cel.NewEnv(variables={"output_of": dyn, "activities": dyn, "model": dyn})
    evaluate = env.compile(_CEL).eval
    return lambda facts: evaluate(data=facts).value()


def cel_cpp() -> Engine:
    return Engine("CEL in C++", _cel_cpp(), forbids)


def cel_cpp_with_gaps() -> Engine:
    def read(answer: object) -> Word:
        return forbids(answer) if isinstance(answer, bool) else UNDETERMINED

    return Engine("CEL in C++", _cel_cpp(), read)


# --- Cedar ------------------------------------------------------------------------------------

_CEDAR = """
permit(principal, action, resource);
forbid(principal, action, resource) when {
    context.output_of.contains("openai")
    && context.activities.containsAny(["train", "annotate", "distill", "fine_tune", "evaluate"])
    && context.model.competes_with.contains("openai")
    && !(["classify", "categorize", "organize"].contains(context.model.purpose)
         && !context.model.distributed && !context.model.commercially_available)
    && !(context.activities.contains("fine_tune") && context.model.base_offered_by == "openai")
};
"""

_CEDAR_GUARDED = """
permit(principal, action, resource) when {
    (context has output_of && !context.output_of.contains("openai"))
    || (context has activities && !context.activities.containsAny(
            ["train", "annotate", "distill", "fine_tune", "evaluate"]))
    || (context has model.competes_with && !context.model.competes_with.contains("openai"))
    || (context has model.purpose
        && ["classify", "categorize", "organize"].contains(context.model.purpose)
        && context has model.distributed && !context.model.distributed
        && context has model.commercially_available && !context.model.commercially_available)
    || (context has activities && context.activities.contains("fine_tune")
        && context has model.base_offered_by && context.model.base_offered_by == "openai")
};
forbid(principal, action, resource) when {
    context has output_of && context.output_of.contains("openai")
    && context has activities && context.activities.containsAny(
           ["train", "annotate", "distill", "fine_tune", "evaluate"])
    && context has model.competes_with && context.model.competes_with.contains("openai")
    && ((context has model.distributed && context.model.distributed)
        || (context has model.commercially_available && context.model.commercially_available)
        || (context has model.purpose
            && !["classify", "categorize", "organize"].contains(context.model.purpose)))
    && (!context.activities.contains("fine_tune")
        || (context has model.base_offered_by && context.model.base_offered_by != "openai"))
};
"""

_CEDAR_WHO = {"principal": 'User::"u"', "action": 'Action::"use"', "resource": 'Service::"api"'}


def cedar_asked(text: str) -> Call:
    """What hands a request's context to Cedar: a mapping, or JSON as text."""
    import cedarpy

    policies = cedarpy.PolicySet.from_str(text)
    entities = cedarpy.Entities.from_json_str("[]")
    return lambda context: cedarpy.is_authorized({**_CEDAR_WHO, "context": context}, policies, entities)


def cedar_verdict(answer: Any) -> Word:
    """Allowed, denied by a policy, or denied because none permits."""
    if answer.allowed:
        return PERMITTED
    return FORBIDDEN if answer.diagnostics.reasons else UNDETERMINED


def cedar() -> Engine:
    return Engine("Cedar", cedar_asked(_CEDAR), cedar_verdict)


def cedar_guarded() -> Engine:
    return Engine("Cedar with guards", cedar_asked(_CEDAR_GUARDED), cedar_verdict)


def cedar_json() -> Engine:
    """From bytes to bytes; its answer travels as the object that a gateway would send on."""
    ask = cedar_asked(_CEDAR.replace("context.", "context.facts."))

    def answer(body: bytes) -> bytes:
        return json.dumps({"verdict": cedar_verdict(ask(body.decode()))}).encode()

    return Engine("Cedar, JSON text as context", answer, _json_verdict)


# --- OPA --------------------------------------------------------------------------------------

_REGO = """
package terms

default forbid := false

developing := {"train", "annotate", "distill", "fine_tune", "evaluate"}
sorting := {"classify", "categorize", "organize"}

forbid if {
    "openai" in input.output_of
    some activity in input.activities
    activity in developing
    "openai" in input.model.competes_with
    not classifiers
    not fine_tuning
}

classifiers if {
    input.model.purpose in sorting
    input.model.distributed == false
    input.model.commercially_available == false
}

fine_tuning if {
    "fine_tune" in input.activities
    input.model.base_offered_by == "openai"
}

verdict := "permitted" if { permitted } else := "forbidden" if { certain } else := "undetermined"

permitted if { count(input.output_of) >= 0; not "openai" in input.output_of }
permitted if { count(input.activities) >= 0; not develops }
permitted if { count(input.model.competes_with) >= 0; not "openai" in input.model.competes_with }
permitted if { classifiers }
permitted if { fine_tuning }

develops if { some activity in input.activities; activity in developing }

certain if {
    "openai" in input.output_of
    develops
    "openai" in input.model.competes_with
    never_sorting
    never_fine_tuning
}

never_sorting if { input.model.distributed == true }
never_sorting if { input.model.commercially_available == true }
never_sorting if { is_string(input.model.purpose); not input.model.purpose in sorting }
never_fine_tuning if { not "fine_tune" in input.activities }
never_fine_tuning if { input.model.base_offered_by != "openai" }
"""


def _opa(document: str) -> Call:
    from opa_bindings import OpaEngine

    engine = OpaEngine()
    engine.add_policy("terms.rego", _REGO)
    return lambda facts: engine.eval_document(document, facts)


def opa() -> Engine:
    return Engine("OPA", _opa("terms.forbid"), forbids)


def opa_guarded() -> Engine:
    return Engine("OPA with guards", _opa("terms.verdict"), lambda word: word)


def opa_json() -> Engine:
    """From bytes to bytes, by the call below the public one, which dumps a mapping for it."""
    from opa_bindings import OpaEngine

    engine = OpaEngine()
    engine.add_policy("terms.rego", _REGO.replace("input.", "input.facts."))
    call, evaluate = engine._call, engine._lib.OpaEvalDocument

    def answer(body: bytes) -> bytes:
        found = call(evaluate, b"terms.forbid", body, 0, 0)["result"]
        forbidden = found[0]["expressions"][0]["value"]
        return json.dumps({"verdict": forbids(forbidden)}).encode()

    return Engine("OPA, JSON text as input", answer, _json_verdict)


# --- whole decisions, and JSON ------------------------------------------------------------------


def _json_verdict(body: bytes) -> Word:
    word: Word = json.loads(body)["verdict"]
    return word


def decide() -> Engine:
    """The decision with basis, exceptions, needs and the rest."""
    decide = tosdsl.load(POLICY).decide
    return Engine("tosdsl, `decide`", decide, lambda answer: answer.verdict.value)


def decide_json() -> Engine | None:
    """From bytes to bytes, or None where this version of the program does not offer it."""
    ask: Call | None = getattr(tosdsl.load(POLICY), "decide_json", None)
    return None if ask is None else Engine("tosdsl, `decide_json`", ask, _json_verdict)


def json_by_hand() -> Engine:
    def answer(body: bytes) -> bytes:
        return json.dumps({"verdict": hand.verdict(json.loads(body)["facts"])}).encode()

    return Engine("`json.loads`, by hand, `json.dumps`", answer, _json_verdict)


def orjson_by_hand() -> Engine:
    import orjson

    loads, dumps = orjson.loads, orjson.dumps

    def answer(body: bytes) -> bytes:
        made: bytes = dumps({"verdict": hand.verdict(loads(body)["facts"])})
        return made

    return Engine("orjson, by hand, orjson", answer, _json_verdict)


def msgspec_by_hand() -> Engine:
    import msgspec

    loads, dumps = msgspec.json.Decoder().decode, msgspec.json.Encoder().encode

    def answer(body: bytes) -> bytes:
        made: bytes = dumps({"verdict": hand.verdict(loads(body)["facts"])})
        return made

    return Engine("msgspec, by hand, msgspec", answer, _json_verdict)


Prepare = Callable[[], Engine | None]

KNOWN: Sequence[Prepare] = (by_hand, generated, by_reference, zen, cel_rust, cel_cpp, cedar, opa)
GAPS: Sequence[Prepare] = (
    *(by_hand_with_gaps, by_hand, generated, by_reference),
    *(zen_guarded, cel_rust_with_gaps, cel_cpp_with_gaps, cedar_guarded, opa_guarded),
)
DECIDE: Sequence[Prepare] = (by_hand, generated, decide)
JSON: Sequence[Prepare] = (
    *(json_by_hand, orjson_by_hand, msgspec_by_hand),
    *(decide_json, cedar_json, opa_json),
)

PACKAGES = (
    *("tosdsl", "zen-engine", "common-expression-language", "cel-expr-python", "cedarpy"),
    *("opa-golib-python-bindings", "orjson", "msgspec"),
)
"""What a report gives the versions of."""
