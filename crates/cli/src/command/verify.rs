//! `brownout verify`: the simulator held against queueing theory, by the same path that every scenario takes.

use crate::arguments::{Plain, Verify};
use crate::failure::Failure;
use brownout::words::{laws_json, screen};
use brownout::{VERSION, laws, no_law, verify};
use brownout_terminal::progress::{self, Bars};

pub(super) fn perform(said: &Verify, quiet: bool) -> Result<(), Failure> {
    let cases = laws(said.only.as_deref())?;
    if cases.is_empty() {
        return Err(Failure::Failed(no_law(said.only.as_deref())));
    }
    progress::watch_for_interrupts();
    let bars = Bars::new("laws", &cases, true);
    let start = progress::now();
    let held = verify(&cases, said.threads, bars.cases());
    let (rows, events) = held.map_err(|error| super::ended(&error, &bars))?;
    super::data(&match said.format {
        Plain::Json => format!("{:#}\n", laws_json(&rows)),
        Plain::Text => screen::laws(&rows, VERSION, events, start.elapsed().as_secs_f64()),
    })?;
    let failed = rows.iter().filter(|row| !row.pass).count();
    if failed == 0 {
        return Ok(());
    }
    let said = if quiet { String::new() } else { format!("{failed} of {} laws do not hold", rows.len()) };
    Err(Failure::Unmet(said))
}
