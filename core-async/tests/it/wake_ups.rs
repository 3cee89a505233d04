//! No wake-up is lost, whatever happens in whatever order.
//!
//! What is shared between threads natively is tokio's, and in a browser nothing is shared between threads: what
//! can go wrong in our own code is an order of events. So every order up to a length is tried, against a model
//! that says who has to have been woken.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Waker};

use core_async::time::{Duration, Instant, Sleep, advance, sleep_until};

use crate::support::WakeCounter;

const UNIT: Duration = Duration::from_millis(10);

/// Native timers keep whole milliseconds.
const ROUNDED: Duration = Duration::from_millis(1);

/// How many steps are tried in every order.
const LENGTH: u32 = 3;

/// What can happen to two delays.
#[derive(Clone, Copy, Debug)]
enum Step {
    Poll { delay: usize, waker: usize },
    Move { delay: usize, to: u32 },
    Drop { delay: usize },
    Advance,
}

const STEPS: [Step; 11] = [
    Step::Poll { delay: 0, waker: 0 },
    Step::Poll { delay: 0, waker: 1 },
    Step::Poll { delay: 1, waker: 0 },
    Step::Poll { delay: 1, waker: 1 },
    Step::Move { delay: 0, to: 1 },
    Step::Move { delay: 0, to: 3 },
    Step::Move { delay: 1, to: 1 },
    Step::Move { delay: 1, to: 0 },
    Step::Drop { delay: 0 },
    Step::Drop { delay: 1 },
    Step::Advance,
];

/// A delay and what is known about it.
struct Delay {
    sleep: Option<Pin<Box<Sleep>>>,
    deadline: Instant,
    /// Whoever polled it last, if it was pending then, and how often they had been woken before.
    waits: Option<(usize, usize)>,
}

struct World {
    delays: [Delay; 2],
    wakers: [(Arc<WakeCounter>, Waker); 2],
}

impl World {
    fn new() -> Self {
        let begin = Instant::now();
        let delay = |units| {
            let deadline = begin + units * UNIT;
            let sleep = Some(Box::pin(sleep_until(deadline)));
            Delay { sleep, deadline, waits: None }
        };
        Self { delays: [delay(2), delay(1)], wakers: [WakeCounter::new(), WakeCounter::new()] }
    }

    async fn step(&mut self, step: Step) {
        match step {
            Step::Poll { delay, waker } => self.poll(delay, waker),
            Step::Move { delay, to } => {
                let deadline = Instant::now() + to * UNIT;
                let delay = &mut self.delays[delay];
                if let Some(sleep) = &mut delay.sleep {
                    sleep.as_mut().reset(deadline);
                    delay.deadline = deadline;
                }
            }
            Step::Drop { delay } => {
                self.delays[delay].sleep = None;
                self.delays[delay].waits = None;
            }
            Step::Advance => advance(UNIT + ROUNDED).await,
        }
    }

    fn poll(&mut self, delay: usize, waker: usize) {
        let delay = &mut self.delays[delay];
        let Some(sleep) = &mut delay.sleep else { return };
        let (counter, known) = &self.wakers[waker];
        let woken = counter.count();
        let is_over = sleep.as_mut().poll(&mut Context::from_waker(known)).is_ready();
        assert!(!is_over || Instant::now() >= delay.deadline, "it ended early");
        delay.waits = (!is_over).then_some((waker, woken));
    }

    /// Everybody who waits for a delay that is over has been woken.
    fn check(&self) -> bool {
        self.delays.iter().all(|delay| {
            delay.waits.is_none_or(|(waker, woken)| {
                delay.deadline + ROUNDED > Instant::now() || self.wakers[waker].0.count() > woken
            })
        })
    }
}

#[core_async::test(start_paused = true)]
async fn no_order_of_steps_loses_the_wake_up_of_a_delay() {
    let steps = STEPS.len();
    for number in 0..2 * steps.pow(LENGTH) {
        let order = (0..LENGTH).map(|place| STEPS[number / steps.pow(place) % steps]);
        let mut world = World::new();
        // In half of the orders somebody waits for both from the beginning.
        if number >= steps.pow(LENGTH) {
            world.poll(0, 0);
            world.poll(1, 1);
        }
        for step in order.clone() {
            world.step(step).await;
            assert!(world.check(), "lost in {:?}", order.collect::<Vec<_>>());
        }
        // Whatever is left is over after this.
        advance(4 * UNIT).await;
        assert!(world.check(), "lost after {:?}", order.collect::<Vec<_>>());
    }
}
