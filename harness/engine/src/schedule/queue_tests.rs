use super::*;
use rstest::rstest;
use seatrial_model::{CellId, Clean, HelmMajor};

const QUIET: Shown = Shown { available: 64 << 30, load: 0.5 };
const ROOM: Room = Room { cpu: 1250, memory: 8 << 30 };
const MACHINE: Bound = Bound::Machine(Room { cpu: 2000, memory: 16 << 30 });

fn ticket(index: usize, cpu: i64) -> Ticket {
    Ticket {
        index,
        cell: CellId {
            chart: "demo".to_owned(),
            profile: format!("p{index}"),
            kubernetes: "1.36".parse().unwrap(),
            helm: HelmMajor::V4,
        },
        cluster: "a".to_owned(),
        needs: Needs { cpu, memory: 1 << 20 },
        exclusive: Vec::new(),
        expected: None,
    }
}

fn alone(ticket: Ticket) -> Ticket {
    Ticket { exclusive: vec![Clean::own("a CRD")], ..ticket }
}

fn on(cluster: &str, ticket: Ticket) -> Ticket {
    Ticket { cluster: cluster.to_owned(), ..ticket }
}

fn queue(bound: Bound, tickets: impl IntoIterator<Item = Ticket>) -> Queue {
    let mut queue = Queue::new(bound);
    queue.open("a", Some(ROOM));
    queue.open("b", Some(ROOM));
    tickets.into_iter().for_each(|ticket| queue.join(ticket));
    queue
}

