//! The process table and the run queues under every schedule that shuttle tries: nobody sleeps for ever while there is work,
//! and each message arrives once and in order. `cargo test -p beamlet-vm --features interleavings interleavings`

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::threaded::Threaded;
use crate::heap::{Heap, OwnedTerm, FIRST_SIZE};
use crate::interp::Saved;
use crate::process::{Begun, Parked, Pid, Priority, Process, ProcessTable, Signal, State};
use crate::{atom::atoms, Atom};

/// Scheduler threads.
const THREADS: usize = 2;
/// Processes that send to the collector.
const SENDERS: usize = 3;
/// Messages that each of them sends.
const MESSAGES: usize = 3;
/// Schedules tried by each strategy.
const ROUNDS: usize = 20_000;

struct World {
    table: ProcessTable,
    queues: Threaded,
    collector: Pid,
    senders: Vec<Pid>,
    sent: Vec<AtomicUsize>,
    got: Mutex<Vec<usize>>,
}

fn process(table: &ProcessTable, priority: Priority) -> (Pid, Box<Process>, crate::process::Inserted) {
    let inserted = table.reserve(false, false).expect("the table has room");
    let pid = inserted.pid;
    let mut heap = Heap::new(FIRST_SIZE, None);
    let machine = Saved::call(&mut heap, atoms::ERLANG, Atom::new("self"), Vec::new());
    let mut state = State::new(pid, Pid::HOST, pid, (atoms::ERLANG, Atom::new("self"), 0));
    state.priority = priority;
    (pid, Process::new(heap, machine, state), inserted)
}

impl World {
    fn new() -> World {
        let table = ProcessTable::new(16);
        let queues = Threaded::new(THREADS);
        let insert = |priority| {
            let (pid, process, inserted) = process(&table, priority);
            queues.push(table.insert(inserted, process));
            pid
        };
        let collector = insert(Priority::Normal);
        let senders = [Priority::Normal, Priority::High, Priority::Low].map(insert).to_vec();
        let sent = senders.iter().map(|_| AtomicUsize::new(0)).collect();
        World { table, queues, collector, senders, sent, got: Mutex::default() }
    }

    fn send(&self, to: Pid, number: usize) {
        let message = OwnedTerm::build(|b| b.unsigned(number as u64));
        if let Ok(Some(runnable)) = self.table.deliver(to, Signal::Message(message)) {
            self.queues.push(runnable);
        }
    }

    /// A turn of a process: the collector takes in what has come, a sender sends one message for each that it gets.
    fn turn(&self, pid: Pid) {
        let Begun::Run(mut process, signals) = self.table.begin(pid) else { return };
        assert!(signals.is_empty());
        loop {
            let sender = self.senders.iter().position(|&sender| sender == pid);
            while let Some(message) = process.state.mailbox.take() {
                match sender {
                    Some(index) => {
                        let number = self.sent[index].fetch_add(1, Ordering::Relaxed);
                        self.send(self.collector, index * MESSAGES + number);
                        if number + 1 < MESSAGES {
                            let runnable = self.table.preempt(process).expect("it lives");
                            self.queues.push(runnable);
                            return self.send(pid, 0);
                        }
                    }
                    None => {
                        let number = message.term().as_small().expect("senders send numbers") as usize;
                        let mut got = self.got.lock().expect("no test panics with it held");
                        got.push(number);
                        if got.len() == SENDERS * MESSAGES {
                            self.queues.stop();
                        }
                    }
                }
            }
            match self.table.park(process, 0) {
                Parked::Waiting => return,
                Parked::Signals(again, signals) => {
                    assert!(signals.is_empty());
                    process = again;
                }
                Parked::Expired(_) | Parked::Arm(_) => panic!("there are no timers"),
            }
        }
    }

    fn schedule(&self, index: usize) {
        assert!(self.queues.enter(index));
        let mut turn = 0;
        while !self.queues.stopping() {
            turn += 1;
            match self.queues.next(index, turn) {
                Some(pid) => self.turn(pid),
                None => self.queues.sleep(index, || None),
            }
        }
        self.queues.leave();
    }
}

fn all_arrive() {
    let world = Arc::new(World::new());
    let threads: Vec<_> = (0..THREADS)
        .map(|index| {
            let world = world.clone();
            shuttle::thread::spawn(move || world.schedule(index))
        })
        .collect();
    // The host wakes each sender, whether it has parked yet or not.
    for &sender in &world.senders {
        world.send(sender, 0);
    }
    for thread in threads {
        thread.join().expect("a scheduler thread does not panic");
    }
    let got = world.got.lock().expect("no test panics with it held");
    for index in 0..SENDERS {
        let of_one: Vec<usize> = got.iter().filter(|&&number| number / MESSAGES == index).copied().collect();
        let expected: Vec<usize> = (index * MESSAGES..(index + 1) * MESSAGES).collect();
        assert_eq!(of_one, expected);
    }
}

#[test]
fn interleavings_drawn_at_random() {
    shuttle::check_random(all_arrive, ROUNDS);
}

#[test]
fn interleavings_with_few_preemptions() {
    shuttle::check_pct(all_arrive, ROUNDS, 3);
}
