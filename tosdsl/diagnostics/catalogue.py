"""The one list of diagnostic codes: what each says, and how it is mended.

1xxx the text, 2xxx names and types, 3xxx provisions, 4xxx facts, 5xxx limits, 6xxx the library.
``says`` and ``mend`` are one sentence each; the words in braces come with the diagnostic. A code,
once released, keeps its meaning; a code that is no longer used is not given out again.
"""

from __future__ import annotations

import re

from attrs import frozen


@frozen
class Entry:
    code: str
    says: str
    mend: str
    warning: bool = False

    @property
    def title(self) -> str:
        """What the code says, whatever the words: the heading of its page."""
        return re.sub(r"\{\w+\}", "…", self.says).removesuffix(".")


_ENTRIES = (
    # --- 1xxx the text ------------------------------------------------------------------------
    Entry("TOS1001", "{found} cannot stand here.", "What can stand here: {expected}."),
    Entry(
        "TOS1002",
        "The character {found} is not part of the language.",
        "{mend}",
    ),
    Entry(
        "TOS1003",
        "This text is not closed on its line.",
        'Write it on one line, however long, and close it with `"`; a quotation mark in it is `\\"`.',
    ),
    Entry("TOS1004", "This line is indented with a tab{others}.", "Indent with spaces, four a level."),
    Entry(
        "TOS1005",
        "This line goes back to column {column}, where no line above it starts.",
        "Line it up with the line that it belongs beside.",
    ),
    Entry(
        "TOS1006",
        "Nothing stands under {opener}.",
        "Put what belongs to it on the lines below, indented by four spaces.",
    ),
    Entry(
        "TOS1007",
        "This line is indented, but the line above it takes nothing under it.",
        "Line it up with the line above, or begin it with `and` or `or` if it goes on with that line.",
    ),
    Entry(
        "TOS1008",
        "`{found}` is not written that way here.",
        "Write {instead}.",
    ),
    Entry(
        "TOS1009",
        "This stands under no policy and no vocabulary.",
        "Begin the file with `policy NAME` or `vocabulary NAME`.",
    ),
    Entry(
        "TOS1010",
        "A {unit} cannot hold {item}.",
        "Put it into a {other}.",
    ),
    Entry(
        "TOS1011",
        "`{found}` is not a date in the calendar.",
        "Write year, month and day with four, two and two digits: 2023-11-14.",
    ),
    Entry(
        "TOS1012",
        "{what} stands here for the second time.",
        "{mend}",
    ),
    Entry(
        "TOS1013",
        "Several conditions stand here, and nothing says how they combine.",
        "End the line above them with `all of` or `any of`.",
    ),
    Entry(
        "TOS1014",
        "`{found}` has a dot in it, and {what} is a plain name.",
        "Use letters, digits and underscores only.",
    ),
    Entry(
        "TOS1015",
        "The text is not UTF-8: byte {byte} at offset {offset}.",
        "Save the file as UTF-8.",
    ),
    Entry(
        "TOS1016",
        "There is no policy and no vocabulary in this text.",
        "Begin with `policy NAME` or `vocabulary NAME` in the first column.",
    ),
    Entry(
        "TOS1017",
        "The policy does not say what holds where no clause speaks.",
        "Add `default permit` (what is not forbidden may be done) or `default forbid` under its name.",
    ),
    Entry(
        "TOS1018",
        "`\\{found}` means nothing in a text.",
        'Write `\\"`, `\\\\` or `\\n`.',
    ),
    Entry(
        "TOS1019",
        "`{found}` is a word of the language and cannot be a name here.",
        "Choose another name.",
    ),
    Entry(
        "TOS1020",
        "`{first}` and `{second}` stand together without brackets.",
        "Say which belongs together with brackets, or use `all of` and `any of`.",
    ),
    Entry(
        "TOS1021",
        "`{found}` is not a word of the language.",
        "Write `{instead}`, if that is meant.",
    ),
    Entry("TOS1022", "A text stands in double quotes.", 'Write `"{found}"`.'),
    Entry(
        "TOS1023",
        "`{found}` begins a line of its own.",
        "Put it on the next line, indented by four spaces.",
    ),
    Entry("TOS1024", "{missing} is missing here.", "Write it {where}."),
    Entry("TOS1025", "This `{open}` is never closed.", "Close it with `{close}`."),
    Entry("TOS1026", "`{found}` has no place here.", "Leave it out."),
    Entry(
        "TOS1027",
        "`{found}` is not a name.",
        "Write it with letters from a to z, digits and underscores only{instead}.",
    ),
    Entry(
        "TOS1028",
        "{found} cannot stand in the first column: it belongs under {owner}.",
        "Indent it by four spaces.",
    ),
    Entry("TOS1029", "`{found}` is not a whole number.", "Write digits only."),
    Entry(
        "TOS1030",
        "This `{word}` has no name.",
        "Write `{word} NAME`, and what follows on the next line, indented.",
    ),
    Entry(
        "TOS1031",
        "`{found}` begins in the first column, and this line is indented.",
        "Take its indentation away, and that of the lines beside it.",
    ),
    Entry(
        "TOS1032",
        "This {found} stands beside {owner}, not below it.",
        "Indent {what} by {spaces}{own}.",
    ),
    Entry(
        "TOS1033",
        "A default has no condition.",
        "Leave the condition out, or write the default into a section that has `applies when`.",
    ),
    Entry(
        "TOS1034",
        "This line ends in `{found}`, and the condition goes on below.",
        "Begin the next line with `{found}` instead.",
    ),
    Entry(
        "TOS1035",
        "A vocabulary has no `{found}`.",
        "Leave the line out; only a policy has one.",
    ),
    Entry(
        "TOS1036",
        "`{found}` stands outside the section `{section}` above it, and its lines are indented as if "
        "it were inside.",
        "Indent it like the section's other clauses, or, if it does not belong to the section, indent "
        "its lines by four spaces only.",
        warning=True,
    ),
    Entry(
        "TOS1037",
        "This block is not closed{where}.",
        "Close it with a line of its own that holds `` {fence} `` and is indented like this one.",
    ),
    Entry(
        "TOS1038",
        "There is no block of policy text in this Markdown file.",
        "Write the policy between a line ```` ```tos ```` and a line ```` ``` ````.",
    ),
    Entry(
        "TOS1039",
        "No block of policy text begins here: Markdown takes this line for {what}.",
        "Set the block apart with a blank line above it, its fence in line with the text around it; "
        "or, if it is an example, write another word, such as `tos-example`.",
    ),
    Entry(
        "TOS1040",
        "A block that begins with `{found}` is not read as policy text.",
        "Write `tos`, or, if it is an example, another word, such as `tos-example`.",
    ),
    Entry(
        "TOS1041",
        "`{word}` belongs to an obligation, and this clause begins with `{modality}`.",
        "Begin the clause with `require`, or say it with `when` or `provided`.",
    ),
    Entry(
        "TOS1042",
        "The obligation `{name}` does not say what must be.",
        "Add a line `must CONDITION` below it.",
    ),
    # --- 2xxx names and types -------------------------------------------------------------------
    Entry(
        "TOS2001",
        "Nothing is called `{name}` here: no fact and no definition.",
        "Declare it in the vocabulary (`fact {name}: …`) or with `define`.",
    ),
    Entry("TOS2002", "{type} has no field `{name}`.", "{hint}"),
    Entry(
        "TOS2003",
        "There is no type `{name}`.",
        "The built-in types are boolean, integer, text, date and party; declare others with `type`.",
    ),
    Entry(
        "TOS2004",
        "`{name}` is declared for the second time; the first is at line {line}{file}.",
        "Give one of the two another name.",
    ),
    Entry(
        "TOS2005",
        "There is no vocabulary `{name}`.",
        "Put its file into the same folder as this one, or install the package that brings it.",
    ),
    Entry(
        "TOS2006",
        "`{right}` is compared with {right_type}, and `{left}` is {left_type}.",
        "Compare two things of one type.",
    ),
    Entry(
        "TOS2007",
        "`{text}` is {type}, and a condition is needed.",
        "Compare it with something, for example with {hint}.",
    ),
    Entry("TOS2008", "`{op}` does not work on {type}.", "{hint}"),
    Entry("TOS2009", "`{name}` is not one of {type}.", "Its members are {members}."),
    Entry(
        "TOS2010",
        "No party is called `{name}`.",
        "Declare it in the vocabulary: `party {name}`. The policy's own provider is `provider`.",
    ),
    Entry("TOS2011", "Definitions go round in a circle: {cycle}.", "Break the circle."),
    Entry("TOS2012", "Types contain themselves: {cycle}.", "Break the circle."),
    Entry(
        "TOS2013",
        "`{name}` is a whole {type}, not one value.",
        "Name one of its fields: {fields}.",
    ),
    Entry(
        "TOS2014",
        "Nothing here says what type {what} has.",
        "Compare it with a fact, or use members of one enumeration only.",
    ),
    Entry(
        "TOS2015",
        "`provider` is used, and the policy names no provider.",
        "Add `provider NAME` under the policy's name.",
    ),
    Entry(
        "TOS2016",
        "`{name}` means one thing in {first} and another in {second}, and both are used together.",
        "Give one of the two another name, or let both vocabularies use a common one.",
    ),
    Entry(
        "TOS2017",
        "`{name}` is both a fact and a party.",
        "Rename one of them.",
    ),
    Entry(
        "TOS2019",
        "Vocabularies use each other in a circle: {cycle}.",
        "Put what both of them need into a third.",
    ),
    Entry(
        "TOS2020",
        "The provider `{name}` is none of the parties that the vocabulary declares.",
        "Write that name, or declare `party {name}` in the vocabulary.",
    ),
    Entry(
        "TOS2021",
        "A scenario {title} stands here for the second time; the first is at line {line}.",
        "Give one of the two another title, or remove it.",
    ),
    Entry(
        "TOS2022",
        "{left} and {right} are in different currencies.",
        "Write one as `… as {currency} at RATE`, with the rate as a fact.",
    ),
    Entry("TOS2023", "`{op}` does not take {left} and {right}.", "{hint}"),
    Entry("TOS2024", "`{name}` is not said without a unit.", "Write {instead}."),
    Entry("TOS2025", "`{name}` has no unit `{unit}`.", "{hint}"),
    Entry(
        "TOS2026",
        "`{name}` takes {wanted}, and {found} stand{s} here.",
        "Give one value for each, in their order: {parameters}.",
    ),
    Entry("TOS2027", "`{name}` is {what}.", "{hint}"),
    Entry(
        "TOS2028",
        "`{name}` is {what} already.",
        "Give the item at hand a name of its own.",
    ),
    Entry(
        "TOS2029",
        "`{text}` is no list: it is {type}.",
        "Say `in` and a `list of` something.",
    ),
    Entry(
        "TOS2030",
        "`{text}` can be zero, or is.",
        "Divide by a number other than 0, or multiply: `a > 0.1 * b` instead of `a / b > 0.1`.",
    ),
    Entry(
        "TOS2031",
        "{left} and {right} are counted differently: a month has no fixed number of days.",
        "Compare durations of one kind, or dates: `start + 1 month <= end`.",
    ),
    Entry(
        "TOS2032",
        "The definition `{name}` has exceptions, and is {type}.",
        "Only a condition can have exceptions; say a value's cases with conditions of their own.",
    ),
    Entry(
        "TOS2033",
        "`{text}` is {type}, and a stretch of time is looked for by dates.",
        "Say `by` and a field of the item that is a `date`.",
    ),
    Entry(
        "TOS2034",
        "`{name}` takes two values or more, and they must have an order.",
        "Write `{name}(a, b)`, with numbers, dates, money or durations.",
    ),
    Entry(
        "TOS2035",
        "`{text}` is {type}, which is never `none`.",
        "Declare it as `optional {type_name}`, or leave the comparison out.",
    ),
    Entry(
        "TOS2036",
        "`excluding` leaves holidays out of business days, and these are {found}.",
        "Write `business days`, or leave `excluding` out.",
    ),
    # --- 3xxx provisions ------------------------------------------------------------------------
    Entry(
        "TOS3001",
        "There is no {kind} `{name}` in {policy}.",
        "Name a {kind} that stands in the document.",
    ),
    Entry(
        "TOS3002",
        "No exception is declared under the name `{name}`.",
        "Declare it with `exception {name}`, or write it here with a `when` below it.",
    ),
    Entry(
        "TOS3003",
        "No clause uses the exception `{name}`.",
        "Attach it with `except {name}` below a clause, or remove it.",
    ),
    Entry(
        "TOS3004",
        "Clauses prevail over each other in a circle: {cycle}.",
        "Take one of the `subject to`, `notwithstanding` or `prevails over` away.",
    ),
    Entry(
        "TOS3005",
        "`{first}` and `{second}` are both {modality}s, so neither can displace the other.",
        "Name a clause of the other kind, or make one an exception of the other.",
    ),
    Entry(
        "TOS3006",
        "The exception `{name}` has no `when`.",
        "Say with `when` in which cases the exception applies.",
    ),
    Entry("TOS3007", "Exceptions go round in a circle: {cycle}.", "Break the circle."),
    Entry(
        "TOS3008",
        "There is no policy `{name}`{where}.",
        "Put its file into the same folder as this one, or install the package that brings it.",
    ),
    Entry("TOS3009", "Documents incorporate each other in a circle: {cycle}.", "Break the circle."),
    Entry(
        "TOS3010",
        "`{name}` forbids by default and has no permission of its own: whatever is in its scope "
        "is forbidden.",
        "Move the permission that belongs here into it, or say `default permit`.",
        warning=True,
    ),
    Entry("TOS3011", "`{name}` refers to itself.", "Name another clause."),
    Entry(
        "TOS3012",
        "The scenario {title} expects nothing.",
        "Add a line such as `expect permitted`.",
    ),
    Entry(
        "TOS3013",
        "`{name}` is {actual}, and {wanted} is needed here.",
        "Name {wanted}.",
    ),
    Entry(
        "TOS3014",
        "The document ends ({until}) before it begins ({start}).",
        "Put the earlier date after `from`.",
    ),
    Entry(
        "TOS3015",
        "The document `{name}` prevails over itself.",
        "Name another document.",
    ),
    Entry(
        "TOS3016",
        "The obligation `{name}` cannot prevail over anything.",
        "An obligation gives way to a permission (`subject to`), and no clause to an obligation.",
    ),
    Entry(
        "TOS3030",
        "The document is governed by `{name}` in every case, so that nothing in it can apply.",
        "Say with `when` below it in which cases the other document governs.",
    ),
    Entry("TOS3031", "The document `{name}` is governed by itself.", "Name another document."),
    Entry(
        "TOS3032",
        "No document `{name}` is at hand that could govern, and no route of `{policy}` leads to it.",
        "Name a policy of the library, or a document after `governed by`.",
    ),
    # --- 4xxx facts -----------------------------------------------------------------------------
    Entry("TOS4001", "This is not {format}: {problem}.", "Mend the {format} at this place."),
    Entry(
        "TOS4002",
        "There is no fact `{path}`.",
        "`tosdsl schema` lists the facts that the policy knows.",
    ),
    Entry("TOS4003", "`{path}` must be {expected}, and {found} is given.", "Give {expected}."),
    Entry("TOS4004", "`{path}` cannot be `{found}`.", "It is one of {members}."),
    Entry("TOS4005", "`{path}` is given twice.", "Keep one of the two."),
    Entry(
        "TOS4006",
        "A use is a mapping with a key `facts`, and {found} is given.",
        "Put the facts under `facts:`.",
    ),
    Entry("TOS4007", "A use has no key `{key}`.", "Its keys are {keys}."),
    Entry(
        "TOS4008",
        "An item of `{path}` is null.",
        "Leave the item out, or the whole list if its items are not known.",
    ),
    Entry(
        "TOS4009",
        "No policy here knows a party `{found}` (at `{path}`).",
        "Nothing to mend if it is another party's name.",
        warning=True,
    ),
    Entry(
        "TOS4010",
        "`{key}` is not read by this version.",
        "Leave it out, and state what counts as established under `facts`.",
    ),
    Entry(
        "TOS4011",
        "An anchor, an alias or a tag of YAML stands here.",
        "Write the value out.",
    ),
    Entry("TOS4012", "The name of a fact is needed here, and {found} is given.", "Write the name."),
    Entry(
        "TOS4013",
        "`{path}` names `{found}`, and the policies know this party as `{known}`.",
        "Write `{known}`.",
    ),
    Entry(
        "TOS4014",
        "`{path}` names `provider`, which is what a policy calls the party that it is about.",
        "Write the party's own name.",
    ),
    # --- 5xxx limits ----------------------------------------------------------------------------
    Entry("TOS5001", "The text has {size} bytes; MAX_FILE_BYTES is {limit}.", "Divide the document."),
    Entry(
        "TOS5002",
        "Nesting goes deeper than MAX_NESTING ({limit}).",
        "Give inner conditions names with `define`.",
    ),
    Entry("TOS5003", "The line has {size} characters; MAX_LINE is {limit}.", "Break the line."),
    Entry(
        "TOS5004",
        "There are more than MAX_ERRORS ({limit}) mistakes; the others are not shown.",
        "Mend these first.",
    ),
    Entry(
        "TOS5005",
        "The facts have {size} bytes; MAX_FACTS_BYTES is {limit}.",
        "Describe one use at a time.",
    ),
    Entry(
        "TOS5006",
        "The facts nest deeper than MAX_FACTS_NESTING ({limit}).",
        "Facts nest as the vocabulary's records do.",
    ),
    Entry("TOS5007", "`{path}` has {size} items; MAX_LIST is {limit}.", "Shorten the list."),
    Entry(
        "TOS5008", "The folder holds more than MAX_FILES ({limit}) policy files.", "Name a smaller one."
    ),
    Entry(
        "TOS5009",
        "Documents incorporate one another deeper than MAX_INCORPORATION ({limit}).",
        "Incorporate the last document directly.",
    ),
    Entry("TOS5010", "The number has {size} digits; MAX_DIGITS is {limit}.", "Write a smaller number."),
    Entry(
        "TOS5011",
        "Definitions use one another deeper than MAX_DEFINITIONS_DEEP ({limit}).",
        "Write some of the conditions out.",
    ),
    Entry(
        "TOS5012",
        "More than MAX_DOCUMENTS ({limit}) documents come in; one that comes in twice counts twice.",
        "Incorporate each document by one path only.",
    ),
    Entry(
        "TOS5013",
        "`{name}` has more than MAX_EXCEPTIONS ({limit}) exceptions; a shared one counts wherever it "
        "is attached.",
        "Attach shared exceptions to fewer others.",
    ),
    Entry(
        "TOS5014",
        "`{name}` nests deeper than MAX_FACTS_NESTING ({limit}).",
        "Use fewer records and lists inside one another.",
    ),
    Entry(
        "TOS5015",
        "The vocabulary has more than MAX_FACTS ({limit}) facts, counted with the fields of records.",
        "Divide it.",
    ),
    Entry(
        "TOS5016",
        "Vocabularies use one another deeper than MAX_USES ({limit}).",
        "Use the last vocabulary directly.",
    ),
    Entry(
        "TOS5017",
        "More than MAX_PRECEDENCES ({limit}) pairs of clauses are ordered, one before the other.",
        "Order sections or documents, not each clause against all others.",
    ),
    Entry(
        "TOS5018",
        "The facts hold more values than MAX_FACTS_VALUES ({limit}).",
        "Describe one use at a time.",
    ),
    Entry("TOS5019", "The duration is longer than MAX_DURATION ({limit}).", "Write a shorter one."),
    Entry(
        "TOS5020",
        "`{name}` uses definitions that take values more than MAX_CALLS ({limit}) times over.",
        "Give what is used again and again a definition without values.",
    ),
    # --- 6xxx the library -----------------------------------------------------------------------
    Entry(
        "TOS6001",
        "`{name}` is no file, no folder and no policy in the library.",
        "`tosdsl check` takes a path or an id such as `openai.business_terms`.",
    ),
    Entry("TOS6002", "`{name}` cannot be read: {problem}.", "Check the path and its permissions."),
    Entry(
        "TOS6003",
        "`{name}` is declared here and in {other}.",
        "Remove one of the two, or, if they are policies, give them different versions or different "
        "days in `recorded`.",
    ),
    Entry("TOS6004", "There is no policy in {name}.", "Name a file or a folder that holds one."),
    Entry(
        "TOS6005",
        "`{name}` has no version `{version}`.",
        "The versions at hand are {versions}.",
    ),
    Entry(
        "TOS6006",
        "The installed package `{package}` offers policies, and they cannot be found: {problem}.",
        "Reinstall or remove the package.",
    ),
    Entry(
        "TOS6007",
        "{what} needs the package `{package}`, which is not installed.",
        "Install it: `pip install 'tosdsl[{extra}]'`.",
    ),
    Entry(
        "TOS6008",
        "There is no scenario to run in {name}.",
        'Write one: `scenario "TITLE"`, with `given` and `expect` below it.',
    ),
    Entry("TOS6009", "`{name}` is no file and no folder.", "Check the path."),
    Entry("TOS6010", "`{name}` cannot be written: {problem}.", "Check the permissions of its folder."),
    Entry(
        "TOS6011",
        "The versions {first} and {second} of `{name}` begin on the same day and were recorded on the "
        "same, so nothing says which of them is the newer.",
        "Give one of them its own `effective from`, or say with `recorded` when each could be read.",
        warning=True,
    ),
    Entry(
        "TOS6012",
        "The versions of these documents take turns more often than MAX_PERIODS ({limit}).",
        "Ask about fewer documents at a time, or name a version of one: `{name}@…`.",
    ),
)

CATALOGUE: dict[str, Entry] = {entry.code: entry for entry in _ENTRIES}
