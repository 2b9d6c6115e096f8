//! Compiles the documents besides the requested one: problems of a variant, a value of an axis or a table that is
//! switched off are found before the first run.

use crate::compile::trace::Traces;
use crate::compile::{self, Compiled, Context};
use crate::problem::{Diagnostics, Draft};
use crate::text::hash::Hasher;
use crate::text::include::{Setting, apply_variant};
use crate::text::named::Named;
use crate::text::switch::{self, Off};
use crate::text::tree::{Entries, Entry, Node, Value};
use crate::{Axis, Design, Level, Overrides, Sweep, VARIANT, Values, check, text};
use std::cell::RefCell;

/// Compiles the documents besides the requested one to find their problems.
pub(crate) struct Others<'a> {
    pub(crate) named: &'a Named,
    pub(crate) overrides: &'a Overrides,
    pub(crate) settings: &'a [Setting],
    pub(crate) names: &'a [String],
}

/// The number of sweep values that are checked; the others are of the same kind.
const SWEEP_TRIALS: usize = 256;
/// Values that all trials together may read: about a second. Documents beyond that are checked when they run.
const TRIAL_VALUES: usize = 4_000_000;

impl Others<'_> {
    pub(crate) fn try_variants(&self, diag: &mut Diagnostics, plain: &Node, variants: &Entries) {
        for name in self.names.iter().take(TRIAL_VALUES / text::tree::count(plain)) {
            let mark = diag.mark();
            let document = self.of_variant(diag, plain, variants, name);
            self.compile(diag, document, Some(name));
            diag.keep_new_errors(mark);
        }
    }

    /// Values of a sweep and knobs of a plan, each alone, and those of axes that move together as they do: of lists as
    /// many as time allows, of ranges their ends.
    pub(crate) fn try_axes(&self, diag: &mut Diagnostics, from: &Begin<'_>, compiled: &Compiled) {
        let table = from.document.child("sweep");
        let sweep = compiled.sweep.iter().flat_map(|sweep| {
            sweep
                .groups
                .iter()
                .map(move |group| trials(sweep, group.iter().map(|at| &sweep.axes[*at]).collect()))
        });
        let swept = sweep.map(|trials| (trials, table));
        let knobs = from.document.child("plan").and_then(|plan| plan.child("knob"));
        let knobs = compiled.plan.knobs.iter().map(|axis| ((vec![axis], ends(&[axis])), knobs));
        let mut left = SWEEP_TRIALS.min(TRIAL_VALUES / text::tree::count(from.document));
        for ((axes, trials), table) in swept.chain(knobs) {
            if axes.iter().all(|axis| axis.path == VARIANT) {
                continue;
            }
            let entries = table.and_then(Node::entries);
            let written: Vec<Option<&Entry>> =
                axes.iter().map(|axis| entries.and_then(|entries| entries.get(&axis.path))).collect();
            for trial in trials {
                let Some(less) = left.checked_sub(1) else { return };
                left = less;
                let mark = diag.mark();
                self.try_point(
                    diag,
                    from,
                    &axes.iter().copied().zip(written.iter().copied()).zip(&trial).collect::<Vec<_>>(),
                );
                diag.keep_new_errors(mark);
            }
        }
    }

    /// Compiles the document with these values in it, each as if it stood where its axis is written.
    fn try_point(&self, diag: &mut Diagnostics, from: &Begin<'_>, point: &[((&Axis, Option<&Entry>), &At)]) {
        let variant = point.iter().find(|((axis, _), _)| axis.path == VARIANT);
        let variant = variant.map(|((axis, _), at)| at.level(axis).shown);
        let variant = variant.as_deref().filter(|name| *name != compile::BASE);
        let mut document = match variant {
            None => from.document.clone(),
            Some(name) => self.of_variant(diag, from.plain, from.variants, name),
        };
        for ((axis, entry), at) in point {
            let Some(entry) = entry.filter(|_| axis.path != VARIANT) else { continue };
            let Some(value) = at.written(diag, axis, &entry.node) else { continue };
            let done = text::path::segments(&axis.path, entry.key)
                .and_then(|parts| text::path::put(&mut document, &parts, value.place, value.clone()));
            if let Err(draft) = done {
                diag.report(draft);
                return;
            }
        }
        self.compile(diag, document, variant);
    }

    /// The document of a variant, with the settings laid over it.
    fn of_variant(&self, diag: &mut Diagnostics, plain: &Node, variants: &Entries, name: &str) -> Node {
        let mut document = plain.clone();
        apply_variant(diag, &mut document, variants, name);
        for setting in self.settings.iter().filter(|setting| !setting.is_for_variants()) {
            setting.apply(diag, &mut document);
        }
        document
    }

    /// Disabled tables are checked too, alone and with all enabled. A problem becomes a warning only if both find it:
    /// some tables are meant for when others are off, some belong together.
    pub(crate) fn try_switches(&self, diag: &mut Diagnostics, document: &Node, offs: &[Off]) {
        if offs.is_empty() {
            return;
        }
        let all = self.try_on(diag, document, offs);
        for off in offs.iter().take(TRIAL_VALUES / text::tree::count(document)) {
            for draft in self.try_on(diag, document, std::slice::from_ref(off)) {
                if all.iter().any(|other| draft.is_same(other)) {
                    diag.report(draft.warning_if("if it were switched on"));
                }
            }
        }
    }

    fn try_on(&self, diag: &mut Diagnostics, document: &Node, offs: &[Off]) -> Vec<Draft> {
        let (mark, errors) = (diag.mark(), diag.error_count());
        let mut document = document.clone();
        for off in offs {
            switch::switch_on(&mut document, off);
        }
        self.compile(diag, document, None);
        diag.take_new_errors(mark, errors)
    }

    fn compile(&self, diag: &mut Diagnostics, mut document: Node, variant: Option<&str>) {
        switch::apply_switches(diag, &mut document);
        let traces = Traces { named: self.named, trial: true, hash: RefCell::new(Hasher::new()) };
        let context = Context { overrides: self.overrides, variant, variants: self.names, traces };
        if let Some(compiled) = compile::compile(diag, &document, &context) {
            check::errors(diag, &document, &compiled.model);
        }
    }
}

