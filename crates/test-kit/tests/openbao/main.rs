//! The harness against a real server: `lab/run openbao`.

use std::net::TcpStream;

use test_kit::openbao::OpenBao;

#[test]
fn a_dev_server_answers_at_once_and_ends_with_its_value() {
    let server = OpenBao::dev();
    let port = server.port();
    assert_eq!(server.address(), format!("http://127.0.0.1:{port}"));
    for version in [1, 2] {
        let mount = format!("-mount={}", server.mount_kv(version));
        server.run(&["kv", "put", &mount, "a/b", "c=d"]);
        let read = server.json(&["kv", "get", "-format=json", &mount, "a/b"]);
        let data = if version == 1 { &read["data"] } else { &read["data"]["data"] };
        assert_eq!(data["c"], "d");
    }
    assert!(!format!("{server:?}").contains(server.root_token()));
    drop(server);
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
}

#[test]
fn a_secured_server_is_sealed_at_first_and_keeps_its_data_when_it_is_killed() {
    let mut server = OpenBao::secured();
    assert!(server.address().starts_with("https://"));
    server.initialise();
    server.unseal();
    let mount = format!("-mount={}", server.mount_kv(2));
    server.run(&["kv", "put", &mount, "a/b", "c=d"]);
    server.kill();
    assert!(TcpStream::connect(("127.0.0.1", server.port())).is_err());
    server.start_again();
    server.unseal();
    assert_eq!(server.json(&["kv", "get", "-format=json", &mount, "a/b"])["data"]["data"]["c"], "d");
    let reads: Vec<_> =
        server.requests().into_iter().filter(|request| request.path.ends_with("/data/a/b")).collect();
    let operations: Vec<_> = reads.iter().map(|request| request.operation.as_str()).collect();
    assert_eq!(operations, ["create", "read"]);
}
