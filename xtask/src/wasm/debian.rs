//! A compiler and the source of its standard library, from Debian's packages, unpacked and not installed.
//!
//! Debian has no recent library for WebAssembly, but `rustc-web` is recent (browsers are built with it) and
//! `rust-web-src` is its source. Only the compiler that a library was written for can build it, so both are taken.
//! Nothing here needs root: apt downloads and dpkg unpacks as any user.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{finish, printed};

/// Whatever these need and the machine does not have is found by asking apt, so that no version stands here.
const PACKAGES: [&str; 2] = ["rustc-web", "rust-web-src"];

/// Debian's compiler, unpacked.
pub(super) struct Compiler {
    /// A script that starts it with its libraries.
    start: PathBuf,
    linker: PathBuf,
    /// Its own: artefacts of two compilers in one folder would displace each other.
    pub(super) target_directory: PathBuf,
}

impl Compiler {
    /// Lets cargo compile with it.
    pub(super) fn set(&self, cargo: &mut Command) {
        cargo.args(["-Z", "build-std=std,panic_abort"]);
        // Building a library from its source is not stable; this lets a stable cargo do it.
        cargo.env("RUSTC_BOOTSTRAP", "1").env("RUSTC", &self.start);
        cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", &self.linker);
        cargo.env("CARGO_TARGET_DIR", &self.target_directory);
    }
}

/// The compiler below `folder`; downloaded if it is not there yet (130 MB, 20 s here).
///
/// # Errors
/// Why it cannot be had, to follow after "and".
pub(super) fn compiler(folder: &Path) -> Result<Compiler, String> {
    let root = folder.join("debian");
    if !root.is_dir() {
        unpack(folder, &root)?;
    }
    let start = folder.join("rustc");
    let compiler = Compiler { start, linker: linker()?, target_directory: folder.join("build") };
    write_start(&compiler.start, &root)?;
    printed(Command::new(&compiler.start).arg("--version"))?;
    Ok(compiler)
}

/// Unpacks into a folder beside and renames it, so that a download that breaks off leaves nothing that looks whole.
fn unpack(folder: &Path, root: &Path) -> Result<(), String> {
    println!("unpacking {} of Debian", PACKAGES.join(" and "));
    let fresh = folder.join("debian.part");
    let io = |error: std::io::Error| format!("{}: {error}", fresh.display());
    if fresh.is_dir() {
        fs::remove_dir_all(&fresh).map_err(io)?;
    }
    let packages = fresh.join("packages");
    fs::create_dir_all(&packages).map_err(io)?;
    let names = needed()?;
    let mut download = Command::new("apt-get");
    finish(download.args(["download", "-qq"]).args(&names).current_dir(&packages))?;
    for package in fs::read_dir(&packages).map_err(io)? {
        let package = package.map_err(io)?.path();
        finish(Command::new("dpkg").arg("--extract").args([&package, &fresh]))?;
    }
    fs::remove_dir_all(&packages).map_err(io)?;
    fs::rename(&fresh, root).map_err(io)
}

/// The packages to unpack: our two, and what else apt would install with them. A list of packages that is out of date
/// names files that have gone; only root may renew it.
fn needed() -> Result<Vec<String>, String> {
    let _not_root = printed(Command::new("apt-get").args(["update", "-qq"]));
    let mut apt = Command::new("apt-get");
    apt.args(["install", "--simulate", "--no-install-recommends"]).args(PACKAGES);
    let mut names = to_install(&printed(apt.env("LC_ALL", "C"))?);
    names.extend(PACKAGES.map(String::from));
    names.sort();
    names.dedup();
    Ok(names)
}

/// The packages in what apt says it would do.
fn to_install(said: &str) -> Vec<String> {
    let lines = said.lines().filter_map(|line| line.strip_prefix("Inst "));
    lines.filter_map(|rest| rest.split(' ').next()).map(String::from).collect()
}

/// The compiler's own libraries stand where no loader looks; set for all of cargo, they would reach other programs.
fn write_start(start: &Path, root: &Path) -> Result<(), String> {
    let root = root.display();
    let script = format!(
        "#!/bin/sh\nLD_LIBRARY_PATH=$(echo '{root}'/usr/lib/*-linux-gnu) exec '{root}/usr/bin/rustc' \"$@\"\n"
    );
    fs::write(start, script).map_err(|error| format!("{}: {error}", start.display()))?;
    finish(Command::new("chmod").arg("+x").arg(start))
}

/// The linker that comes with the toolchain in use: Debian's compiler has none for this target.
fn linker() -> Result<PathBuf, String> {
    let libraries = printed(Command::new("rustc").args(["--print", "target-libdir"]))?;
    let linker = Path::new(libraries.trim()).with_file_name("bin").join("rust-lld");
    if linker.is_file() { Ok(linker) } else { Err(format!("there is no linker at {}", linker.display())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_packages_are_read_from_what_apt_would_do() {
        let said = "Reading package lists...\nInst libllvm22 (1:22.1.8 Debian [amd64])\n\
                    Inst rustc-web (1.96.0 Debian [amd64])\nConf rustc-web (1.96.0 Debian [amd64])\n";
        assert_eq!(to_install(said), ["libllvm22", "rustc-web"]);
        assert_eq!(to_install(""), [""; 0]);
    }
}
