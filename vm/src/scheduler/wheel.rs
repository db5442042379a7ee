//! A timer wheel: what is due when, with starting and cancelling in O(1).
//!
//! Time is counted in ticks of a microsecond. Each of the levels has 64 buckets; a bucket of level *n* spans 64^n
//! ticks. A timer sits in the bucket of the highest level at which its due tick differs from the present one, and sinks a
//! level each time the wheel reaches the bucket it is in, until it fires.
//!
//! ```text
//!  level 0   |·|·|x|·| …   1 us each     next 64 us
//!  level 1   |·|x|·|·| …  64 us each     next 4 ms
//!  level 2   |x|·|·|·| …   4 ms each     next 262 ms       … level 8: 570 years, level 9 holds the rest
//! ```
//!
//! Timers of one tick fire in the order in which they were started.

const BITS: u32 = 6;
const BUCKETS: usize = 1 << BITS;
const LEVELS: usize = 10;
const NONE: u32 = u32::MAX;

/// The farthest tick a timer can have: beyond it, the timer is due at it.
const FARTHEST: u64 = (1 << (BITS * LEVELS as u32)) - 1;

/// Names a started timer: an index and the generation that entry had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TimerKey {
    index: u32,
    generation: u32,
}

#[derive(Debug)]
struct Entry<T> {
    due: u64,
    generation: u32,
    previous: u32,
    next: u32,
    bucket: u16,
    payload: Option<T>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    head: u32,
    tail: u32,
}

/// Timers with payloads of type `T`.
#[derive(Debug)]
pub struct Wheel<T> {
    entries: Vec<Entry<T>>,
    free: u32,
    count: usize,
    /// Every tick below this one has fired.
    now: u64,
    buckets: Box<[Bucket]>,
    /// Per level, which buckets hold something.
    occupied: [u64; LEVELS],
}

impl<T> Wheel<T> {
    /// An empty wheel whose present tick is `now`.
    pub fn new(now: u64) -> Wheel<T> {
        Wheel {
            entries: Vec::new(),
            free: NONE,
            count: 0,
            now,
            buckets: vec![Bucket { head: NONE, tail: NONE }; BUCKETS * LEVELS].into(),
            occupied: [0; LEVELS],
        }
    }

    /// The number of timers under way.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether no timer is under way.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Starts a timer that is due at tick `due`; one in the past is due at once.
    pub fn start(&mut self, due: u64, payload: T) -> TimerKey {
        let entry = Entry {
            due: due.clamp(self.now, FARTHEST),
            generation: 0,
            previous: NONE,
            next: NONE,
            bucket: 0,
            payload: Some(payload),
        };
        let index = if self.free == NONE {
            self.entries.push(entry);
            self.entries.len() as u32 - 1
        } else {
            let index = self.free;
            let old = &mut self.entries[index as usize];
            self.free = old.next;
            let generation = old.generation;
            *old = Entry { generation, ..entry };
            index
        };
        self.count += 1;
        self.link(index);
        TimerKey { index, generation: self.entries[index as usize].generation }
    }

    /// Stops a timer, giving its payload, or `None` when it has fired or been cancelled.
    pub fn cancel(&mut self, key: TimerKey) -> Option<T> {
        self.get(key)?;
        self.unlink(key.index);
        self.release(key.index)
    }

    /// The tick at which a timer under way is due, and its payload.
    pub fn get(&self, key: TimerKey) -> Option<(u64, &T)> {
        let entry = self.entries.get(key.index as usize)?;
        let payload = entry.payload.as_ref()?;
        (entry.generation == key.generation).then_some((entry.due, payload))
    }

    /// A tick no later than that of the earliest timer, at which [`Wheel::advance`] has something to do.
    pub fn next_due(&self) -> Option<u64> {
        self.first_bucket().map(|(_, start)| start)
    }

