" Made of the grammar by `python -m tests.editors.words`.
if exists('b:current_syntax') | finish | endif
syntax iskeyword @,48-57,_
syntax match tosDeclaration "\<\%(define\|enforcement\|except\|exception\|fact\|forbid\|governed\|incorporate\|interpretation\|party\|permit\|policy\|prevails\|property\|reading\|require\|scenario\|section\|type\|use\|vocabulary\|yields\)\>"
syntax match tosOperator "\<\%(all\|and\|any\|case\|contains\|count\|earliest\|else\|ends\|every\|for\|highest\|if\|ignoring\|in\|includes\|is\|latest\|lowest\|not\|or\|overlaps\|rounded\|satisfies\|some\|starts\|sum\|then\|where\|with\|word\)\>"
syntax match tosValue "\<\%(false\|forbidden\|no\|none\|not_applicable\|permitted\|true\|undetermined\|yes\)\>"
syntax match tosKeyword "\<\%(about\|after\|agree\|alleged\|always\|applies\|as\|at\|be\|bearer\|before\|billion\|breach\|breached\|business\|by\|changes\|cleared\|compliant\|confirmed\|conflicts\|day\|days\|default\|defeated\|down\|due\|duty\|effective\|end\|even\|everything\|excluding\|expect\|force\|from\|fulfilled\|given\|governs\|half\|has\|hour\|it\|judged\|known\|late\|list\|measure\|microsecond\|million\|millisecond\|minute\|moment\|month\|multiple\|must\|needs\|never\|notwithstanding\|of\|on\|one\|optional\|over\|pending\|per\|presume\|presumed\|presumptions\|promptly\|provided\|provider\|readings\|recorded\|reinstate\|rising\|second\|shown\|source\|split\|standard\|start\|subject\|suspend\|table\|terminate\|that\|thousand\|title\|to\|triggered\|until\|up\|version\|warn\|week\|when\|within\|without\|year\|zone\)\>"
syntax match tosNumber "\<\d[0-9_.-]*\>"
syntax region tosString start=+"+ skip=+\\.+ end=+"+ oneline
syntax match tosComment "#.*$" contains=@Spell
highlight default link tosDeclaration Statement
highlight default link tosOperator Operator
highlight default link tosValue Constant
highlight default link tosKeyword Keyword
highlight default link tosNumber Number
highlight default link tosString String
highlight default link tosComment Comment
let b:current_syntax = 'tos'