/// What trials begin with.
pub(crate) struct Begin<'a> {
    /// The document with the variant and the settings that were asked for.
    pub(crate) document: &'a Node,
    /// The document before them.
    pub(crate) plain: &'a Node,
    /// The variants that may be laid over it.
    pub(crate) variants: &'a Entries,
}

/// Which value of an axis is tried.
#[derive(Clone, Copy)]
enum At {
    /// That of this number.
    Nth(usize),
    /// One of its ends.
    End(usize),
}

impl At {
    fn level(self, axis: &Axis) -> Level {
        match self {
            At::Nth(at) => axis.level(at),
            At::End(at) => axis.ends()[at].clone(),
        }
    }

    /// The value as if it stood where the axis is written, in its list if it is one.
    fn written(self, diag: &mut Diagnostics, axis: &Axis, written: &Node) -> Option<Node> {
        if let (At::Nth(at), Value::List(values)) = (self, &written.value) {
            return values.get(at).cloned();
        }
        let place = written.place;
        let node = text::toml::parse_value(diag, place.file, &self.level(axis).text, 0)?;
        Some(Node { place, ..node })
    }
}

/// Axes, and of each trial the value of each of them.
type Trials<'a> = (Vec<&'a Axis>, Vec<Vec<At>>);

/// The trials of axes of a sweep that move together. Where all of its axes do, those of points that its conditions
/// leave out are none.
fn trials<'a>(sweep: &Sweep, axes: Vec<&'a Axis>) -> Trials<'a> {
    let mut trials = ends(&axes);
    if sweep.groups.len() == 1 && sweep.design == Design::Grid {
        trials.retain(|trial| {
            let mut levels: Vec<Option<Level>> = vec![None; sweep.axes.len()];
            for (at, axis) in sweep.groups[0].iter().zip(axes.iter().zip(trial)) {
                levels[*at] = Some(axis.1.level(axis.0));
            }
            let levels: Vec<Level> = levels.into_iter().flatten().collect();
            sweep.conditions.iter().all(|condition| condition.holds(&levels))
        });
    }
    (axes, trials)
}

/// Each of the values where one of the axes is a list, or else both ends.
fn ends(axes: &[&Axis]) -> Vec<Vec<At>> {
    let listed = axes.iter().any(|axis| matches!(axis.values, Values::Listed(_)));
    let all = |at: At| vec![at; axes.len()];
    match axes[0].count().filter(|_| listed) {
        Some(count) => (0..count).map(|at| all(At::Nth(at))).collect(),
        None => (0..2).map(|at| all(At::End(at))).collect(),
    }
}
