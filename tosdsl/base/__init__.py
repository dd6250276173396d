"""What every other package may import, and what imports none of them.

``node``     ``frozen``, which makes the class of a node
``span``     a place in a source text
``limits``   every limit, by name
``verdict``  the four verdicts
``visible``  characters that nobody sees, written so that they are seen
``shipped``  where the data is that comes with the program
``growing``  Python's collector of cycles, resting while trees grow
"""
