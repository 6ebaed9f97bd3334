"""The forms: reviewable text sheets, their build to XLSX and XForm, and filling them with Collect's own engine."""