    /// The level of the first bucket that holds something, and where it begins or, if it has begun, the present.
    fn first_bucket(&self) -> Option<(usize, u64)> {
        for level in 0..LEVELS {
            let occupied = self.occupied[level];
            if occupied == 0 {
                continue;
            }
            let shift = BITS * level as u32;
            let position = (self.now >> shift) & (BUCKETS as u64 - 1);
            let ahead = occupied & (u64::MAX << position);
            if ahead == 0 {
                continue;
            }
            let bucket = u64::from(ahead.trailing_zeros());
            let span = 1u64 << (shift + BITS);
            let start = (self.now & !(span - 1)) | (bucket << shift);
            return Some((level, start.max(self.now)));
        }
        None
    }

    /// When to look at this wheel again: the tick of the earliest timer if its bucket is short, or the bucket's beginning.
    pub fn next_wake(&self) -> Option<u64> {
        let (level, start) = self.first_bucket()?;
        if level == 0 {
            return Some(start);
        }
        let shift = BITS * level as u32;
        let mut index = self.buckets[level * BUCKETS + ((start >> shift) & (BUCKETS as u64 - 1)) as usize].head;
        let mut earliest = u64::MAX;
        for _ in 0..BUCKETS {
            let Some(entry) = self.entries.get(index as usize) else { return Some(earliest.max(start)) };
            earliest = earliest.min(entry.due);
            index = entry.next;
        }
        Some(start)
    }

    /// Moves the present to `now`, giving every timer due by then to `fire`, earliest first.
    pub fn advance(&mut self, now: u64, mut fire: impl FnMut(T)) {
        while let Some(due) = self.next_due().filter(|&due| due <= now) {
            self.now = due;
            for level in (1..LEVELS).rev() {
                let shift = BITS * level as u32;
                if due & ((1 << shift) - 1) == 0 {
                    self.sink(level, ((due >> shift) & (BUCKETS as u64 - 1)) as usize);
                }
            }
            let bucket = (due & (BUCKETS as u64 - 1)) as usize;
            while self.buckets[bucket].head != NONE {
                let index = self.buckets[bucket].head;
                self.unlink(index);
                if let Some(payload) = self.release(index) {
                    fire(payload);
                }
            }
            self.enter(due + 1);
        }
        if now >= self.now {
            self.enter(now + 1);
        }
    }

    /// Makes `tick` the present. Where that begins a bucket of a higher level, its timers sink.
    fn enter(&mut self, tick: u64) {
        self.now = tick;
        for level in (1..LEVELS).rev() {
            let shift = BITS * level as u32;
            self.sink(level, ((tick >> shift) & (BUCKETS as u64 - 1)) as usize);
        }
    }

    fn sink(&mut self, level: usize, position: usize) {
        if self.occupied[level] & (1 << position) == 0 {
            return;
        }
        let bucket = level * BUCKETS + position;
        let mut index = self.buckets[bucket].head;
        self.buckets[bucket] = Bucket { head: NONE, tail: NONE };
        self.occupied[level] &= !(1 << position);
        while index != NONE {
            let next = self.entries[index as usize].next;
            self.link(index);
            index = next;
        }
    }

    /// Appends an entry to the bucket that its due tick belongs to, seen from the present.
    fn link(&mut self, index: u32) {
        let due = self.entries[index as usize].due;
        let differing = due ^ self.now;
        let level = if differing == 0 { 0 } else { ((63 - differing.leading_zeros()) / BITS) as usize };
        let level = level.min(LEVELS - 1);
        let position = ((due >> (BITS * level as u32)) & (BUCKETS as u64 - 1)) as usize;
        let bucket = level * BUCKETS + position;
        let tail = self.buckets[bucket].tail;
        let entry = &mut self.entries[index as usize];
        entry.bucket = bucket as u16;
        entry.previous = tail;
        entry.next = NONE;
        if tail == NONE {
            self.buckets[bucket].head = index;
        } else {
            self.entries[tail as usize].next = index;
        }
        self.buckets[bucket].tail = index;
        self.occupied[level] |= 1 << position;
    }

    fn unlink(&mut self, index: u32) {
        let entry = &self.entries[index as usize];
        let (previous, next, bucket) = (entry.previous, entry.next, entry.bucket as usize);
        if previous == NONE {
            self.buckets[bucket].head = next;
        } else {
            self.entries[previous as usize].next = next;
        }
        if next == NONE {
            self.buckets[bucket].tail = previous;
        } else {
            self.entries[next as usize].previous = previous;
        }
        if self.buckets[bucket].head == NONE {
            self.occupied[bucket / BUCKETS] &= !(1 << (bucket % BUCKETS));
        }
    }

