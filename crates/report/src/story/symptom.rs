//! What departed at a tier, in words.

use super::sentence::time;
use crate::number;
use brownout_analysis::findings::Sign;
use brownout_metrics::Unit;
use brownout_metrics::tiers::{HEAD_AGE_MAX, REFUSED_SHARE};

/// A sign of trouble: `the head of the queue waited 4.2 s (normally at most 3 ms)`.
pub(crate) fn symptom(sign: &Sign) -> String {
    let Sign { key, value, usual } = sign;
    match sign.metric() {
        Some(metric) if *metric == HEAD_AGE_MAX => {
            format!("the head of the queue waited {} (normally at most {})", time(*value), time(*usual))
        }
        Some(metric) if *metric == REFUSED_SHARE => format!(
            "{:.0} % of its calls were turned away (normally at most {:.1} %)",
            100.0 * value,
            100.0 * usual
        ),
        other => {
            let unit = other.map_or(Unit::Times, |metric| metric.unit);
            let (value, usual) = (number::value(*value, unit), number::value(*usual, unit));
            format!("{} was {value} (normally at most {usual})", key.replace('_', " "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use brownout_metrics::tiers::RETRY_SHARE;

    #[test]
    fn signs_are_told_with_what_is_usual() {
        let said = |key: &str, value, usual| symptom(&Sign { key: key.to_owned(), value, usual });
        assert_eq!(
            said(HEAD_AGE_MAX.key, 4.2, 0.003),
            "the head of the queue waited 4.2 s (normally at most 3 ms)"
        );
        assert_eq!(
            said(REFUSED_SHARE.key, 0.31, 0.002),
            "31 % of its calls were turned away (normally at most 0.2 %)"
        );
        assert_eq!(said(RETRY_SHARE.key, 0.5, 0.01), "retry share was 50.0 % (normally at most 1.0 %)");
    }
}
