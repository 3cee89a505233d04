use cpal::traits::*;
fn main() {
    let d = cpal::default_host().default_output_device().unwrap();
    println!("{} {:?}", d, d.default_output_config());
    for c in d.supported_output_configs().unwrap().filter(|c| c.channels() == 2).take(20) {
        println!("{c:?}");
    }
    let start = std::time::Instant::now();
    let (tx, rx) = std::sync::mpsc::channel();
    let s = d
        .build_output_stream::<f32, _, _>(
            cpal::StreamConfig {
                channels: 2,
                sample_rate: 48000,
                buffer_size: cpal::BufferSize::Fixed(960),
            },
            move |o, i| {
                let t = i.timestamp();
                tx.send((
                    start.elapsed(),
                    o.len() / 2,
                    t.playback.saturating_duration_since(t.callback),
                ))
                .unwrap();
                o.fill(0.0)
            },
            |e| println!("{e}"),
            None,
        )
        .unwrap();
    s.play().unwrap();
    println!("playing {:?}", start.elapsed());
    std::thread::sleep(std::time::Duration::from_millis(5000));
    drop(s);
    for x in rx.iter().take(400) {
        println!("{x:?}");
    }
}
