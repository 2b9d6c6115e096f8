//! How much memory is free: asked before many replications are run, since the system does not ask.

use std::fs;

/// Bytes that can be had without taking them from another program: of the machine, and of the control group that this
/// one runs in. None where the system does not say.
pub fn free_memory() -> Option<u64> {
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
    fn the_free_memory_of_linux_is_read() {
        let text = "MemTotal:       16315412 kB\nMemFree:          301484 kB\nMemAvailable:    9803944 kB\n";
        assert_eq!(available(text), Some(9_803_944 * 1024));
        assert_eq!(available("MemTotal: 1 kB\n"), None);
    }
}
