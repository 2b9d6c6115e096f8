//! The table of everything that can be typed: help, manual and completions come from it.

mod lab;

use brownout::fit::TimeUnit;
use brownout::ships::{TEMPLATES, Template};
use brownout::units::{Bytes, Span};
use brownout::{Pictures, Wanted, setting};
use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum};
pub(crate) use lab::{Compare, Merge, Method, Plan as Question, Sweep};
use std::path::PathBuf;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const EXIT_CODES: &str = "\
Exit codes:
  0    fine
  1    failure: a file, a disk, a limit
  2    usage: something was typed that is no command or option
  3    the scenario has errors
  4    an expectation or a law does not hold
  101  a mistake in brownout itself, with the command that repeats it
  130  interrupted";

/// Replay the night an AI service breaks, before it happens.
///
/// Brownout simulates clients, the tiers that serve them and what goes wrong between them, and says what breaks first,
/// what that breaks next, and whether the service comes back by itself.
#[derive(Debug, Parser)]
#[command(name = "brownout", version, styles = STYLES, max_term_width = 100, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Say nothing but errors; no progress bar
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Take no more memory than this (200MB, 8GB): what may need more is refused or stopped [default: what is free]
    #[arg(long, global = true, value_name = "SIZE")]
    pub(crate) memory: Option<Bytes>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a scenario, print what happened and write the report
    Run(Box<Run>),
    /// Run a scenario at every point of some axes, and say how its numbers change
    Sweep(Box<Sweep>),
    /// Say how many, how much, how far: the value of a key with which what is promised holds
    Plan(Box<Question>),
    /// Hold variants, or the results of two runs, against each other seed by seed
    Compare(Box<Compare>),
    /// Take over the runs of other stores, as after a sweep in parts
    Merge(Merge),
    /// Draw pages and charts again from the results of a run
    Report(Report),
    /// Draw one chart of a run for a slide: its size, a part of the time, two variants on one pair of axes
    Chart(Chart),
    /// Say what is wrong with a scenario, or what a run of it would do
    Check(Check),
    /// Turn measured steps into a profile, or a trace into a load with the same statistics
    Fit(Fit),
    /// Print the JSON Schema of scenario files, for editors
    Schema(Schema),
    /// Write a scenario to start from
    New(New),
    /// Say what ships with the program: experiments, models, laws, templates
    List(List),
    /// Hold the simulator against queueing theory
    Verify(Verify),
    /// Print completions for a shell
    Completions(Completions),
    /// Print the manual page, as roff
    Man(Man),
}

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// One object, the base at the top and the other variants below
    Json,
    /// One object a line, one line a variant
    Jsonl,
    /// One number a line
    Csv,
}

/// How lists are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Plain {
    /// For people
    Text,
    /// For programs
    Json,
}

/// Which scenario, and what is changed in it.
#[derive(Args, Debug)]
pub(crate) struct Which {
    /// A scenario file, a folder with a scenario.toml, - for standard input, or brownout:NAME for one that ships
    #[arg(value_name = "PATH")]
    pub(crate) path: String,
    /// Read nothing outside of the scenario's folder, for scenarios of unknown authors
    #[arg(long)]
    pub(crate) confined: bool,
    /// Change a value, by its dotted path (tier.auth.replicas=16); may be repeated
    #[arg(long, value_name = "PATH=VALUE", value_parser = setting)]
    pub(crate) set: Vec<(String, String)>,
    /// Only this variant; "base" is the scenario as it stands
    #[arg(long, value_name = "NAME")]
    pub(crate) variant: Option<String>,
    /// What all randomness comes from, instead of run.seed
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    pub(crate) seed: Option<u64>,
    /// How many runs, instead of run.replications
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) replications: Option<u32>,
}

/// Where files go.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Out {
    /// Where pages, pictures and numbers go [default: below brownout-out with text, nowhere otherwise]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Write no files
    #[arg(long, conflicts_with = "out")]
    pub(crate) no_out: bool,
}

