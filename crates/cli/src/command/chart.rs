//! `brownout chart FOLDER KIND`: one chart of a run again, for a slide.

use crate::arguments::Chart;
use crate::failure::Failure;
use brownout::ChartRequest;
use brownout_host::chart;

pub(super) fn perform(typed: &Chart, quiet: bool) -> Result<(), Failure> {
    let Chart { folder, kind, title, variants, size, from, to, theme, out } = typed.clone();
    let out = out.unwrap_or_else(|| format!("{kind}.svg"));
    let request = ChartRequest { kind, title, variants, size, from, to, theme };
    let drawn = chart::draw(&folder, &request, &out).map_err(Failure::Failed)?;
    match drawn {
        Some(svg) => super::data(&svg),
        None if quiet => Ok(()),
        None => super::data(&format!("chart  {out}\n")),
    }
}
