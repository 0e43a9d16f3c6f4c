//! `suite`: a run on real clusters, from the suite file to the exit code.

use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use tokio::sync::mpsc::{self, UnboundedReceiver};
use tokio::task::JoinSet;

use seatrial_cluster::{After, Mooring};
use seatrial_engine::{Inputs, Keep, Options, Pause, Plan, Ports, Recorder, run};
use seatrial_host::{Interrupts, Machine};
use seatrial_model::Record;
use seatrial_model::suite::Suite;
use seatrial_model::time::Instant;
use seatrial_ports::Renderer;
use seatrial_scripted::Script;
use seatrial_scripted::script::HelmOf;

use super::{Stop, load};
use crate::cli::{KeepArg, SuiteArgs};
use crate::project::Project;
use crate::state::{RunFolder, State};
use crate::{baseline, logging, past, progress, reports};

pub(crate) mod drivers;
mod earlier;
mod existing;
mod keyboard;

use keyboard::Keyboard;

pub(crate) async fn command(project: &Project, args: SuiteArgs) -> Result<u8, Stop> {
    let library = load::library(project)?;
    let suite = load::suite(project, &args.choice.suite, &library)?;
    let used = baseline::open(&args.baseline, &project.root)?;
    let reports_folder = args.reports.clone().unwrap_or_else(|| project.reports());
    let mut signals = Interrupts::listen().context("listen for signals")?;
    let run_id = reports::run_id(Instant::now());
    let state = State::find()?;
    let run = state.begin(&run_id)?;
    // Until the run listens itself, a signal just ends it: nothing was started yet.
    let (plan, ports) = tokio::select! {
        prepared = prepared(project, suite, &args, &state, &run, &reports_folder) => prepared?,
        _ = signals.next() => {
            anstream::eprintln!("interrupted before anything was started");
            return Ok(130);
        }
    };
    let keyboard = args.pause.then(Keyboard::open).transpose()?;
    earlier::tell(&state, args.script.is_none() && args.existing.context.is_none()).await;
    // Only a run that can start has a folder: `latest` never points at one without reports.
    let folder = reports::create(&reports_folder, &run_id)?;
    run.reports_are_in(&folder)?;
    logging::to_folder(&folder)?;
    let processors = std::thread::available_parallelism().map_or(2, usize::from);
    let (pauses, held) = mpsc::unbounded_channel();
    let options = Options {
        run: run_id,
        seatrial: env!("CARGO_PKG_VERSION").to_owned(),
        jobs: existing::turns(&args, processors).or(args.jobs.map(usize::from)),
        machine: Machine::read,
        expected: past::durations(&reports_folder),
        workers: processors,
        clock: Instant::now,
        keep: match args.keep {
            KeepArg::Never => Keep::Never,
            KeepArg::Failed => Keep::Failed,
            KeepArg::Always => Keep::Always,
        },
        retries: usize::from(args.retries),
        fail_fast: args.fail_fast,
        pauses: keyboard.is_some().then_some(pauses),
        baseline: used.clone(),
    };
    let recorder = Recorder::new(folder.clone(), reports::publish);
    let held = keyboard.map(|keyboard| (keyboard, held));
    let record = watched(Inputs { plan, library, ports, recorder }, options, signals, held).await;
    show(&record, &folder, &project.root);
    if let Some(told) = baseline::close(&args.baseline, used.as_ref(), &baseline::Found::of(&record))? {
        anstream::println!("{told}");
    }
    Ok(run::exit_code(&record))
}

/// What will run, and on what.
async fn prepared(
    project: &Project,
    suite: Suite,
    args: &SuiteArgs,
    state: &State,
    run: &RunFolder,
    reports: &Path,
) -> Result<(Plan, Ports), Stop> {
    if let Some(context) = &args.existing.context {
        return existing::prepare(project, suite, args, context, run, reports).await;
    }
    let suite = load::with_versions(suite, args.choice.kubernetes.as_ref(), args.choice.helm)?;
    let plan = load::plan(project, suite, &args.choice, reports)?;
    let ports = ports(project, args, &plan, state, run).await?;
    Ok((plan, ports))
}

async fn ports(
    project: &Project,
    args: &SuiteArgs,
    plan: &Plan,
    state: &State,
    run: &RunFolder,
) -> Result<Ports, Stop> {
    let Some(script) = &args.script else {
        let after = if args.reuse { After::Reuse } else { After::Remove };
        let mooring = Mooring { moorings: state.moorings(), since: Instant::now(), after };
        return drivers::real(project, plan, run, mooring).await;
    };
    let text =
        std::fs::read_to_string(script).with_context(|| format!("read the script {}", script.display()))?;
    let script = Script::parse(&text)
        .map_err(|error| Stop::Usage(format!("error: script {}: {error:#}", script.display())))?;
    let helm_of = script.helm;
    let (renderer, backend, _) = seatrial_scripted::ports(script);
    let renderer: Arc<dyn Renderer> = match helm_of {
        HelmOf::Script => Arc::new(renderer),
        HelmOf::Machine => Arc::new(drivers::helm(project, plan, run).await?),
    };
    Ok(Ports { renderer, backend: Arc::new(backend) })
}

/// Runs with live progress, with signals handed to the run and held cells to the keyboard.
async fn watched(
    inputs: Inputs,
    options: Options,
    mut signals: Interrupts,
    held: Option<(Keyboard, UnboundedReceiver<Pause>)>,
) -> Record {
    let mode = if std::io::stderr().is_terminal() { progress::Mode::Terminal } else { progress::Mode::Plain };
    let (events, heard) = mpsc::unbounded_channel();
    let (interrupt, interrupts) = mpsc::unbounded_channel();
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        loop {
            signals.next().await;
            if interrupt.send(()).is_err() {
                break;
            }
        }
    });
    if let Some((keyboard, held)) = held {
        tasks.spawn(keyboard.release(held));
    }
    let shown = progress::start(mode).follow(heard);
    let (record, ()) = tokio::join!(run(inputs, options, events, interrupts), shown);
    tasks.shutdown().await;
    record
}

/// The final table on stdout.
fn show(record: &Record, folder: &Path, root: &Path) {
    let colour = std::io::stdout().is_terminal();
    let folder = folder.strip_prefix(root).unwrap_or(folder).display().to_string();
    let width = progress::width();
    anstream::print!("{}", seatrial_report::table(record, &folder, width, colour));
}