    fn release(&mut self, index: u32) -> Option<T> {
        let entry = &mut self.entries[index as usize];
        entry.generation = entry.generation.wrapping_add(1);
        entry.next = self.free;
        self.free = index;
        self.count -= 1;
        entry.payload.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fired(wheel: &mut Wheel<u64>, now: u64) -> Vec<u64> {
        let mut fired = Vec::new();
        wheel.advance(now, |payload| fired.push(payload));
        fired
    }

    #[test]
    fn timers_fire_when_due_and_not_before() {
        let mut wheel = Wheel::new(1_000);
        for delay in [0, 1, 63, 64, 65, 4095, 4096, 4097, 262_144, 10_000_000] {
            wheel.start(1_000 + delay, delay);
        }
        let mut now = 1_000;
        let mut all = Vec::new();
        while let Some(due) = wheel.next_due() {
            assert!(due >= now);
            now = due;
            for delay in fired(&mut wheel, now) {
                assert_eq!(1_000 + delay, now);
                all.push(delay);
            }
        }
        assert_eq!(all, [0, 1, 63, 64, 65, 4095, 4096, 4097, 262_144, 10_000_000]);
    }

    #[test]
    fn sleeps_end_when_the_earliest_timer_is_due() {
        let mut wheel = Wheel::new(1_000);
        wheel.start(1_000_000, 2);
        assert_eq!(wheel.next_wake(), Some(1_000_000));
        wheel.start(999_999, 1);
        assert_eq!(wheel.next_wake(), Some(999_999));
        assert_eq!(fired(&mut wheel, 999_998), []);
        assert_eq!(fired(&mut wheel, 999_999), [1]);
        assert_eq!(wheel.next_wake(), Some(1_000_000));
        for _ in 0..1_000 {
            wheel.start(2_000_000, 3);
        }
        assert_eq!(fired(&mut wheel, 1_000_000), [2]);
        assert!(wheel.next_wake().is_some_and(|tick| (1_000_001..=2_000_000).contains(&tick)));
    }

    #[test]
    fn a_jump_fires_all_in_order() {
        let mut wheel = Wheel::new(0);
        let mut seed = 12345u64;
        let mut dues = Vec::new();
        for _ in 0..10_000 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let due = (seed >> 33) % 1_000_000;
            wheel.start(due, due);
            dues.push(due);
        }
        dues.sort_unstable();
        assert_eq!(fired(&mut wheel, 500_000), dues.iter().copied().filter(|&d| d <= 500_000).collect::<Vec<_>>());
        wheel.start(3, 500_001);
        let late: Vec<u64> = dues.iter().copied().filter(|&d| d > 500_000).collect();
        let rest = fired(&mut wheel, 2_000_000);
        assert_eq!(rest.len(), late.len() + 1);
        assert!(rest.windows(2).all(|pair| pair[0] <= pair[1]));
        assert!(wheel.is_empty());
    }

    #[test]
    fn a_cancelled_timer_does_not_fire() {
        let mut wheel = Wheel::new(0);
        let key = wheel.start(50, 1);
        let other = wheel.start(50, 2);
        assert_eq!(wheel.get(key), Some((50, &1)));
        assert_eq!(wheel.cancel(key), Some(1));
        assert_eq!(wheel.cancel(key), None);
        let again = wheel.start(60, 3);
        assert_eq!(wheel.cancel(key), None, "the entry's new tenant is not the old one's to cancel");
        assert_eq!(fired(&mut wheel, 100), [2, 3]);
        assert_eq!(wheel.get(other), None);
        assert_eq!(wheel.get(again), None);
    }

    #[test]
    fn the_farthest_future_is_accepted() {
        let mut wheel = Wheel::new(7);
        wheel.start(u64::MAX, 1);
        assert_eq!(fired(&mut wheel, 1 << 40), []);
        assert_eq!(wheel.len(), 1);
    }
}
