//! Whether all replications of a scenario fit into memory: asked before they are run, since the system does not ask.

use crate::failure::Failure;
use brownout_units::Bytes;
use std::fs;

/// Fewer replications are not measured beforehand: the one run more would be felt, and they have always fitted.
pub(crate) const MANY: u32 = 200;

/// What a replication keeps besides its windows, and what the analysis needs for it: part of the windows, at most.
const MORE: f64 = 1.25;

/// Refuses so many replications if they need more than there is. `each` is what one of them keeps.
///
/// # Errors
/// What is needed, what there is, and how many would fit.
pub(crate) fn suffices(each: u64, replications: u32) -> Result<(), Failure> {
    match free().and_then(|free| refusal(each, replications, free)) {
        Some(text) => Err(Failure::Failed(text)),
        None => Ok(()),
    }
}

fn refusal(each: u64, replications: u32, free: u64) -> Option<String> {
    let each = each as f64 * MORE;
    let need = each * f64::from(replications);
    if need <= free as f64 {
        return None;
    }
    let fit = (free as f64 / each) as u64;
    let rounded = |bytes: f64| Bytes::new((bytes / 1e8).ceil() as u64 * 100_000_000);
    let (need, free) = (rounded(need), rounded(free as f64));
    Some(format!(
        "{replications} replications would keep {need} until they are analysed, and {free} of memory are free: \
         about {fit} fit. Ask for fewer with --replications, or for longer windows (run.window)"
    ))
}

/// Memory that can be had without taking it from anybody: of the machine, and of the control group this runs in. None
/// where the system does not say.
fn free() -> Option<u64> {
    let machine = fs::read_to_string("/proc/meminfo").ok().and_then(|text| available(&text));
    let number = |name: &str| {
        let text = fs::read_to_string(format!("/sys/fs/cgroup/memory.{name}")).ok()?;
        text.trim().parse::<u64>().ok()
    };
    let group = || Some(number("max")?.saturating_sub(number("current")?));
    [machine, group()].into_iter().flatten().min()
}

/// Of `/proc/meminfo`.
fn available(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_is_run_and_what_does_not_is_refused_with_a_number() {
        assert_eq!(refusal(1 << 20, 1000, 2 << 30), None);
        let text = refusal(600_000, 100_000, 8 << 30).expect("75 GB do not fit into 8 GiB");
        assert!(text.contains("about 11453 fit") && text.contains("--replications"), "{text}");
    }

    #[test]
    fn the_free_memory_of_linux_is_read() {
        let text = "MemTotal:       16315412 kB\nMemFree:          301484 kB\nMemAvailable:    9803944 kB\n";
        assert_eq!(available(text), Some(9_803_944 * 1024));
        assert_eq!(available("MemTotal: 1 kB\n"), None);
    }
}
