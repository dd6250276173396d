"""Codes of what is wrong with policies: 2xxx names and types, 3xxx provisions."""

from __future__ import annotations

from tosdsl.diagnostics.entry import Entry

OF_POLICIES = (
    # --- 2xxx names and types -------------------------------------------------------------------
    Entry(
        "TOS2001",
        "Nothing is called `{name}` here: no fact and no definition.",
        "{mend}",
    ),
    Entry("TOS2002", "{type} has no field `{name}`.", "{hint}"),
    Entry(
        "TOS2003",
        "There is no type `{name}`.",
        "The built-in types are boolean, integer, number, text, date, instant, party, `money in …` and "
        "`duration in …`; declare others with `type`.",
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
        "{hint}",
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
    Entry(
        "TOS2011",
        "Definitions go round in a circle: {cycle}.",
        "Say what one of them means by facts, without the others.",
    ),
    Entry(
        "TOS2012",
        "Types contain themselves: {cycle}.",
        "Take the field out of one of them, or give it another type.",
    ),
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
        "A {what} {title} stands here for the second time; the first is at line {line}.",
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
        "`{text}` is zero, and nothing can be divided by it.",
        "Divide by a number other than 0.",
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
        "Leave the comparison out. A fact that may have none is declared as `optional {type_name}`.",
    ),
    Entry(
        "TOS2036",
        "`excluding` leaves holidays out of business days, and these are {found}.",
        "Write `business days`, or leave `excluding` out.",
    ),
    Entry(
        "TOS2037",
        "`{name}` is a record, and it is its fields that can be `none`.",
        "Declare the fields `optional`, or use a list, which can be empty.",
    ),
    Entry(
        "TOS2038",
        "`{text}` is no step that is written and more than 0.",
        "Write the step: `rounded to 0.01 USD`, `rounded up to a multiple of 2_500 USD`.",
    ),
    Entry(
        "TOS2039",
        "`must` names a {noun}, `{text}`, and nothing says until when.",
        "Add a line below it: `within 30 days after …`, `by …` or `before …`{other}.",
    ),
    Entry(
        "TOS2040",
        "`must` names a day, `{text}`, and `{due}` is a moment: on the last day nobody could say "
        "whether it was in time.",
        "Name the moment at which it was done, an `instant`. Or let the deadline be a day, "
        "`day of {due} in ZONE`, with the zone whose days count.",
    ),
    Entry(
        "TOS2041",
        "`{text}` is no period that can follow itself day by day.",
        "Write a number of days, weeks, months or years that is more than 0: `every 3 months from …`.",
    ),
    Entry(
        "TOS2042",
        "What recurs is asked for by the days on which it was done, and `{text}` is {type}.",
        "Name a list of these days: `must checked_on`, and declare `fact checked_on: list of date`.",
    ),
    # From here on: interpretations.
    Entry(
        "TOS2050",
        "`{name}` is {known} already, so a condition could not tell which of the two it reads.",
        "Give the interpretation another name.",
    ),
    Entry(
        "TOS2051",
        "`{name}` does not say two different ways to read the text.",
        "Name each way once, in braces: `is one of {{narrow, wide}}`.",
    ),
    # From here on: parts of days, and tables.
    Entry(
        "TOS2060",
        "`{part} {text}` asks for the day of a moment, and which day it is depends on the zone.",
        "Ask for the part of its day in a zone, `{part} (day of {text} in UTC)`, or declare a `date`.",
    ),
    Entry(
        "TOS2061",
        "`{part}` asks for a part of a day, and `{text}` is {type}.",
        "{hint}",
    ),
    Entry(
        "TOS2062",
        "There is no year {text} in the calendar, which goes from 1 to 9999.",
        "Write a year between 1 and 9999.",
    ),
    Entry(
        "TOS2063",
        "There is no record `{name}` here, and the rows of a table are records.",
        "Declare it in the vocabulary: `type {name} has`, with a field for each column.",
    ),
    Entry("TOS2064", "The field `{name}` is said twice in one row.", "Keep one of the two."),
    Entry(
        "TOS2065",
        "A row of `{table}` does not say {names}.",
        "Say every field in every row: `{name}: …`, and `none` for an optional one that is not there.",
    ),
    Entry(
        "TOS2066",
        "The field `{name}` takes {type}, and `{text}` is no such value.",
        "Write a value of that type: lists stand in square brackets, and records in braces.",
    ),
    Entry(
        "TOS2067",
        "`{text}` is no constant, and the rows of a table are constants.",
        "Write the value itself, and read the fact in the condition that reads the table.",
    ),
    # --- 3xxx provisions ------------------------------------------------------------------------
    Entry(
        "TOS2130",
        "`{text}` may be no whole number of {units}, and {where}.",
        "{hint}",
    ),
    Entry(
        "TOS2140",
        "`{part}` asks what clocks show at a moment, and `{text}` is {type}.",
        "{hint}",
    ),
    Entry(
        "TOS2150",
        "A definition of a vocabulary cannot {what}: that is another in each document.",
        "{mend}",
    ),
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
        "Take one of the `subject to`, `notwithstanding`, `prevails over` or `yields to` away.",
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
    Entry(
        "TOS3007",
        "Exceptions go round in a circle: {cycle}.",
        "Take the `except` out of one of them.",
    ),
    Entry(
        "TOS3008",
        "There is no policy `{name}`{where}.",
        "Put its file into the same folder as this one, or install the package that brings it.",
    ),
    Entry(
        "TOS3009",
        "Documents incorporate each other in a circle: {cycle}.",
        "Take `incorporate` out of one of them; one that only refers to the other needs none.",
    ),
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
        "The document ends ({until}) before it has begun ({start}).",
        "Put the earlier date after `from`.",
    ),
    Entry(
        "TOS3015",
        "The document `{name}` {how} itself.",
        "Name another document.",
    ),
    Entry(
        "TOS3016",
        "The obligation `{name}` cannot prevail over anything.",
        "An obligation gives way to a permission (`subject to`), and no clause to an obligation.",
    ),
    Entry(
        "TOS3017",
        "`{name}` is an exception, and nothing prevails over an exception from elsewhere.",
        "Write what displaces it below it, as an `except` of its own{instead}.",
    ),
    Entry(
        "TOS3018",
        "`{name}` is declared in the vocabulary `{vocabulary}`, which this policy does not use.",
        "Add the line `use {vocabulary}` in the first column, below the whole header of the policy.",
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
    Entry(
        "TOS3038",
        "The property {title} expects nothing.",
        "Add a line such as `expect never forbidden` or `expect CLAUSE never in force`.",
    ),
    Entry(
        "TOS3039",
        "The `where` of the property {title} reads no fact, so it is the same for every use.",
        "Say of which uses it is meant, or leave `where` out: then it is meant of all.",
    ),
    Entry(
        "TOS3040",
        "`governed by` may lead in a circle for one use: {cycle}. Then none of them governs.",
        "Give the routes conditions that exclude each other, as `kind is a` and `kind is b` do, or "
        "take one of them out.",
    ),
    Entry(
        "TOS3041",
        "`{name}` incorporates clauses of `{other}`, which leads to it by `governed by`: {way}. Where "
        "`{name}` governs, `{other}` does not, and its clauses count for nothing.",
        "Write the clauses in `{name}` itself, or in a third document that both incorporate.",
    ),
    Entry(
        "TOS3042",
        "`{name}` is {how} `{other}`, which takes no part here, so this has no effect.",
        "Incorporate that clause as well, or ask about both documents.",
        warning=True,
    ),
    Entry(
        "TOS3050",
        "The order of documents and what clauses say go round in a circle: {cycle}.",
        "Let the document that says the order name the other's clause, with `subject to` or "
        "`notwithstanding` below one of its own; or take the order or the clause's word away.",
    ),
    Entry(
        "TOS3060",
        "`{name}` is {actual}, and only an obligation is triggered, fulfilled, pending or breached.",
        "Name a clause that begins with `require`, or say by facts what you mean.",
    ),
    Entry(
        "TOS3061",
        "The obligation `{name}` is never `{found}`.",
        "Say `is breached`, `is fulfilled`, `is pending` or `is triggered`, or that with `not`.",
    ),
    Entry(
        "TOS3062",
        "`{name}` is {what}, and an obligation too, so it is open which of the two is meant.",
        "Give one of them another name.",
    ),
    Entry(
        "TOS3063",
        "The state of `{name}` hangs on itself: {cycle}.",
        "Take the state out of what `{name}` hangs on: its conditions and exceptions, what it asks and "
        "by when, the permissions that lift it, and the scopes around it.",
    ),
    Entry(
        "TOS3064",
        "`{name}` is an obligation, and by itself no condition and no value.",
        "Say in which state: `{name} is breached`, or `is fulfilled`, `is pending`, `is triggered`.",
    ),
    Entry(
        "TOS3065",
        "A condition reads the state of `{name}`, which hangs on `{clause}` of another document here.",
        "Say in an exception of `{name}` when it is not owed.",
    ),
)
