//! `brownout sweep PATH`: every point of some axes, then how the numbers change.

use super::lab::{pages, stopped};
use super::matters;
use crate::arguments::{Format, Sweep};
use crate::failure::Failure;
use crate::source;
use brownout::words::{self, screen};
use brownout::{Answer, Asking, Case, Forecast, PAGE, Wide, axis_values};
use brownout_host::folder;
use brownout_host::swept::{Asked, RUNS, SweepError, finish, sweep_into};
use brownout_terminal::lab::Lab;
use brownout_terminal::{placed, point_of, progress};

pub(super) fn perform(typed: &Sweep, quiet: bool) -> Result<(), Failure> {
    let source = source::open(&typed.which)?;
    let mut overrides = typed.which.overrides();
    overrides.set.extend(typed.axis.iter().map(|(path, values)| axis_values(path, values)));
    let document = source.document(&overrides)?;
    let base = Case::check(&document, &overrides)?;
    if !quiet {
        super::warn(std::slice::from_ref(&base));
    }
    let Some(axes) = &base.scenario.sweep else {
        let hint = "add [sweep] to the file, or an axis here: --axis tier.auth.replicas=1..16";
        return Err(Failure::Failed(format!("this scenario has no axes to sweep over\nhint: {hint}")));
    };
    let is_read = typed.format == Format::Text && typed.shard.is_none();
    let out = typed.place.or(|| format!("{}-sweep", source.name), is_read);
    if let Some(out) = &out {
        folder::try_out(out)?;
    }
    if let Some(of) = &typed.matters {
        let asking = Asking { document: &document, overrides: &overrides };
        return matters::perform(typed, of, (&source.name, &base, asking), out.as_deref(), quiet);
    }
    let wide = Wide {
        document: &document,
        overrides: &overrides,
        sweep: axes,
        beside: !typed.alone,
        shard: typed.shard.unwrap_or((0, 1)),
    };
    let forecast = Forecast::of(&base, wide);
    let keeping = typed.runs.keeping(quiet);
    keeping.say(&forecast);
    let lab =
        Lab::open(keeping, &source.name, &base, ("sweeping", forecast.runs)).map_err(Failure::Failed)?;
    let start = progress::now();
    let swept = sweep_into(&base, wide, lab.means(), out.as_deref());
    lab.close(&base);
    let (swept, writing) = swept.map_err(|error| match error {
        SweepError::Stopped(why) => stopped(&why),
        error => Failure::Failed(error.to_string()),
    })?;
    let wall = start.elapsed().as_secs_f64();
    super::data(&match typed.format {
        Format::Text => screen::sweep(&swept, Some(wall)),
        Format::Json => format!("{:#}\n", words::swept(&swept)),
        Format::Jsonl => words::swept_lines(&swept),
        Format::Csv => words::swept_csv(&swept),
    })?;
    if let (Some(out), Some(writing)) = (out, writing) {
        let open = point_of(&out);
        let pages = pages(Answer::Swept(&swept, Some(&open)), typed.runs.threads)?;
        let asked = Asked::of(&typed.which.path, typed.which.confined, &overrides, typed.alone);
        finish(writing, &base, &asked, &pages)?;
        let (tables, page) = (out.join(RUNS), out.join(PAGE));
        let said = format!("tables  {}\npage    {}\n", tables.display(), page.display());
        placed(&said, (typed.format == Format::Text, quiet))?;
    }
    Ok(())
}