impl Out {
    /// The folder: the one that was typed, or the usual one where a person reads what is printed.
    pub(crate) fn or(&self, usual: impl FnOnce() -> String, is_read: bool) -> Option<PathBuf> {
        let default = || (is_read && !self.no_out).then(|| PathBuf::from("brownout-out").join(usual()));
        self.out.clone().or_else(default)
    }
}

/// What becomes a file, besides the page and the numbers.
#[derive(Args, Clone, Debug)]
pub(crate) struct Shown {
    /// Which pictures become files; the page has all of them inside
    #[arg(long, value_enum, value_name = "KINDS", value_delimiter = ',', default_value = "svg")]
    pub(crate) charts: Vec<Drawn>,
    /// Write lines over time as CSV, too, besides series.parquet
    #[arg(long)]
    pub(crate) series_csv: bool,
    /// Write lines over time as OpenMetrics text, too, for Prometheus and Grafana
    #[arg(long)]
    pub(crate) openmetrics: bool,
    /// Threads to run and draw on; 0 is one for each core. The result is the same with any number
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = threads)]
    pub(crate) threads: usize,
}

impl Shown {
    /// The same, as the library takes it.
    pub(crate) fn wanted(&self) -> Wanted {
        let asked = |kind| self.charts.contains(&kind);
        let pictures = Pictures { svg: asked(Drawn::Svg), png: asked(Drawn::Png) };
        Wanted { pictures, csv: self.series_csv, openmetrics: self.openmetrics, threads: self.threads }
    }
}

#[derive(Args, Debug)]
pub(crate) struct Run {
    #[command(flatten)]
    pub(crate) which: Which,
    /// Only the replication of this number, from 0: to see again what a sweep said of one
    #[arg(long, value_name = "N", conflicts_with = "replications",
        value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    pub(crate) replication: Option<u64>,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) place: Out,
    #[command(flatten)]
    pub(crate) shown: Shown,
    /// Run nothing beside each seed: harm is judged against the run's own beginnings, in half of the time
    #[arg(long)]
    pub(crate) alone: bool,
    /// Run the night again without what began it and with what might have helped: 100 to 250 runs more
    #[arg(long, conflicts_with = "alone")]
    pub(crate) causes: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Report {
    /// The folder that a run has written, or a sweep for the report of one of its points
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
    /// Of a sweep: the report of this point, by its number in the tables, into DIR-point-N
    #[arg(long, value_name = "N")]
    pub(crate) point: Option<u64>,
    /// Where pages and charts go [default: the same folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) shown: Shown,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Chart {
    /// The folder that a run has written
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: PathBuf,
    /// Which chart: four-lines, heat-strip, latency …; a wrong name lists those that the result has
    #[arg(value_name = "KIND")]
    pub(crate) kind: String,
    /// Instead of what is seen in it
    #[arg(long, value_name = "TEXT")]
    pub(crate) title: Option<String>,
    /// Of which variant, or of which two on one pair of axes: base,defended [default: the first]
    #[arg(long = "variants", visible_alias = "variant", value_name = "NAMES", value_delimiter = ',')]
    pub(crate) variants: Vec<String>,
    /// In pixels, each side from 320 to 8000: 1600x900 [default: as on the page]
    #[arg(long, value_name = "WxH")]
    pub(crate) size: Option<brownout::ChartSize>,
    /// From when on: 40m
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<Span>,
    /// Until when: 2h
    #[arg(long, value_name = "TIME")]
    pub(crate) to: Option<Span>,
    /// For a light or a dark slide
    #[arg(long, value_name = "light|dark", default_value = "light")]
    pub(crate) theme: brownout::words::Theme,
    /// Where it goes, as .svg or .png, or - for standard output [default: KIND.svg]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<String>,
}

/// How a picture is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Drawn {
    /// Vectors, sharp at any size
    Svg,
    /// Pixels, for places that take no SVG
    Png,
    /// No pictures as files
    None,
}

