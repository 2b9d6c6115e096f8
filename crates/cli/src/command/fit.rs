//! `brownout fit`: measured steps become a profile, a trace becomes a load.

use crate::arguments::Fit;
use crate::failure::Failure;
use crate::source;
use brownout::fit::{Block, Columns, Mistakes, Naming, Statistics, block, fit, points, profile, rows};

pub(super) fn perform(said: &Fit) -> Result<(), Failure> {
    match (&said.trace, &said.points) {
        (Some(trace), _) => traffic(said, trace),
        (None, Some(points)) => steps(said, points),
        (None, None) => unreachable!("clap asks for one of the two"),
    }
}

fn steps(said: &Fit, path: &str) -> Result<(), Failure> {
    let text = source::text(path)?;
    let fit = points(&text).and_then(|points| fit(&points)).map_err(|mistakes| wrong(path, &mistakes))?;
    let naming = Naming {
        name: said.name.clone().unwrap_or_else(|| brownout::name(path)),
        points: path.to_owned(),
        hardware: said.hardware.clone(),
        llm: said.llm.clone(),
        tensor_parallel: said.tensor_parallel,
    };
    super::data(&profile(&fit, &naming))
}

fn traffic(said: &Fit, path: &str) -> Result<(), Failure> {
    let name = said.name.clone().unwrap_or_else(|| "chat".to_owned());
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') || name.is_empty() {
        let what = format!("{name:?} cannot be the name of a load\nhint: letters, digits, - and _");
        return Err(Failure::Failed(what));
    }
    let text = source::text(path)?;
    let columns = Columns {
        time: said.time.clone(),
        prompt: said.prompt.clone(),
        output: said.output.clone(),
        unit: said.unit,
    };
    let rows = rows(&text, &columns).map_err(|mistakes| wrong(path, &mistakes))?;
    super::data(&block(&Statistics::of(&rows), &Block { trace: path.to_owned(), name }))
}

/// A table with mistakes is like a scenario with errors.
fn wrong(path: &str, mistakes: &Mistakes) -> Failure {
    let lines = mistakes.render(path).replace('\n', "\nerror: ");
    Failure::Invalid(format!("error: {lines}\n"))
}
