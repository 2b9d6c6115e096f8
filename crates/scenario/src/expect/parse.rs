//! The grammar of expectations: `METRIC OP VALUE`, or on the right `K * METRIC`, `K * baseline` or a badge.

use super::near;
use crate::compile::name_set::NameSet;
use crate::problem::{did_you_mean, one_of};
use brownout_metrics::harm::VERDICT;
use brownout_metrics::{Asked, Badge, Op, Operand, Scope, Subject, Unit, find, of};
use brownout_units::{Rate, Ratio, Span};

/// The names that a metric may begin with.
pub(crate) struct Known<'a> {
    pub(crate) classes: &'a NameSet,
    pub(crate) tiers: &'a NameSet,
    /// Pairs of class and operation that occur.
    pub(crate) paths: &'a [(&'a str, &'a str)],
}

/// What is wrong with an expectation.
#[derive(Debug)]
pub(crate) struct Mistake {
    pub(crate) message: String,
    pub(crate) allowed: Option<String>,
    pub(crate) hint: Option<String>,
}

impl Mistake {
    fn new(message: impl Into<String>, allowed: impl Into<String>) -> Self {
        Mistake { message: message.into(), allowed: Some(allowed.into()), hint: None }
    }

    fn or_hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint;
        self
    }
}

/// Reads an expectation.
pub(crate) fn parse(text: &str, known: &Known<'_>) -> Result<(Asked, Op, Operand), Mistake> {
    // Of two signs at one place the longer one counts, and `ALL` has it first.
    let sign = |(at, _)| Op::ALL.into_iter().find(|op| text[at..].starts_with(op.sign())).map(|op| (at, op));
    let Some((at, op)) = text.match_indices(['<', '>', '=', '!']).find_map(sign) else {
        let allowed = "METRIC OP VALUE, where OP is <, <=, >, >=, == or !=";
        let hint = Some("as in \"web.login.success_rate >= 99%\"".to_owned());
        return Err(Mistake::new("this is no comparison", allowed).or_hint(hint));
    };
    let left = metric(text[..at].trim(), known)?;
    let right = operand(text[at + op.sign().len()..].trim(), &left, known)?;
    Ok((left, op, right))
}

fn operand(text: &str, left: &Asked, known: &Known<'_>) -> Result<Operand, Mistake> {
    if text.is_empty() {
        return Err(Mistake::new("the right side is missing", expected(left.metric.unit)));
    }
    if left.metric.unit == Unit::Badge {
        return badge(text).map(Operand::Badge);
    }
    let (factor, rest) = match text.split_once('*') {
        Some((factor, rest)) => {
            let number = plain(factor.trim());
            let wrong = || {
                Mistake::new(
                    format!("\"{}\" is not a factor", factor.trim()),
                    "a number, as in 1.5 * baseline",
                )
            };
            (number.ok_or_else(wrong)?, rest.trim())
        }
        None => (1.0, text),
    };
    if rest == "baseline" {
        return Ok(Operand::Baseline { factor });
    }
    // Names begin with letters, values with digits or a sign.
    if rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
        let right = metric(rest, known)?;
        if !right.metric.unit.is_like(left.metric.unit) {
            let keys = (left.metric.key, right.metric.key);
            let message = format!("{} and {} are not measured in the same unit", keys.0, keys.1);
            return Err(Mistake::new(message, expected(left.metric.unit)));
        }
        return Ok(Operand::Metric { factor, asked: right });
    }
    value(rest, left.metric.unit).map(|number| Operand::Number(factor * number))
}

/// A badge that something can be compared with.
fn badge(text: &str) -> Result<Badge, Mistake> {
    let comparable = || Badge::ALL.into_iter().filter(|badge| *badge != Badge::Undecided).map(Badge::key);
    match Badge::find(text) {
        Some(Badge::Undecided) => {
            let hint = "a run of which nothing can be said satisfies no comparison: run it longer".to_owned();
            Err(Mistake::new("\"undecided\" cannot be compared with", one_of(comparable()))
                .or_hint(Some(hint)))
        }
        Some(badge) => Ok(badge),
        None => {
            let now = Badge::instead_of(text);
            let hint = now.map(|now| format!("it is called \"{now}\" now, and is judged for each operation"));
            let hint = hint.or_else(|| did_you_mean(text, comparable()));
            Err(Mistake::new(format!("\"{text}\" is no verdict"), one_of(comparable())).or_hint(hint))
        }
    }
}

