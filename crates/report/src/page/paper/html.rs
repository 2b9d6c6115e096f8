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
            Part::Chart(at) => figure(w, &self.charts[*at], None),
            Part::Table(grid) => table(w, grid),
            Part::Folded(grid) => {
                put(w, &format!("<details>\n<summary>{}</summary>", escape(grid.label)));
                table(w, grid);
                put(w, "</details>");
            }
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
        put(w, &format!("<th scope=\"col\"{class}>{}</th>", broken(head)));
    }
    w.push_str("</tr></thead>\n<tbody>\n");
    for row in &grid.rows {
        w.push_str("<tr>");
        for (at, (cell, (_, is_number))) in row.iter().zip(&grid.heads).enumerate() {
            let text = prose(cell);
            match (at, is_number) {
                (0, true) => put(w, &format!("<th class=\"n\" scope=\"row\">{text}</th>")),
                (0, false) => put(w, &format!("<th class=\"long\" scope=\"row\">{text}</th>")),
                (_, true) => put(w, &format!("<td class=\"n\">{text}</td>")),
                (_, false) => put(w, &format!("<td class=\"long\">{text}</td>")),
            }
        }
        w.push_str("</tr>\n");
    }
    tables::end(w);
}

/// A long head of a column breaks into lines that are no longer than this.
const HEAD_MAX: usize = 18;

fn broken(head: &str) -> String {
    let (mut lines, mut line) = (Vec::new(), String::new());
    // A percent sign stays with its number, and a bound with its sign.
    let kept = head
        .replace(" %", "\u{a0}%")
        .replace("< ", "<\u{a0}")
        .replace("> ", ">\u{a0}")
        .replace("= ", "=\u{a0}");
    for word in kept.split(' ') {
        if !line.is_empty() && HEAD_MAX < line.chars().count() + word.chars().count() {
            lines.push(escape(&std::mem::take(&mut line)));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(escape(&line));
    lines.join("<br>")
}
