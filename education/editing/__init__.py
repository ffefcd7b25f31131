"""Where editors work: forms over drafts, previews, comparisons, pictures, the way of a page to readers."""
