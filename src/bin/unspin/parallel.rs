//! Work on several things at once, handed out in order, with a bound on what is in memory.

use std::sync::{
    Arc, Condvar, Mutex, MutexGuard, PoisonError,
    mpsc::{Receiver, SyncSender, sync_channel},
};

/// So many bytes are worked on at once, or one thing that is larger than that.
const IN_FLIGHT: usize = 32 << 20;

/// How many things wait for each worker: enough to keep it busy, few enough to forget.
const AHEAD: usize = 4;

/// No more threads than that.
const MOST: usize = 128;

/// As many threads as were asked for, or as there are processors that this process may use.
pub fn threads(jobs: usize) -> usize {
    let wanted = if jobs == 0 { std::thread::available_parallelism().map_or(1, usize::from) } else { jobs };
    wanted.clamp(1, MOST)
}

/// Works on what `feed` sends, on several threads, and hands the results out in the order in which it was sent.
///
/// `feed` gives each thing with its size in bytes to the function that it is called with, and ends when that says `false`. Where a result
/// is slow in coming, neither `feed` nor the workers run far ahead.
pub fn ordered<T: Send, R: Send>(
    jobs: usize,
    feed: impl FnOnce(&mut dyn FnMut(T, usize) -> bool) + Send,
    act: impl Fn(T) -> R + Sync,
    mut take: impl FnMut(R) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let jobs = threads(jobs);
    let budget = Budget::default();
    std::thread::scope(|scope| {
        // Each thing goes to the workers with a way back for its result; the other ends of these ways stand in a row for the taker.
        let (to_work, work) = sync_channel::<(T, SyncSender<R>)>(jobs * AHEAD);
        let (to_row, row) = sync_channel::<(Receiver<R>, usize)>(jobs * AHEAD);
        // Only the workers hold it: where all of them are gone, sending fails.
        let work = Arc::new(Mutex::new(work));
        let (act, budget) = (&act, &budget);
        scope.spawn(move || {
            feed(&mut |thing, size| {
                let (back, result) = sync_channel(1);
                budget.spend(size) && to_row.send((result, size)).is_ok() && to_work.send((thing, back)).is_ok()
            });
        });
        for work in std::iter::repeat_n(work, jobs) {
            scope.spawn(move || {
                while let Ok((thing, back)) = next(&work) {
                    // Nobody waits for it where the run has failed.
                    if !budget.lock().closed {
                        let _ = back.send(act(thing));
                    }
                }
            });
        }
        // Whatever happens here, nobody may be left waiting.
        let closing = Closing { budget, row };
        for (result, size) in &closing.row {
            // A worker that panicked has no result; the scope tells of the panic.
            let Ok(result) = result.recv() else { break };
            take(result)?;
            budget.give_back(size);
        }
        Ok(())
    })
}

fn next<T>(work: &Mutex<Receiver<T>>) -> Result<T, std::sync::mpsc::RecvError> {
    work.lock().unwrap_or_else(PoisonError::into_inner).recv()
}

/// Works on all items at once, and hands the results out in their order.
pub fn in_order<I: Sync, T: Send>(
    items: &[I],
    jobs: usize,
    act: impl Fn(&I) -> T + Sync,
    mut take: impl FnMut(&I, T) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut at = items.iter();
    ordered(
        threads(jobs).min(items.len()),
        |send| {
            let _ = items.iter().all(|it| send(it, 0));
        },
        act,
        |result| take(at.next().expect("there are as many results as items"), result),
    )
}

/// Bytes that may still be taken into memory.
#[derive(Default)]
struct Budget {
    state: Mutex<Spent>,
    changed: Condvar,
}

#[derive(Default)]
struct Spent {
    bytes: usize,
    things: usize,
    closed: bool,
}

impl Budget {
    /// Waits until there is room; `false` where there will be none.
    fn spend(&self, size: usize) -> bool {
        let full = |it: &mut Spent| !it.closed && it.things > 0 && it.bytes + size > IN_FLIGHT;
        let mut spent = self.changed.wait_while(self.lock(), full).unwrap_or_else(PoisonError::into_inner);
        spent.bytes += size;
        spent.things += 1;
        !spent.closed
    }

    fn give_back(&self, size: usize) {
        let mut spent = self.lock();
        spent.bytes -= size;
        spent.things -= 1;
        drop(spent);
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Spent> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets everybody go when the taker does.
struct Closing<'b, R> {
    budget: &'b Budget,
    row: Receiver<(Receiver<R>, usize)>,
}

impl<R> Drop for Closing<'_, R> {
    fn drop(&mut self) {
        self.budget.lock().closed = true;
        self.budget.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order() {
        let items: Vec<u64> = (0..500).collect();
        for jobs in [1, 2, 5] {
            let mut seen = Vec::new();
            let slow = |&it: &u64| {
                std::thread::sleep(std::time::Duration::from_micros(it * 7919 % 97));
                it * 2
            };
            let taken = in_order(&items, jobs, slow, |_, it| {
                seen.push(it);
                Ok(())
            });
            taken.expect("nothing fails");
            assert_eq!(seen, items.iter().map(|it| it * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn large_things_go_alone() {
        let live = std::sync::atomic::AtomicUsize::new(0);
        let feed = |send: &mut dyn FnMut(Vec<u8>, usize) -> bool| {
            for _ in 0..20 {
                let _ = send(vec![1], IN_FLIGHT);
            }
        };
        let act = |_: Vec<u8>| {
            assert_eq!(live.fetch_add(1, std::sync::atomic::Ordering::SeqCst), 0);
            std::thread::yield_now();
            live.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
        };
        ordered(4, feed, act, |()| Ok(())).expect("nothing fails");
    }

    #[test]
    fn a_failure_ends_the_run() {
        let endless = |send: &mut dyn FnMut(usize, usize) -> bool| {
            let _ = (0..1 << 40).all(|it| send(it, 1 << 20));
        };
        let failed = ordered(2, endless, |it| it, |it| if it < 10 { Ok(()) } else { anyhow::bail!("enough") });
        assert_eq!(failed.expect_err("it fails").to_string(), "enough");
    }

    #[test]
    fn threads_are_bounded() {
        assert_eq!(threads(2), 2);
        assert_eq!(threads(2_000), MOST);
        assert!((1..=MOST).contains(&threads(0)));
    }
}
