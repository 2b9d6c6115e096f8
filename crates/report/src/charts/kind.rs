//! The table of charts: a new one is its own file and its line here.

use super::data::Table;
use super::{
    cures, four_lines, gpu, heat_strip, kv_cache, latency, retries, status_mix, success, tiers_called,
    token_times, tokens, utilisation,
};
use crate::Error;
use brownout_analysis::findings::Findings;

/// A kind of chart.
#[derive(Clone, Copy, Debug)]
pub struct ChartKind {
    /// Of its file, without the ending: `four-lines`.
    pub name: &'static str,
    /// Draws it, if the findings have anything for it.
    pub(crate) draw: fn(&Findings) -> Result<Option<Drawing>, Error>,
}

/// What a kind makes of some findings.
pub(crate) struct Drawing {
    pub(crate) title: String,
    pub(crate) caption: String,
    pub(crate) picture: Picture,
}

/// A chart as it is seen, and as it is read.
pub(crate) struct Picture {
    pub(crate) svg: String,
    /// The same for a phone, where there is such a drawing.
    pub(crate) narrow: Option<String>,
    pub(crate) table: Table,
}

/// The drawing of the service, which has a place of its own on the page.
pub(crate) const TOPOLOGY: &str = "topology";

/// What would have helped, which stands with the words about it.
pub(crate) const CURES: &str = "cures";

/// Those that show what happened; on a page the others come after the words.
pub(crate) const FIRST: [&str; 2] = ["four-lines", HEAT_STRIP];
const HEAT_STRIP: &str = "heat-strip";

/// All of them, in the order of the report: what happened, where it went through, what users met, what drove it.
pub(crate) static KINDS: [ChartKind; 13] = [
    ChartKind { name: "four-lines", draw: four_lines::draw },
    ChartKind { name: HEAT_STRIP, draw: heat_strip::draw },
    ChartKind { name: TOPOLOGY, draw: tiers_called::draw },
    ChartKind { name: CURES, draw: cures::draw },
    ChartKind { name: "latency", draw: latency::draw },
    ChartKind { name: "token-times", draw: token_times::draw },
    ChartKind { name: "status-mix", draw: status_mix::draw },
    ChartKind { name: "utilisation", draw: utilisation::draw },
    ChartKind { name: "tokens", draw: tokens::draw },
    ChartKind { name: "kv-cache", draw: kv_cache::draw },
    ChartKind { name: "gpu", draw: gpu::draw },
    ChartKind { name: "success", draw: success::draw },
    ChartKind { name: "retries", draw: retries::draw },
];
