//! The table of charts: a new one is its own file and its line here.

use super::{
    four_lines, gpu, heat_strip, kv_cache, latency, retries, status_mix, success, token_times, tokens,
    utilisation,
};
use crate::Error;
use brownout_analysis::findings::Findings;

/// A kind of chart.
pub(crate) struct Kind {
    /// Of its file, without the ending.
    pub(crate) name: &'static str,
    /// Draws it, if the findings have anything for it.
    pub(crate) draw: fn(&Findings) -> Result<Option<Drawing>, Error>,
}

/// What a kind makes of some findings.
pub(crate) struct Drawing {
    pub(crate) title: String,
    pub(crate) caption: String,
    pub(crate) svg: String,
}

/// All of them, in the order of the report: what happened, where it went through, what users met, what drove it.
pub(crate) const KINDS: [Kind; 11] = [
    Kind { name: "four-lines", draw: four_lines::draw },
    Kind { name: "heat-strip", draw: heat_strip::draw },
    Kind { name: "latency", draw: latency::draw },
    Kind { name: "token-times", draw: token_times::draw },
    Kind { name: "status-mix", draw: status_mix::draw },
    Kind { name: "utilisation", draw: utilisation::draw },
    Kind { name: "tokens", draw: tokens::draw },
    Kind { name: "kv-cache", draw: kv_cache::draw },
    Kind { name: "gpu", draw: gpu::draw },
    Kind { name: "success", draw: success::draw },
    Kind { name: "retries", draw: retries::draw },
];
