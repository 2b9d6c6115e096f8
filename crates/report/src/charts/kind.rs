//! The table of charts: a new one is its own file and its line here.

use super::cures::Cures;
use super::data::Table;
use super::heat_strip::HeatStrip;
use super::one_panel::OnePanel;
use super::sheet::Ground;
use super::small_multiples::SmallMultiples;
use super::tiers_called::TiersCalled;
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
    /// What a result has that this kind can show, as the end of a sentence.
    pub needs: &'static str,
    /// Whether it has an axis of time.
    pub over_time: bool,
    /// What is on it, if the findings have anything for it.
    pub(crate) plan: for<'a> fn(View<'a>) -> Option<Plan<'a>>,
}

/// Of which findings a chart is made.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    /// Whose numbers are drawn.
    pub(crate) of: &'a Findings,
    /// By whose numbers it is chosen which tiers and operations these are: of two variants that share a pair of axes
    /// both show the same ones.
    pub(crate) by: &'a Findings,
}

impl<'a> View<'a> {
    /// One variant by itself.
    pub(crate) const fn alone(of: &'a Findings) -> Self {
        View { of, by: of }
    }
}

/// What is on a chart, before there is a sheet.
pub(crate) struct Plan<'a> {
    pub(crate) title: String,
    pub(crate) caption: String,
    pub(crate) body: Body<'a>,
}

/// What it consists of.
pub(crate) enum Body<'a> {
    One(OnePanel<'a>),
    Many(SmallMultiples<'a>),
    Strip(HeatStrip<'a>),
    Tiers(TiersCalled<'a>),
    Cures(Cures<'a>),
}

impl<'a> Body<'a> {
    pub(crate) fn draw(&self, ground: &Ground<'_>) -> Result<Picture, Error> {
        match self {
            Body::One(panel) => panel.draw(ground),
            Body::Many(panels) => panels.draw(ground),
            Body::Strip(strip) => strip.draw(ground),
            Body::Tiers(tiers) => tiers.draw(ground),
            Body::Cures(cures) => cures.draw(ground),
        }
    }

    /// With the same of another variant on its axes.
    pub(crate) fn beside(self, other: Body<'a>, names: &[String]) -> Self {
        match (self, other) {
            (Body::One(one), Body::One(other)) => Body::One(one.beside(other)),
            (Body::Many(one), Body::Many(other)) => Body::Many(one.beside(other, names)),
            (Body::Strip(one), Body::Strip(other)) => Body::Strip(one.beside(other, names)),
            (one, _) => unreachable!("two of {} have no axes to share", one.what()),
        }
    }

    /// The part of a sheet that may be enough: a drawing of few boxes is made larger rather than lost on a wide sheet.
    pub(crate) const fn least_part(&self) -> f64 {
        match self {
            Body::Tiers(_) => 0.6,
            _ => 1.0,
        }
    }

    const fn what(&self) -> &'static str {
        match self {
            Body::One(_) => "a panel",
            Body::Many(_) => "panels",
            Body::Strip(_) => "rows",
            Body::Tiers(_) => "drawings",
            Body::Cures(_) => "bars",
        }
    }
}

/// A chart as it is seen, and as it is read.
pub(crate) struct Picture {
    pub(crate) svg: String,
    /// In pixels of its own.
    pub(crate) size: (f64, f64),
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

const LOAD: &str = "lines over time";
const TIERS: &str = "from 2 to 40 tiers that call one another";
const QUEUES: &str = "a tier that ever queued, had no idle worker or turned calls away";
const ENDED: &str = "intents that ended";
const CLASSES: &str = "classes with operations";
const WORKERS: &str = "tiers with workers";
const FLEETS: &str = "tiers whose replicas are language models (kind = \"inference\")";
const NIGHTS: &str = "the same night run again (brownout run --causes), and something that would have helped";
const RETRIES: &str = "retries at any tier";

/// All of them, in the order of the report: what happened, where it went through, what users met, what drove it.
#[rustfmt::skip]
pub(crate) static KINDS: [ChartKind; 13] = [
    ChartKind { name: "four-lines", needs: LOAD, over_time: true, plan: four_lines::plan },
    ChartKind { name: HEAT_STRIP, needs: QUEUES, over_time: true, plan: heat_strip::plan },
    ChartKind { name: TOPOLOGY, needs: TIERS, over_time: false, plan: tiers_called::plan },
    ChartKind { name: CURES, needs: NIGHTS, over_time: false, plan: cures::plan },
    ChartKind { name: "latency", needs: CLASSES, over_time: true, plan: latency::plan },
    ChartKind { name: "token-times", needs: FLEETS, over_time: true, plan: token_times::plan },
    ChartKind { name: "status-mix", needs: ENDED, over_time: true, plan: status_mix::plan },
    ChartKind { name: "utilisation", needs: WORKERS, over_time: true, plan: utilisation::plan },
    ChartKind { name: "tokens", needs: FLEETS, over_time: true, plan: tokens::plan },
    ChartKind { name: "kv-cache", needs: FLEETS, over_time: true, plan: kv_cache::plan },
    ChartKind { name: "gpu", needs: FLEETS, over_time: true, plan: gpu::plan },
    ChartKind { name: "success", needs: CLASSES, over_time: true, plan: success::plan },
    ChartKind { name: "retries", needs: RETRIES, over_time: true, plan: retries::plan },
];
