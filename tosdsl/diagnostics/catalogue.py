"""The one list of diagnostic codes: what each says, and how it is mended.

1xxx the text, 2xxx names and types, 3xxx provisions, 4xxx facts, 5xxx limits, 6xxx the library.
``says`` and ``mend`` are one sentence each; the words in braces come with the diagnostic. A code,
once released, keeps its meaning; a code that is no longer used is not given out again.
"""

from __future__ import annotations

from attrs import frozen


@frozen
class Entry:
    code: str
    says: str
    mend: str
    warning: bool = False


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
        "TOS3035",
        "This ladder has no measures.",
        "Write what each finding opens, one a line: `on alleged breach suspend`.",
    ),
    Entry(
        "TOS3036",
        "A ladder speaks of clauses of its own document, and `{name}` is another.",
        "Write the line into a ladder of that document.",
    ),
    Entry(
        "TOS3037",
        "`{finding}` opens `{measure}` for the second time; the first is at line {line}.",
        "Keep one of the two.",
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
    # TOS4010 refused `assertions` and `standard` before they were read. It is retired.
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
    Entry(
        "TOS4015",
        "An assertion is a mapping with `fact`, `value`, `status` and `source`, and {found} is given.",
        'Write `fact: …`, `value: …`, `status: alleged` and `source: "…"`.',
    ),
    Entry("TOS4016", "An assertion has no key `{key}`.", "Its keys are {keys}."),
    Entry("TOS4017", "This assertion has no {keys}.", "Write `{first}: …` into it."),
    Entry(
        "TOS4018",
        "The assertion about `{path}` says nothing: its value is null.",
        "Give the value, or leave the assertion out.",
    ),
    Entry(
        "TOS4019",
        "`{path}` is no judgement, and a reading holds judged facts only.",
        "Put it under `facts`.",
    ),
    Entry(
        "TOS4020",
        "The reading `{reading}` gives `{path}`, which {where} too.",
        "Keep one of the two: a fact on which readings differ is given by the readings alone.",
    ),
    Entry(
        "TOS4021",
        "There are {size} readings; MAX_READINGS is {limit}.",
        "Leave out readings that differ in nothing that matters.",
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
        "Remove one of the two, or, if they are policies, give them different versions.",
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
)

CATALOGUE: dict[str, Entry] = {entry.code: entry for entry in _ENTRIES}
