"""What is entered on restricted pages, from papers: what a shelter has, and what services counted."""
