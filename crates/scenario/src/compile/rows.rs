//! `[[expect]]` and `[[law]]`: what is expected of the result.

use super::Context;
use super::names::Names;
use super::run::Run;
use crate::block::{Block, Key, Need, Shape, key};
use crate::expect::{self, Asked, Expect, Known, LawRow, Mistake, Operand};
use crate::limits;
use crate::problem::{Diagnostics, did_you_mean, one_of};
use crate::read::{Field, Table};
use crate::row::{Absent, Number, Part, Row, Type as _, row};
use crate::text::tree::Value;
use brownout_metrics::Unit;
use brownout_model::BASE;
use brownout_units::{Ratio, Span};

const EXPECT_KEYS: &[Key] = &[
    key(
        "that",
        Shape::Comparison,
        Need::Required,
        "METRIC OP VALUE, METRIC OP K * METRIC or METRIC OP K * baseline.",
    ),
    key(
        "when",
        Shape::Text,
        Need::Default("after the warm-up"),
        "FROM..TO since the start of the run, as in \"4h..5h\".",
    ),
    key(
        "baseline",
        Shape::Text,
        Need::Default("from the warm-up to the first surge or fault"),
        "FROM..TO of the baseline.",
    ),
    key(
        "variant",
        Shape::Any(&[Shape::Text, Shape::List(&Shape::Text)]),
        Need::Default("all"),
        "The variants it applies to; \"base\" is the scenario without a variant.",
    ),
];

pub(crate) const EXPECT: &Block =
    &Block { name: "an expectation", doc: "What is expected of the result.", keys: &[EXPECT_KEYS] };

const HALF_WIDTH: Row<Part> = row(
    "half_width",
    Part,
    Absent::Means(Ratio::of_percent(1)),
    "The largest half width of the interval, as a share of theory.",
);
const THEORY: Number = Number(-1e300, 1e300, "theory is a finite number");
const LAW_KEYS: &[Key] = &[
    key("name", Shape::Text, Need::Required, "Its name in tables."),
    key("metric", Shape::Metric, Need::Required, "The metric."),
    key(
        "theory",
        Shape::Any(&[Shape::Typed(&THEORY), Shape::Text]),
        Need::Required,
        "The expected value: a quantity, or a number in seconds, per second or as a share.",
    ),
    HALF_WIDTH.key(),
];

pub(crate) const LAW: &Block =
    &Block { name: "a law row", doc: "A closed form that the result is checked against.", keys: &[LAW_KEYS] };

fn report(diag: &mut Diagnostics, field: Field<'_>, mistake: Mistake) {
    let mut draft = field.error(diag, mistake.message);
    if let Some(allowed) = mistake.allowed {
        draft = draft.allowed(allowed);
    }
    diag.report(draft.maybe_hint(mistake.hint));
}

fn with_known<T>(names: &Names, read: impl FnOnce(&Known<'_>) -> T) -> T {
    let pair = |path: &brownout_model::Path| {
        let class = names.classes.get_index(path.class.0 as usize).map_or("", String::as_str);
        (class, names.operations.get_index(path.operation.0 as usize).map_or("", String::as_str))
    };
    let paths: Vec<(&str, &str)> = names.paths.iter().map(pair).collect();
    read(&Known { classes: &names.classes, tiers: &names.tiers, paths: &paths })
}

/// What reading an expectation needs beside its table.
pub(crate) struct Reading<'a> {
    pub(crate) names: &'a Names,
    pub(crate) run: &'a Run,
    /// When the first surge or fault begins.
    pub(crate) first_mark: Option<Span>,
}

pub(crate) fn expectations(
    diag: &mut Diagnostics,
    top: &Table<'_>,
    reading: &Reading<'_>,
    context: &Context<'_>,
) -> Vec<Expect> {
    let Some(field) = top.get("expect") else { return Vec::new() };
    let mut expectations = Vec::new();
    for item in field.list(diag, limits::ROWS_MAX) {
        let Some(table) = Table::open(diag, item, EXPECT) else { continue };
        let wanted = table.get("variant").is_none_or(|field| for_variant(diag, field, context));
        // Its subject may be switched off here, and on in the variants it applies to.
        if !wanted && !diag.off.is_empty() {
            continue;
        }
        if let Some(expect) = expectation(diag, &table, reading)
            && wanted
        {
            expectations.push(expect);
        }
    }
    expectations
}

