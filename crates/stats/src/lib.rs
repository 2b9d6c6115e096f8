//! Histograms, intervals, warm-up, paired comparison.
