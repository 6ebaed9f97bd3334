"""The pages and the tables. Knows the rules (`verification`), and nothing of Central, Celery or the forms."""
