//! Ten thousand Secrets from a store in memory.

use benches::{COUNT, Estate, Target};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

fn materialize(criterion: &mut Criterion) {
    let estate = Estate::new(COUNT);
    let folder = tempfile::tempdir().expect("a folder");
    let mut group = criterion.benchmark_group("materialize");
    group.throughput(Throughput::Elements(COUNT as u64)).sample_size(20);
    group.bench_function("nowhere", |bencher| bencher.iter(estate.build(Target::Nowhere)));
    group.bench_function("file", |bencher| bencher.iter(estate.build(Target::Folder(folder.path()))));
    group.finish();
}

criterion_group!(benches, materialize);
criterion_main!(benches);
