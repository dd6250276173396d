"""Tables of cases: one row a case, as CSV or YAML beside a policy.

``places``  which tables there are, and which policy file a table belongs to
``cells``   the text of a CSV file as cells with their places
``rows``    cells, or a YAML document, as rows: facts, days, expectations, each with its place
``bind``    rows as scenarios of a policy
"""
