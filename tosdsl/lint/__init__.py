"""What policies say and may not mean: findings, each with a code, a place and, where one exists, a use.

``check``    texts to a ``Report``: the order of the checks
``texts``    what the text shows: unused names, dates, months, judged facts without a question
``meaning``  what only all uses show: dead clauses, conflicts, exceptions that change nothing
``allowed``  comments that let a finding stand, with a reason
``report``, ``sarif``  the report as lines, JSON and SARIF
"""
