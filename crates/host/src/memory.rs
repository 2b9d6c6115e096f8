//! How much memory is free, and how much is used: asked before runs and during them, since the system does not ask.

use std::fs;

/// Bytes that can be had without taking them from another program: of the machine, and of the control group that this
/// one runs in. None where the system does not say.
pub fn free_memory() -> Option<u64> {
    let machine = fs::read_to_string("/proc/meminfo").ok().and_then(|text| amount(&text, "MemAvailable:"));
    let number = |name: &str| {
        let text = fs::read_to_string(format!("/sys/fs/cgroup/memory.{name}")).ok()?;
        text.trim().parse::<u64>().ok()
    };
    let group = || Some(number("max")?.saturating_sub(number("current")?));
    [machine, group()].into_iter().flatten().min()
}

/// Bytes that this process has in memory; none where the system does not say. Takes some microseconds.
pub fn used_memory() -> Option<u64> {
    // In pages: all of them, then those in memory. `status` has bytes, and takes five times as long.
    let pages: u64 = fs::read_to_string("/proc/self/statm").ok()?.split(' ').nth(1)?.parse().ok()?;
    pages.checked_mul(rustix::param::page_size() as u64)
}

/// A row of `/proc/meminfo`.
fn amount(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn what_is_used_grows_with_what_is_written() {
        let before = used_memory().expect("Linux says it");
        let filled = vec![1_u8; 64 << 20];
        let after = used_memory().expect("Linux says it");
        assert!((60 << 20..80 << 20).contains(&(after - before)), "{before} then {after}");
        drop(filled);
    }

    #[test]
    fn the_free_memory_of_linux_is_read() {
        let text = "MemTotal:       16315412 kB\nMemFree:          301484 kB\nMemAvailable:    9803944 kB\n";
        assert_eq!(amount(text, "MemAvailable:"), Some(9_803_944 * 1024));
        assert_eq!(amount("MemTotal: 1 kB\n", "MemAvailable:"), None);
    }
}
