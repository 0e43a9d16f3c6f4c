//! Who may start now, and what the others wait for. Pure: time and the machine's state are handed in.

use std::collections::BTreeMap;
use std::time::Duration;

use seatrial_ports::Room;

use super::ticket::{Needs, Ticket};

/// A cell is overtaken by smaller ones for so long at most; then room is kept free for it.
const PATIENCE: Duration = Duration::from_mins(1);
/// A busy machine holds a cell back for so long at most: load is a hint, requests are a promise.
const HELD: Duration = Duration::from_secs(30);
/// Tasks that run or wait for each processor: above it another cell would only slow the others down.
const BUSY: f64 = 4.0;
/// Memory that is left to the machine itself.
const SPARE: i64 = 512 << 20;

/// What bounds the cells of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    /// So many at once.
    Jobs(usize),
    /// What the machine has.
    Machine(Room),
}

/// What the machine shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Shown {
    /// Memory that can be had, in bytes.
    pub(crate) available: i64,
    /// Tasks that run or wait, for each processor.
    pub(crate) load: f64,
}

/// Why a cell does not start yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Obstacle {
    /// It runs alone, and these are on its cluster.
    Others(Vec<String>),
    /// One that runs alone is on its cluster.
    Alone(String),
    /// Its cluster's room is taken.
    Cluster { needs: Needs, left: Room },
    /// The machine's processors or memory are promised to others.
    Machine { needs: Needs, left: Room },
    /// So many run at once.
    Jobs(usize),
    /// Too little memory is free right now.
    Memory { needs: i64, available: i64 },
    /// The machine is busy right now.
    Busy,
    /// This one has waited longer.
    Turn(String),
}

struct Waiting {
    ticket: Ticket,
    /// When its cluster stood and it was there.
    since: Option<Duration>,
}

/// Cells that wait and cells that run.
pub(crate) struct Queue {
    bound: Bound,
    rooms: BTreeMap<String, Option<Room>>,
    waiting: BTreeMap<usize, Waiting>,
    running: BTreeMap<usize, Ticket>,
}

impl Queue {
    pub(crate) fn new(bound: Bound) -> Self {
        Self { bound, rooms: BTreeMap::new(), waiting: BTreeMap::new(), running: BTreeMap::new() }
    }

    /// A cluster stands and has so much room for cells, where that is known.
    pub(crate) fn open(&mut self, cluster: &str, room: Option<Room>) {
        self.rooms.insert(cluster.to_owned(), room);
    }

    pub(crate) fn join(&mut self, ticket: Ticket) {
        self.waiting.insert(ticket.index, Waiting { ticket, since: None });
    }

    /// A cell has ended, or waits no longer.
    pub(crate) fn leave(&mut self, index: usize) {
        self.waiting.remove(&index);
        self.running.remove(&index);
    }

    /// Lets start who can; gives what each of the others waits for.
    pub(crate) fn admit(&mut self, now: Duration, shown: Shown) -> BTreeMap<usize, Obstacle> {
        let mut ready: Vec<(Ticket, Duration)> = Vec::new();
        for waiting in self.waiting.values_mut() {
            if self.rooms.contains_key(&waiting.ticket.cluster) {
                let since = *waiting.since.get_or_insert(now);
                ready.push((waiting.ticket.clone(), now.saturating_sub(since)));
            }
        }
        ready.sort_by_key(|(ticket, _)| ticket.order());
        let mut obstacles = BTreeMap::new();
        // What room is kept for, on one cluster or on the machine.
        let mut kept: BTreeMap<String, String> = BTreeMap::new();
        let mut all_kept: Option<String> = None;
        for (ticket, waited) in ready {
            let before = all_kept.as_ref().or_else(|| kept.get(&ticket.cluster));
            let obstacle = match before {
                Some(before) => Some(Obstacle::Turn(before.clone())),
                None => self.obstacle(&ticket, waited, shown),
            };
            let Some(obstacle) = obstacle else {
                self.waiting.remove(&ticket.index);
                self.running.insert(ticket.index, ticket);
                continue;
            };
            if waited >= PATIENCE {
                let name = ticket.cell.to_string();
                match obstacle {
                    Obstacle::Others(_) | Obstacle::Alone(_) | Obstacle::Cluster { .. } => {
                        kept.insert(ticket.cluster.clone(), name);
                    }
                    Obstacle::Turn(_) | Obstacle::Busy => {}
                    Obstacle::Machine { .. } | Obstacle::Memory { .. } | Obstacle::Jobs(_) => {
                        all_kept.get_or_insert(name);
                    }
                }
            }
            obstacles.insert(ticket.index, obstacle);
        }
        obstacles
    }

