//! Findings in, bytes out: charts, HTML, Markdown, JSON.