fn running(queue: &Queue) -> Vec<usize> {
    queue.running.keys().copied().collect()
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn cells_share_a_cluster_as_far_as_its_room_goes() {
    let mut queue = queue(MACHINE, [ticket(0, 700), ticket(1, 600), ticket(2, 500)]);
    let obstacles = queue.admit(seconds(0), QUIET);
    assert_eq!(running(&queue), [0, 2]);
    assert_eq!(obstacles[&1].to_string(), "waiting for CPU: needs 600m, 550m of its cluster are left");
    queue.leave(0);
    queue.admit(seconds(1), QUIET);
    assert_eq!(running(&queue), [1, 2]);
}

#[test]
fn the_machine_bounds_cells_of_all_clusters_together() {
    let mut queue = queue(MACHINE, [ticket(0, 1200), on("b", ticket(1, 1200))]);
    let obstacles = queue.admit(seconds(0), QUIET);
    assert_eq!(running(&queue), [0]);
    assert_eq!(obstacles[&1].to_string(), "waiting for CPU: needs 1200m, 800m of this machine are left");
}

#[test]
fn a_cell_larger_than_everything_is_let_in_when_nothing_else_runs() {
    let mut queue = queue(MACHINE, [ticket(0, 9000), ticket(1, 100)]);
    queue.admit(seconds(0), QUIET);
    assert_eq!(running(&queue), [0], "the cluster itself says why it cannot be scheduled");
}

#[test]
fn nobody_starts_before_the_cluster_stands() {
    let mut queue = Queue::new(MACHINE);
    queue.join(ticket(0, 100));
    assert!(queue.admit(seconds(0), QUIET).is_empty() && running(&queue).is_empty());
    queue.open("a", None);
    queue.admit(seconds(1), QUIET);
    assert_eq!(running(&queue), [0]);
}

#[test]
fn the_longest_starts_first_and_an_unknown_one_counts_as_longest() {
    let took = |index, expected| Ticket { expected: Some(seconds(expected)), ..ticket(index, 100) };
    let mut queue = queue(Bound::Jobs(1), [took(0, 5), took(1, 50), ticket(2, 100), took(3, 20)]);
    let mut order = Vec::new();
    for _ in 0..4 {
        queue.admit(seconds(0), QUIET);
        let started = running(&queue)[0];
        order.push(started);
        queue.leave(started);
    }
    assert_eq!(order, [2, 1, 3, 0]);
}

#[test]
fn an_exclusive_cell_runs_alone_on_its_cluster_and_not_on_the_machine() {
    let mut queue = queue(MACHINE, [alone(ticket(0, 300)), ticket(1, 200), on("b", ticket(2, 100))]);
    let obstacles = queue.admit(seconds(0), QUIET);
    assert_eq!(running(&queue), [0, 2]);
    assert_eq!(obstacles[&1].to_string(), "waiting for demo/p0@1.36+helm4, which runs alone");
    queue.leave(0);
    queue.admit(seconds(0), QUIET);
    assert_eq!(running(&queue), [1, 2]);
    queue.join(alone(ticket(3, 300)));
    let obstacles = queue.admit(seconds(0), QUIET);
    assert_eq!(obstacles[&3].to_string(), "runs alone: waiting for demo/p1@1.36+helm4");
}

#[rstest]
#[case::large(ticket(0, 1000))]
#[case::alone(alone(ticket(0, 100)))]
fn who_has_waited_long_is_overtaken_no_more(#[case] patient: Ticket) {
    let mut queue = queue(MACHINE, [ticket(1, 1100)]);
    queue.admit(seconds(0), QUIET);
    queue.join(patient);
    queue.admit(seconds(1), QUIET);
    queue.join(ticket(2, 100));
    queue.admit(seconds(2), QUIET);
    assert_eq!(running(&queue), [1, 2], "a small one may pass at first");
    queue.join(ticket(3, 10));
    let obstacles = queue.admit(seconds(1) + PATIENCE, QUIET);
    assert_eq!(running(&queue), [1, 2]);
    assert_eq!(obstacles[&3].to_string(), "waiting for its turn, after demo/p0@1.36+helm4");
    queue.leave(1);
    queue.leave(2);
    queue.admit(seconds(2) + PATIENCE, QUIET);
    assert!(running(&queue).contains(&0));
}

#[test]
fn a_busy_machine_holds_cells_back_but_not_for_ever() {
    let busy = Shown { load: 9.0, ..QUIET };
    let mut queue = queue(MACHINE, [ticket(0, 100), ticket(1, 100)]);
    let obstacles = queue.admit(seconds(0), busy);
    assert_eq!(running(&queue), [0], "one may always run");
    assert_eq!(obstacles[&1], Obstacle::Busy);
    queue.admit(HELD, busy);
    assert_eq!(running(&queue), [0, 1]);
}

#[test]
fn memory_that_is_not_free_now_is_not_promised() {
    let tight = Shown { available: SPARE, ..QUIET };
    let mut queue = queue(MACHINE, [ticket(0, 100), ticket(1, 100)]);
    let obstacles = queue.admit(seconds(0), tight);
    assert_eq!(running(&queue), [0]);
    assert_eq!(obstacles[&1].to_string(), "waiting for memory: needs 1 MiB, 0 MiB are free right now");
}

#[test]
fn a_number_of_jobs_overrides_requests_and_load_but_not_exclusiveness() {
    let busy = Shown { load: 9.0, available: 0 };
    let mut queue =
        queue(Bound::Jobs(3), [ticket(0, 9000), ticket(1, 9000), alone(ticket(2, 1)), ticket(3, 1)]);
    let obstacles = queue.admit(seconds(0), busy);
    assert_eq!(running(&queue), [0, 1, 3]);
    assert!(matches!(obstacles[&2], Obstacle::Others(_)));
}

proptest::proptest! {
    /// Whatever cells ask for, all of them run in the end, and at no time more than there is room for.
    #[test]
    fn every_cell_runs_in_the_end(cells in proptest::collection::vec((0_i64..3000, proptest::bool::ANY, 0_u64..90), 1..20)) {
        let tickets = cells.iter().enumerate().map(|(index, (cpu, exclusive, _))| {
            let ticket = on(if index % 2 == 0 { "a" } else { "b" }, ticket(index, *cpu));
            if *exclusive { alone(ticket) } else { ticket }
        });
        let mut queue = queue(MACHINE, tickets);
        let (mut now, mut ends) = (0, BTreeMap::new());
        while !queue.waiting.is_empty() || !queue.running.is_empty() {
            queue.admit(seconds(now), QUIET);
            for index in running(&queue) {
                ends.entry(index).or_insert(now + 1 + cells[index].2);
            }
            let taken: i64 = queue.running.values().map(|ticket| ticket.needs.cpu).sum();
            let largest = queue.running.values().map(|ticket| ticket.needs.cpu).max().unwrap_or(0);
            proptest::prop_assert!(taken <= 2000.max(largest), "only one that fits nowhere may go beyond");
            now += 1;
            for index in running(&queue).into_iter().filter(|index| ends[index] <= now) {
                queue.leave(index);
            }
            proptest::prop_assert!(now < 5000, "somebody waits for ever");
        }
    }
}
