//! Pages for people: one to open in a browser, one to paste into a postmortem.

pub(crate) mod html;
pub(crate) mod markdown;
mod tables;

use crate::number::{self, Unit};
use brownout_analysis::findings::Findings;

/// Text as it may stand in HTML, between tags and in attributes; control characters, which no page can hold, go.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// The metrics that are parts of a whole.
const SHARES: [&str; 16] = [
    "success_rate",
    "failure_rate",
    "in_time_rate",
    "worst_success_rate",
    "retry_share",
    "wait_probability",
    "utilisation",
    "peak_utilisation",
    "wasted",
    "hit_ratio",
    "crossed",
    "kv_use",
    "kv_peak",
    "prefix_hit_ratio",
    "gpu_busy",
    "lite_share",
];

/// The metrics that are counted per second.
const RATES: [&str; 7] =
    ["goodput", "arrivals", "output_tokens", "prompt_tokens", "preemptions", "wasted_tokens", "slo_goodput"];

/// The unit of an expectation's value, told from the metric that it begins with.
pub(crate) fn unit_of(that: &str) -> Unit {
    let metric = that.split(['<', '>', '=', '!']).next().unwrap_or_default().trim();
    let mut words = metric.rsplit('.');
    let (last, mut before) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    if last == "9" && before == "p99" {
        before = words.next().unwrap_or_default();
    }
    if SHARES.contains(&last) {
        return Unit::Share;
    }
    if RATES.contains(&last) {
        return Unit::PerSecond;
    }
    match (before, last) {
        ("shed", _) => Unit::PerSecond,
        (_, "dollars" | "dollars_per_million") => Unit::Dollars,
        (
            "latency" | "queue_wait" | "sojourn" | "ttft" | "tpot" | "itl",
            "mean" | "p50" | "p90" | "p95" | "p99" | "9",
        )
        | (_, "head_age_max") => Unit::Seconds,
        _ => Unit::Count,
    }
}

/// Everything that is needed to get the same numbers again, by name.
pub(crate) fn stamp(findings: &Findings) -> Vec<(&'static str, String)> {
    let s = &findings.stamp;
    let mut rows = vec![
        ("brownout", s.version.clone()),
        ("scenario", s.title.clone()),
        ("variant", if s.variant.is_empty() { "as it stands".to_owned() } else { s.variant.clone() }),
        ("scenario hash", s.scenario_hash.clone()),
        ("seed", s.seed.to_string()),
        ("replications", s.replications.to_string()),
        ("fingerprint", s.fingerprint.clone()),
        (
            "simulated",
            format!(
                "{} each, {} warm-up",
                number::clock(s.simulated_seconds),
                number::clock(s.warmup_seconds)
            ),
        ),
        ("events", number::grouped(s.events)),
        ("computed in", number::clock(s.wall_seconds)),
    ];
    if let Some(start) = &s.start {
        rows.push(("starts at", start.clone()));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_tells_its_unit() {
        for (that, unit) in [
            ("consumer.login.success_rate < 10%", Unit::Share),
            ("auth.wait_probability<0.5", Unit::Share),
            ("web.latency.p99 <= 2s", Unit::Seconds),
            ("web.chat.latency.p99.9 < 2s", Unit::Seconds),
            ("auth.queue_wait.mean > baseline * 2", Unit::Seconds),
            ("auth.shed.http_503 == 0/s", Unit::PerSecond),
            ("goodput > 100/s", Unit::PerSecond),
            ("web.failed.http_503 < 100", Unit::Count),
            ("web.chat.ttft.p99 < 2s", Unit::Seconds),
            ("llm.itl.p99.9 < 200ms", Unit::Seconds),
            ("llm.prefix_hit_ratio > 50%", Unit::Share),
            ("llm.output_tokens > 20000/s", Unit::PerSecond),
            ("llm.dollars_per_million < 4", Unit::Dollars),
            ("llm.gpu_hours < 300", Unit::Count),
            // Tiers may be called after anything.
            ("latency.in_flight < 100", Unit::Count),
            ("rate-limiter.queue_length < 100", Unit::Count),
            ("", Unit::Count),
        ] {
            assert_eq!(unit_of(that), unit, "{that}");
        }
    }

    #[test]
    fn text_stays_text() {
        assert_eq!(escape("<a href='b'> & \"c\"\u{1}"), "&lt;a href=&#39;b&#39;&gt; &amp; &quot;c&quot; ");
    }
}
