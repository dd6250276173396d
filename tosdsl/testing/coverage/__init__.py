"""Coverage of law: which parts of policies some uses have shown, and how.

``goals``   what there is to be seen, worked out of the tree alone
``record``  what one use shows, by walking the tree beside the findings
``measure`` policies and uses to a ``Coverage``
``report``  a ``Coverage`` as text lines and as JSON
``html``    a ``Coverage`` as a page: the policy's text, marked by what was seen
"""
