//! The VM's own output and input streams.
//!
//! Output is buffered, and flushed when the buffer is full, when a scheduler thread has nothing to do, when input is asked for,
//! and at the end. Errors go out at once, after what was written before them. A closed pipe ends output quietly.

use std::collections::VecDeque;
use std::io::Write;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::Arc;

use parking_lot::Mutex;

use super::Host;

/// Output beyond this many bytes is written at once.
const BUFFER: usize = 64 * 1024;

/// Where output goes.
pub type Sink = Box<dyn Write + Send>;

/// Standard output, error and input of a VM.
pub struct Console {
    output: Mutex<Stream>,
    errors: Mutex<Stream>,
    dirty: AtomicBool,
    closed: AtomicBool,
    /// Why standard output took no more, unless because its reader has gone.
    failure: Mutex<Option<std::io::Error>>,
    input: Mutex<Input>,
    /// How often those who wait for input were told to give up.
    given_up: AtomicUsize,
    host: Arc<dyn Host>,
}

struct Stream {
    sink: Sink,
    buffer: Vec<u8>,
}

#[derive(Default)]
struct Input {
    buffer: VecDeque<u8>,
    ended: bool,
}

impl Console {
    /// A console that writes to these sinks and reads from the host's input.
    pub fn new(output: Sink, errors: Sink, host: Arc<dyn Host>) -> Console {
        let stream = |sink| Mutex::new(Stream { sink, buffer: Vec::new() });
        Console {
            output: stream(output),
            errors: stream(errors),
            dirty: AtomicBool::new(false),
            closed: AtomicBool::new(false),
            failure: Mutex::default(),
            input: Mutex::default(),
            given_up: AtomicUsize::new(0),
            host,
        }
    }

    /// Writes to standard output; whether anybody still reads it.
    pub fn write(&self, bytes: &[u8]) -> bool {
        let mut output = self.output.lock();
        output.buffer.extend_from_slice(bytes);
        if output.buffer.len() >= BUFFER {
            self.flush_stream(&mut output);
        } else if !self.dirty.load(Ordering::Relaxed) {
            self.dirty.store(true, Ordering::Relaxed);
        }
        !self.is_closed()
    }

    /// Writes to standard error, after all output so far.
    pub fn write_error(&self, bytes: &[u8]) {
        self.flush();
        let mut errors = self.errors.lock();
        // A closed error stream leaves nobody to tell.
        let mut write = || errors.sink.write_all(bytes).and_then(|()| errors.sink.flush());
        let _ = catch_unwind(AssertUnwindSafe(&mut write));
    }

    /// Writes out what is buffered.
    pub fn flush(&self) {
        if self.dirty.load(Ordering::Relaxed) {
            self.flush_stream(&mut self.output.lock());
        }
    }

    /// Whether the reader of standard output has gone.
    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }

    /// Why output was lost, if it was for another reason than that its reader has gone: told once.
    pub fn take_failure(&self) -> Option<std::io::Error> {
        self.failure.lock().take()
    }

    fn flush_stream(&self, output: &mut Stream) {
        self.dirty.store(false, Ordering::Relaxed);
        let buffer = std::mem::take(&mut output.buffer);
        // A sink of the host's that panics has nobody behind it any more; the thread that writes has more to do.
        let mut write = || output.sink.write_all(&buffer).and_then(|()| output.sink.flush());
        if !self.is_closed() {
            let written = catch_unwind(AssertUnwindSafe(&mut write));
            if !matches!(written, Ok(Ok(()))) {
                self.closed.store(true, Ordering::Relaxed);
            }
            if let Ok(Err(error)) = written {
                if error.kind() != std::io::ErrorKind::BrokenPipe {
                    *self.failure.lock() = Some(error);
                }
            }
        }
        output.buffer = buffer;
        output.buffer.clear();
    }

    /// Reads up to and with the next line feed; nothing at the end of the input. Blocks.
    ///
    /// # Errors
    /// What the host says.
    pub fn read_line(&self) -> std::io::Result<Option<Vec<u8>>> {
        self.flush();
        let mut input = self.input.lock();
        let mut searched = 0;
        loop {
            if let Some(at) = input.buffer.iter().skip(searched).position(|&byte| byte == b'\n') {
                return Ok(Some(input.buffer.drain(..=searched + at).collect()));
            }
            searched = input.buffer.len();
            if !self.fill(&mut input)? {
                let rest: Vec<u8> = input.buffer.drain(..).collect();
                return Ok((!rest.is_empty()).then_some(rest));
            }
        }
    }

    /// Reads `count` bytes, fewer at the end of the input, `None` when there are none. Blocks.
    ///
    /// # Errors
    /// What the host says.
    pub fn read(&self, count: usize) -> std::io::Result<Option<Vec<u8>>> {
        self.flush();
        let mut input = self.input.lock();
        while input.buffer.len() < count && self.fill(&mut input)? {}
        let count = count.min(input.buffer.len());
        let bytes: Vec<u8> = input.buffer.drain(..count).collect();
        Ok((!bytes.is_empty()).then_some(bytes))
    }

    /// Lets those who wait for input at a terminal give up, so that they do not take what is meant for somebody else.
    pub fn give_up_input(&self) {
        self.given_up.fetch_add(1, Ordering::SeqCst);
    }

    /// Puts bytes back, to be read first.
    pub fn unread(&self, bytes: &[u8]) {
        let mut input = self.input.lock();
        let after: Vec<u8> = input.buffer.drain(..).collect();
        input.buffer.extend(bytes);
        input.buffer.extend(after);
    }

    fn fill(&self, input: &mut Input) -> std::io::Result<bool> {
        if input.ended {
            return Ok(false);
        }
        let given_up = self.given_up.load(Ordering::SeqCst);
        if !self.host.wait_for_input(&|| self.given_up.load(Ordering::SeqCst) == given_up)? {
            return Err(std::io::ErrorKind::Interrupted.into());
        }
        let mut bytes = [0; 8192];
        let count = self.host.read_input(&mut bytes)?;
        input.ended = count == 0;
        input.buffer.extend(&bytes[..count]);
        Ok(count > 0)
    }
}
