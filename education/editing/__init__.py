"""Where editors work: forms over drafts, previews, comparisons, pictures, and the way of a page to readers."""
