//! Work on a list that several threads share. Each takes the next few items when it has done its last ones, so that all
//! end at the same time, however long one item takes.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How often a thread comes for more: the last to end is late by no more than one such part of its share.
const PARTS: usize = 16;
/// Items that are taken at once, at most.
const MOST: usize = 16;

/// What one thread does of a list: items with their numbers in it, from the first to the last.
#[derive(Debug)]
pub struct Share<'a, I> {
    items: &'a [I],
    /// The first item that nobody has taken.
    next: &'a AtomicUsize,
    run: usize,
    taken: Range<usize>,
}

impl<'a, I> Iterator for Share<'a, I> {
    type Item = (usize, &'a I);

    fn next(&mut self) -> Option<Self::Item> {
        if self.taken.is_empty() {
            let first = self.next.fetch_add(self.run, Ordering::Relaxed).min(self.items.len());
            self.taken = first..(first + self.run).min(self.items.len());
        }
        let index = self.taken.next()?;
        Some((index, &self.items[index]))
    }
}

/// Does a thing for shares of a list at the same time. `None` for a share whose thread panicked. A list of fewer than
/// `few` is one share.
pub fn side_by_side<I: Sync, T: Send>(
    items: &[I],
    few: usize,
    threads: NonZeroUsize,
    work: impl Fn(&mut Share<'_, I>) -> T + Sync,
) -> Vec<Option<T>> {
    let threads = if items.len() < few { 1 } else { threads.get() };
    let next = AtomicUsize::new(0);
    let run = (items.len() / (threads * PARTS)).clamp(1, MOST);
    let share = || Share { items, next: &next, run, taken: 0..0 };
    if threads == 1 {
        return vec![Some(work(&mut share()))];
    }
    std::thread::scope(|scope| {
        let (work, share) = (&work, &share);
        let started: Vec<_> = (0..threads).map(|_| scope.spawn(move || work(&mut share()))).collect();
        started.into_iter().map(|thread| thread.join().ok()).collect()
    })
}

/// What one thing gives for each item, in their order. `None` where a thread panicked.
pub fn each<I: Sync, T: Send>(
    items: &[I],
    few: usize,
    threads: NonZeroUsize,
    one: impl Fn(&I) -> T + Sync,
) -> Option<Vec<T>> {
    let shares = side_by_side(items, few, threads, |share| {
        share.map(|(index, item)| (index, one(item))).collect::<Vec<_>>()
    });
    let shares: Vec<_> = shares.into_iter().collect::<Option<_>>()?;
    let mut whole: Vec<_> = shares.into_iter().flatten().collect();
    whole.sort_by_key(|(index, _)| *index);
    Some(whole.into_iter().map(|(_, given)| given).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(0, 1)]
    #[case(1, 4)]
    #[case(7, 2)]
    #[case(1000, 3)]
    fn every_item_is_done_once_and_in_the_order_of_its_share(#[case] count: usize, #[case] threads: usize) {
        let items: Vec<usize> = (0..count).collect();
        let threads = NonZeroUsize::new(threads).unwrap();
        let shares = side_by_side(&items, 2, threads, |share| {
            share.map(|(index, item)| (index, *item)).collect::<Vec<_>>()
        });
        let shares: Vec<Vec<(usize, usize)>> = shares.into_iter().map(Option::unwrap).collect();
        assert!(shares.iter().all(|share| share.is_sorted()));
        let mut done: Vec<(usize, usize)> = shares.into_iter().flatten().collect();
        done.sort_unstable();
        assert_eq!(done, items.iter().map(|item| (*item, *item)).collect::<Vec<_>>());
    }

    #[rstest]
    #[case(1)]
    #[case(3)]
    fn what_is_given_is_in_the_order_of_the_items(#[case] threads: usize) {
        let items: Vec<usize> = (0..1000).collect();
        let doubled = each(&items, 2, NonZeroUsize::new(threads).unwrap(), |item| item * 2).unwrap();
        assert_eq!(doubled, items.iter().map(|item| item * 2).collect::<Vec<_>>());
    }

    #[test]
    fn a_thread_that_panics_gives_nothing_and_leaves_the_rest_to_others() {
        let items: Vec<usize> = (0..100).collect();
        let shares = side_by_side(&items, 2, NonZeroUsize::new(2).unwrap(), |share| {
            share.map(|(_, item)| assert!(*item != 0)).count()
        });
        assert_eq!(shares.iter().filter(|share| share.is_none()).count(), 1);
    }
}
