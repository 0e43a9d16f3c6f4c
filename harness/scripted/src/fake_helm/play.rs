//! Playing one call of helm in this process.

use std::ffi::OsString;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::Stdio;

use anyhow::Context;
use tokio::process::Child;
use tokio::signal::unix::{SignalKind, signal};

use super::script::{Call, FakeHelm, Fate, Signal};
use crate::Text;

/// Answers a call as the script says and gives the exit code. Where the real helm is asked, this process
/// becomes it and nothing is returned.
///
/// # Errors
/// When the script's log or the real helm cannot be used.
pub async fn play(script: &FakeHelm, args: &[OsString]) -> anyhow::Result<u8> {
    let words: Vec<String> = args.iter().map(|arg| arg.to_string_lossy().into_owned()).collect();
    if let Some(log) = &script.log {
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(log)?;
        writeln!(file, "{}", words.join(" "))?;
    }
    if let Some(call) = script.call(&words) {
        return ended(script, call, args).await;
    }
    let asks_version = words.first().is_some_and(|word| word == "version");
    let version = script.version.as_deref().or(script.pass_through.is_none().then_some("v4.0.0-scripted"));
    if let Some(version) = version.filter(|_| asks_version) {
        writeln!(std::io::stdout(), "{version}")?;
        return Ok(0);
    }
    let Some(real) = &script.pass_through else { return Ok(0) };
    let error = std::process::Command::new(real).args(args).exec();
    Err(error).with_context(|| format!("become the real helm {}", real.display()))
}

async fn ended(script: &FakeHelm, call: &Call, args: &[OsString]) -> anyhow::Result<u8> {
    // From here on TERM is for whoever wants to hear it: the signal's handler stays as long as the process.
    let deaf = if call.then == Fate::Deaf { Some(signal(SignalKind::terminate())?) } else { None };
    let mut real = match &script.pass_through {
        Some(program) if call.real => Some(start(program, args)?),
        _ => None,
    };
    print(&call.stdout, std::io::stdout())?;
    print(&call.stderr, std::io::stderr())?;
    tokio::time::sleep(call.after.0).await;
    if let Some(child) = &mut real {
        // Whatever it has done by now is what the fault finds.
        child.kill().await.context("stop the real helm")?;
    }
    match call.then {
        Fate::Exit(code) => Ok(code),
        Fate::Signal(signal) => die(signal).await,
        Fate::Hangs | Fate::Deaf => {
            std::future::pending::<()>().await;
            drop(deaf);
            Ok(0)
        }
    }
}

fn start(program: &std::path::Path, args: &[OsString]) -> anyhow::Result<Child> {
    tokio::process::Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("start the real helm {}", program.display()))
}

/// A reader that has gone is as it may be: it kept what it wanted.
fn print(text: &Text, mut to: impl Write) -> anyhow::Result<()> {
    for piece in text.pieces() {
        match to.write_all(&piece) {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => return Ok(()),
            written => written?,
        }
    }
    Ok(to.flush()?)
}

async fn die(signal: Signal) -> anyhow::Result<u8> {
    let signal = match signal {
        Signal::Abrt => nix::sys::signal::Signal::SIGABRT,
        Signal::Int => nix::sys::signal::Signal::SIGINT,
        Signal::Kill => nix::sys::signal::Signal::SIGKILL,
        Signal::Term => nix::sys::signal::Signal::SIGTERM,
    };
    nix::sys::signal::kill(nix::unistd::Pid::this(), signal)?;
    // It is delivered before the call returns, or soon after.
    std::future::pending().await
}
