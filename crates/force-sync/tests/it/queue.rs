//! Many writes, and one touch.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use force_sync::{Fields, Queue, Report, StoreName, Stores, WINDOW};
use test_kit::FakeClock;
use tokio::sync::mpsc;

use crate::api_server::{ApiServer, reader};

struct Running {
    server: ApiServer,
    clock: FakeClock,
    queue: Arc<Queue>,
    task: tokio::task::JoinHandle<()>,
    reports: mpsc::UnboundedReceiver<Report>,
}

async fn running(again_after: Option<Duration>) -> Running {
    let objects = vec![reader("shop", "api", "apps/db"), reader("shop", "mail", "apps/mail")];
    let server = ApiServer::start(objects).await;
    let clock = FakeClock::new();
    let stores = Stores::new([StoreName::cluster("homelab").at_mount("secret")]);
    let force_sync = server.force_sync(stores, &[], clock.clone()).await;
    let (sender, reports) = mpsc::unbounded_channel();
    let sender = Mutex::new(sender);
    let queue = Queue::new(force_sync, again_after, Arc::new(clock.clone()))
        .on_report(move |report| drop(sender.lock().unwrap().send(report.clone())));
    let queue = Arc::new(queue);
    let own = Arc::clone(&queue);
    let task = tokio::spawn(async move { own.run().await });
    Running { server, clock, queue, task, reports }
}

#[tokio::test]
async fn what_is_written_within_the_window_is_one_list_and_one_patch_each() {
    let mut running = running(None).await;
    for _ in 0..100 {
        running.queue.changed("secret", "apps/db", Fields::All);
        running.queue.changed("secret", "apps/mail", Fields::All);
    }
    running.clock.sleepers(1).await;
    assert!(running.server.asked().is_empty(), "it waits for more");
    running.clock.advance(WINDOW);
    assert_eq!(running.reports.recv().await.unwrap().touched.len(), 2);
    let lists = running.server.lines().iter().filter(|line| line.contains("limit=")).count();
    assert_eq!((lists, running.server.patches().len()), (1, 2));
}

#[tokio::test]
async fn what_is_written_later_is_told_as_well() {
    let mut running = running(None).await;
    for path in ["apps/db", "apps/mail"] {
        running.queue.changed("secret", path, Fields::All);
        running.clock.sleepers(1).await;
        running.clock.advance(WINDOW);
        assert_eq!(running.reports.recv().await.unwrap().touched.len(), 1);
    }
    assert_eq!(running.server.patches().len(), 2);
}

#[tokio::test]
async fn at_the_end_what_waits_is_told_at_once() {
    let mut running = running(Some(Duration::from_secs(30))).await;
    running.queue.changed("secret", "apps/db", Fields::All);
    running.clock.sleepers(1).await;
    running.queue.end();
    assert_eq!(running.reports.recv().await.unwrap().touched.len(), 1);
    running.task.await.unwrap();
    assert!(running.reports.try_recv().is_err());
}

#[tokio::test]
async fn what_another_bridge_may_remember_is_told_again_when_it_has_forgotten_it() {
    let mut running = running(Some(Duration::from_secs(30))).await;
    running.queue.changed("secret", "apps/db", Fields::All);
    running.clock.sleepers(1).await;
    running.clock.advance(WINDOW);
    assert_eq!(running.reports.recv().await.unwrap().touched.len(), 1);
    running.clock.sleepers(1).await;
    running.clock.advance(Duration::from_secs(30));
    assert_eq!(running.reports.recv().await.unwrap().touched.len(), 1);
    running.queue.end();
    running.task.await.unwrap();
    assert_eq!(running.server.patches().len(), 2, "and not a third time");
}

#[tokio::test]
async fn more_paths_than_it_keeps_are_all_paths() {
    let mut running = running(None).await;
    for n in 0..20_000 {
        running.queue.changed("secret", &format!("unused/{n}"), Fields::All);
    }
    running.clock.sleepers(1).await;
    running.clock.advance(WINDOW);
    assert_eq!(running.reports.recv().await.unwrap().touched.len(), 2);
}
