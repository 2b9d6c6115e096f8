//! The folder that files are written into before they are where they belong.

use super::record;
use brownout::results::MANIFEST;
use std::fs;
use std::io::{Error, ErrorKind, Result, Write as _};
use std::path::{Path, PathBuf};

/// Behind the name of a folder, before the number of the process that writes.
const MARK: &str = ".brownout-";
/// Behind that number: the old folder, where a system cannot exchange two of them.
const OLD: &str = "-old";

/// It is removed when dropped, unless it has been moved.
pub(super) struct Stage {
    path: PathBuf,
}

impl Stage {
    /// A new one in `parent`, for a folder of that name; sweeps those that no process writes any more.
    pub(super) fn make(parent: &Path, name: &str) -> Result<Self> {
        fs::create_dir_all(parent)?;
        sweep(parent, name);
        let path = parent.join(format!(".{name}{MARK}{}", std::process::id()));
        fs::create_dir(&path)?;
        Ok(Stage { path })
    }

    /// Tries whether a file can be written.
    pub(super) fn discard(self) -> Result<()> {
        self.put("trial", b"")
    }

    pub(super) fn put(&self, path: &str, bytes: &[u8]) -> Result<()> {
        self.create(path)?.write_all(bytes)
    }

    /// A file to be written piece by piece.
    pub(super) fn create(&self, path: &str) -> Result<fs::File> {
        let path = self.path.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::File::create(&path)
    }

    /// Takes a file of the old folder along.
    pub(super) fn keep(&self, path: &str, from: &Path) -> Result<()> {
        let (old, new) = (from.join(path), self.path.join(path));
        if let Some(folder) = new.parent() {
            fs::create_dir_all(folder)?;
        }
        match fs::hard_link(&old, &new).or_else(|_| fs::copy(&old, &new).map(|_| ())) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Takes the place of a folder as a whole: a reader sees the old one or the new one.
    pub(super) fn swap(self, folder: &Path) -> Result<()> {
        let Ok(old) = fs::metadata(folder) else { return fs::rename(&self.path, folder) };
        fs::set_permissions(&self.path, old.permissions())?;
        if exchange(&self.path, folder).is_ok() {
            // What is dropped now is the old folder.
            return Ok(());
        }
        let mut aside = self.path.clone().into_os_string();
        aside.push(OLD);
        fs::rename(folder, &aside)?;
        fs::rename(&self.path, folder).inspect_err(|_| {
            let _ = fs::rename(&aside, folder);
        })?;
        fs::remove_dir_all(&aside)
    }

    /// Moves files one by one into a folder that others use too, the manifest last, and takes away those that are gone.
    pub(super) fn move_into(&self, folder: &Path, files: &[String], gone: &[&String]) -> Result<()> {
        files.iter().try_for_each(|file| no_links(folder, file))?;
        let renews = files.iter().any(|file| file == MANIFEST);
        if renews {
            remove(&folder.join(MANIFEST))?;
        }
        // From here on all of these may be there, so the list of them comes first.
        fs::rename(self.path.join(record::NAME), folder.join(record::NAME))?;
        let (last, others): (Vec<&String>, Vec<&String>) = files.iter().partition(|file| *file == MANIFEST);
        for file in others {
            let to = folder.join(file);
            if let Some(above) = to.parent() {
                fs::create_dir_all(above)?;
            }
            fs::rename(self.path.join(file), to)?;
        }
        for path in gone.iter().filter(|path| no_links(folder, path).is_ok()) {
            remove(&folder.join(path))?;
            let above =
                Path::new(path.as_str()).ancestors().skip(1).filter(|path| !path.as_os_str().is_empty());
            // Fails where something is left, which is as it should be.
            above.for_each(|path| drop(fs::remove_dir(folder.join(path))));
        }
        last.iter().try_for_each(|file| fs::rename(self.path.join(file), folder.join(file)))
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Refuses a path whose folders are links: they may lead anywhere.
fn no_links(folder: &Path, path: &str) -> Result<()> {
    for above in Path::new(path).ancestors().skip(1).filter(|path| !path.as_os_str().is_empty()) {
        match fs::symlink_metadata(folder.join(above)) {
            Ok(found) if !found.is_dir() => {
                let what = format!("{} is a link or a file there, and no folder", above.display());
                return Err(Error::new(ErrorKind::AlreadyExists, what));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Two folders change places in one step.
#[cfg(target_os = "linux")]
fn exchange(a: &Path, b: &Path) -> Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE)?)
}

/// Other systems move one after the other.
#[cfg(not(target_os = "linux"))]
fn exchange(_: &Path, _: &Path) -> Result<()> {
    Err(Error::from(ErrorKind::Unsupported))
}

/// Removes what processes that were killed have left of a folder of that name; an old folder without a new one goes
/// back to its place.
fn sweep(parent: &Path, name: &str) {
    let begins = format!(".{name}{MARK}");
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let file = entry.file_name().to_string_lossy().into_owned();
        let Some(rest) = file.strip_prefix(&begins) else { continue };
        let (number, is_old) = rest.strip_suffix(OLD).map_or((rest, false), |number| (number, true));
        let Ok(process) = number.parse::<u32>() else { continue };
        if is_running(process) || !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            continue;
        }
        let place = parent.join(name);
        if is_old && !name.is_empty() && !place.exists() {
            let _ = fs::rename(entry.path(), place);
        } else {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Whether a process of that number runs; where the system does not say, it is taken to.
fn is_running(process: u32) -> bool {
    process != std::process::id()
        && (!Path::new("/proc/self").exists() || Path::new(&format!("/proc/{process}")).exists())
}