fn plain(text: &str) -> Option<f64> {
    text.replace('_', "").parse().ok().filter(|number: &f64| number.is_finite())
}

fn expected(unit: Unit) -> String {
    let form = match unit {
        Unit::Seconds => "a time span, as in 250ms",
        Unit::PerSecond(_) => "a rate, as in 40/s",
        Unit::Share => "a share, as in 99% or 0.99",
        Unit::Count(_) | Unit::Balance(_) | Unit::Times => "a number, as in 1000 or 1.5",
        Unit::Time(of) => return format!("{of}, as a number"),
        Unit::Dollars | Unit::DollarsPerMillion => "US dollars, as a number",
        Unit::Badge => "a verdict",
    };
    form.to_owned()
}

/// Reads a value in the unit of a metric.
pub(crate) fn value(text: &str, unit: Unit) -> Result<f64, Mistake> {
    if let (Unit::Share, Some(number)) = (unit, plain(text).filter(|number| 1.0 < *number)) {
        let problem = format!("\"{text}\" is more than the whole, which is 1");
        let percent = (number <= 100.0).then(|| format!("{text}% is {}", number / 100.0));
        return Err(Mistake::new(problem, expected(unit)).or_hint(percent));
    }
    let parsed = match unit {
        Unit::Seconds => text.parse().map(|span: Span| span.as_secs_f64()),
        Unit::PerSecond(_) => text.parse().map(|rate: Rate| rate.per_second()),
        Unit::Share => text.parse().map(|ratio: Ratio| ratio.fraction()),
        _ => {
            return plain(text)
                .ok_or_else(|| Mistake::new(format!("\"{text}\" is not a number"), expected(unit)));
        }
    };
    parsed.map_err(|error| {
        Mistake::new(format!("\"{text}\" {}", error.problem), expected(unit)).or_hint(error.hint)
    })
}

/// Reads a metric: `class.operation.key`, `class.key`, `tier.key`, `total.key`, `verdict` or `class.verdict`.
pub(crate) fn metric(text: &str, known: &Known<'_>) -> Result<Asked, Mistake> {
    if let Some(metric) = find(Scope::Run, text) {
        return Ok(Asked { subject: Subject::Run, metric });
    }
    let forms = "class.operation.metric, class.metric, tier.metric, total.metric or verdict";
    let Some((first, rest)) = text.split_once('.') else {
        let message = format!("\"{text}\" is not a metric");
        return Err(Mistake::new(message, forms).or_hint(did_you_mean(text, [VERDICT.key])));
    };
    let (is_class, is_tier) = (known.classes.contains(first), known.tiers.contains(first));
    if !is_class && !is_tier && first != "total" {
        let names = || {
            let classes = known.classes.iter().map(String::as_str);
            classes.chain(known.tiers.iter().map(String::as_str)).chain(["total"])
        };
        let message = format!("\"{first}\" is neither a class nor a tier");
        let of = known.paths.iter().find(|(_, operation)| *operation == first);
        let hint = of.map(|(class, _)| format!("operations are named with their class: \"{class}.{text}\""));
        let hint = hint.or_else(|| did_you_mean(first, names()));
        return Err(Mistake::new(message, one_of(names())).or_hint(hint));
    }
    // A class and a tier may have the same name: no metric belongs to both.
    if is_tier && (!is_class || find(Scope::Tier, rest).is_some()) {
        return keyed(Scope::Tier, rest, || Subject::Tier(first.to_owned()));
    }
    if first == "total" {
        return keyed(Scope::Total, rest, || Subject::Total);
    }
    if let Some((operation, key)) = rest.split_once('.')
        && find(Scope::Path, rest).is_none()
    {
        let mine =
            || known.paths.iter().filter(|(class, _)| *class == first).map(|(_, operation)| *operation);
        if mine().any(|known| known == operation) {
            let path = || Subject::Path { class: first.to_owned(), operation: operation.to_owned() };
            return keyed(Scope::Path, key, path);
        }
        // "login" in "web.login.goodput" may be a mistyped operation, "latency" in "web.latency.p98" a mistyped metric.
        if !of(Scope::Class).any(|known| known.key.starts_with(&format!("{operation}."))) {
            let message = format!("the class \"{first}\" never does the operation \"{operation}\"");
            return Err(Mistake::new(message, one_of(mine())).or_hint(did_you_mean(operation, mine())));
        }
    }
    keyed(Scope::Class, rest, || Subject::Class(first.to_owned()))
}

