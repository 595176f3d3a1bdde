"""Files that a policy is published in, each read into blocks: Markdown, plain text, HTML and PDF."""
