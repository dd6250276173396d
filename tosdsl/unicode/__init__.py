"""What characters are: to words, to names, and to whoever looks at them. It knows nothing of policies.

``tables``      properties that Python's ``unicodedata`` lacks
``properties``  looks them up
``words``       where words begin and end; texts without regard to letter case
``names``       names that are written to be taken for others
``shown``       characters that an editor does not show, or by which it shows others in another order
"""