fn keyed(scope: Scope, key: &str, subject: impl FnOnce() -> Subject) -> Result<Asked, Mistake> {
    if let Some(metric) = find(scope, key) {
        return Ok(Asked { subject: subject(), metric });
    }
    let keys = || of(scope).map(|metric| metric.key);
    let owner = if scope == Scope::Tier { "a tier" } else { "a class" };
    let allowed = families(keys());
    let hint = near::elsewhere(scope, key).or_else(|| did_you_mean(key, keys()));
    Err(Mistake::new(format!("{owner} has no metric \"{key}\""), allowed).or_hint(hint))
}

/// Metrics, with those of one family grouped: `latency.{mean, p50}`.
fn families<'k>(keys: impl Iterator<Item = &'k str>) -> String {
    let mut families: Vec<(&str, Vec<&str>)> = Vec::new();
    for key in keys {
        let (first, rest) = key.split_once('.').unwrap_or((key, ""));
        match families.last_mut() {
            Some((family, members)) if *family == first => members.push(rest),
            _ => families.push((first, vec![rest])),
        }
    }
    let shown = |(family, members): &(&str, Vec<&str>)| match members.as_slice() {
        [""] => (*family).to_owned(),
        members => format!("{family}.{{{}}}", members.join(", ")),
    };
    families.iter().map(shown).collect::<Vec<_>>().join(", ")
}

