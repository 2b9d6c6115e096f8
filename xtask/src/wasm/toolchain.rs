//! A compiler with a standard library for WebAssembly: the one in use, if rustup has the library, or else Debian's.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use super::{debian, printed};

/// Without an operating system, and so without its clock, files, threads and random numbers.
pub(super) const TARGET: &str = "wasm32-unknown-unknown";

/// Behind a proxy rustup does not give up; a download of 20 MB that takes longer is as good as none.
const RUSTUP_SECONDS: u32 = 90;

/// Where the standard library may come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// The toolchain in use, rustup, Debian: the first that has it.
    Any,
    /// Debian, so that this way too can be tried where it is not needed.
    Debian,
}

/// How cargo is to be called.
pub(super) enum Toolchain {
    /// The compiler in use has the library: its artefacts stand beside the others.
    InUse,
    /// Another compiler, which builds the library from its source.
    Debian(debian::Compiler),
}

impl Toolchain {
    /// Finds one, or gets it; what is downloaded stays in `folder`.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) fn find(source: Source, folder: &Path) -> Result<Self, String> {
        if source == Source::Any && (has_library() || (added() && has_library())) {
            return Ok(Toolchain::InUse);
        }
        let why = |error| format!("no standard library for {TARGET}: rustup did not add it, and {error}");
        debian::compiler(folder).map(Toolchain::Debian).map_err(why)
    }

    /// Cargo with this compiler.
    pub(super) fn cargo(&self) -> Command {
        let mut cargo = Command::new("cargo");
        if let Toolchain::Debian(compiler) = self {
            compiler.set(&mut cargo);
        }
        cargo
    }

    /// Where it builds, if not where everything is built: another compiler would throw away all that stands there.
    pub(super) fn target_directory(&self) -> Option<&Path> {
        match self {
            Toolchain::InUse => None,
            Toolchain::Debian(compiler) => Some(&compiler.target_directory),
        }
    }
}

/// Where the compiler in use has what belongs to a target; the folder is missing if the library is.
fn has_library() -> bool {
    let folder = printed(Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]));
    folder.is_ok_and(|folder| PathBuf::from(folder.trim()).is_dir())
}

fn added() -> bool {
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", TARGET]).stdout(Stdio::null());
    println!("asking rustup for {TARGET}");
    rustup.spawn().is_ok_and(|child| ends_well(child, RUSTUP_SECONDS))
}

/// Whether it ends by itself within this number of seconds, and without an error.
fn ends_well(mut child: Child, seconds: u32) -> bool {
    for _ in 0..seconds * 10 {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) => thread::sleep(Duration::from_millis(100)),
            Err(_) => break,
        }
    }
    // Either it has ended in the meantime, which is no error of ours, or it ends now.
    let _ = child.kill();
    let _ = child.wait();
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_does_not_end_is_ended() {
        let started = |word: &str| Command::new("sleep").arg(word).spawn();
        let Ok(long) = started("60") else { return };
        assert!(!ends_well(long, 1));
        assert!(started("0").is_ok_and(|child| ends_well(child, 10)));
    }
}
