"""The limits that a user can meet, by name. ``docs/language/limits.md`` says what happens past each."""

MAX_FILE_BYTES = 16 * 1024 * 1024
"""Size of one policy text, in bytes of UTF-8."""

MAX_NESTING = 60
"""Depth of blocks, brackets, ``not`` and ``if`` around each other, in one policy text."""

MAX_LINE = 20_000
"""Length of one line of a policy text, in characters."""

MAX_DIGITS = 100
"""Digits of one number."""

MAX_DIGITS_WORKED_OUT = 400
"""Digits of a number that is worked out, above the line of a fraction and below it."""

MAX_STEPS = 500_000
"""Steps in which a question is answered, counted before any is taken: each part of a condition is one
for each item of a list."""

MAX_RECOVERY = 8 * 1024 * 1024
"""Characters read again in order to find further mistakes in one top-level item."""

MAX_ERRORS = 100
"""Diagnostics reported for one file; past it a last one says that there are more."""

MAX_FACTS_BYTES = 4 * 1024 * 1024
"""Size of one facts document, in bytes of UTF-8."""

MAX_FACTS_NESTING = 20
"""Depth of lists and mappings in a facts document."""

MAX_FACTS_VALUES = 200_000
"""Values in the facts of one use, counted as often as they occur."""

MAX_LIST = 10_000
"""Items in one list of a facts document."""

MAX_TABLE_ROWS = 1_000
"""Rows of one table of a policy."""

MAX_FILES = 10_000
"""Policy files in one library folder."""

MAX_INCORPORATION = 30
"""Depth of documents that incorporate one another."""

MAX_NEEDS_WORK = 200_000
"""Steps taken to say what all ways to fill in the unknown facts agree on. Past it, everything stays
open that a condition alone leaves open, and the decision is not ``exact``."""

MAX_OUTCOMES_TRIED = 20_000
"""Outcomes of conditions that are compared to find the values of one fact that differ in nothing, in
that search. Past it, each value is tried for itself."""

MAX_MEMBERS_TRIED = 8
"""Items that conditions tell apart in a list that is not known, of which every choice is tried in that
search. Past it, each condition on the list may come out either way."""

MAX_WORD_SHOWN = 240
"""Characters of a text's own words that a message repeats."""

MAX_DEFINITIONS_DEEP = 50
"""Definitions that use one another, counted from the outermost to the innermost."""

MAX_TERMS = 100
"""Operations that follow one another in a sum or a product, brackets included."""

MAX_DOCUMENTS = 1_000
"""Documents that one question reads, counted once for each path by which one comes in."""

MAX_EXCEPTIONS = 10_000
"""Exceptions of one clause, nested ones too; a shared one counts wherever it is attached."""

MAX_FACTS = 10_000
"""Facts of one vocabulary, counted with the fields of their records."""

MAX_USES = 30
"""Depth of vocabularies that use one another."""

MAX_READINGS = 100
"""Readings of one use: each of them is judged."""

MAX_CONFLICTS = 100_000
"""Pairs of clauses in conflict that a decision lists. That there are more is one of its warnings."""

MAX_ROUTES = 10_000
"""Steps by which ``governed by`` leads from document to document, looked at for circles."""

MAX_ALTERNATIVES = 64
"""Ways to choose one of several versions, where nothing says which of them governs on a day."""

MAX_PRECEDENCES = 200_000
"""Pairs of clauses of which one prevails over the other."""

MAX_CALLS = 10_000
"""Definitions with parameters that are evaluated in order to evaluate one of them."""

MAX_LISTS_NESTED = 2
"""Lists that a condition goes through inside one another, those of the definitions that it gives values
to counted in: two lists of 10,000 items make 100,000,000 pairs."""

MAX_DURATION = 1_000_000
"""Hours, days, months or business days that a duration has, whatever unit it is written in."""

MAX_PARTS = 500_000
"""Parts of all clauses written out as code: those that prevail over a clause are parts of its own. Past
it, the core answers, more slowly."""

MAX_WRITTEN_OUT = 8
"""How many times the parts of the text all clauses may have written out as code, if that is more than a
few thousand. Past it, the core answers."""

MAX_PERIODS = 10_000
"""Stretches of days, of the use and of knowledge, that the versions of a question's documents make."""

MAX_SOLVER_TERMS = 50_000
"""Terms that the conditions of one analysis are made into for a solver. What is left then is not told
to it, and the questions that hang on that are not settled."""

MAX_SOLVER_DEGREE = 32
"""Values of facts in one product that a solver is told of, however it is written."""

MAX_SOLVER_WORK = 4_000_000
"""Steps of a solver for all questions of one analysis, as z3 counts them, and a hundredth of that more
for each condition that is no test of one fact. The questions that are left then are not settled."""

MAX_CACHE_ENTRY = 128 * 1024 * 1024
"""Bytes of one entry of the cache; what is larger is worked out each time."""

MAX_CACHE_BYTES = 512 * 1024 * 1024
"""Bytes of all entries of the cache; past them, the oldest go."""

MAX_DECISION_BYTES = 64 * 1024 * 1024
"""Size of a written decision that is read back, in bytes of UTF-8."""

MAX_RECEIPT_BYTES = 16 * 1024 * 1024
"""Size of one receipt that is read, in bytes."""

MAX_RECEIPT_TEXTS = 100
"""Sets of texts that are kept while receipts are decided again; past them, the first are read anew."""

MAX_EXPLANATION_NESTING = 300
"""Depth of the explanation in a written decision that is read back."""

MAX_REQUEST_BYTES = 256 * 1024
"""Size of a request's body at a gate; a larger one is refused with 413. ``limits.body`` of a gate."""

MAX_REQUEST_HEADERS = 200
"""Headers of one request at a gate; more are refused with 431. ``limits.headers`` of a gate."""

MAX_REQUEST_HEADER = 16 * 1024
"""Bytes of a request's headers at a gate; more are refused with 431. ``limits.header`` of a gate."""

MAX_REQUEST_BATCH = 100
"""Questions in one request at a gate; more are refused with 413. ``limits.batch`` of a gate."""

MAX_REQUEST_SECONDS = 5
"""Seconds that a request at a gate may take to come in and be answered; then it is refused."""

MAX_CONNECTIONS = 20_000
"""Connections that a gate holds at once; one more is answered with 503."""

MAX_REGISTER_ROWS = 1_000_000
"""Rows of one register of a gate; a register with more cannot be read."""

MAX_KINDS = 20_000
"""Kinds of rows of one version of the policies in an audit that are decided with all reasons. Of rows
of further kinds, only the verdict is told."""

MAX_KINDS_OPEN = 500_000
"""Further kinds that conditions one by one leave open, of which the verdict is still worked out. Rows
of more stay undetermined, and the report counts them."""
