//! Names by kind, each with what it is.

use super::paint::{BOLD, cut, paint};
use super::table::{Cell, Side, Table};

/// Descriptions are cut: names with them are one line each.
const ABOUT_MAX: usize = 90;

/// Names of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group<'a> {
    /// What they are, and what they are for.
    pub heading: &'a str,
    /// Each with what it is.
    pub items: Vec<(&'a str, &'a str)>,
}

/// Heading of each kind that ships, and what its names are for.
const KINDS: [(&str, &str); 5] = [
    ("experiment", "experiments: brownout run NAME"),
    ("model", "models: extends = \"NAME\" in a scenario"),
    ("profile", "profiles: profile = \"NAME\" in an inference tier"),
    ("law", "laws: brownout verify"),
    ("template", "templates: brownout new FILE --template NAME"),
];

/// What ships: kind, name and what it is.
pub fn catalogue(items: &[(&str, &str, &str)]) -> String {
    let group = |(kind, heading)| {
        let items = items.iter().filter(|(of, ..)| *of == kind);
        Group { heading, items: items.map(|&(_, name, about)| (name, about)).collect() }
    };
    list(&KINDS.map(group))
}

/// Groups below each other; one without items is left out.
pub fn list(groups: &[Group<'_>]) -> String {
    let groups = groups.iter().filter(|group| !group.items.is_empty()).map(|group| {
        let mut table = Table::new(&[("", Side::Left), ("", Side::Left)]);
        for (name, about) in &group.items {
            table.row(vec![Cell::plain(format!("  {name}")), Cell::plain(cut(about, ABOUT_MAX))]);
        }
        let rows = table.render();
        // The heading stands above the table, whose own is empty.
        let rows = rows.split_once('\n').map_or("", |(_, rows)| rows);
        format!("{}\n{rows}", paint(group.heading, BOLD))
    });
    groups.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_group_has_no_heading() {
        let laws = Group { heading: "laws", items: vec![("mm1", "one worker"), ("mmc-many", "many")] };
        let said = list(&[Group { heading: "models", items: Vec::new() }, laws]);
        let plain = anstream::adapter::strip_str(&said).to_string();
        assert_eq!(plain, "laws\n  mm1       one worker\n  mmc-many  many\n");
    }
}
