"""Before children are asked: what has to be on file, the sessions that facilitators plan, and the codes on paper."""
