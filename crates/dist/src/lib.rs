//! Probability laws: one file a distribution, and the table of them.
