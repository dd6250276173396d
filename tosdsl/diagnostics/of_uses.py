"""Codes of what is wrong around policies: 4xxx facts, 5xxx limits, 6xxx the library."""

from __future__ import annotations

from tosdsl.diagnostics.entry import Entry

OF_USES = (
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
    Entry(
        "TOS4022",
        "`{path}` has half of a character in it (a surrogate without its other half).",
        "Write the whole character, or leave it out.",
    ),
    Entry("TOS4023", "`{path}` cannot be written as JSON: it is {found}, and {why}.", "{mend}"),
    # From here on: tables of cases.
    Entry(
        "TOS4030",
        "A table of cases is a list of mappings, and {found} is given.",
        "Write `cases:`, and below it `- case: …` with facts and `expect: …` for each.",
    ),
    Entry(
        "TOS4031",
        "This cell cannot be read: {problem}.",
        'Write the whole cell between two `"`, and a quote inside it as `""`.',
    ),
    Entry(
        "TOS4032",
        "This row has {size} cells, and the table has {columns} columns.",
        "Leave a cell empty for what is not known, and put a cell with a comma in quotes.",
    ),
    Entry(
        "TOS4033", "{what} expects nothing.", "Say what must come out: `expect`, and `permitted`, say."
    ),
    Entry(
        "TOS4034",
        "A case {title} stands here for the second time; the first is at line {line}.",
        "Give one of the two another title, or remove it.",
    ),
    Entry("TOS4035", "A table of cases has no key `{key}`.", "Its keys are {keys}."),
    Entry(
        "TOS4036",
        "There is no case in this table.",
        "Write one, or remove the file: nothing is tested by it.",
    ),
    Entry("TOS4040", "`{path}` is {what}, and no fact.", "{mend}"),
    Entry(
        "TOS4042",
        "The party's name at `{path}` has a character that nobody sees: {character}.",
        "Leave the character out.",
    ),
    Entry(
        "TOS4043",
        "`{path}` names `{found}`, which mixes {script} letters with {other} ones: {character}.",
        "Write the name in one script, or declare the party in the vocabulary and write that name.",
    ),
    Entry(
        "TOS4044",
        "`{path}` names `{found}`, which looks like the party `{known}` and is another name{why}.",
        "Write `{known}` if that party is meant, and a name that nobody takes for it if not.",
    ),
    # From here on: decisions read back.
    Entry(
        "TOS4050",
        "This is no decision that can be read: its `schema` is {found}.",
        "Give what `Decision.to_json()` writes, whose `schema` is `{schema}`.",
    ),
    Entry("TOS4051", "The decision has no `{path}`.", "Give all that `Decision.to_json()` writes."),
    Entry("TOS4052", "A decision has no key `{path}`.", "Take it out."),
    Entry(
        "TOS4053",
        "This decision was written without its explanation.",
        "Write it with `to_json()` or `decide_json(…, explain=True)`, or decide again.",
    ),
    # From here on: receipts.
    Entry(
        "TOS4060",
        "This is no receipt: {problem}.",
        "Give what `tosdsl check --receipt` or `Receipt.to_bytes()` has written.",
    ),
    Entry(
        "TOS4061",
        "This receipt was altered: {problem}.",
        "Get it again from where it was kept first; of what stands here, nothing is sure.",
    ),
    Entry(
        "TOS4062",
        "A text of `{name}` is not to be found: {digest}.",
        "Name a file or a folder that has it, or ask in the git repository that it is from.",
    ),
    Entry(
        "TOS4063",
        "This receipt cannot be decided again: {problem}.",
        "Ask with the version of tosdsl that wrote it, which it names as its `engine`.",
    ),
    # From here on: comparisons.
    Entry(
        "TOS4065",
        "None of these documents has a fact `{path}`.",
        "Take it out, or name a document that knows it; `tosdsl schema` lists the facts of one.",
    ),
    # From here on: what the asker presumes.
    Entry(
        "TOS4066",
        "`{file}` does not say what is presumed, or says more than that.",
        "Write facts and their values below the one key `assume`.",
    ),
    # From here on: tools of agents.
    Entry("TOS4070", "There is no tool `{name}`.", "Ask for the list of tools."),
    Entry(
        "TOS4071",
        "The tool `{tool}` has no argument `{argument}`.",
        "Its input schema lists what it has.",
    ),
    Entry(
        "TOS4072",
        "The tool `{tool}` needs its argument `{argument}`.",
        "Give it, in the form that the input schema of the tool says.",
    ),
    Entry(
        "TOS4073",
        "There is no document `{name}` here.",
        "Give an id that the tool `documents` lists.",
    ),
    # From here on: how texts are read.
    Entry(
        "TOS4080",
        "No document here has an interpretation `{name}`.",
        "Leave it out, or name one that stands in a document: `interpretation NAME …`.",
    ),
    Entry(
        "TOS4081",
        "Several documents have an interpretation `{name}`.",
        "Name the document too: {each}.",
    ),
    Entry(
        "TOS4082",
        "`{path}` is no fact of a use: it is how a text is read.",
        "Leave it out here, and choose with the question: `reading: {{{name}: {first}}}` beside the "
        "facts, or `--reading {name}={first}`; in a scenario, below a line `reading NAME`.",
    ),
    Entry(
        "TOS4083",
        "The texts can be read in {size} ways for this use, which is more than MAX_READINGS ({limit}).",
        "Choose how some are read, with `reading`: {names}.",
    ),
    # --- 41xx tables of uses --------------------------------------------------------------------
    Entry("TOS4101", "`{path}` must be {expected}, and {found} is given.", "Give {expected}."),
    Entry("TOS4102", "A mapping has no key `{key}` here.", "The keys here are {keys}."),
    Entry(
        "TOS4103",
        "The table has no column `{column}`, which `{path}` is mapped to.",
        "Its columns are {columns}.",
    ),
    Entry(
        "TOS4104",
        "`{path}` may be `none`, and nothing says what NULL means.",
        "Write `missing: unknown` or `missing: none` under it in the mapping.",
    ),
    Entry(
        "TOS4105",
        "`{path}` is a fact of type {kind}, and `{column}` has values of type {found}.",
        "{then}",
    ),
    Entry(
        "TOS4106",
        "No fact is mapped to the table, and no column has the name of one.",
        "Map facts to these columns: {columns}.",
    ),
    Entry("TOS4107", "`{name}` cannot be read as a table: {problem}.", "Mend it or name another."),
    Entry(
        "TOS4108",
        "Row {row}: the database says {sql}, and Python {python}. What was written is not to be used.",
        "Please report this with the policy: it is a fault of tosdsl.",
    ),
    Entry(
        "TOS4109",
        "`{name}` holds the beginning of another audit.",
        "Remove it, or write to another file.",
    ),
    Entry(
        "TOS4110",
        "A number of `{path}` has more decimal places or digits than its column is read with.",
        "Write `decimals: 6` under the fact, or give smaller numbers.",
    ),
    Entry("TOS4120", "Spark cannot judge these rows: {problem}.", "{then}"),
    Entry(
        "TOS4121",
        "Each of the {rows} rows of `{name}` that were read is wrong: the mapping does not fit.",
        "Mend in the mapping what is said of the rows above. `values` translates what a table calls by "
        "other names.",
    ),
    Entry(
        "TOS4122",
        "The SQL of `{path}` cannot be run on the table: {problem}.",
        "{then}",
    ),
    Entry("TOS4123", "The table has no row {row}.", "{then}"),
    Entry(
        "TOS4124",
        "No policy knows the party `{found}` (at `{path}`), and `values` does not list it.",
        "List it there, or write `others: as they are` beside `values` if names that are not "
        "listed are other parties.",
    ),
    # --- 5xxx limits ----------------------------------------------------------------------------
    Entry(
        "TOS4140",
        "It is open in too many ways which versions of {names} govern.",
        "Say the day, {said}: days leave less open.",
    ),
    Entry(
        "TOS4141",
        "The day {day} does not tell which version of `{name}` is in force: that changes within it.",
        "Say the moment with its zone, as in `{day}T12:00Z`.",
    ),
    Entry(
        "TOS4142",
        "It is open which text of `{name}` could be read at {moment}: one was recorded on that day, "
        "and it does not say at which hour.",
        "Say the day, `{day}`, or write `recorded` with its hour and zone.",
    ),
    Entry(
        "TOS4143",
        "A version of `{name}` begins or ends at {moment}, and the gate decides as of the day alone: "
        "on {day} it refuses where the hour would tell.",
        "Write `as_of: moment`.",
        warning=True,
    ),
    Entry("TOS5001", "The text has more bytes than MAX_FILE_BYTES ({limit}).", "Divide the document."),
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
    Entry(
        "TOS5021",
        "Lists are gone through inside one another here, more than MAX_LISTS_NESTED ({limit}) "
        "deep{where}.",
        "Work out what does not depend on the item at hand in a definition without values.",
    ),
    Entry(
        "TOS5022",
        "Written out, the clauses of `{name}` have more parts than MAX_PARTS ({limit}), or grow more "
        "than MAX_WRITTEN_OUT ({times}) times: the core answers for them, and there is no code of "
        "verdicts.",
        "Let sections or documents prevail over others, not each clause over the next.",
    ),
    Entry(
        "TOS5023",
        "There are more than MAX_ERRORS ({limit}) warnings; the others are not shown.",
        "See to these first.",
        warning=True,
    ),
    Entry(
        "TOS5027",
        "The answer would take {size} steps; MAX_STEPS is {limit}.",
        "Shorten the lists and texts. Where conditions go through two lists inside one another, each "
        "pair of items is looked at.",
    ),
    Entry(
        "TOS5028",
        "`{text}` comes to more than MAX_DIGITS_WORKED_OUT ({limit}) digits, so it is not known.",
        "Give smaller numbers.",
        warning=True,
    ),
    Entry(
        "TOS5029",
        "`{text}` comes to a day outside the calendar (years 1 to 9999), so it is not known.",
        "Give days that can come.",
        warning=True,
    ),
    Entry(
        "TOS5030",
        "More than MAX_TERMS ({limit}) operations follow one another.",
        "Give parts of it names with `define`.",
    ),
    Entry(
        "TOS5031",
        "`{text}` is a division by zero, so it is not known.",
        "Give a value other than 0 for what is divided by, or say in the policy what holds at 0.",
        warning=True,
    ),
    Entry(
        "TOS5040",
        "`governed by` leads from document to document in more than MAX_ROUTES ({limit}) ways.",
        "Give the routes conditions that exclude each other, or take some of them out.",
    ),
    Entry(
        "TOS5041",
        "Which versions govern on one day is open in more than MAX_ALTERNATIVES ({limit}) ways.",
        "Give the versions days of their own with `effective from` and `recorded`.",
    ),
    Entry(
        "TOS5042",
        "The decision has more than MAX_DECISION_BYTES ({limit}).",
        "Write it without its explanation, or decide again.",
    ),
    Entry(
        "TOS5043",
        "The explanation nests deeper than MAX_EXPLANATION_NESTING ({limit}).",
        "Write the decision without its explanation, or decide again.",
    ),
    Entry(
        "TOS5044",
        "The receipt has more bytes than MAX_RECEIPT_BYTES ({limit}).",
        "Give one receipt a line, as `tosdsl check --receipt` writes them.",
    ),
    Entry(
        "TOS5050",
        "The table has more rows than MAX_TABLE_ROWS ({limit}).",
        "Declare a fact that is a list of these records, and give the rows with the use.",
    ),
    # --- 6xxx the library -----------------------------------------------------------------------
    Entry(
        "TOS6001",
        "`{name}` is no file, no folder and no policy in the library.",
        "{mend}",
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
    Entry(
        "TOS6009",
        "`{name}` is no file and no folder.",
        "Give the path of a file or a folder; a file is laid out as a whole.",
    ),
    Entry(
        "TOS6010",
        "`{name}` cannot be written: {problem}.",
        "Check the permissions of the file and of its folder.",
    ),
    Entry(
        "TOS6011",
        "The versions {first} and {second} of `{name}` {days}, so it is open which of them governs.",
        "Look up in the documents when each took effect and when each could first be read, and write "
        "these days behind `effective from` and `recorded`.",
        warning=True,
    ),
    Entry(
        "TOS6012",
        "The versions of these documents take turns more often than MAX_PERIODS ({limit}).",
        "Ask about fewer documents at a time, or name a version of one: `{name}@…`.",
    ),
    Entry(
        "TOS6013",
        "`{name}` cannot be read from git: {problem}.",
        "Write `REVISION:PATH`, with a path from the folder at hand: `main:policies/acme.tos`.",
    ),
    Entry(
        "TOS6014",
        "`{name}` is a link that leads out of its folder, and what is there is no right text. Its "
        "mistakes are not shown.",
        "To see them, name the file itself: `{target}`.",
    ),
    Entry(
        "TOS6015",
        "The {kind} `{name}` is that of `{file}`, in the place of the one {whose}, which is another "
        "text.",
        "If this is not meant, give what it declares a name of its own, or take the file away.",
        warning=True,
    ),
    Entry(
        "TOS6016",
        "`{name}` is a file or a folder here, and {what} as well.",
        "For what is here, write `./{name}`; for the other, ask in another folder.",
    ),
    Entry(
        "TOS6017",
        "`{name}` is a link that leads out of the folder, and nothing is written through it.",
        "Name the file itself: `{target}`.",
    ),
    Entry(
        "TOS6020",
        "This table of cases belongs to no one policy: {problem}.",
        "Call it as the policy's file is called, or name the policy in it: `policy: ID`, in YAML.",
    ),
    Entry(
        "TOS6021",
        "None of the {size} tests has {words} in its name.",
        "Look at the titles of scenarios and cases: `-k` takes words that stand in one.",
    ),
    Entry(
        "TOS6022",
        "Tests of `{name}` fail as it is ({size}, the first is `{title}`): they would notice anything.",
        "Mend them first: `tosdsl test` says what is wrong.",
    ),
    Entry(
        "TOS6023",
        "`{name}` is there already, and {why}.",
        "Name a file that is not there{then}.",
    ),
    Entry(
        "TOS6024",
        "`{before}` and `{after}` cannot be one fact: {problem}.",
        "Leave `--rename {before}={after}` out, or name another fact.",
    ),
    Entry(
        "TOS6025",
        "It is open which version of `{name}` governs on that day: {first} or {second}.",
        "{how}, or give one of them its own `effective from` or `recorded`.",
    ),
    Entry(
        "TOS6027",
        "A policy cannot be called `{name}`.",
        "An id is names of letters, digits and `_` with dots between them, as `acme.terms`.",
    ),
    Entry(
        "TOS6028",
        "There is no clause and no section `{name}` in what was asked about.",
        "Name one as it stands in the policy, as in `acme.terms#resale`.",
    ),
    Entry(
        "TOS6030",
        "There is no code of verdicts for `{name}`: `{of}` can be read in several ways.",
        "Ask `decide`, which tries each. `tosdsl compile --to core` prints what is worked out.",
    ),
    Entry(
        "TOS6040",
        "Building the studio needs Node.js with `npm`, which is not found here.",
        "Install Node.js 20 or later; or build it elsewhere, with `tosdsl studio --build DIR`, and "
        "copy the folder: showing that needs nothing.",
    ),
    Entry(
        "TOS6041",
        "The studio cannot be built: `{what}` says {problem}.",
        "Building takes packages from npm's registry once: see whether this machine reaches it.",
    ),
    Entry(
        "TOS6042",
        "The studio cannot be shown on this port: {problem}.",
        "Name another port: `tosdsl studio --port 8751`.",
    ),
)
