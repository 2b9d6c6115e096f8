//! The two places that the program talks to: data on standard output, talk on standard error.

use crate::failure::Failure;
use std::io::{ErrorKind, Write as _};

/// Writes data. Colours are left out where no reader sees them (a pipe, `NO_COLOR`).
///
/// # Errors
/// If it cannot be written, as on a full disk. A reader that has seen enough (`| head`) is no error.
pub(crate) fn data(text: &str) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::Failed(format!("cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes a message. A caller that has closed standard error does not want it.
pub(crate) fn say(text: &str) {
    let mut out = anstream::stderr().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