#[derive(Args, Debug)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) which: Which,
    /// How it is said
    #[arg(long, value_enum, default_value_t = Plain::Text)]
    pub(crate) format: Plain,
}

#[derive(Args, Debug)]
pub(crate) struct Fit {
    /// Measured steps: a table with the columns kind,tokens,batch,context,ms or tokens,decodes,context,attention,ms
    #[arg(value_name = "POINTS", required_unless_present = "trace")]
    pub(crate) points: Option<String>,
    /// A trace of arrivals instead: a table with times, and tokens of prompts and outputs
    #[arg(long, value_name = "FILE", conflicts_with = "points")]
    pub(crate) trace: Option<String>,
    /// The column of times [default: one with a name like timestamp]
    #[arg(long, value_name = "COLUMN", requires = "trace")]
    pub(crate) time: Option<String>,
    /// The column of prompt tokens [default: one with a name like prompt]
    #[arg(long, value_name = "COLUMN", requires = "trace")]
    pub(crate) prompt: Option<String>,
    /// The column of output tokens [default: one with a name like output]
    #[arg(long, value_name = "COLUMN", requires = "trace")]
    pub(crate) output: Option<String>,
    /// What times of a trace that are plain numbers count
    #[arg(long, value_name = "UNIT", default_value = "s", requires = "trace")]
    pub(crate) unit: TimeUnit,
    /// What the profile is called, or the operation and the load of a trace [default: the file, or chat]
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// The file of the hardware, as seen from the profile
    #[arg(long, value_name = "FILE", default_value = "../hardware/YOURS.toml", conflicts_with = "trace")]
    pub(crate) hardware: String,
    /// The file of the language model, as seen from the profile
    #[arg(long, value_name = "FILE", default_value = "../llm/YOURS.toml", conflicts_with = "trace")]
    pub(crate) llm: String,
    /// Over how many accelerators one replica spreads
    #[arg(long, value_name = "N", default_value_t = 1, conflicts_with = "trace",
        value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub(crate) tensor_parallel: u32,
}

#[derive(Args, Debug)]
pub(crate) struct Schema {
    /// Print what there is to say of policies instead, as Markdown
    #[arg(long)]
    pub(crate) policies: bool,
    /// Print all keys with their ranges and defaults instead, as Markdown
    #[arg(long, conflicts_with = "policies")]
    pub(crate) keys: bool,
    /// Print all metrics with their units and meanings instead, as Markdown
    #[arg(long, conflicts_with_all = ["policies", "keys"])]
    pub(crate) metrics: bool,
}

#[derive(Args, Debug)]
pub(crate) struct New {
    /// The file to write; .toml is added if it has no ending
    pub(crate) name: PathBuf,
    /// What to start from
    #[arg(long, value_name = "NAME", default_value = TEMPLATES[0].name)]
    pub(crate) template: Template,
}

#[derive(Args, Debug)]
pub(crate) struct List {
    /// How it is listed
    #[arg(long, value_enum, default_value_t = Plain::Text)]
    pub(crate) format: Plain,
}

#[derive(Args, Debug)]
pub(crate) struct Verify {
    /// Only the laws whose file has this in its name (mm1)
    #[arg(long, value_name = "NAME")]
    pub(crate) only: Option<String>,
    /// Threads to run on; 0 is one for each core
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = threads)]
    pub(crate) threads: usize,
    /// How the rows are printed
    #[arg(long, value_enum, default_value_t = Plain::Text)]
    pub(crate) format: Plain,
}

#[derive(Args, Debug)]
pub(crate) struct Completions {
    /// Which shell
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Args, Debug)]
pub(crate) struct Man {
    /// The page of one command
    pub(crate) command: Option<String>,
}

/// More threads than this speed nothing up, and the system may refuse them.
const THREADS_MAX: usize = 1024;

fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(threads) if threads <= THREADS_MAX => Ok(threads),
        _ => Err(format!("a whole number from 0 to {THREADS_MAX}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_table_contradicts_itself_nowhere() {
        Arguments::command().debug_assert();
    }
}
