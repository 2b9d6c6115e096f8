//! `[sweep]`: which points of which axes are run, and how often.

use super::axis::{self, Axis, VARIANT, Values};
use super::condition::Condition;
use super::quantity::Level;
use crate::block::{Block, Key, Need, Shape, key};
use crate::compile::names::Names;
use crate::compile::rows;
use crate::limits;
use crate::problem::{Diagnostics, did_you_mean, one_of};
use crate::read::{Field, Table};
use crate::row::{Absent, Count, Number, Part, Row, Word, row};
use crate::text::tree::{Entries, Node, Value};
use brownout_metrics::Asked;
use brownout_units::{Ratio, grouped};

/// What is run beside the scenario as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Sweep {
    /// In the order of the file; never empty.
    pub axes: Vec<Axis>,
    /// Axes that move together: places in `axes`, each axis in one group, in the order of their first ones.
    pub groups: Vec<Vec<usize>>,
    /// What each point has to satisfy.
    pub conditions: Vec<Condition>,
    /// How points are chosen.
    pub design: Design,
    /// How many points; those of a grid follow from its axes.
    pub points: u64,
    /// When there are enough replications of a point; none: as many as `run.replications` says.
    pub until: Option<Until>,
}

/// How points are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Design {
    /// Every combination of values.
    Grid,
    /// Each axis cut into as many parts as there are points, each part used once.
    LatinHypercube,
    /// A scrambled sequence of Sobol, which fills the space evenly.
    Sobol,
    /// Independent draws.
    Random,
}

/// When there are enough replications.
#[derive(Clone, Debug, PartialEq)]
pub struct Until {
    /// As it is written.
    pub text: String,
    /// The number whose mean has to be known well enough.
    pub asked: Asked,
    /// Half the width of its interval, as a share of the mean.
    pub within: f64,
    /// Or this half width, in the unit of the metric: a mean near zero has no share.
    pub floor: f64,
    /// At most so many replications.
    pub most: u32,
}

const DESIGN: Row<Word<Design>> = row(
    "design",
    Word(&[
        ("grid", Design::Grid),
        ("latin-hypercube", Design::LatinHypercube),
        ("sobol", Design::Sobol),
        ("random", Design::Random),
    ]),
    Absent::Means(Design::Grid),
    "How points are chosen: every combination, or so many points that fill the space.",
);
const POINTS: Row<Count> = row(
    "points",
    Count(1, limits::POINTS_MAX, "a design has at least 1 point"),
    Absent::Nothing,
    "How many points a design other than the grid has.",
);
/// Its points are numbers of 16 bits.
const SOBOL_POINTS_MAX: u64 = 1 << 16;
const WITHIN: Row<Part> = row(
    "within",
    Part,
    Absent::Means(Ratio::of_percent(5)),
    "Half the width of the interval, as a share of the mean.",
);
const FLOOR: Row<Number> = row(
    "floor",
    Number(0.0, 1e300, "a half width is not negative"),
    Absent::Means(0.0),
    "Or this half width, in the unit of the metric: seconds, per second, a share.",
);
const MOST: Row<Count> = row(
    "most",
    Count(10, limits::REPLICATIONS_MAX, "an interval that decides needs at least 10 replications"),
    Absent::Means(1_000),
    "At most so many replications of a point.",
);
/// When there are enough replications.
pub(crate) const UNTIL: &Block = &Block {
    name: "until",
    doc: "Replications of a point go on until the interval of a number is narrow enough.",
    keys: &[&[
        key("metric", Shape::Metric, Need::Required, "The number."),
        WITHIN.key(),
        FLOOR.key(),
        MOST.key(),
    ]],
};
const KEYS: &[Key] = &[
    DESIGN.key(),
    POINTS.key(),
    key(
        VARIANT,
        Shape::List(&Shape::Text),
        Need::Optional,
        "An axis: the variants; \"base\" is none of them.",
    ),
    key("zip", Shape::List(&Shape::List(&Shape::Text)), Need::Optional, "Paths of axes that move together."),
    key("where", Shape::List(&Shape::Text), Need::Optional, "Comparisons that a point has to satisfy."),
    key(
        "until",
        Shape::Block(UNTIL),
        Need::Default("run.replications of each point"),
        "When there are enough replications.",
    ),
];

/// The keys of a sweep beside its axes.
pub(crate) const SWEEP: &Block = &Block {
    name: "a sweep",
    doc: "Dotted paths in quotes with the values to try at each: a list, a range or a law.",
    keys: &[KEYS],
};

