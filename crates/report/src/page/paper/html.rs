//! A paper to open in a browser: one file, nothing to load, no script.

use super::{Grid, Paper, Part};
use crate::page::escape;
use crate::page::html::{figure, head, prose, put};
use crate::page::tables;

impl Paper {
    /// As HTML that opens without a network, in light, in dark and on paper.
    pub fn html(&self) -> String {
        let mut page = String::new();
        let w = &mut page;
        head(w, &self.title);
        put(w, &format!("<body>\n<header>\n<p class=\"eyebrow\">{}</p>", self.eyebrow));
        put(w, &format!("<h1>{}</h1>\n</header>\n<main>", escape(&self.title)));
        put(w, &format!("<section class=\"verdict {}\">", self.tone));
        if !self.badge.is_empty() {
            put(w, &format!("<span class=\"badge\">{}</span>", self.badge));
        }
        put(w, &format!("<p class=\"line\">{}</p>", prose(&self.sentence)));
        if !self.basis.is_empty() {
            put(w, &format!("<p class=\"quiet\">{}</p>", prose(&self.basis)));
        }
        w.push_str("</section>\n");
        for part in &self.parts {
            self.part(w, part);
        }
        let version = env!("CARGO_PKG_VERSION");
        put(
            w,
            &format!(
                "</main>\n<footer class=\"quiet\">Written by brownout {version}. Charts may be reused freely.</footer>"
            ),
        );
        w.push_str("</body>\n</html>\n");
        page
    }

    fn part(&self, w: &mut String, part: &Part) {
        match part {
            Part::Heading(text) => put(w, &format!("<h2 class=\"part\">{text}</h2>")),
            Part::Text(text) => put(w, &format!("<p>{}</p>", prose(text))),
            Part::List(items) => {
                w.push_str("<ul>\n");
                for item in items {
                    put(w, &format!("<li>{}</li>", prose(item)));
                }
                w.push_str("</ul>\n");
            }
            Part::Chart(at) => figure(w, &self.charts[*at]),
            Part::Table(grid) => table(w, grid),
            Part::Command(command) => {
                put(
                    w,
                    &format!("<pre class=\"command\" tabindex=\"0\"><code>{}</code></pre>", escape(command)),
                );
            }
        }
    }
}

fn table(w: &mut String, grid: &Grid) {
    let label = escape(grid.label);
    put(
        w,
        &format!("<div class=\"wide\" role=\"group\" tabindex=\"0\" aria-label=\"Table: {label}\"><table>"),
    );
    w.push_str("<thead><tr>");
    for (head, is_number) in &grid.heads {
        let class = if *is_number { " class=\"n\"" } else { "" };
        w.push_str(&format!("<th scope=\"col\"{class}>{}</th>", broken(head)));
    }
    w.push_str("</tr></thead>\n<tbody>\n");
    for row in &grid.rows {
        w.push_str("<tr>");
        for (at, (cell, (_, is_number))) in row.iter().zip(&grid.heads).enumerate() {
            let text = prose(cell);
            match (at, is_number) {
                (0, true) => w.push_str(&format!("<th class=\"n\" scope=\"row\">{text}</th>")),
                (0, false) => w.push_str(&format!("<th class=\"long\" scope=\"row\">{text}</th>")),
                (_, true) => w.push_str(&format!("<td class=\"n\">{text}</td>")),
                (_, false) => w.push_str(&format!("<td class=\"long\">{text}</td>")),
            }
        }
        w.push_str("</tr>\n");
    }
    tables::end(w);
}

/// A long head of a column breaks before the sign of a promise, or else at its spaces.
fn broken(head: &str) -> String {
    let sign = [" < ", " <= ", " > ", " >= ", " == ", " = "].into_iter().find_map(|sign| head.find(sign));
    match sign {
        Some(at) if 24 < head.chars().count() => {
            format!("{}<br>{}", escape(&head[..at]), escape(head[at + 1..].trim_end()).replace(' ', "\u{a0}"))
        }
        _ => tables::wrapped(&escape(head)),
    }
}
