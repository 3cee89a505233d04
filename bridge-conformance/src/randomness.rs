//! The contract of [`Randomness`].

use std::collections::BTreeSet;
use std::sync::Arc;

use bridge_traits::Randomness;

/// Proves that a [`Randomness`] keeps its contract; takes a future that yields an
/// `Arc<dyn Randomness>`.
#[macro_export]
macro_rules! randomness_conformance {
    ($make:expr $(,)?) => {
        $crate::conformance_tests! {
            randomness: ::std::sync::Arc<dyn $crate::Randomness> = $make, randomness:
            the_whole_buffer_is_filled
            no_sixteen_bytes_come_twice
            zeroes_and_ones_are_balanced
            every_byte_value_occurs
            tasks_get_different_bytes
        }
    };
}

fn bytes(randomness: &Arc<dyn Randomness>, length: usize) -> Vec<u8> {
    let mut buffer = vec![0; length];
    randomness.fill(&mut buffer).unwrap();
    buffer
}

/// Buffers of any length are filled to the end, also above the 65,536 bytes a browser gives at once.
pub async fn the_whole_buffer_is_filled(randomness: &Arc<dyn Randomness>) {
    bytes(randomness, 0);
    for length in [1, 2, 7, 8, 9, 31, 1_000, 65_536, 65_537, 200_003] {
        // Every position changes within a few tries, unless it is never written.
        let mut touched = vec![false; length];
        for _ in 0..16 {
            for (touched, byte) in touched.iter_mut().zip(bytes(randomness, length)) {
                *touched |= byte != 0;
            }
        }
        assert!(touched.iter().all(|touched| *touched), "{length} bytes");
    }
    let mut buffer = [7; 64];
    randomness.fill(&mut buffer[16..48]).unwrap();
    assert_eq!(buffer[..16], [7; 16], "nothing in front of the buffer");
    assert_eq!(buffer[48..], [7; 16], "and nothing behind it");
}

/// A repeat among ten thousand would be a miracle.
pub async fn no_sixteen_bytes_come_twice(randomness: &Arc<dyn Randomness>) {
    let seen: BTreeSet<_> = (0..10_000).map(|_| bytes(randomness, 16)).collect();
    assert_eq!(seen.len(), 10_000);
}

/// Half of the bits are set, within six standard deviations.
pub async fn zeroes_and_ones_are_balanced(randomness: &Arc<dyn Randomness>) {
    let ones: u32 = bytes(randomness, 125_000).iter().map(|byte| byte.count_ones()).sum();
    assert!((497_000..503_000).contains(&ones), "{ones} of a million bits are set");
}

/// All 256 values come, and none of them far too often.
pub async fn every_byte_value_occurs(randomness: &Arc<dyn Randomness>) {
    let mut counts = [0_u32; 256];
    for byte in bytes(randomness, 65_536) {
        counts[usize::from(byte)] += 1;
    }
    for (value, count) in counts.iter().enumerate() {
        assert!((160..360).contains(count), "{value} came {count} times instead of 256");
    }
}

/// Tasks that ask at the same time do not get the same bytes.
pub async fn tasks_get_different_bytes(randomness: &Arc<dyn Randomness>) {
    let tasks = (0..8).map(|_| {
        let randomness = Arc::clone(randomness);
        core_async::task::spawn(async move {
            (0..100).map(|_| bytes(&randomness, 16)).collect::<Vec<_>>()
        })
    });
    let mut seen = BTreeSet::new();
    for task in futures::future::join_all(tasks).await {
        seen.extend(task.unwrap());
    }
    assert_eq!(seen.len(), 800);
}
