//! Whole numbers as people read them: digits in groups of three.

/// An integer with thousands apart: `1,234,567`.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_stand_apart() {
        let written = [0, 7, 999, 1_000, 100_000, 1_234_567].map(grouped);
        assert_eq!(written, ["0", "7", "999", "1,000", "100,000", "1,234,567"]);
    }
}