    /// Whether a cell runs.
    pub(crate) fn runs(&self, index: usize) -> bool {
        self.running.contains_key(&index)
    }

    fn obstacle(&self, ticket: &Ticket, waited: Duration, shown: Shown) -> Option<Obstacle> {
        let beside: Vec<&Ticket> =
            self.running.values().filter(|other| other.cluster == ticket.cluster).collect();
        if let Some(alone) = beside.iter().find(|other| !other.exclusive.is_empty()) {
            return Some(Obstacle::Alone(alone.cell.to_string()));
        }
        if !ticket.exclusive.is_empty() && !beside.is_empty() {
            return Some(Obstacle::Others(beside.iter().map(|other| other.cell.to_string()).collect()));
        }
        // One that does not fit at all is let in alone: the cluster says why it cannot be scheduled.
        let room = self.rooms.get(&ticket.cluster).copied().flatten();
        if let (Some(room), false) = (room, beside.is_empty()) {
            let left = left(room, &beside);
            if matches!(self.bound, Bound::Machine(_)) && !ticket.needs.fits(left) {
                return Some(Obstacle::Cluster { needs: ticket.needs, left });
            }
        }
        let running: Vec<&Ticket> = self.running.values().collect();
        if running.is_empty() {
            return None;
        }
        match self.bound {
            Bound::Jobs(jobs) => (running.len() >= jobs.max(1)).then_some(Obstacle::Jobs(jobs)),
            Bound::Machine(room) => {
                let left = left(room, &running);
                if !ticket.needs.fits(left) {
                    return Some(Obstacle::Machine { needs: ticket.needs, left });
                }
                let available = shown.available.saturating_sub(SPARE);
                if ticket.needs.memory > available {
                    return Some(Obstacle::Memory { needs: ticket.needs.memory, available });
                }
                (shown.load > BUSY && waited < HELD).then_some(Obstacle::Busy)
            }
        }
    }
}

fn left(room: Room, taken: &[&Ticket]) -> Room {
    let taken = taken.iter().fold(Needs::default(), |sum, ticket| sum.plus(ticket.needs));
    Room {
        cpu: room.cpu.saturating_sub(taken.cpu).max(0),
        memory: room.memory.saturating_sub(taken.memory).max(0),
    }
}

impl std::fmt::Display for Obstacle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const MIB: i64 = 1 << 20;
        let room = |f: &mut std::fmt::Formatter<'_>, needs: &Needs, left: &Room, of: &str| {
            if needs.cpu > left.cpu {
                write!(f, "waiting for CPU: needs {}m, {}m of {of} are left", needs.cpu, left.cpu)
            } else {
                let (needs, left) = (needs.memory / MIB, left.memory / MIB);
                write!(f, "waiting for memory: needs {needs} MiB, {left} MiB of {of} are left")
            }
        };
        match self {
            Self::Others(others) => write!(f, "runs alone: waiting for {}", others.join(", ")),
            Self::Alone(cell) => write!(f, "waiting for {cell}, which runs alone"),
            Self::Cluster { needs, left } => room(f, needs, left, "its cluster"),
            Self::Machine { needs, left } => room(f, needs, left, "this machine"),
            Self::Jobs(1) => f.write_str("waiting for its turn: one cell at a time"),
            Self::Jobs(jobs) => write!(f, "waiting for its turn: {jobs} cells at a time"),
            Self::Memory { needs, available } => {
                let (needs, available) = (needs / MIB, available.max(&0) / MIB);
                write!(f, "waiting for memory: needs {needs} MiB, {available} MiB are free right now")
            }
            Self::Busy => f.write_str("waiting: this machine is busy right now"),
            Self::Turn(cell) => write!(f, "waiting for its turn, after {cell}"),
        }
    }
}

#[cfg(test)]
#[path = "queue_tests.rs"]
mod tests;