/// Reads it; none if there is none, or after an error.
pub(crate) fn read(
    diag: &mut Diagnostics,
    field: Option<Field<'_>>,
    names: &Names,
    variants: &[String],
) -> Option<Sweep> {
    let field = field?;
    let Some(entries) = field.node.entries() else {
        let draft =
            field.error(diag, format!("a sweep is a table of paths and values, not {}", field.node.what()));
        diag.report(draft.hint("as in [sweep] and below \"tier.auth.replicas\" = [4, 8]"));
        return None;
    };
    let (axes, own) = split(diag, field, entries, variants)?;
    let table = Table::open(diag, Field { name: field.name, node: &own }, SWEEP)?;
    let design = table.value(diag, &DESIGN);
    let points = table.said(diag, &POINTS);
    let groups = groups(diag, &table, &axes)?;
    let conditions = conditions(diag, &table, &axes)?;
    let until = table.get("until").map(|field| until(diag, field, names));
    let until = match until {
        Some(until) => Some(until?),
        None => None,
    };
    let points = match design {
        Design::Grid => grid(diag, field, &axes, &groups)?,
        _ => points.or_else(|| {
            diag.report(
                field.error(diag, "this design does not say how many points").hint("as in points = 64"),
            );
            None
        })?,
    };
    if let (Design::Grid, Some(said)) = (design, table.get("points")) {
        diag.report(
            said.error(diag, "the points of a grid are all combinations")
                .hint("choose a design that draws points: design = \"sobol\""),
        );
        return None;
    }
    if let (Design::Sobol, true, Some(said)) = (design, SOBOL_POINTS_MAX < points, table.get("points")) {
        let allowed = format!("at most {}", grouped(SOBOL_POINTS_MAX));
        diag.report(said.error(diag, "a sequence of Sobol has fewer points").allowed(allowed));
        return None;
    }
    Some(Sweep { axes, groups, conditions, design, points, until })
}

/// The axes, and a table of what is none.
fn split(
    diag: &mut Diagnostics,
    field: Field<'_>,
    entries: &Entries,
    variants: &[String],
) -> Option<(Vec<Axis>, Node)> {
    let before = diag.error_count();
    let (mut axes, mut own) = (Vec::new(), Entries::new());
    for (path, entry) in entries {
        let axis = Field { name: path, node: &entry.node };
        if path == VARIANT {
            axes.extend(variant_axis(diag, axis, variants));
        } else if SWEEP.key(path).is_some() || !path.contains('.') {
            own.insert(path.clone(), entry.clone());
        } else {
            axes.extend(axis::read(diag, axis));
        }
    }
    if axes.is_empty() && diag.error_count() == before {
        diag.report(field.error(diag, "a sweep without axes").hint("as in \"tier.auth.replicas\" = [4, 8]"));
    }
    if limits::VARIANTS_MAX < axes.len() {
        let draft = field.error(diag, format!("{} axes", axes.len()));
        diag.report(draft.allowed(format!("at most {}", limits::VARIANTS_MAX)));
    }
    (diag.error_count() == before).then(|| (axes, Node::table(own, field.node.place)))
}

fn variant_axis(diag: &mut Diagnostics, field: Field<'_>, variants: &[String]) -> Option<Axis> {
    let mut levels = Vec::new();
    for item in field.list(diag, limits::VARIANTS_MAX) {
        let name = item.text(diag)?;
        let known = || variants.iter().map(String::as_str).chain([brownout_model::BASE]);
        if !known().any(|known| known == name) {
            let draft = item.error(diag, format!("no variant is called \"{name}\""));
            diag.report(draft.allowed(one_of(known())).maybe_hint(did_you_mean(name, known())));
        }
        levels.push(Level::word(name));
    }
    (!levels.is_empty()).then(|| Axis { path: VARIANT.to_owned(), values: Values::Listed(levels) })
}

/// Which axes move together.
fn groups(diag: &mut Diagnostics, table: &Table<'_>, axes: &[Axis]) -> Option<Vec<Vec<usize>>> {
    let mut zipped: Vec<Vec<usize>> = Vec::new();
    if let Some(field) = table.get("zip") {
        for item in field.list(diag, limits::VARIANTS_MAX) {
            zipped.push(zip(diag, item, axes, &zipped)?);
        }
    }
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for at in 0..axes.len() {
        match zipped.iter().find(|group| group.contains(&at)) {
            Some(group) if groups.contains(group) => {}
            Some(group) => groups.push(group.clone()),
            None => groups.push(vec![at]),
        }
    }
    Some(groups)
}

