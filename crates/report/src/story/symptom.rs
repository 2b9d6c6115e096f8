//! What departed at a tier, in words.

use super::sentence::time;
use crate::number;
use brownout_analysis::findings::{Sign, SignKind};
use brownout_metrics::Unit;

/// A sign of trouble: `calls waited 4.2 s for a worker (normally at most 3 ms)`.
pub(crate) fn symptom(sign: &Sign) -> String {
    let Sign { kind, value, usual, .. } = sign;
    let share = |what: &str| {
        let usual = number::plain(*usual, Unit::Share);
        format!("{:.0} % of its calls {what} (normally at most {usual})", 100.0 * value)
    };
    let length = |what: &str| format!("calls {what} {} (normally at most {})", time(*value), time(*usual));
    match kind {
        SignKind::Errors => share("failed there"),
        SignKind::Refusals => share("were turned away"),
        SignKind::Misses => share("found nothing in its cache"),
        SignKind::Timeouts => share("to other tiers were not answered in time"),
        SignKind::Ejections => format!("{value:.0} of its replicas were taken out of rotation"),
        SignKind::Wait => length("waited for"),
        SignKind::Stay => length("took"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_told_with_what_is_usual() {
        let said = |kind, value, usual| symptom(&Sign { kind, at: 0.0, value, usual });
        assert_eq!(said(SignKind::Wait, 4.2, 0.003), "calls waited for 4.2 s (normally at most 3 ms)");
        assert_eq!(
            said(SignKind::Refusals, 0.31, 0.002),
            "31 % of its calls were turned away (normally at most 0.2 %)"
        );
        assert_eq!(
            said(SignKind::Errors, 1.0, 0.0),
            "100 % of its calls failed there (normally at most 0 %)"
        );
    }
}
