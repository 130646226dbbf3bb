{{ filterPEM "CERTIFICATE" .pem }}
%%
{{ filterPEM "PRIVATE KEY" .pem }}|{{ filterPEM "certificate" .pem | sha256sum }}
%%
{{ filterPEM "RSA PRIVATE KEY" .headed }}
%%
{{ filterPEM "NOPE" .pem }}
%%
{{ filterPEM "CERTIFICATE" .user }}
%%
{{ filterPEM "CERTIFICATE" .empty }}|
%%
{{ filterPEM "A" "-----BEGIN A-----\nYQ==\n-----END A-----\n-----BEGIN A-----\nYg==\n-----END A-----" }}
%%
{{ filterPEM "A" "junk\n-----BEGIN A-----\nY Q=\t=\n-----END A-----\njunk" }}
%%
{{ filterPEM "A" "x-----BEGIN A-----\nYQ==\n-----END A-----\n" }}
%%
{{ filterPEM "A" "-----BEGIN A-----\n-----END A-----\n" }}
%%
{{ filterPEM "A" "-----BEGIN A-----\nYQ==\n-----END B-----\n" }}
%%
{{ filterPEM "A" "-----BEGIN A-----\n!!\n-----END A-----\n-----BEGIN A-----\nYQ==\n-----END A-----\n" }}
%%
{{ filterPEM "A" "-----BEGIN B-----\n-----BEGIN A-----\nYQ==\n-----END A-----\n" }}
%%
{{ filterPEM "A" "-----BEGIN A-----\r\nYQ==\r\n-----END A-----\r\n" }}
%%
{{ filterPEM "A" "-----BEGIN A-----\nB: c\nProc-Type: x\nA : d\n\nYQ==\n-----END A-----\n" }}
%%
{{ filterPEM "A" "-----BEGIN A-----\nYQ==\n-----END A----- x\n" }}
%%
{{ filterPEM "A" "-----BEGIN A-----\nYQ==\n-----END A-----  \nrest" }}
%%
{{ filterPEM "A" "-----BEGIN A-----\nB: c\n-----END A-----\n" }}
%%
{{ filterCertChain "leaf" .chain }}
%%
{{ filterCertChain "intermediate" .chain }}
%%
{{ filterCertChain "root" .chain }}
%%
{{ filterCertChain "other" .chain }}|
%%
{{ filterCertChain "leaf" .empty }}
%%
{{ filterCertChain "leaf" .user }}
%%
{{ filterCertChain "leaf" "-----BEGIN A-----\nYQ==\n-----END A-----\n" }}
%%
{{ .chain | filterPEM "CERTIFICATE" | filterCertChain "leaf" | trim | splitList "\n" | first }}
