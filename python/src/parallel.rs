//! The same work on many things, by several threads.

use std::{
    num::NonZero,
    panic::resume_unwind,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

/// So many things a thread takes at once: few enough that none waits long for the last of them.
const GRAIN: usize = 8;

/// Does the same to all items, on so many threads, or on one for each processor where `jobs` is 0. What comes out is in their order.
///
/// The threads end with the call: a process that forks later, as Python's do, is left with none that it waits for in vain.
pub fn map<T: Sync, R: Send>(items: &[T], jobs: usize, act: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let jobs = if jobs == 0 { thread::available_parallelism().map_or(1, NonZero::get) } else { jobs };
    let jobs = jobs.min(items.len().div_ceil(GRAIN));
    if jobs < 2 {
        return items.iter().map(act).collect();
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let start = next.fetch_add(GRAIN, Ordering::Relaxed);
            if start >= items.len() {
                return done;
            }
            let end = (start + GRAIN).min(items.len());
            done.push((start, items[start..end].iter().map(&act).collect::<Vec<R>>()));
        }
    };
    let mut parts = thread::scope(|scope| {
        let others: Vec<_> = (1..jobs).map(|_| scope.spawn(work)).collect();
        let mut parts = work();
        for other in others {
            parts.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        parts
    });
    parts.sort_unstable_by_key(|it| it.0);
    parts.into_iter().flat_map(|it| it.1).collect()
}
