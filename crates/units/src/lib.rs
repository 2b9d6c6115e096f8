//! Quantities and their parsing: spans, rates, ratios, bytes, tokens, money.