/// Whether a list of variants contains the one being read.
fn for_variant(diag: &mut Diagnostics, field: Field<'_>, context: &Context<'_>) -> bool {
    let items = if matches!(field.node.value, Value::List(_)) {
        field.list(diag, limits::VARIANTS_MAX)
    } else {
        vec![field]
    };
    let mut wanted = false;
    for item in items {
        let Some(name) = item.text(diag) else { continue };
        let known = || context.variants.iter().map(String::as_str).chain([BASE]);
        if !known().any(|known| known == name) {
            let draft = item.error(diag, format!("no variant is called \"{name}\""));
            diag.report(draft.allowed(one_of(known())).maybe_hint(did_you_mean(name, known())));
        }
        wanted |= name == context.variant.unwrap_or(BASE);
    }
    wanted
}

/// The comparison of a table that has `that`, `when` and `baseline`.
pub(crate) fn expectation(
    diag: &mut Diagnostics,
    table: &Table<'_>,
    reading: &Reading<'_>,
) -> Option<Expect> {
    let Reading { names, run, first_mark } = *reading;
    let field = table.get("that")?;
    let that = field.text(diag)?;
    let range = |diag: &mut Diagnostics, name: &'static str| -> Result<Option<(Span, Span)>, ()> {
        let Some(field) = table.get(name) else { return Ok(None) };
        let text = field.text(diag).ok_or(())?;
        expect::range(text, run.duration).map(Some).map_err(|mistake| report(diag, field, mistake))
    };
    let (when, said) = (range(diag, "when"), range(diag, "baseline"));
    let parsed = with_known(names, |known| expect::parse(that, known));
    let (left, op, right) = parsed.map_err(|mistake| report(diag, field, mistake)).ok()?;
    let (when, said) = (when.ok()?, said.ok()?);
    if let (true, Some(field)) = (left.metric.is_of_whole_run(), table.get("when").or(table.get("baseline")))
    {
        let draft = field.error(diag, format!("{} is found over the whole run", left.metric.key));
        diag.report(draft.hint("leave this out, or ask for success_rate or offered of that time"));
        return None;
    }
    let needed = matches!(right, Operand::Baseline { .. });
    if let (false, Some(field)) = (needed, table.get("baseline")) {
        diag.report(field.warning(diag, "the expectation does not use a baseline").hint("leave it out"));
    }
    let quiet = first_mark.map(|mark| (run.warmup, mark)).filter(|(from, to)| from < to);
    let baseline = if needed { said.or(quiet) } else { None };
    if needed && baseline.is_none() {
        let draft = field.error(diag, "the baseline has no window");
        diag.report(draft.hint("as in baseline = \"1h..2h\""));
        return None;
    }
    if let (Some(_), Some(field)) = (when.filter(|(_, to)| *to <= run.warmup), table.get("when")) {
        diag.report(
            field
                .warning(diag, format!("this lies within the warm-up of {}", run.warmup))
                .hint("make it later"),
        );
    }
    Some(Expect { that: that.to_owned(), left, op, right, when, baseline })
}

pub(crate) fn laws(diag: &mut Diagnostics, top: &Table<'_>, names: &Names) -> Vec<LawRow> {
    let Some(field) = top.get("law") else { return Vec::new() };
    let items = field.list(diag, limits::ROWS_MAX);
    items.into_iter().filter_map(|item| law(diag, item, names)).collect()
}

fn law(diag: &mut Diagnostics, item: Field<'_>, names: &Names) -> Option<LawRow> {
    let table = Table::open(diag, item, LAW)?;
    let name = table.get("name").and_then(|field| field.text(diag));
    let metric = table.get("metric").and_then(|field| metric(diag, field, names));
    let theory = theory(diag, table.get("theory")?, metric.as_ref()?);
    let half_width = table.read(diag, &HALF_WIDTH)?.fraction();
    Some(LawRow { name: name?.to_owned(), asked: metric?, theory: theory?, half_width })
}

pub(crate) fn metric(diag: &mut Diagnostics, field: Field<'_>, names: &Names) -> Option<Asked> {
    let text = field.text(diag)?;
    let parsed = with_known(names, |known| expect::metric(text.trim(), known));
    let metric = parsed.map_err(|mistake| report(diag, field, mistake)).ok()?;
    if metric.metric.unit == Unit::Badge {
        diag.report(field.error(diag, "a verdict is no number").hint("use an [[expect]] row"));
        return None;
    }
    Some(metric)
}

fn theory(diag: &mut Diagnostics, field: Field<'_>, asked: &Asked) -> Option<f64> {
    match field.node.text() {
        Some(text) => {
            expect::value(text, asked.metric.unit).map_err(|mistake| report(diag, field, mistake)).ok()
        }
        None => THEORY.read(diag, field),
    }
}
