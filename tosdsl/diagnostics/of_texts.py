"""Codes of what is wrong with texts: 1xxx."""

from __future__ import annotations

from tosdsl.diagnostics.entry import Entry

OF_TEXTS = (
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
        "Put what belongs to it on the lines below, indented by four spaces more than this one.",
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
        "{mend}",
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
        'Write `\\"`, `\\\\`, `\\n`, or `\\u` and the four hexadecimal digits of a character.',
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
        "Put it on the next line, {where}.",
    ),
    Entry("TOS1024", "{missing} is missing here.", "Write it {where}."),
    Entry("TOS1025", "This `{open}` is never closed.", "Close it with `{close}`."),
    Entry("TOS1026", "`{found}` has no place here.", "Leave it out."),
    Entry(
        "TOS1027",
        "`{found}` is not a name{why}.",
        "Write it with letters from a to z, digits and underscores only{instead}.",
    ),
    Entry(
        "TOS1028",
        "{found} cannot stand in the first column: it belongs under {owner}.",
        "{mend}",
    ),
    Entry("TOS1029", "`{found}` is not a number.", "Write it like `17`, `1_000_000` or `17.5`."),
    Entry(
        "TOS1030",
        "This `{word}` has no name.",
        "Write `{word} NAME`, and {rest} on the next line, indented.",
    ),
    Entry(
        "TOS1031",
        "`{found}` begins in the first column, and this line is indented.",
        "Take its indentation away{more}.",
    ),
    Entry(
        "TOS1032",
        "This {found} stands beside {owner}, not below it.",
        "Indent {what} by {spaces}{own}.",
    ),
    Entry(
        "TOS1033",
        "A default has no condition.",
        "Write the default into a section, with the condition behind `applies when` below the "
        "section's "
        "name; outside it the default around it holds.",
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
    Entry(
        "TOS1043",
        "The condition of an incorporation is a line `when` below it.",
        "Write `when {condition}` below it, on a line of its own that is indented by four spaces: it "
        "binds where that holds.",
    ),
    Entry(
        "TOS1044",
        "The scope of a whole document stands in its head.",
        "Write `applies when {holds}` below the policy's name: outside it the document is not "
        "applicable. If another document governs the other uses, write `governed by DOCUMENT` in the "
        "first column, and `when {fails}` below it.",
    ),
    Entry(
        "TOS1045",
        "A moment cannot be written as `{found}` here.",
        "Write the moment with its zone, as in `{day}T10:00Z`, or the day alone, `{day}`.",
    ),
    Entry("TOS1046", "`{found}` is not written as a deadline.", "{mend}"),
    Entry("TOS1047", "`{name}` does not take a list so.", "{mend}"),
    Entry("TOS1048", "No condition reads `{found}`.", "{mend}"),
    Entry("TOS1049", "{what} takes no {kind}.", "{mend}"),
    Entry(
        "TOS1050",
        "Some editors begin a new line at {character}, and the language does not.",
        "Break the line where a new one is meant, and leave the character out.",
    ),
    Entry(
        "TOS1051",
        "{character} is not shown, and makes the text look like another one.",
        "Leave it out.",
    ),
    Entry(
        "TOS1052",
        "`to be shown` stands at {what}, which nobody relies on.",
        "Write it at the exception that takes a use out of the clause, or at a permission.",
    ),
    Entry(
        "TOS1053",
        "An exception of a definition has nothing to be shown.",
        "Write `to be shown` at an exception of the clause that reads `{name}`.",
    ),
    Entry(
        "TOS1054",
        "`{text}` has no last day, and nobody says when it is too late.",
        "Add a line below it with a condition that somebody judges: `late when NAME`, and declare "
        "`fact NAME: boolean judged`.",
    ),
    Entry(
        "TOS1055",
        "`late when` belongs to `promptly after`, and this obligation has no such line.",
        "A deadline with a last day says when it is too late. Leave it out, or write `promptly after "
        "DATE` in the deadline's place.",
    ),
    Entry(
        "TOS1060",
        "`{outer}` asks for a part of one day, and `{inner}` is another part.",
        "Put brackets around the inner one: `{outer} ({inner} …)`.",
    ),
    Entry(
        "TOS1061",
        "A row of a table is a record in braces, and `{found}` is none.",
        "Write each row as `{{field: value, field: value}}`.",
    ),
    Entry(
        "TOS1070",
        "`{found}` is a line of the {kind}, and this one is indented farther.",
        "Indent it by {spaces} spaces in all, like the other lines of the {kind}.",
    ),
    Entry("TOS1080", "There is no time zone `{zone}`.", "{mend}"),
    Entry(
        "TOS1081",
        "The time zone `{zone}` cannot be looked up, as there is no time zone data on this machine.",
        "Install it: `pip install 'tosdsl[zones]'`.",
    ),
    Entry("TOS1082", "No clock shows `{found}` in {zone}: it is put forward past that time.", "{mend}"),
    Entry("TOS1083", "The clocks show `{found}` twice in {zone}: they are put back.", "{mend}"),
    Entry("TOS1084", "The clocks in {zone} are not at the distance of `{found}` then.", "{mend}"),
)
