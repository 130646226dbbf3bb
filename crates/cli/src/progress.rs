//! A sign of life on a terminal while work is long.

use std::sync::Arc;
use std::time::Duration;

use events::Clock;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::output::Output;

/// Work that is done sooner shows nothing.
const PATIENCE: Duration = Duration::from_millis(400);
const TICK: Duration = Duration::from_millis(100);

/// A sign of life on stderr, when that is a terminal.
#[derive(Debug, Clone)]
pub(crate) struct Progress {
    bar: ProgressBar,
    clock: Arc<dyn Clock>,
    is_shown: bool,
}

impl Progress {
    pub(crate) fn new(output: Output, clock: Arc<dyn Clock>) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        Self { bar, clock, is_shown: output.shows_progress() }
    }

    /// Waits for `work`, and shows that it goes on when that takes long.
    pub(crate) async fn during<T>(&self, work: impl Future<Output = T>) -> T {
        if !self.is_shown {
            return work.await;
        }
        tokio::pin!(work);
        let done = tokio::select! {
            done = &mut work => return done,
            () = self.clock.sleep(PATIENCE) => {
                if self.bar.length().is_none() {
                    self.bar.set_message("reading and writing");
                    self.bar.set_style(style("{spinner} {msg} {elapsed}"));
                }
                self.bar.set_draw_target(ProgressDrawTarget::stderr());
                self.bar.enable_steady_tick(TICK);
                work.await
            }
        };
        self.bar.finish_and_clear();
        done
    }

    /// How far the work is, where that is known.
    pub(crate) fn at(&self, done: usize, total: usize) {
        if self.bar.length().is_none() {
            self.bar.set_style(style("{bar:30} {pos}/{len} {elapsed}"));
        }
        self.bar.set_length(total as u64);
        self.bar.set_position(done as u64);
    }

    /// Runs a question that is asked meanwhile.
    pub(crate) fn suspended<T>(&self, question: impl FnOnce() -> T) -> T {
        self.bar.suspend(question)
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}
