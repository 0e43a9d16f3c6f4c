//! The door that cells wait at until they may be installed.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use seatrial_host::Machine;
use seatrial_model::Redactor;
use seatrial_ports::{Cancel, Room, Watch};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

use super::queue::{Bound, Obstacle, Queue, Shown};
use super::ticket::Ticket;

/// Between two looks at the machine while somebody waits.
const LOOK: Duration = Duration::from_secs(1);
/// Weight of the newest look in the running average of the load.
const NEWEST: f64 = 0.4;

/// Looks at the machine.
pub(crate) type Gauge = fn() -> Machine;

/// The berths of a run, over all its clusters.
pub(crate) struct Berths {
    inner: Mutex<Inner>,
    /// Somebody left, or a cluster opened.
    changed: Notify,
    gauge: Gauge,
    since: Instant,
}

struct Inner {
    queue: Queue,
    obstacles: BTreeMap<usize, Obstacle>,
    load: Load,
}

/// A running average of the tasks for each processor.
struct Load {
    average: f64,
    looked: Option<Instant>,
}

impl Berths {
    /// With `jobs`, so many cells at once; else what the machine has.
    pub(crate) fn new(jobs: Option<usize>, gauge: Gauge) -> Self {
        let bound = match jobs {
            Some(jobs) => Bound::Jobs(jobs),
            None => Bound::Machine(of_machine(gauge())),
        };
        let load = Load { average: 0.0, looked: None };
        Self {
            inner: Mutex::new(Inner { queue: Queue::new(bound), obstacles: BTreeMap::new(), load }),
            changed: Notify::new(),
            gauge,
            since: Instant::now(),
        }
    }

    /// A cluster stands: its cells may start.
    pub(crate) fn open(&self, cluster: &str, room: Option<Room>) {
        self.lock().queue.open(cluster, room);
        self.changed.notify_waiters();
    }

    /// Queues a cell, before its cluster stands, so that the longest is known when it does.
    pub(crate) fn queue(&self, ticket: Ticket) -> Place<'_> {
        let index = ticket.index;
        self.lock().queue.join(ticket);
        Place { berths: self, index }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One round for everybody; whether the cell `index` runs now, else what it waits for.
    fn round(&self, index: usize) -> Result<(), Option<Obstacle>> {
        let machine = (self.gauge)();
        let mut inner = self.lock();
        let shown = Shown {
            available: i64::try_from(machine.available).unwrap_or(i64::MAX),
            load: inner.load.note(machine),
        };
        if !inner.queue.runs(index) {
            inner.obstacles = inner.queue.admit(self.since.elapsed(), shown);
        }
        if inner.queue.runs(index) { Ok(()) } else { Err(inner.obstacles.get(&index).cloned()) }
    }
}

impl Load {
    fn note(&mut self, machine: Machine) -> f64 {
        let now = f64::from(machine.runnable) / f64::from(machine.processors.max(1));
        // Looks that follow each other at once are one.
        let fresh = self.looked.is_none_or(|looked| looked.elapsed() >= LOOK / 2);
        if fresh {
            let first = self.looked.is_none();
            self.average = if first { now } else { self.average.mul_add(1.0 - NEWEST, now * NEWEST) };
            self.looked = Some(Instant::now());
        }
        self.average
    }
}

/// Every processor, and all memory: requests are what the nodes themselves count by.
fn of_machine(machine: Machine) -> Room {
    Room {
        cpu: i64::from(machine.processors).saturating_mul(1000),
        memory: match i64::try_from(machine.memory).unwrap_or(i64::MAX) {
            0 => i64::MAX,
            memory => memory,
        },
    }
}

/// A cell's place in the queue, and its berth once it has one. Left when dropped.
pub(crate) struct Place<'a> {
    berths: &'a Berths,
    index: usize,
}

impl Place<'_> {
    /// Waits for the berth; `false` when cancelled. Tells what it waits for.
    pub(crate) async fn berth(&self, watch: &Watch, cancel: &Cancel) -> bool {
        let mut told = String::new();
        loop {
            let changed = self.berths.changed.notified();
            match self.berths.round(self.index) {
                Ok(()) => {
                    // Others may have been let in by the same round.
                    self.berths.changed.notify_waiters();
                    return true;
                }
                Err(obstacle) => {
                    let words = obstacle.map_or_else(|| "waiting for its turn".into(), |why| why.to_string());
                    if words != told {
                        watch.say(Redactor::default().clean(&words));
                        told = words;
                    }
                }
            }
            tokio::select! {
                () = changed => {}
                () = sleep(LOOK) => {}
                () = cancel.cancelled() => return false,
            }
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.berths.lock().queue.leave(self.index);
        self.berths.changed.notify_waiters();
    }
}
