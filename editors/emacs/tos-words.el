;;; tos-words.el --- words of tosdsl  -*- lexical-binding: t -*-
;; Made of the grammar by `python -m tests.editors.words`.
;;; Code:
(defconst tos-words-declaring
  '("define" "enforcement" "except" "exception" "fact" "forbid" "governed" "incorporate" "interpretation" "party" "permit" "policy" "prevails" "property" "reading" "require" "scenario" "section" "type" "use" "vocabulary" "yields"))
(defconst tos-words-operators
  '("all" "and" "any" "case" "contains" "count" "earliest" "else" "ends" "every" "for" "highest" "if" "ignoring" "in" "includes" "is" "latest" "lowest" "not" "or" "overlaps" "rounded" "satisfies" "some" "starts" "sum" "then" "where" "with" "word"))
(defconst tos-words-values
  '("false" "forbidden" "no" "none" "not_applicable" "permitted" "true" "undetermined" "yes"))
(defconst tos-words-others
  '("about" "after" "agree" "alleged" "always" "applies" "as" "at" "be" "bearer" "before" "billion" "breach" "breached" "business" "by" "changes" "cleared" "compliant" "confirmed" "conflicts" "day" "days" "default" "defeated" "down" "due" "duty" "effective" "end" "even" "everything" "excluding" "expect" "force" "from" "fulfilled" "given" "governs" "half" "has" "hour" "it" "judged" "known" "late" "list" "measure" "microsecond" "million" "millisecond" "minute" "moment" "month" "multiple" "must" "needs" "never" "notwithstanding" "of" "on" "one" "optional" "over" "pending" "per" "presume" "presumed" "presumptions" "promptly" "provided" "provider" "readings" "recorded" "reinstate" "rising" "second" "shown" "source" "split" "standard" "start" "subject" "suspend" "table" "terminate" "that" "thousand" "title" "to" "triggered" "until" "up" "version" "warn" "week" "when" "within" "without" "year" "zone"))
(provide 'tos-words)
;;; tos-words.el ends here
