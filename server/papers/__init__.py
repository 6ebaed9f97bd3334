"""Papers to be printed: one folder of typst templates, each given its data as JSON and its pictures as SVG."""
