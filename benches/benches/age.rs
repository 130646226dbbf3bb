//! A thousand age files through the store.

use benches::AgeFiles;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const FILES: usize = 1000;

fn read(criterion: &mut Criterion) {
    let files = AgeFiles::new(FILES).expect("files");
    let mut group = criterion.benchmark_group("age");
    group.throughput(Throughput::Elements(FILES as u64)).sample_size(10);
    group.bench_function("store", |bencher| bencher.iter(|| files.read_all()));
    group.bench_function("crate", |bencher| bencher.iter(|| files.decrypt_all()));
    group.finish();
}

criterion_group!(benches, read);
criterion_main!(benches);