fn zip(diag: &mut Diagnostics, field: Field<'_>, axes: &[Axis], before: &[Vec<usize>]) -> Option<Vec<usize>> {
    let mut group: Vec<usize> = Vec::new();
    for item in field.list(diag, limits::VARIANTS_MAX) {
        let path = item.text(diag)?;
        let known = || axes.iter().map(|axis| axis.path.as_str());
        let Some(at) = known().position(|known| known == path) else {
            let draft = item.error(diag, format!("\"{path}\" is no axis of this sweep"));
            diag.report(draft.allowed(one_of(known())).maybe_hint(did_you_mean(path, known())));
            return None;
        };
        if group.contains(&at) || before.iter().any(|group| group.contains(&at)) {
            diag.report(item.error(diag, "this axis moves with others already").hint("name it once"));
            return None;
        }
        group.push(at);
    }
    let counts: Vec<Option<usize>> = group.iter().map(|at| axes[*at].count()).collect();
    if counts.windows(2).any(|pair| pair[0] != pair[1]) {
        let shown =
            |count: &Option<usize>| count.map_or("any number of".to_owned(), |count| count.to_string());
        let counts = counts.iter().map(shown).collect::<Vec<_>>().join(" and ");
        let draft = field.error(diag, format!("axes that move together have as many values, not {counts}"));
        diag.report(draft.hint("give each as many values as the others"));
        return None;
    }
    Some(group)
}

fn conditions(diag: &mut Diagnostics, table: &Table<'_>, axes: &[Axis]) -> Option<Vec<Condition>> {
    let Some(field) = table.get("where") else { return Some(Vec::new()) };
    let items = match &field.node.value {
        Value::Text(_) => vec![field],
        _ => field.list(diag, limits::VARIANTS_MAX),
    };
    let paths: Vec<&str> = axes.iter().map(|axis| axis.path.as_str()).collect();
    let mut conditions = Vec::new();
    for item in items {
        let text = item.text(diag)?;
        match Condition::parse(text, &paths) {
            Ok(condition) => conditions.push(condition),
            Err(why) => {
                let draft = item.error(diag, format!("this is no condition: {why}"));
                let example = "\"tier.auth.replicas * 2 <= 64\"";
                let allowed =
                    format!("a comparison of axes and numbers, + - * / between spaces, as in {example}");
                diag.report(draft.allowed(allowed));
                return None;
            }
        }
    }
    Some(conditions)
}

/// How many points a grid has; refuses axes without steps, and more points than anyone can run.
fn grid(diag: &mut Diagnostics, field: Field<'_>, axes: &[Axis], groups: &[Vec<usize>]) -> Option<u64> {
    let mut points = 1u64;
    for group in groups {
        for at in group {
            let axis = &axes[*at];
            if axis.count().is_none() {
                let draft =
                    field.error(diag, format!("a grid does not know which values of {} to take", axis.path));
                let hint = match axis.values {
                    Values::Drawn { .. } => "draw points: design = \"latin-hypercube\", points = 64",
                    _ => {
                        "say how many values, as in steps = 10, or draw points: design = \"sobol\", points = 64"
                    }
                };
                diag.report(draft.hint(hint));
                return None;
            }
        }
        points = points.saturating_mul(axes[group[0]].count().unwrap_or(1) as u64);
    }
    if limits::POINTS_MAX < points {
        let draft = field.error(diag, format!("this grid has {} points", grouped(points)));
        let allowed = format!("at most {}", grouped(limits::POINTS_MAX));
        diag.report(
            draft.allowed(allowed).hint("fewer values, or draw points: design = \"sobol\", points = 1_000"),
        );
        return None;
    }
    Some(points)
}

fn until(diag: &mut Diagnostics, field: Field<'_>, names: &Names) -> Option<Until> {
    let table = Table::open(diag, field, UNTIL)?;
    let metric = table.get("metric")?;
    let asked = rows::metric(diag, metric, names)?;
    let text = metric.text(diag)?.to_owned();
    let within = table.value(diag, &WITHIN).fraction();
    let floor = table.value(diag, &FLOOR);
    let most = table.value(diag, &MOST) as u32;
    Some(Until { text, asked, within, floor, most })
}