/// Reads `4h..5h`; either end may be missing.
pub(crate) fn range(text: &str, duration: Span) -> Result<(Span, Span), Mistake> {
    const FORM: &str = "FROM..TO, as in 4h..5h; either end may be missing";
    let Some((from, to)) = text.split_once("..") else {
        return Err(Mistake::new("this is not a range of time", FORM));
    };
    let end = |text: &str, default: Span| match text.trim() {
        "" => Ok(default),
        text => text
            .parse::<Span>()
            .map_err(|error| Mistake::new(format!("\"{text}\" {}", error.problem), FORM).or_hint(error.hint)),
    };
    let (from, to) = (end(from, Span::ZERO)?, end(to, duration)?);
    if to <= from {
        return Err(Mistake::new(format!("{from} is not before {to}"), FORM));
    }
    if duration < to {
        return Err(Mistake::new(format!("the run ends after {duration}"), format!("up to {duration}")));
    }
    Ok((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let classes = NameSet::from_iter(["web", "edge"]);
        let tiers = NameSet::from_iter(["edge", "identity-db"]);
        let known = Known { classes: &classes, tiers: &tiers, paths: &[("web", "login"), ("edge", "login")] };
        let got = match parse(text, &known) {
            Ok((left, op, right)) => {
                format!("{:?}.{} {} {}", left.subject, left.metric.key, op.sign(), shown(&right))
            }
            Err(mistake) => format!("{} / {}", mistake.message, mistake.hint.unwrap_or_default()),
        };
        assert_eq!(got, expect, "{text}");
    }

    fn shown(operand: &Operand) -> String {
        match operand {
            Operand::Metric { factor, asked } => {
                format!("{factor} × {:?}.{}", asked.subject, asked.metric.key)
            }
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn expectations_are_read() {
        check(
            "web.login.success_rate < 10%",
            "Path { class: \"web\", operation: \"login\" }.success_rate < Number(0.1)",
        );
        check("web.latency.p99<=250ms", "Class(\"web\").latency.p99 <= Number(0.25)");
        check("edge.utilisation >= 0.5", "Tier(\"edge\").utilisation >= Number(0.5)");
        check("edge.success_rate > 1%", "Class(\"edge\").success_rate > Number(0.01)");
        check("identity-db.shed.http_503 == 0/s", "Tier(\"identity-db\").shed.http_503 == Number(0.0)");
        check("total.goodput > 1.5 * baseline", "Total.goodput > Baseline { factor: 1.5 }");
        check("web.verdict <= slow-drain", "Class(\"web\").verdict <= Badge(SlowDrain)");
        check("verdict != never-came-back", "Run.verdict != Badge(NeverCameBack)");
        check(
            "web.login.badge <= self-healed",
            "Path { class: \"web\", operation: \"login\" }.badge <= Badge(SelfHealed)",
        );
        check(
            "web.latency.p50 < 2*web.latency.mean",
            "Class(\"web\").latency.p50 < 2 × Class(\"web\").latency.mean",
        );
    }

    #[test]
    fn what_is_wrong_is_said() {
        check(
            "web.login.sucess_rate < 10%",
            "a class has no metric \"sucess_rate\" / did you mean \"success_rate\"?",
        );
        check(
            "web.logn.success_rate < 10%",
            "the class \"web\" never does the operation \"logn\" / did you mean \"login\"?",
        );
        let also = "There is also \"lockout_length.p99\", \"ttft.p99\" or \"tpot.p99\"";
        let p99 = "a class has no metric \"p99\" / did you mean \"latency.p99\"? ";
        check("web.login.p99 < 1s", &format!("{p99}{also}"));
        check("web.p99 < 1s", &format!("{p99}{also}"));
        check(
            "identity-db.p99 < 1s",
            "a tier has no metric \"p99\" / did you mean \"sojourn.p99\"? There is also \"queue_wait.p99\", \
             \"ttft.p99\" or \"tpot.p99\"",
        );
        check("web.latency < 1s", "a class has no metric \"latency\" / say which: as in \"latency.p99\"");
        check(
            "identity-db.latency.p99 < 1s",
            "a tier has no metric \"latency.p99\" / it belongs to classes: CLASS.latency.p99",
        );
        check(
            "web.utilisation < 80%",
            "a class has no metric \"utilisation\" / it belongs to tiers: TIER.utilisation",
        );
        check(
            "identity-db.goodput < 1/s",
            "a tier has no metric \"goodput\" / it belongs to classes: CLASS.goodput",
        );
        check(
            "login.latency.p99 < 1s",
            "\"login\" is neither a class nor a tier / operations are named with their class: \
             \"web.login.latency.p99\"",
        );
        check(
            "web.error_rate < 1%",
            "a class has no metric \"error_rate\" / in brownout it is \"failure_rate\"",
        );
        check("wep.goodput < 1/s", "\"wep\" is neither a class nor a tier / did you mean \"web\"?");
        check("web.latency.p99 < 250", "\"250\" has no unit / did you mean \"250ms\", or \"250s\"?");
        check(
            "web.latency.p99 < web.goodput",
            "latency.p99 and goodput are not measured in the same unit / ",
        );
        check("verdict == unharmd", "\"unharmd\" is no verdict / did you mean \"unharmed\"?");
        check(
            "verdict == absorbed",
            "\"absorbed\" is no verdict / it is called \"unharmed\" now, and is judged for each operation",
        );
        check(
            "web.login.badge == undecided",
            "\"undecided\" cannot be compared with / a run of which nothing can be said satisfies no comparison: run \
             it longer",
        );
        check("web.goodput", "this is no comparison / as in \"web.login.success_rate >= 99%\"");
    }
}
